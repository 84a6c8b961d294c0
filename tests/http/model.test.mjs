// A few hundred people do as they like; afterwards every promise is checked.
// SEED=n repeats a run's choices; PEOPLE and MODEL_MS make it larger.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './checker.mjs';
import { simulate } from './model.mjs';
import { startServer } from './server.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e6);
const people = Number(process.env.PEOPLE ?? 200);
const ms = Number(process.env.MODEL_MS ?? 15_000);

test(`${people} people, 2 workers (SEED=${seed})`, { timeout: ms + 90_000 }, async (t) => {
  const server = await startServer({
    workers: 2, env: { PARLEY_AWAY_S: '1', PARLEY_GONE_S: '2', PARLEY_FRESH_S: '1', PARLEY_FLUSH_MS: '300' },
  });
  try {
    const history = await simulate(server.base, { people, ms, seed });
    const count = (what, type) => history.filter((h) => h.what === what && (!type || h.type === type)).length;
    const complaints = check(history);
    t.diagnostic(`${count('acked')} acknowledged, ${count('event', 'message')} shown, ${count('event', 'matched') / 2} chats`);
    assert.deepEqual(complaints.slice(0, 10), [], `${complaints.length} complaints; repeat with SEED=${seed}`);
    // A run in which nothing happened proves nothing.
    assert.ok(count('acked') > people && count('event', 'message') > people, 'too little happened');
    assert.ok(count('event', 'matched') > people, 'too few chats');
    assert.ok(count('vanish') > 0 && count('end') > 0);
  } finally {
    await server.stop();
  }
});

// The checker has to see what is wrong, or its silence means nothing.
test('the checker complains of every doctored history', () => {
  let t = 0;
  const event = (who, seq, type, more) => ({ what: 'event', who, seq, type, chat: '1', at: 5, t: ++t, ...more });
  const good = () => [
    event('1', 1, 'matched'), event('2', 1, 'matched'),
    { what: 'acked', who: '1', chat: '1', text: '1:0', id: '8', at: 5, t: ++t },
    { what: 'acked', who: '1', chat: '1', text: '1:1', id: '9', at: 5, t: ++t },
    event('2', 2, 'message', { id: '8', text: '1:0' }), event('2', 3, 'message', { id: '9', text: '1:1' }),
    event('2', 4, 'left'),
    { what: 'settled', who: '1', t: ++t }, { what: 'settled', who: '2', t: ++t },
  ];
  assert.deepEqual(check(good()), []);
  const waits = (who, at) => ({ what: 'state', who, state: 'waiting', t: at });
  const doctored = {
    'lost': (h) => h.splice(5, 1),
    'lost, the last': (h) => { h.splice(5, 1); h[5].seq = 3; },
    'twice': (h) => h.push(event('2', 5, 'message', { id: '9', text: '1:1' })),
    'twice with two ids': (h) => h.splice(3, 0, { ...h[3], id: '10' }),
    'the wrong order': (h) => { [h[4].text, h[5].text, h[2].id, h[3].id] = ['1:1', '1:0', '9', '8']; },
    'to a stranger': (h) => h.push(event('3', 1, 'message', { id: '9', text: '1:1' })),
    'to the author': (h) => h.push(event('1', 2, 'message', { id: '9', text: '1:1' })),
    'another text': (h) => { h[5].text = '1:7'; },
    'another time': (h) => { h[5].at = 6; },
    'a gap': (h) => { h[6].seq = 5; },
    'a repeated number': (h) => { h[6].seq = 3; },
    'an event after the end': (h) => h.push(event('2', 5, 'typing')),
    'an event of another chat': (h) => { h[5].chat = '7'; },
    'two chats at once': (h) => h.splice(5, 0, event('2', 3, 'matched', { chat: '2' })),
    'with oneself': (h) => { h[1].who = '1'; h[1].seq = 2; },
    'three in one chat': (h) => h.push(event('3', 1, 'matched')),
    'an answer that must not be': (h) => h.push({ what: 'odd', status: 500 }),
    'two left waiting': (h) => h.push(waits('5', 1000), waits('6', 1100), waits('5', 4200)),
  };
  for (const [name, doctor] of Object.entries(doctored)) {
    const history = good();
    doctor(history);
    assert.notDeepEqual(check(history), [], name);
  }
  const fine = good();
  fine.push(waits('5', 1000), waits('6', 3900), waits('5', 4200));
  assert.deepEqual(check(fine), []);
});
