// Tags, languages, the time to wait for them, partners met lately, blocks, and
// Next taken back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, expect, Person, sleep, until } from './client.mjs';
import { both, inModes, inTurn } from './modes.mjs';

const endAll = (all) => Promise.all(all.map((p) => p.post('/api/session/end')));

async function join(base, name, wish = {}) {
  const person = new Person(base);
  const body = expect(await person.post('/api/session', { name, ...wish }), 201);
  return Object.assign(person, { token: body.token, id: body.id, name: body.name, tags: body.tags });
}

const tagged = (base, ...lists) => Promise.all(lists.map((tags, i) => join(base, `P${i}`, { tags })));
const next = async (p, body) => expect(await p.post('/api/next', body), 200);

// What they share, as each of the two reads it.
async function common(a, b) {
  const [x, y] = [await a.until('matched'), await b.until('matched')];
  assert.equal(x.chat, y.chat);
  return [x.common, y.common];
}

// Both chat, with each other.
async function meet(a, b) {
  await a.next();
  assert.equal((await b.next()).state, 'chatting');
  await Promise.all([a.until('matched'), b.until('matched')]);
  assert.equal(a.chat, b.chat);
  return a.chat;
}

// Next can be taken back for five seconds. Where the machine was too slow for
// that the scene is played again, by others. cast(...tags) brings them on.
async function inTime(base, scene) {
  for (let tries = 1; ; tries++) {
    const all = [], start = Date.now();
    const cast = async (...lists) => {
      const some = await tagged(base, ...lists);
      all.push(...some);
      return some;
    };
    const failure = await scene(cast).then(() => undefined, (error) => error);
    await endAll(all);
    if (failure === undefined) return;
    if (Date.now() - start < 5000 || tries === 4) throw failure;
  }
}

const WIDEN_MS = 5000;
inModes(both, { workers: 2, env: { PARLEY_WIDEN_S: '5', PARLEY_FLUSH_MS: '200', PARLEY_CGI_HOLD_S: '20' } }, (at) => {
  const alone = inTurn(at);

  alone('without a common tag both wait, and meet when the time is over, with no further call', async () => {
    const two = await tagged(at.base, ['tea'], ['go']);
    const start = Date.now();
    const first = await next(two[0]);
    assert.equal(first.state, 'waiting');
    assert.ok(first.widen_ms > WIDEN_MS - 1000 && first.widen_ms <= WIDEN_MS, `${first.widen_ms}`);
    assert.equal((await next(two[1])).state, 'waiting');
    const held = await Promise.all(two.map((p) => p.poll({ wait: 20 })));
    const ms = Date.now() - start;
    for (const body of held) assert.equal(body.state, 'chatting');
    assert.ok(ms >= WIDEN_MS, `after ${ms} ms already`);
    assert.deepEqual(await common(...two), [[], []]);
    await endAll(two);
  });

  alone('the moment is not missed by much', async () => {
    const late = at.mode === 'cgi' ? 2000 : 300; // a process has to start
    let best = Infinity;
    for (let round = 0; round < 3 && best > late; round++) {
      const two = await tagged(at.base, ['tea'], ['go']);
      await next(two[0]);
      await next(two[1]);
      const start = Date.now();
      await Promise.all(two.map((p) => p.poll({ wait: 20 })));
      best = Math.min(best, Date.now() - start - WIDEN_MS);
      await endAll(two);
    }
    assert.ok(best < late, `${best} ms late`);
  });
});

// Nobody's time to wait for a tag is over.
inModes(both, { workers: 2, env: { PARLEY_WIDEN_S: '60', PARLEY_FLUSH_MS: '200' } }, (at) => {
  const alone = inTurn(at);

  alone('a common tag, however it is written, is met at once; each reads its own spelling', async () => {
    for (const [a, b] of [['Ｔｅａ', 'tea'], ['Ä', 'a\u0308'], ['音楽', ' 音楽 '], ['STRASSE', 'straße'], ['Green  Tea', 'green tea'], ['ΣΊΣΥΦΟΣ', 'σίσυφος'], ['ｶﾞ', 'ガ']]) {
      const two = await tagged(at.base, ['x1', a], [b, 'x2']);
      assert.equal((await next(two[0])).state, 'waiting');
      assert.equal((await next(two[1])).state, 'chatting', `${a} and ${b}`);
      assert.deepEqual(await common(...two), [[a.replace(/ +/, ' ')], [b.trim()]]);
      await endAll(two);
    }
  });

  alone('tags come back trimmed, each once, empty ones left out', async () => {
    const person = await join(at.base, 'Ann', { tags: [' Tea ', '', 'TEA', ' ', 'Go\u3000Go', 'go go', '\u200b'], lang: 'en-GB' });
    assert.deepEqual(person.tags, ['Tea', 'Go Go']);
    assert.deepEqual((await join(at.base, 'Ann', { tags: [] })).tags, []);
    assert.deepEqual((await join(at.base, 'Ann', { tags: null, lang: null })).tags, []);
    assert.deepEqual((await join(at.base, 'Ann')).tags, []);
    const longest = '音'.repeat(24);
    assert.deepEqual((await join(at.base, 'Ann', { tags: [longest, 'a', 'b', 'c', 'd'] })).tags, [longest, 'a', 'b', 'c', 'd']);
  });

  alone('asking again changes nothing; widen takes anybody at once', async () => {
    const two = await tagged(at.base, ['tea'], ['go']);
    const { widen_ms: before } = await next(two[0]);
    await sleep(30);
    const { widen_ms: after } = await next(two[0]);
    assert.ok(after <= before - 25, `${after} after ${before}`);
    assert.deepEqual(await next(two[0], { widen: true }), { state: 'waiting' });
    assert.deepEqual(await next(two[0]), { state: 'waiting' });
    assert.equal((await next(two[1])).state, 'waiting');
    assert.equal((await next(two[1], { widen: true })).state, 'chatting');
    await endAll(two);
  });

  alone('without tags: at once, but not with somebody who waits for a tag', async () => {
    const [ann, bob, cid] = await tagged(at.base, ['tea'], [], []);
    assert.equal((await next(ann)).state, 'waiting');
    assert.deepEqual(await next(bob), { state: 'waiting' });
    assert.equal((await next(cid)).state, 'chatting');
    assert.equal((await ann.poll()).state, 'waiting');
    await endAll([ann, bob, cid]);
  });

  alone('of several the one of the same language is met; but a language keeps nobody waiting', async () => {
    const [ann, bob] = await Promise.all(['en', 'zh'].map((lang) => join(at.base, lang, { lang })));
    // At once; and then both wait, since they are never to meet again.
    expect(await ann.post('/api/block', { chat: await meet(ann, bob) }), 204);
    assert.deepEqual(await next(ann), { state: 'waiting' });
    for (let round = 0; round < 6; round++) {
      assert.deepEqual(await next(bob), { state: 'waiting' });
      const cid = await join(at.base, 'Cid', { lang: 'zh-TW' });
      assert.equal((await next(cid)).state, 'chatting');
      assert.equal((await cid.until('matched')).partner.name, 'zh');
      await endAll([cid]);
    }
    const dan = await join(at.base, 'Dan', { lang: 'ja' });
    assert.equal((await next(dan)).state, 'chatting');
    await endAll([ann, bob, dan]);
  });

  alone('one met lately is not met while another waits; then again, and both read so', async () => {
    const [ann, bob, eve] = await tagged(at.base, ['tea'], ['tea'], ['tea']);
    await meet(ann, bob);
    await ann.leave();
    await eve.next();
    // Ann rather meets Eve; Bob comes too late.
    await ann.next();
    assert.equal((await ann.until('matched')).partner.name, 'P2');
    assert.equal((await bob.next()).state, 'waiting');
    await eve.end();
    await ann.next();
    const [a, b] = [await ann.until('matched'), await bob.until('matched')];
    assert.deepEqual([a.partner.name, a.again, b.again], ['P1', true, true]);
    await endAll([ann, bob]);
  });

  alone('strangers read nothing of that', async () => {
    const [ann, bob] = await tagged(at.base, [], []);
    await ann.next();
    await bob.next();
    const matched = await ann.until('matched');
    assert.deepEqual([matched.again, matched.back], [undefined, undefined]);
    await endAll([ann, bob]);
  });

  alone('block ends the chat, and they never meet again, in either direction', async () => {
    for (const first of [0, 1]) {
      const two = await tagged(at.base, [], []);
      const chat = await meet(...two);
      expect(await two[0].post('/api/block', { chat }), 204);
      assert.equal((await two[1].until('left')).reason, 'left');
      assert.equal((await two[0].poll()).state, 'idle');
      expect(await two[0].post('/api/block', { chat }), 204); // once more
      await two[first].next();
      assert.equal((await two[1 - first].next()).state, 'waiting');
      await sleep(1500); // a sweep goes by
      for (const p of two) assert.equal((await p.poll()).state, 'waiting');
      const [cid] = await tagged(at.base, []);
      assert.equal((await cid.next()).state, 'chatting');
      await endAll([...two, cid]);
    }
  });

  alone('block works for a chat that has ended, and after its partner has ended', async () => {
    const two = await tagged(at.base, [], []);
    const chat = await meet(...two);
    await two[1].next();
    expect(await two[0].post('/api/block', { chat }), 204);
    assert.equal((await two[0].next()).state, 'waiting');
    assert.equal((await two[1].poll()).state, 'waiting');
    await endAll(two);
    const [ann, bob] = await tagged(at.base, [], []);
    const other = await meet(ann, bob);
    await bob.end();
    expect(await ann.post('/api/block', { chat: other }), 204);
    await ann.end();
  });

  alone('a chat of others cannot be blocked, nor told from none', async () => {
    const [ann, bob, cid] = await tagged(at.base, [], [], []);
    const chat = await meet(ann, bob);
    const replies = await Promise.all([chat, '999999', '0', '-1', '', 'x', `${chat} `, `0${chat}`, '99999999999999999999'].map((id) => cid.post('/api/block', { chat: id })));
    for (const reply of replies) {
      expect(reply, 404, 'not_found');
      assert.equal(reply.text, replies[0].text);
    }
    assert.equal((await ann.poll()).state, 'chatting');
    for (const chatId of [7, null, true, [], {}]) expect(await ann.post('/api/block', { chat: chatId }), 400, 'bad_request');
    expect(await ann.post('/api/block', {}), 400, 'bad_request');
    assert.equal((await ann.poll()).state, 'chatting');
    expect(await call(at.base, 'POST', '/api/block', { body: { chat } }), 401);
    await endAll([ann, bob, cid]);
  });

  alone('back in time: both chat again, and read so', () => inTime(at.base, async (cast) => {
    const [ann, bob] = await cast(['tea'], ['Tea']);
    const chat = await meet(ann, bob);
    await next(ann, { widen: true });
    const body = expect(await ann.post('/api/back'), 200);
    assert.equal(body.state, 'chatting');
    assert.notEqual(body.chat, chat);
    for (const [p, name, tag] of [[ann, 'P1', 'tea'], [bob, 'P0', 'Tea']]) {
      const matched = await p.until('matched');
      assert.deepEqual([matched.back, matched.again, matched.chat, matched.partner.name, matched.common], [true, undefined, body.chat, name, [tag]]);
    }
    // Once is enough: there is no further Next to take back.
    expect(await ann.post('/api/back'), 409, 'too_late');
    expect(await bob.post('/api/back'), 409, 'too_late');
    assert.equal((await ann.poll()).chat, body.chat);
  }));

  alone('back from a new chat: the new partner reads `left`', () => inTime(at.base, async (cast) => {
    const [ann, bob, cid] = await cast([], [], []);
    await meet(ann, bob);
    await cid.next();
    assert.equal((await ann.next()).state, 'chatting');
    expect(await ann.post('/api/back'), 200);
    assert.equal((await cid.until('left')).reason, 'next');
    assert.equal((await bob.until('matched')).back, true);
  }));

  alone('back to one who waits already', () => inTime(at.base, async (cast) => {
    const [ann, bob] = await cast(['tea'], ['tea']);
    await meet(ann, bob);
    const [eve] = await cast(['go']);
    await eve.next(); // while she waits, Bob does not take Ann again
    await ann.next();
    assert.equal((await bob.next()).state, 'waiting');
    expect(await ann.post('/api/back'), 200);
    assert.equal((await bob.until('matched')).back, true);
  }));

  alone('not back: nobody was left, the partner is taken, has gone, or is blocked', () => inTime(at.base, async (cast) => {
    const [ann, bob, cid] = await cast([], [], []);
    expect(await ann.post('/api/back'), 409, 'too_late');
    await meet(ann, bob);
    expect(await ann.post('/api/back'), 409, 'too_late');
    await ann.next();
    // Bob, who was left, cannot call Ann back.
    expect(await bob.post('/api/back'), 409, 'too_late');
    await ann.leave();
    await meet(bob, cid);
    expect(await ann.post('/api/back'), 409, 'partner_taken');
    assert.equal((await ann.poll()).state, 'idle');
    await bob.end();
    expect(await ann.post('/api/back'), 409, 'partner_taken');
    const chat = await meet(ann, cid);
    await ann.next();
    expect(await cid.post('/api/block', { chat }), 204);
    expect(await ann.post('/api/back'), 409, 'partner_taken');
    await ann.leave();
    // Who stops has not pressed Next.
    const [dan, eve] = await cast([], []);
    await meet(dan, eve);
    await dan.leave();
    expect(await dan.post('/api/back'), 409, 'too_late');
    expect(await call(at.base, 'POST', '/api/back', { body: {} }), 401);
  }));

  alone('back too late', async () => {
    const [ann, bob] = await tagged(at.base, [], []);
    await meet(ann, bob);
    await ann.next();
    const start = Date.now();
    const held = bob.hold(20); // he stays there
    await until(() => Date.now() - start > 5200, 'five seconds', 8000);
    expect(await ann.post('/api/back'), 409, 'too_late');
    held.drop();
    await endAll([ann, bob]);
  });

  test('wrong tags and languages, and a wrong widen: 400, and nothing is stored', async () => {
    const wrong = {
      'six tags': { tags: ['a', 'b', 'c', 'd', 'e', 'f'] },
      '25 characters': { tags: ['x'.repeat(25)] },
      '25 characters of three bytes': { tags: ['音'.repeat(25)] },
      'a number': { tags: ['a', 7] }, 'null within': { tags: [null] }, 'a list within': { tags: [['a']] }, 'an object within': { tags: [{}] },
      'no list': { tags: 'tea' }, 'an object': { tags: { 0: 'tea' } }, 'true': { tags: true }, 'zero': { tags: 0 },
      'a newline': { tags: ['a\nb'] }, 'a tab': { tags: ['a\tb'] }, 'DEL': { tags: ['\x7f'] }, 'C1': { tags: ['a\u0085'] },
      'an override': { tags: ['\u202ea'] }, 'a noncharacter': { tags: ['\ufffe'] },
      'lang a number': { lang: 7 }, 'lang a list': { lang: ['en'] }, 'lang empty': { lang: '' }, 'lang one letter': { lang: 'e' },
      'lang nine letters': { lang: 'abcdefghi' }, 'lang with an underscore': { lang: 'en_US' }, 'lang 中文': { lang: '中文' }, 'lang with space': { lang: ' en' },
    };
    for (const [name, members] of Object.entries(wrong)) {
      const reply = await call(at.base, 'POST', '/api/session', { body: { name: 'Ann', ...members } });
      assert.equal(reply.status, 400, `${name}: ${reply.text}`);
      assert.equal(reply.body.error.code, 'bad_request', name);
    }
    const start = Buffer.from('{"name":"Ann","tags":["');
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0xbd], [0xc0, 0xaf]]) {
      expect(await call(at.base, 'POST', '/api/session', { body: Buffer.concat([start, Buffer.from(bytes), Buffer.from('"]}')]) }), 400, 'bad_json');
    }
    expect(await call(at.base, 'POST', '/api/session', { body: '{"name":"Ann","tags":["\\u0000"]}' }), 400, 'bad_json');
    const many = JSON.stringify({ name: 'Ann', tags: Array.from({ length: 4000 }, () => '') });
    assert.deepEqual(expect(await call(at.base, 'POST', '/api/session', { body: many }), 201).tags, []);
    const ann = await Person.join(at.base);
    for (const widen of [1, 'true', [], {}]) expect(await ann.post('/api/next', { widen }), 400, 'bad_request');
    assert.equal((await ann.poll()).state, 'idle');
  });
});

// The worker that would have paired them is gone when their time comes.
inModes(['fcgi'], { workers: 2, env: { PARLEY_WIDEN_S: '3', PARLEY_FLUSH_MS: '200' } }, (at) => {
  test('new workers in between: those who wait are paired all the same', async () => {
    const two = await tagged(at.base, ['tea'], ['go']);
    for (const p of two) assert.equal((await next(p)).state, 'waiting');
    const before = await at.server.workerPids();
    process.kill(await at.server.pid(), 'SIGHUP');
    await until(async () => (await at.server.workerPids()).every((pid) => !before.includes(pid)), 'new workers', 10_000);
    assert.deepEqual(await common(...two), [[], []]);
    await endAll(two);
  });
});
