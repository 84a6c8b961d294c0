// POST /api/session, POST /api/session/end, and the three ways to carry a token.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, expect, pair, Person } from './client.mjs';
import { both, inModes } from './modes.mjs';

// A server of its own: nobody else begins a session meanwhile.
inModes(both, {}, (at) => {
  test('looking at the pages begins no session', async () => {
    const count = async () => Number(/^parley_sessions_total (\d+)$/m.exec((await call(at.base, 'GET', '/metrics')).text)?.[1]);
    await Person.join(at.base);
    const before = await count();
    assert.ok(before > 0);
    for (const target of ['/', '/plain/', '/link.html', '/api/stats', '/api/session', '/api/poll']) await call(at.base, 'GET', target);
    assert.equal(await count(), before);
    await Person.join(at.base);
    assert.equal(await count(), before + 1);
  });
});

inModes(both, {}, (at) => {
  test('a new session: 201, a token, an id that is a string, the name trimmed', async () => {
    const reply = await call(at.base, 'POST', '/api/session', { body: { name: '  Ann   Lee ' } });
    const body = expect(reply, 201);
    assert.deepEqual(Object.keys(body).sort(), ['cursor', 'hold', 'id', 'name', 'tags', 'token']);
    assert.match(body.token, /^[A-Za-z0-9_-]{43}$/);
    assert.match(body.id, /^[1-9][0-9]*$/);
    assert.equal(body.name, 'Ann Lee');
    assert.equal(body.cursor, 0);
    assert.equal(body.hold, at.mode === 'cgi' ? 5 : 25);
  });

  test('every session is another one', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => Person.join(at.base)));
    assert.equal(new Set(people.map((p) => p.token)).size, 10);
    assert.equal(new Set(people.map((p) => p.id)).size, 10);
  });

  test('the headers of an answer: JSON, no-store, nosniff, no address of anybody', async () => {
    for (const reply of [
      await call(at.base, 'POST', '/api/session', { body: { name: 'Ann' } }),
      await call(at.base, 'POST', '/api/session', { body: { name: '' } }),
      await call(at.base, 'GET', '/api/stats'),
    ]) {
      assert.match(reply.headers['content-type'], /^application\/json(; charset=utf-8)?$/);
      assert.equal(reply.headers['cache-control'], 'no-store');
      assert.equal(reply.headers['x-content-type-options'], 'nosniff');
      assert.equal(reply.headers['referrer-policy'], 'no-referrer');
      assert.match(reply.headers['content-security-policy'], /default-src 'none'/);
      assert.equal(reply.headers['set-cookie'], undefined);
      assert.equal(Number(reply.headers['content-length']), Buffer.byteLength(reply.text));
    }
  });

  test('names: 40 characters of any script, counted as characters', async () => {
    for (const name of ['x'.repeat(40), 'é'.repeat(40), '😀'.repeat(40), '小明', 'א', "<b>&'\"\\", '👨‍👩‍👧']) {
      const body = expect(await call(at.base, 'POST', '/api/session', { body: { name } }), 201);
      assert.equal(body.name, name);
    }
    const cleaned = { '\ufeffAnn\u{e0041}': 'Ann', 'A\u00adn\u200bn': 'Ann', [`Zo${'\u0301'.repeat(30)}`]: `Zo${'\u0301'.repeat(4)}` };
    for (const [name, kept] of Object.entries(cleaned)) {
      const body = expect(await call(at.base, 'POST', '/api/session', { body: { name, tags: [name] } }), 201);
      assert.deepEqual([body.name, body.tags], [kept, [kept]]);
    }
  });

  test('names that cannot be: 400', async () => {
    const names = ['', ' ', '\u200b', 'x'.repeat(41), '😀'.repeat(41), 'a\u0007b', 'a\tb', 'a\u007f', 'a\u0085b',
      'a\u202eb', 'a\u2066b', 7, true, [], {}, null];
    for (const name of names) expect(await call(at.base, 'POST', '/api/session', { body: { name } }), 400, 'bad_request');
    expect(await call(at.base, 'POST', '/api/session', { body: {} }), 400, 'bad_request');
    expect(await call(at.base, 'POST', '/api/session'), 400, 'bad_request');
  });

  test('unknown members are ignored', async () => {
    expect(await call(at.base, 'POST', '/api/session', { body: { name: 'Ann', Name: 1, x: [{}] } }), 201);
  });

  test('the token: Authorization, X-Parley-Token, or in the body', async () => {
    const ann = await Person.join(at.base);
    const plain = (options) => call(at.base, 'POST', '/api/leave', { body: {}, ...options });
    expect(await plain({ headers: { authorization: `Bearer ${ann.token}` } }), 200);
    expect(await plain({ headers: { authorization: `bearer  ${ann.token}` } }), 200);
    expect(await plain({ headers: { 'x-parley-token': ann.token } }), 200);
    expect(await plain({ body: { token: ann.token } }), 200);
    // Another scheme is the site's own lock, and no token.
    expect(await plain({ headers: { authorization: 'Basic eDp5', 'x-parley-token': ann.token } }), 200);
    // A beacon cannot set headers and sends text.
    expect(await plain({ body: JSON.stringify({ token: ann.token }), headers: { 'content-type': 'text/plain;charset=UTF-8' } }), 200);
    expect(await call(at.base, 'GET', '/api/poll?cursor=0&wait=0', { headers: { 'x-parley-token': ann.token } }), 200);
  });

  test('no token, or none of ours: 401', async () => {
    const { token } = await Person.join(at.base);
    const flipped = (token[0] === 'A' ? 'B' : 'A') + token.slice(1);
    const forged = ['', 'x', flipped, token.slice(0, 42), `${token}A`, token.repeat(20), `${token}=`, `${token} x`,
      token.toLowerCase() === token ? 'x' : token.toLowerCase(), "' OR 1=1 --", '%00'];
    for (const value of forged) {
      for (const headers of [{ authorization: `Bearer ${value}` }, { 'x-parley-token': value }]) {
        expect(await call(at.base, 'POST', '/api/next', { body: {}, headers }), 401, 'no_session');
        expect(await call(at.base, 'GET', '/api/poll', { headers }), 401, 'no_session');
      }
      expect(await call(at.base, 'POST', '/api/next', { body: { token: value } }), 401, 'no_session');
    }
    for (const value of [7, null, [token], { token }]) {
      expect(await call(at.base, 'POST', '/api/next', { body: { token: value } }), 401, 'no_session');
    }
    expect(await call(at.base, 'GET', `/api/poll?token=${token}`), 401, 'no_session');
  });

  test('the end of a session: 204 without a body, and 401 from then on', async () => {
    const [ann, bob] = await pair(at.base);
    const reply = await ann.post('/api/session/end');
    assert.equal(reply.status, 204);
    assert.equal(reply.text, '');
    for (const path of ['/api/next', '/api/leave', '/api/session/end']) expect(await ann.post(path), 401, 'no_session');
    expect(await ann.post('/api/send', { text: 'x' }), 401, 'no_session');
    expect(await ann.askPoll(), 401, 'no_session');
    assert.equal((await bob.until('left')).reason, 'left');
  });

  test('unload must be true or false', async () => {
    const ann = await Person.join(at.base);
    for (const unload of [1, 'true', [], {}]) expect(await ann.post('/api/session/end', { unload }), 400, 'bad_request');
    await ann.poll();
  });

  test('a held poll learns that its session has ended: 401', async () => {
    // Whichever worker holds it, long before its time.
    const people = await Promise.all(Array.from({ length: 8 }, () => Person.join(at.base)));
    const began = Date.now();
    const held = people.map((person) => person.hold(50));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await Promise.all(people.map((person) => person.end()));
    for (const { answer } of held) expect(await answer, 401, 'no_session');
    assert.ok(at.mode === 'cgi' || Date.now() - began < 20_000, `after ${Date.now() - began} ms`);
  });
});
