// POST /api/seen, /api/receipts and /api/retract.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alone, call, expect, pair, Person, sleep, until } from './client.mjs';
import { both, inModes } from './modes.mjs';
import { file, files } from './pictures.mjs';

const seen = (person, body) => person.post('/api/seen', { chat: person.chat, ...body });
const retract = (person, body) => person.post('/api/retract', { chat: person.chat, ...body });
const read = (person) => person.until('message');
const said = (person) => person.events.map((e) => e.upto ?? e.text ?? e.type);

inModes(both, { workers: 4 }, (at) => {
  test('seen: the writer is told, once for each step forward', async () => {
    const [ann, bob] = await pair(at.base);
    const ids = [];
    for (const text of ['1', '2', '3']) ids.push((await ann.send(text)).id);
    const [one, two, three] = [await read(bob), await read(bob), await read(bob)];
    for (const event of [two, one, two, three, one]) expect(await seen(bob, { seq: event.seq, id: event.id }), 204);
    await ann.poll();
    assert.deepEqual(said(ann), [ids[1], ids[2]]);
    assert.deepEqual(ann.events.map((e) => [e.type, e.chat]), [['seen', ann.chat], ['seen', ann.chat]]);
    assert.deepEqual((await bob.poll()).events, []);
  });

  test('seen: the seq alone will do while the event is in the queue; afterwards the id is needed', async () => {
    const [ann, bob] = await pair(at.base);
    const { id } = await ann.send('1');
    const { events } = expect(await bob.askPoll({ wait: 2 }), 200);
    expect(await seen(bob, { seq: events[0].seq }), 204);
    assert.equal((await ann.until('seen')).upto, id);
    const second = await ann.send('2');
    const message = await bob.until('message', (e) => e.id === second.id);
    await until(async () => {
      await bob.poll();
      return (await seen(bob, { seq: message.seq })).status === 404;
    }, 'the event is gone');
    expect(await seen(bob, { seq: message.seq, id: message.id }), 204);
  });

  test('seen: nothing but the partner\'s messages of this chat', async () => {
    const [ann, bob] = await pair(at.base);
    const [eve, fay] = await pair(at.base);
    const own = await bob.send('mine');
    const theirs = await eve.send('theirs');
    await ann.send('x');
    const { seq } = await read(bob);
    for (const id of [own.id, theirs.id, '0', '-1', '', 'x', '1e3', ' 1', '99999999999999999999999', String(2 ** 60)]) {
      expect(await seen(bob, { seq, id }), 404, 'not_found');
    }
    expect(await seen(bob, { seq: 1, id: undefined }), 404, 'not_found');
    for (const wrong of [seq + 100, 0, -1, 1.5, '2', null, undefined]) expect(await seen(bob, { seq: wrong }), 400, 'bad_request');
    await ann.until('message');
    assert.deepEqual(ann.events, []);
    assert.deepEqual((await eve.poll()).events, []);
    await ann.leave();
    expect(await seen(bob, { seq }), 409, 'chat_over');
    expect(await bob.post('/api/seen', { seq }), 409, 'not_chatting');
    await fay.leave();
  });

  test('receipts: switched off by either, neither side gets any', async () => {
    const [ann, bob] = await pair(at.base);
    for (const who of [ann, bob]) {
      expect(await who.post('/api/receipts', { on: false }), 204);
      for (const [writer, reader] of [[ann, bob], [bob, ann]]) {
        await writer.send('x');
        const { seq, id } = await read(reader);
        expect(await seen(reader, { seq, id }), 204);
        await writer.poll();
        assert.deepEqual(writer.events, []);
      }
      expect(await who.post('/api/receipts', { on: true }), 204);
    }
    const { id } = await ann.send('y');
    const { seq } = await read(bob);
    await seen(bob, { seq, id });
    assert.equal((await ann.until('seen')).upto, id);
  });

  test('receipts: a session may begin without', async () => {
    await alone(at.base, async () => {
      const ann = await Person.join(at.base);
      const bob = new Person(at.base);
      bob.token = expect(await call(at.base, 'POST', '/api/session', { body: { name: 'Bob', receipts: false } }), 201).token;
      await ann.next();
      await bob.next();
      await ann.until('matched');
      const { id } = await ann.send('x');
      const { seq } = await read(bob);
      expect(await seen(bob, { seq, id }), 204);
      assert.deepEqual((await ann.poll()).events, []);
      await ann.leave();
    });
  });

  test('retract: what was not read is read by nobody, and the numbers have no gap', async () => {
    const [ann, bob] = await pair(at.base);
    await ann.send('1');
    const { id, at: when } = await ann.send('oh no', { nonce: 'n' });
    await ann.send('3');
    expect(await retract(ann, { id }), 204);
    expect(await retract(ann, { id }), 204);
    const body = await bob.poll();
    assert.deepEqual(body.events.map((e) => [e.seq, e.type]),
      [[2, 'message'], [3, 'retracted'], [4, 'message'], [5, 'retracted']]);
    assert.ok(body.events.every((e) => e.type === 'message' || e.id === id));
    assert.ok(!JSON.stringify(body).includes('oh no'));
    // The nonce is still that message's.
    assert.deepEqual(await ann.send('oh no', { nonce: 'n' }), { id, at: when });
    assert.deepEqual((await bob.poll()).events, []);
  });

  test('retract: what was read is taken back', async () => {
    const [ann, bob] = await pair(at.base);
    const { id } = await ann.send('oh no');
    assert.equal((await read(bob)).id, id);
    const held = bob.poll({ wait: 5 });
    expect(await retract(ann, { id }), 204);
    assert.deepEqual((await held).events.map((e) => [e.type, e.id]), [['retracted', id]]);
  });

  test('a picture is seen and taken back as a message is; its address is worth nothing then', async () => {
    const [ann, bob] = await pair(at.base);
    const [name] = Object.keys(files);
    const { id, url } = expect(await ann.call('POST', `/api/image?chat=${ann.chat}`,
      { body: file(name), headers: { 'content-type': 'application/octet-stream' } }), 200);
    const { seq } = await bob.until('image');
    expect(await seen(bob, { seq, id }), 204);
    assert.equal((await ann.until('seen')).upto, id);
    expect(await call(at.base, 'GET', url), 200);
    expect(await retract(ann, { id }), 204);
    assert.equal((await bob.until('retracted')).id, id);
    expect(await call(at.base, 'GET', url), 404, 'not_found');
  });

  test('retract: foreign and unknown ids are alike', async () => {
    const [ann, bob] = await pair(at.base);
    const [eve] = await pair(at.base);
    const { id } = await ann.send('mine');
    const all = [];
    for (const who of [bob, eve]) all.push(await retract(who, { id }));
    for (const none of ['0', '1', '-1', '', 'x', '00', String(2 ** 60), '9'.repeat(40)]) all.push(await retract(ann, { id: none }));
    for (const reply of all) expect(reply, 404, 'not_found');
    assert.equal(new Set(all.map((reply) => reply.text)).size, 1);
    for (const wrong of [undefined, null, 7, [id]]) expect(await retract(ann, { id: wrong }), 400, 'bad_request');
    expect(await retract(ann, { id, chat: eve.chat }), 409, 'chat_over');
    await bob.leave();
    expect(await retract(ann, { id }), 409, 'chat_over');
    expect(await ann.post('/api/retract', { id }), 409, 'not_chatting');
    await bob.poll();
    assert.deepEqual(said(bob), ['mine']);
  });
});

inModes(both, { env: { PARLEY_RETRACT_S: '4', PARLEY_TYPING_S: '1', PARLEY_AWAY_S: '10' } }, (at) => {
  test('retract: after its time 409 too_late', async () => {
    const [ann, bob] = await pair(at.base);
    const early = await ann.send('early');
    expect(await retract(ann, { id: early.id }), 204);
    const last = await ann.send('last');
    await sleep(4100);
    expect(await retract(ann, { id: last.id }), 409, 'too_late');
    assert.equal((await bob.until('message', (e) => e.id === last.id)).text, 'last');
  });

  test('typing that is not renewed ends by itself, for the server as well', async () => {
    const [ann, bob] = await pair(at.base);
    for (let i = 0; i < 2; i++) {
      await ann.typing(true);
      assert.equal((await bob.until('typing')).on, true);
      // Workers that have just begun apply no rule of time yet.
      assert.equal((await bob.until('typing', () => true, 30_000)).on, false);
      await ann.typing(false);
    }
    assert.deepEqual((await bob.poll()).events, []);
  });

  test('typing that is renewed goes on', async () => {
    const [ann, bob] = await pair(at.base);
    const end = Date.now() + 3000;
    while (Date.now() < end) {
      await ann.typing(true);
      await bob.poll();
    }
    // A slow machine may have come too late; then it has begun again.
    const told = bob.events.map((e) => e.on);
    assert.equal(told[0], true);
    assert.ok(told.length < 4, String(told));
    await ann.send('done');
    assert.equal((await read(bob)).text, 'done');
  });
});
