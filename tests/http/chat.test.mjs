// POST /api/typing and /api/leave; late commands never touch the next partner.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alone, expect, pair, Person } from './client.mjs';
import { both, inModes } from './modes.mjs';

inModes(both, { workers: 4 }, (at) => {
  test('typing: only a change is told, and a message ends it', async () => {
    const [ann, bob] = await pair(at.base);
    await ann.typing(true);
    await ann.typing(true, ann.chat);
    await ann.typing(false);
    await ann.typing(false);
    await ann.typing(true);
    await ann.send('done');
    await ann.typing(false);
    await ann.typing(true);
    const seen = (await bob.poll()).events.map((e) => e.type === 'typing' ? e.on : e.text);
    assert.deepEqual(seen, [true, false, true, 'done', true]);
    assert.deepEqual((await ann.poll()).events, []);
  });

  test('typing: 204 without a body; wrong types and states are refused', async () => {
    const [ann, bob] = await pair(at.base);
    const reply = await ann.post('/api/typing', { on: true });
    assert.deepEqual([reply.status, reply.text], [204, '']);
    for (const on of [undefined, null, 1, 0, 'true', [], {}]) expect(await ann.post('/api/typing', { on }), 400, 'bad_request');
    expect(await ann.post('/api/typing', { on: true, chat: 7 }), 400, 'bad_request');
    await bob.leave();
    expect(await ann.post('/api/typing', { on: true }), 409, 'not_chatting');
    expect(await ann.post('/api/typing', { on: true, chat: ann.chat }), 409, 'chat_over');
  });

  test('leave: idle; the partner reads `left`, once', async () => {
    const [ann, bob] = await pair(at.base);
    assert.deepEqual(await ann.leave(ann.chat), { state: 'idle' });
    assert.deepEqual(await ann.leave(), { state: 'idle' });
    const body = await bob.poll();
    assert.deepEqual(body.events.map((e) => [e.type, e.reason, e.chat]), [['left', 'left', ann.chat]]);
    assert.equal(body.state, 'idle');
    assert.deepEqual((await ann.poll()).events, []);
  });

  test('leave: stops looking', async () => {
    const ann = await Person.join(at.base);
    await alone(at.base, async () => {
      await ann.next();
      await ann.leave();
      const bob = await Person.join(at.base);
      assert.equal((await bob.next()).state, 'waiting');
      await bob.leave();
    });
    assert.equal((await ann.poll()).state, 'idle');
  });

  test('leave: of an idle session is nothing; of another chat 409; chat must be a string', async () => {
    const ann = await Person.join(at.base);
    assert.deepEqual(await ann.leave(), { state: 'idle' });
    expect(await ann.post('/api/leave', { chat: '1' }), 409, 'chat_over');
    for (const chat of [1, true, [], {}]) expect(await ann.post('/api/leave', { chat }), 400, 'bad_request');
  });

  test('both leave at once: both idle, no error', async () => {
    for (let i = 0; i < 5; i++) {
      const [ann, bob] = await pair(at.base);
      await Promise.all([ann.leave(), bob.leave()]);
      for (const p of [ann, bob]) {
        const body = await p.poll();
        assert.equal(body.state, 'idle');
        assert.ok(body.events.length <= 1);
      }
    }
  });

  test('messages of before the end are read before `left`', async () => {
    const [ann, bob] = await pair(at.base);
    await ann.send('1');
    await ann.send('2');
    await ann.leave();
    assert.deepEqual((await bob.poll()).events.map((e) => e.text ?? e.type), ['1', '2', 'left']);
  });

  test('late commands of an ended chat: 409 chat_over, and the next partner sees nothing of them', async () => {
    await alone(at.base, async () => {
      const [ann, bob, cid] = await Promise.all(['Ann', 'Bob', 'Cid'].map((name) => Person.join(at.base, name)));
      await ann.next();
      await bob.next();
      const old = (await ann.until('matched')).chat;
      await bob.leave();
      await cid.next();
      await ann.next();
      const { chat } = await ann.until('matched', (e) => e.chat !== old);
      expect(await ann.post('/api/send', { text: 'for Bob', nonce: 'late', chat: old }), 409, 'chat_over');
      expect(await ann.post('/api/typing', { on: true, chat: old }), 409, 'chat_over');
      expect(await ann.post('/api/leave', { chat: old }), 409, 'chat_over');
      const body = await cid.poll();
      assert.deepEqual(body.events.map((e) => e.type), ['matched']);
      assert.deepEqual([body.state, body.chat], ['chatting', chat]);
      // A nonce that was refused may be used again.
      await ann.send('for Cid', { nonce: 'late', chat });
      assert.equal((await cid.until('message')).text, 'for Cid');
      assert.deepEqual((await bob.poll()).events.map((e) => e.text ?? e.type), ['matched']);
      await ann.leave();
    });
  });

  test('somebody else\'s chat cannot be named', async () => {
    const [, bob] = await pair(at.base);
    const [eve, fay] = await pair(at.base);
    expect(await eve.post('/api/send', { text: 'x', chat: bob.chat }), 409, 'chat_over');
    expect(await eve.post('/api/typing', { on: true, chat: bob.chat }), 409, 'chat_over');
    expect(await eve.post('/api/leave', { chat: bob.chat }), 409, 'chat_over');
    assert.deepEqual((await bob.poll()).events, []);
    assert.deepEqual((await fay.poll()).events, []);
  });
});
