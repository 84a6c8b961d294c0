// What belongs to somebody else is answered as what never was, to the byte, headers
// included, through the real nginx; and a stranger who tries everything in any
// order changes nothing. The same for many more sequences, without a server:
// tests/fuzz/sequences/.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call, pair, Person } from './client.mjs';
import { randomFrom } from '../history/random.mjs';
import { file } from './pictures.mjs';
import { patience } from './modes.mjs';
import { startServer } from './server.mjs';

const seed = Number(process.env.SEED ?? 1);
const steps = Number(process.env.STEPS ?? 400);

let server, base;

const whole = ({ status, headers: { date, ...headers }, text }) => ({ status, headers, text });
function same(a, b, what) {
  assert.deepEqual(whole(a), whole(b), what);
}

describe('foreign', () => {
  before(async () => {
    server = await startServer({ workers: 2, env: patience });
    base = server.base;
  });
  after(() => server?.stop());

  test('somebody else\'s chats, messages, pictures and tokens are as those that never were', async () => {
    const [ann, bob] = await pair(base), [cid] = await pair(base);
    const { id } = await bob.send('mine');
    const gone = await Person.join(base);
    await gone.end();
    const none = '999999999';
    const twice = async (who, path, foreign, missing, status) => {
      const a = await who.post(path, foreign), b = await who.post(path, missing);
      assert.equal(a.status, status, `${path}: ${a.text}`);
      same(a, b, path);
    };
    await twice(cid, '/api/block', { chat: ann.chat }, { chat: none }, 404);
    await twice(cid, '/api/retract', { id }, { id: none }, 404);
    await twice(cid, '/api/seen', { seq: 1, id }, { seq: 1, id: none }, 404);
    await twice(ann, '/api/retract', { id }, { id: none }, 404);
    for (const [path, more] of Object.entries({ send: { text: 'x' }, typing: { on: true }, seen: { seq: 1 }, retract: { id }, leave: {} })) {
      await twice(cid, `/api/${path}`, { ...more, chat: ann.chat }, { ...more, chat: none }, 409);
    }
    const url = (await ann.call('POST', '/api/image', { body: file('still.gif'), headers: { 'content-type': 'image/gif' } })).body.url;
    const other = url.replace(/.$/, (c) => (c === 'A' ? 'E' : 'A'));
    same(await call(base, 'GET', other), await call(base, 'GET', `/api/image/${'A'.repeat(43)}`), 'pictures');
    const unknown = new Person(base);
    unknown.token = 'A'.repeat(43);
    for (const path of ['next', 'send', 'leave', 'seen', 'retract', 'block', 'typing', 'session/end']) {
      const body = { text: 'x', seq: 1, id, chat: ann.chat, on: true };
      const a = await gone.post(`/api/${path}`, body);
      assert.equal(a.status, 401);
      same(a, await unknown.post(`/api/${path}`, body), path);
    }
    same(await gone.askPoll({ cursor: 0 }), await unknown.askPoll({ cursor: 0 }), 'poll');
    // The comparison does notice: what is one's own is answered in another way.
    assert.throws(() => same({ status: 404, headers: {}, text: 'x' }, { status: 404, headers: {}, text: 'y' }));
    const own = await bob.post('/api/retract', { id }), not = await bob.post('/api/retract', { id: none });
    assert.throws(() => same(own, not));
  });

  test(`${steps} tries of a stranger in any order (SEED=${seed}): nobody else notices`, async () => {
    const random = randomFrom(seed);
    const one = (list) => list[Math.floor(random() * list.length)];
    const [ann, bob] = await pair(base);
    await bob.poll();
    const sent = [];
    const texts = new Map();
    let eve = await Person.join(base, 'Eve');
    for (let i = 0; i < steps; i++) {
      if (i % 40 === 0) sent.push(await ann.send(`${i}`, { nonce: `n${i}`, chat: ann.chat }));
      const last = sent.at(-1);
      const ref = (own) => one([own, own, '0', '1', 'x', '', '-1', `${Math.floor(random() * 60)}`, null, 7]);
      const path = one(['send', 'typing', 'seen', 'retract', 'block', 'leave', 'back', 'receipts', 'session/end', 'next']);
      const body = { chat: ref(ann.chat), id: ref(last.id), seq: Math.floor(random() * 9) - 1, text: 'x', on: random() < 0.5,
        nonce: one([`n${i - (i % 40)}`, undefined]), unload: path === 'session/end' ? random() < 0.9 : undefined };
      const headers = { authorization: one([`Bearer ${eve.token}`, `Bearer ${eve.token}`, `Bearer ${eve.token}`, 'Bearer x', undefined]) };
      const reply = await call(base, 'POST', `/api/${path}`, { body, headers });
      assert.ok([200, 204, 400, 401, 404, 409, 429].includes(reply.status), `${path} ${JSON.stringify(body)}: ${reply.status} ${reply.text}`);
      if (reply.status === 404 || reply.status === 401) {
        const key = `${path} ${reply.status}`;
        assert.equal(texts.get(key) ?? reply.text, reply.text, key);
        texts.set(key, reply.text);
      }
      if (reply.status === 200 && path === 'send') assert.ok(!sent.some((s) => s.id === reply.body.id), 'somebody else\'s nonce');
      if (path === 'session/end' && !body.unload) eve = await Person.join(base, 'Eve');
    }
    const { events, chat, state } = await bob.poll();
    assert.deepEqual([state, chat], ['chatting', ann.chat]);
    assert.deepEqual(events.filter((e) => e.type !== 'presence').map((e) => [e.type, e.id]), sent.map((s) => ['message', s.id]));
    assert.ok(texts.size >= 3, 'refused too seldom to say anything');
  });
});
