// GET /metrics: Prometheus text, the same from every worker.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, pair, until } from './client.mjs';
import { both, inModes } from './modes.mjs';

// name -> number; every sample has a HELP and a TYPE before it.
function read(text) {
  const samples = {};
  assert.ok(text.endsWith('\n'));
  for (const block of text.split(/^# HELP /m).slice(1)) {
    const [help, type, sample] = block.trimEnd().split('\n');
    const [name, value] = sample.split(' ');
    assert.ok(help.startsWith(name + ' '));
    assert.match(type, new RegExp(`^# TYPE ${name} (gauge|counter)$`));
    samples[name] = Number(value);
  }
  return samples;
}

inModes(both, {}, (at) => {
  const metrics = async () => {
    const reply = await call(at.base, 'GET', '/metrics');
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['content-type'], 'text/plain; charset=utf-8');
    return read(reply.text);
  };

  test('metrics: people, and totals that only grow', async () => {
    const before = await metrics();
    const [ann, bob] = await pair(at.base);
    await ann.send('hello');
    const after = await metrics();
    assert.equal(after.parley_sessions_total, before.parley_sessions_total + 2);
    assert.equal(after.parley_chats_total, before.parley_chats_total + 1);
    assert.equal(after.parley_events_total, before.parley_events_total + 3);
    await until(async () => (await metrics()).parley_chatting === 2, 'two chat');
    await Promise.all([ann.end(), bob.end()]);
    await until(async () => (await metrics()).parley_chatting === 0, 'nobody chats');
    const end = await metrics();
    assert.ok(end.parley_sessions_total === after.parley_sessions_total);
    assert.ok(end.parley_events_total >= after.parley_events_total);
  });
});
