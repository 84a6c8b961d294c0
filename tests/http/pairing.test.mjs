// POST /api/next: who meets whom, and nobody is left waiting.
import assert from 'node:assert/strict';
import { expect, Person, sleep, until } from './client.mjs';
import { both, inModes, inTurn } from './modes.mjs';

const people = (base, n) => Promise.all(Array.from({ length: n }, (_, i) => Person.join(base, `P${i}`)));
const endAll = (all) => Promise.all(all.map((p) => p.post('/api/session/end')));

// Everybody chats, in chats of two, with somebody else.
async function assertAllPaired(all) {
  const bodies = await Promise.all(all.map((p) => p.poll()));
  const chats = new Map();
  bodies.forEach((body, i) => {
    assert.equal(body.state, 'chatting', `${all[i].name} is ${body.state}`);
    chats.set(body.chat, [...(chats.get(body.chat) ?? []), all[i]]);
  });
  for (const pair of chats.values()) assert.equal(pair.length, 2);
}

inModes(both, { workers: 4, env: { PARLEY_FLUSH_MS: '200' } }, (at) => {
  const alone = inTurn(at), quick = at.mode === 'cgi';

  alone('alone: waiting; with another: chatting, and both read `matched`', async () => {
    const [ann, bob] = await people(at.base, 2);
    assert.deepEqual(expect(await ann.post('/api/next'), 200), { state: 'waiting' });
    assert.deepEqual(expect(await ann.post('/api/next'), 200), { state: 'waiting' });
    const body = expect(await bob.post('/api/next'), 200);
    assert.deepEqual(Object.keys(body).sort(), ['chat', 'state']);
    assert.equal(body.state, 'chatting');
    assert.match(body.chat, /^[1-9][0-9]*$/);
    const [a, b] = [await ann.until('matched'), await bob.until('matched')];
    assert.deepEqual([a.chat, b.chat], [body.chat, body.chat]);
    assert.deepEqual([a.partner.name, b.partner.name], ['P1', 'P0']);
    await endAll([ann, bob]);
  });

  alone('a held poll learns of the partner at once', async () => {
    const [ann, bob] = await people(at.base, 2);
    await ann.next();
    const held = ann.poll({ wait: 20 });
    await sleep(100);
    const start = Date.now();
    await bob.next();
    const body = await held;
    assert.equal(body.events[0].type, 'matched');
    assert.equal(body.state, 'chatting');
    assert.ok(Date.now() - start < 10_000);
    await endAll([ann, bob]);
  });

  alone('two who come in the same moment, in different workers, always meet', async () => {
    for (let round = 0; round < (quick ? 5 : 120); round++) {
      const two = await people(at.base, 2);
      const states = (await Promise.all(two.map((p) => p.next()))).map((body) => body.state);
      assert.deepEqual(states.sort(), ['chatting', 'waiting']);
      await assertAllPaired(two);
      await endAll(two);
    }
  });

  alone('a crowd that comes at once is paired off to the last', async () => {
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      const all = await people(at.base, quick ? 6 : 60);
      await Promise.all(all.map((p) => p.next()));
      await assertAllPaired(all);
      await endAll(all);
    }
  });

  alone('everybody presses next at once, again and again: nobody is left waiting', async () => {
    const all = await people(at.base, quick ? 4 : 30);
    for (let round = 0; round < (quick ? 2 : 6); round++) await Promise.all(all.map((p) => p.next()));
    await until(async () => {
      const states = await Promise.all(all.map(async (p) => (await p.poll()).state));
      return states.filter((state) => state === 'waiting').length < 2;
    }, 'at most one waits');
    await endAll(all);
  });

  alone('next leaves the chat: the partner reads `left`, reason `next`', async () => {
    const [ann, bob] = await people(at.base, 2);
    await ann.next();
    await bob.next();
    const { chat } = await ann.until('matched');
    await ann.next();
    const left = await bob.until('left');
    assert.deepEqual([left.reason, left.chat], ['next', chat]);
    const body = await bob.poll();
    assert.deepEqual([body.state, body.chat, body.partner], ['idle', undefined, undefined]);
    await endAll([ann, bob]);
  });

  alone('not the last partner again while somebody else waits', async () => {
    const [ann, bob, cid] = await people(at.base, 3);
    for (let round = 0; round < (quick ? 2 : 8); round++) {
      // Ann and Bob have just met. Bob and Cid wait; Ann must meet Cid.
      await ann.next();
      await bob.next();
      await bob.leave();
      await Promise.all([ann.leave(), cid.leave()]);
      await bob.next();
      await sleep(5);
      const state = (await cid.next()).state; // Cid and Bob may meet, too
      const met = (await ann.next()).chat;
      const body = await cid.poll();
      if (state === 'waiting') assert.equal(body.chat, met);
      await Promise.all([ann, bob, cid].map((p) => p.leave()));
    }
    await endAll([ann, bob, cid]);
  });

  alone('but rather the last partner than nobody', async () => {
    const two = await people(at.base, 2);
    for (let round = 0; round < 3; round++) {
      await Promise.all(two.map((p) => p.leave()));
      await two[0].next();
      assert.equal((await two[1].next()).state, 'chatting');
    }
    await endAll(two);
  });
});

// Whoever has not asked for a second may be gone.
inModes(both, { workers: 4, env: { PARLEY_FRESH_S: '1', PARLEY_FLUSH_MS: '200' } }, (at) => {
  const alone = inTurn(at), quick = at.mode === 'cgi';

  alone('a waiter who has gone away without a word is not paired; who comes back is', async () => {
    const [ann, bob, cid] = await people(at.base, 3);
    await ann.next();
    await sleep(2000); // Ann's lease is over: she may be gone
    assert.equal((await bob.next()).state, 'waiting');
    const held = bob.hold(20); // Bob holds his
    await sleep(100);
    await ann.poll(); // Ann is back: now two wait
    const body = expect(await held.answer, 200);
    assert.equal(bob.take(body).state, 'chatting');
    assert.equal(bob.events[0].partner.name, 'P0');
    assert.equal((await ann.until('matched')).partner.name, 'P1');
    await endAll([ann, bob, cid]);
  });

  alone('two whose leases are both over meet when both come back', async () => {
    const two = await people(at.base, 2);
    await two[0].next();
    await sleep(2000);
    await two[1].next();
    await sleep(2000);
    const start = Date.now();
    const held = two.map((p) => p.poll({ wait: 10 }));
    for (const body of await Promise.all(held)) assert.equal(body.state, 'chatting');
    assert.ok(Date.now() - start < 10_000, `told after ${Date.now() - start} ms`);
    await endAll(two);
  });

  alone('a waiter whose connection breaks as another comes: the other is not left alone for long', async () => {
    for (let round = 0; round < (quick ? 1 : 10); round++) {
      const [ann, bob, cid] = await people(at.base, 3);
      await ann.next();
      const held = ann.hold(20);
      await sleep(30);
      const [met] = await Promise.all([bob.next(), held.drop()]);
      // Bob may have met her in that moment: then he is told of it, or moves on.
      if (met.state === 'chatting') await bob.next();
      await cid.next();
      await until(async () => (await bob.poll()).state === 'chatting', 'Bob chats');
      await endAll([ann, bob, cid]);
    }
  });
});
