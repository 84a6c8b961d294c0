// A page of another site can make its visitors' browsers write to nobody here;
// ours can, in every way they write. Through FastCGI and CGI.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alone, call, expect, pair, Person, until } from './client.mjs';
import { both, inModes } from './modes.mjs';
import { startServer } from './server.mjs';
import { Page } from './plain.mjs';

// What browsers say of a page that is not ours.
const foreign = {
  'another site': { origin: 'https://evil.example' },
  'a name that begins like ours': { origin: 'http://127.0.0.1.evil.example' },
  'another port': { origin: 'http://127.0.0.1:1' },
  'a path behind it': (base) => ({ origin: `${base}/` }),
  'no scheme': (base) => ({ origin: base.slice('http://'.length) }),
  'ours behind another': (base) => ({ origin: `https://evil.example, ${base}` }),
  'nonsense': { origin: '://;,' },
  'only the browser tells: cross-site': { 'sec-fetch-site': 'cross-site' },
  'only the browser tells: same-site': { 'sec-fetch-site': 'same-site' },
  'the browser contradicts the page': (base) => ({ origin: base, 'sec-fetch-site': 'cross-site' }),
  'a word nobody knows': { 'sec-fetch-site': 'sideways' },
};
const headersOf = (which, base) => (typeof which === 'function' ? which(base) : which);

// All that writes, with a body that would do.
const writes = [
  ['/api/session', { name: 'Eve' }], ['/api/next', {}], ['/api/back', {}], ['/api/leave', {}], ['/api/send', { text: 'x' }],
  ['/api/typing', { on: true }], ['/api/seen', { seq: 1 }], ['/api/receipts', { on: false }], ['/api/retract', { id: '1' }],
  ['/api/block', { chat: '1' }], ['/api/session/end', {}], ['/api/image', Buffer.from('GIF89a')],
];

inModes(both, {}, (at) => {
  test('of another site\'s page nothing that writes is taken, token or no token', async () => {
    const [ann, bob] = await pair(at.base);
    const some = at.mode === 'fcgi' ? writes : writes.slice(0, 5); // a process each
    for (const [name, which] of Object.entries(foreign)) {
      for (const [path, body] of some) {
        const reply = await ann.post(path, body, { headers: headersOf(which, at.base) });
        assert.equal(reply.status, 403, `${name}, ${path}: ${reply.text}`);
        expect(reply, 403, 'origin');
      }
    }
    // And nothing was done.
    const said = await bob.poll();
    assert.deepEqual([said.events, said.state, said.partner.name], [[], 'chatting', 'Ann']);
    await ann.send('still here');
    assert.equal((await bob.until('message')).text, 'still here');
  });

  test('"null" is no page of ours, but for a beacon that knows its token', async () => {
    const ann = await Person.join(at.base);
    const headers = { origin: 'null' };
    for (const [path, body] of writes.slice(0, 5)) expect(await ann.post(path, body, { headers }), 403, 'origin');
    const text = { ...headers, 'content-type': 'text/plain;charset=UTF-8' };
    const eve = (headers) => call(at.base, 'POST', '/api/session', { body: { name: 'Eve' }, headers });
    expect(await eve(text), 403, 'origin');
    expect(await eve({ 'content-type': 'text/plain' }), 415, 'wrong_type'); // a form could send that
    expect(await call(at.base, 'POST', '/api/session/end', { body: {}, headers: text }), 401, 'no_session');
    expect(await call(at.base, 'POST', '/api/session/end', { body: { token: ann.token }, headers: { ...text, 'sec-fetch-site': 'cross-site' } }), 403, 'origin');
    expect(await ann.askPoll(), 200);
    expect(await call(at.base, 'POST', '/api/session/end', { body: { token: ann.token }, headers: text }), 204);
    expect(await ann.askPoll(), 401, 'no_session');
  });

  test('our own page, and what is no browser, may write', async () => {
    const ann = await Person.join(at.base);
    const own = [{ origin: at.base }, { origin: at.base.toUpperCase().replace('HTTP', 'http') }, {}, { origin: '' },
      { origin: at.base, 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' },
      { origin: 'https://chat.example.org', host: 'chat.example.org' }, // TLS ended before nginx
      { origin: 'https://chat.example.org', host: 'chat.example.org:443' }];
    for (const headers of own) expect(await ann.post('/api/leave', {}, { headers }), 200);
    expect(await ann.post('/api/leave', {}, { headers: { origin: 'https://chat.example.org', host: 'chat.example.org:80' } }), 403, 'origin');
  });

  test('reading asks for no origin, and no other site is told what was read', async () => {
    const ann = await Person.join(at.base);
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const preflight = { ...headers, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    const replies = [await ann.call('GET', '/api/poll?wait=0', { headers }), await call(at.base, 'GET', '/api/stats', { headers }),
      await call(at.base, 'GET', '/', { headers }), await call(at.base, 'GET', '/js/main.js', { headers }),
      await call(at.base, 'GET', '/plain/', { headers }), await call(at.base, 'OPTIONS', '/api/send', { headers: preflight }),
      await call(at.base, 'OPTIONS', '/', { headers: preflight })];
    for (const reply of replies) {
      assert.equal(Object.keys(reply.headers).find((name) => /^access-control-|^timing-allow/.test(name)), undefined);
    }
    assert.deepEqual(replies.map((reply) => reply.status), [200, 200, 200, 200, 200, 405, 405]);
  });

  test('the forms of /plain/: ours say "null", another site\'s are refused', () => alone(at.base, async () => {
    const page = await Page.begin(at.base, 'Pat');
    const fields = await page.form_of('stop');
    for (const [name, which] of Object.entries(foreign)) {
      const reply = await page.post('stop', fields, { headers: headersOf(which, at.base) });
      assert.equal(reply.status, 403, name);
      assert.match(reply.text, /^<!DOCTYPE html>[^]*role="alert"/);
    }
    assert.equal((await page.post('stop', fields, { headers: { origin: 'null', 'sec-fetch-site': 'same-origin' } })).status, 303);
    const old = await page.form_of('next');
    assert.equal((await page.post('next', old, { headers: { origin: 'null' } })).status, 303);
    const refused = await call(at.base, 'POST', '/plain/', { body: 'name=Eve', headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' } });
    assert.equal(refused.status, 403);
    assert.equal((await page.press('stop')).status, 303);
  }));
});

// The negative control: these tests would notice if nginx kept it to itself.
test('where nginx does not hand on who asks, another site could write', async () => {
  const server = await startServer({ workers: 1 });
  try {
    const eve = () => call(server.base, 'POST', '/api/session', { body: { name: 'Eve' }, headers: { origin: 'https://evil.example' } });
    expect(await eve(), 403, 'origin');
    await server.editNginx((text) => text.replace(/^fastcgi_param HTTP_ORIGIN .*$/m, ''));
    await until(async () => (await eve()).status === 201, 'the broken nginx lets another site write');
  } finally {
    await server.stop();
  }
});
