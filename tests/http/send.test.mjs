// POST /api/send: durable, once, in order; the nonce; the chat; the backlog.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { expect, pair, Person } from './client.mjs';
import { both, inModes } from './modes.mjs';

const texts = (body) => body.events.filter((e) => e.type === 'message').map((e) => e.text);

inModes(both, { workers: 4 }, (at) => {
  test('200 {id, at}; the partner reads it, the sender does not', async () => {
    const [ann, bob] = await pair(at.base);
    const body = await ann.send('hi', { nonce: 'n1', chat: ann.chat });
    assert.deepEqual(Object.keys(body).sort(), ['at', 'id']);
    assert.match(body.id, /^[1-9][0-9]*$/);
    assert.ok(Math.abs(body.at - Date.now()) < 30_000);
    const message = await bob.until('message');
    assert.deepEqual([message.id, message.at, message.text], [body.id, body.at, 'hi']);
    assert.deepEqual((await ann.poll()).events, []);
  });

  test('order is the order of the answers', async () => {
    const [ann, bob] = await pair(at.base);
    for (let i = 0; i < 25; i++) await ann.send(`m${i}`);
    assert.deepEqual(texts(await bob.poll()), Array.from({ length: 25 }, (_, i) => `m${i}`));
  });

  test('texts of 2000 characters, and all that may stand in one, arrive as they are', async () => {
    const [ann, bob] = await pair(at.base);
    const all = ['x'.repeat(2000), '€'.repeat(2000), '😀'.repeat(2000), '\ttab\nline', '"\\/\u2028\u2029</script>&amp;',
      'א\u200fב', 'می\u200cخواهم', '👩‍👩‍👧', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}', '\ufffd', '0', 'null', ' x ', 'e\u0301'];
    for (const text of all) await ann.send(text);
    // As languages write JSON that know nothing but ASCII: 24 KB.
    expect(await ann.call('POST', '/api/send', { body: `{"text":"${'\\ud83d\\ude00'.repeat(2000)}"}` }), 200);
    all.push('😀'.repeat(2000));
    while (bob.events.length < all.length) await bob.poll({ wait: 5 });
    assert.deepEqual(bob.events.map((e) => e.text), all);
  });

  test('what turns text around, hides in it or piles up is removed, and not counted', async () => {
    const [ann, bob] = await pair(at.base);
    const all = { '\u202eabc\u2066': 'abc', '\ufeffbom': 'bom', 'x\u{e0041}\u206a': 'x', 'a\ufe0f\ufe0f': 'a\ufe0f',
      [`Z${'\u0301'.repeat(50)}o`]: `Z${'\u0301'.repeat(4)}o`, [`${'\u202e'.repeat(1000)}${'y'.repeat(2000)}`]: 'y'.repeat(2000) };
    for (const text of Object.keys(all)) await ann.send(text);
    for (const text of ['\u202e', '\ufeff', '\u200b \u200d', '\u{e0041}']) {
      expect(await ann.post('/api/send', { text }), 400, 'bad_request');
    }
    const nonce = 'again';
    assert.deepEqual(await ann.send('\u202eonce', { nonce }), await ann.send('\u202eonce', { nonce }));
    while (bob.events.length <= Object.keys(all).length) await bob.poll({ wait: 5 });
    assert.deepEqual(bob.events.map((e) => e.text), [...Object.values(all), 'once']);
  });

  test('texts that cannot be: 400, and nothing is stored', async () => {
    const [ann, bob] = await pair(at.base);
    const all = ['', ' ', '\n\t', '\u2003', 'x'.repeat(2001), '😀'.repeat(2001), 'a\u0001', 'a\u001bb', 'a\r\nb', 'a\u007f',
      'a\u009bb', 7, 1.5, true, null, [], ['x'], {}, { text: 'x' }];
    for (const text of all) expect(await ann.post('/api/send', { text }), 400, 'bad_request');
    expect(await ann.post('/api/send', {}), 400, 'bad_request');
    expect(await ann.post('/api/send'), 400, 'bad_request');
    assert.deepEqual((await bob.poll()).events, []);
  });

  test('a nonce has 1 to 64 printable ASCII characters', async () => {
    const [ann, bob] = await pair(at.base);
    for (const nonce of ['', 'x'.repeat(65), 'a b', 'é', 'a\n', '\u007f', 7, true, [], {}]) {
      expect(await ann.post('/api/send', { text: 'x', nonce }), 400, 'bad_request');
    }
    for (const nonce of ['!', '~'.repeat(64)]) await ann.send('x', { nonce });
    await ann.send('x', { nonce: null }); // null is as good as absent
    assert.deepEqual(texts(await bob.poll()), ['x', 'x', 'x']);
  });

  test('a repeated nonce is answered as the first time and stores nothing', async () => {
    const [ann, bob] = await pair(at.base);
    const first = await ann.send('once', { nonce: 'n' });
    assert.deepEqual(await ann.send('once', { nonce: 'n' }), first);
    assert.deepEqual(await ann.send('another text', { nonce: 'n' }), first);
    assert.notDeepEqual((await ann.send('twice', { nonce: 'N' })).id, first.id);
    assert.deepEqual(texts(await bob.poll()), ['once', 'twice']);
    // It is the sender's own: the partner may use the same.
    const his = await bob.send('mine', { nonce: 'n' });
    assert.notEqual(his.id, first.id);
  });

  test('without a nonce every send is another message', async () => {
    const [ann, bob] = await pair(at.base);
    await ann.send('same');
    await ann.send('same');
    assert.deepEqual(texts(await bob.poll()), ['same', 'same']);
  });

  test('a nonce is still known when the chat is over, or another has begun', async () => {
    const [ann, bob] = await pair(at.base);
    const first = await ann.send('bye', { nonce: 'last', chat: ann.chat });
    await bob.leave();
    assert.deepEqual(await ann.send('bye', { nonce: 'last', chat: ann.chat }), first);
    await ann.leave();
    assert.deepEqual(await ann.send('bye', { nonce: 'last' }), first);
  });

  test('one nonce sent many times at once, on connections of their own: one message', async () => {
    const [ann, bob] = await pair(at.base);
    for (let round = 0; round < 5; round++) {
      const all = await Promise.all(Array.from({ length: at.mode === 'cgi' ? 4 : 12 }, async () => {
        const agent = new http.Agent();
        return expect(await ann.post('/api/send', { text: `r${round}`, nonce: `r${round}` }, { agent }), 200);
      }));
      assert.equal(new Set(all.map((body) => `${body.id} ${body.at}`)).size, 1);
    }
    assert.deepEqual(texts(await bob.poll()), ['r0', 'r1', 'r2', 'r3', 'r4']);
  });

  test('in no chat: 409', async () => {
    const ann = await Person.join(at.base);
    expect(await ann.post('/api/send', { text: 'x' }), 409, 'not_chatting');
    expect(await ann.post('/api/send', { text: 'x', chat: '1' }), 409, 'chat_over');
  });

  test('a chat that is not the one: 409; a chat that is no id: 400', async () => {
    const [ann, bob] = await pair(at.base);
    for (const chat of ['', '0', '-1', ` ${ann.chat}`, `${ann.chat} `, `0${ann.chat}`, `+${ann.chat}`, `${ann.chat}.0`, 'x',
      String(Number(ann.chat) + 1), '9'.repeat(60)]) {
      expect(await ann.post('/api/send', { text: 'x', chat }), 409, 'chat_over');
    }
    for (const chat of [Number(ann.chat), true, [ann.chat], {}]) {
      expect(await ann.post('/api/send', { text: 'x', chat }), 400, 'bad_request');
    }
    assert.deepEqual((await bob.poll()).events, []);
  });

  test('other methods: 405, and which is allowed', async () => {
    const ann = await Person.join(at.base);
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
      const reply = await ann.call(method, '/api/send');
      expect(reply, 405, 'method_not_allowed');
      assert.equal(reply.headers.allow, 'POST');
      assert.equal(reply.headers['cache-control'], 'no-store');
    }
  });
});

inModes(['fcgi'], { env: { PARLEY_BACKLOG_MAX: '20' } }, (at) => {
  test('a partner who does not read: 429 backlog_full with Retry-After, until it reads again', async () => {
    const [ann, bob] = await pair(at.base);
    let reply, n = 0;
    do reply = await ann.post('/api/send', { text: `m${n}`, nonce: `m${n}` });
    while (reply.status === 200 && ++n < 100);
    expect(reply, 429, 'backlog_full');
    assert.ok(Number(reply.headers['retry-after']) >= 1);
    assert.ok(n >= 17 && n <= 20, `${n} messages`);
    // Typing is no message: it is dropped, and no error.
    await ann.typing(true);
    expect(await ann.post('/api/send', { text: 'm0', nonce: 'm0' }), 200);
    await bob.poll();
    await bob.poll();
    for (let tries = 0; ; tries++) {
      reply = await ann.post('/api/send', { text: `m${n}`, nonce: `m${n}` });
      if (reply.status === 200 || tries === 50) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(reply, 200);
    await bob.poll();
    assert.deepEqual(texts(bob), Array.from({ length: n + 1 }, (_, i) => `m${i}`));
  });
});
