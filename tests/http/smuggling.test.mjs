// One request is one request, and is read by nginx as the handlers read it:
// whatever is sent, through the real nginx.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { expect, pair, Person } from './client.mjs';
import { echo } from './echo.mjs';
import { addresses, close, paths, smuggling } from './hostile.mjs';
import { exchange } from './raw.mjs';
import { patience } from './modes.mjs';
import { root, startServer } from './server.mjs';

const cases = [...smuggling, ...addresses,
  ...paths.map(([target, status]) => [`the path ${target}`, `GET ${target} HTTP/1.1\r\nHost: x\r\n${close}\r\n`, [status], status === 400 ? 0 : undefined])];

// What is wrong with how a front server treats a case; undefined: nothing.
async function fault(port, [name, bytes, statuses], options) {
  const { replies, rest } = await exchange(port, bytes, options);
  const got = replies.map((reply) => reply.status);
  if (got.join() !== statuses.join()) return `${name}: ${got.join() || 'no answer'} instead of ${statuses.join()}`;
  if (rest !== '') return `${name}: and something else: ${rest.slice(0, 100)}`;
  for (const reply of replies.filter((one) => one.status >= 400)) {
    if (!/^\{"error":\{"code":"\w+","message":"[^"]+"\}\}|^<!DOCTYPE html>/.test(reply.text)) return `${name}: no error of the contract: ${reply.text}`;
  }
  return undefined;
}

describe('whatever is sent', { concurrency: 8 }, () => {
  let server;
  let workers;
  before(async () => {
    server = await startServer({ env: patience });
    workers = await server.workerPids();
  });
  after(() => server.stop());

  for (const one of cases) {
    test(`${one[0]}: ${one[2]}`, async () => {
      const other = Person.join(server.base); // who comes at the same time
      assert.equal(await fault(server.port, one), undefined);
      await (await other).end();
    });
  }

  test('nothing of it reached another, and no worker has ended', async () => {
    const [ann, bob] = await pair(server.base);
    await ann.send('hello');
    assert.equal((await bob.until('message')).text, 'hello');
    assert.deepEqual(await server.workerPids(), workers);
  });

  test('on a connection that is kept the next request is read from its beginning', async () => {
    const ann = await Person.join(server.base);
    const own = `Host: x\r\nAuthorization: Bearer ${ann.token}\r\n`;
    const odd = `POST /api/leave HTTP/1.1\r\n${own}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x\r\n}\r\n0\r\nX: y\r\n\r\n`;
    const poll = `GET /api/poll?wait=0 HTTP/1.1\r\n${own}Content-Length: 9\r\n\r\nGET /evil`;
    const { replies } = await exchange(server.port, [odd, poll.slice(0, -4), poll.slice(-4), odd + poll]);
    assert.deepEqual(replies.map((reply) => reply.status), [200, 413, 200, 413]);
  });

  test('a header that stands there twice: the first counts, or none', async () => {
    const [ann, eve] = [await Person.join(server.base, 'Ann'), await Person.join(server.base, 'Eve')];
    const ask = async (headers, target = '/api/leave', body = '{}') => {
      const { replies } = await exchange(server.port, `POST ${target} HTTP/1.1\r\nHost: x\r\n${close}Content-Length: ${body.length}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${body}`);
      assert.equal(replies.length, 1);
      return replies[0];
    };
    const json = 'Content-Type: application/json';
    const [own, none] = [`Authorization: Bearer ${ann.token}`, `Authorization: Bearer ${'x'.repeat(43)}`];
    const two = await ask([json, own, none]);
    const turned = await ask([json, none, own]);
    assert.ok([200, 400].includes(two.status) && [400, 401].includes(turned.status), `${two.status} ${turned.status}`);
    assert.ok([200, 400].includes((await ask([json, `X-Parley-Token: ${ann.token}`, 'X-Parley-Token: x'])).status));
    assert.ok([400, 401].includes((await ask([json, 'X-Parley-Token: x', `X-Parley-Token: ${ann.token}`])).status));
    assert.ok([400, 415].includes((await ask(['Content-Type: x/y', json, own])).status));
    assert.ok([200, 400].includes((await ask([json, 'Content-Type: x/y', own])).status));
    assert.ok([400, 403].includes((await ask([json, own, 'Origin: http://evil', 'Origin: http://x'])).status));
    // Of several ways to say who one is the first that says something counts, and never the body's against it.
    assert.equal((await ask([json, own, 'X-Parley-Token: x'])).status, 200);
    const name = await ask([json, `X-Parley-Token: ${eve.token}`], '/api/session/end', JSON.stringify({ token: ann.token }));
    assert.equal(name.status, 204);
    expect(await eve.askPoll(), 401);
    expect(await ann.askPoll(), 200);
  });

  test('over-long everything: refused, in bounded time and memory', async () => {
    const line = (method, target, headers = '') => `${method} ${target} HTTP/1.1\r\nHost: x\r\n${close}${headers}\r\n`;
    const long = [
      ['a method', line('A'.repeat(9000), '/'), [400, 414]], ['a short word of a method', line('A'.repeat(40), '/api/stats'), [405]],
      ['an address', line('GET', `/api/${'a'.repeat(100000)}`), [414]], ['a path', line('GET', `/api/${'a'.repeat(1500)}`), [400]],
      ['a query', line('GET', `/api/poll?cursor=${'1'.repeat(1500)}`), [400]], ['a query of many', line('GET', `/api/poll?${'a&'.repeat(200)}`), [401]],
      ['a header', line('GET', '/api/stats', `X: ${'x'.repeat(100000)}\r\n`), [400]], ['a header\'s name', line('GET', '/api/stats', `${'x'.repeat(9000)}: y\r\n`), [400]],
      ['many headers', line('GET', '/api/stats', 'X: y\r\n'.repeat(20000)), [400]], ['some headers', line('GET', '/api/stats', 'X: y\r\n'.repeat(300)), [200]],
      ['a cookie', line('GET', '/api/stats', `Cookie: ${'x'.repeat(7000)}\r\n`), [200]], ['a token', line('GET', '/api/poll', `Authorization: Bearer ${'x'.repeat(7000)}\r\n`), [401]],
      ['a Host', line('GET', '/api/stats').replace('Host: x', `Host: ${'x'.repeat(7000)}`), [200, 400]], ['a version', `GET / HTTP/1.${'1'.repeat(5000)}\r\n\r\n`, [400, 414, 505]],
      ['a type', line('POST', '/api/leave', `Content-Type: ${'x'.repeat(7000)}\r\nContent-Length: 2\r\n`) + '{}', [415]],
      ['an origin', line('POST', '/api/leave', `Content-Type: application/json\r\nOrigin: http://x${'x'.repeat(7000)}\r\nContent-Length: 2\r\n`) + '{}', [403]],
      ['languages', line('GET', '/plain/', `Accept-Language: ${'en,'.repeat(2000)}\r\n`), [200]],
    ];
    for (const [name, bytes, statuses] of long) {
      const { replies } = await exchange(server.port, bytes);
      assert.equal(replies.length, 1, name);
      assert.ok(statuses.includes(replies[0].status), `${name}: ${replies[0].status}`);
    }
  });

  test('a body that never ends is cut off: 413', async () => {
    const reply = await new Promise((resolve, reject) => {
      const request = http.request(`${server.base}/api/send`, { method: 'POST', agent: false, headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } });
      let sent = 0;
      const more = setInterval(() => {
        sent += 8192;
        request.write(Buffer.alloc(8192, 'x'));
        if (sent > 1 << 20) reject(new Error('a megabyte was taken'));
      }, 5);
      request.on('error', () => {}).on('response', (response) => {
        clearInterval(more);
        resolve(response);
        response.resume();
        request.destroy();
      });
    });
    assert.equal(reply.statusCode, 413);
  });
});

// The names that handlers.conf hands on, and no others.
const passed = [...readFileSync(path.join(root, 'nginx/parley/handlers.conf'), 'utf8').matchAll(/^fastcgi_param (\w+)/gm)].map(([, name]) => name);

// What is wrong with what a handler got to see: sentences.
function strange({ env }) {
  const wrong = Object.keys(env).filter((name) => !passed.includes(name)).map((name) => `${name} is handed on`);
  for (const name of ['HTTP_PROXY', 'HTTP_COOKIE', 'HTTP_TRANSFER_ENCODING', 'HTTPS']) if (name in env) wrong.push(`${name} is there`);
  if (!/^\/(api|plain|healthz|metrics)(\/|$)/.test(env.PATH_INFO) || /\/\/|\/\.\.?(\/|$)/.test(env.PATH_INFO)) wrong.push(`the path ${env.PATH_INFO}`);
  if (/evil/.test(`${env.PATH_INFO} ${env.QUERY_STRING}`)) wrong.push(`a smuggled ${env.PATH_INFO}`);
  if (!/^[0-9a-f]{32}$/.test(env.REQUEST_ID)) wrong.push(`the id ${env.REQUEST_ID}`);
  if (env.REMOTE_ADDR !== '127.0.0.1') wrong.push(`the address ${env.REMOTE_ADDR}`);
  return wrong;
}

const liar = ['Proxy: http://evil.example', 'Request-Id: evil', 'Request_Id: evil', 'REQUEST_ID: evil', 'Remote-Addr: 6.6.6.6', 'Remote_Addr: 6.6.6.6',
  'Script-Name: /evil', 'Path-Info: /evil', 'HTTP_AUTHORIZATION: Bearer evil', 'X_Parley_Token: evil', 'X-Original-URL: /evil', 'X-Rewrite-URL: /evil',
  'X-HTTP-Method-Override: DELETE', 'Cookie: evil=1', 'Gateway-Interface: CGI/1.1', 'X-Accel-Redirect: /evil'].map((line) => `${line}\r\n`).join('');
const lies = [['headers that would be variables', `GET /api/stats HTTP/1.1\r\nHost: x\r\n${close}${liar}\r\n`, [200], 1]];

describe('what a handler gets to see', () => {
  let server;
  let stub;
  before(async () => {
    server = await startServer({ workers: 1 });
    stub = await echo(server);
  });
  after(async () => {
    stub?.close();
    await server.stop();
  });

  for (const [name, bytes, , count] of [...cases, ...lies]) {
    test(`${name}: ${count ?? 'at most 1'}`, async () => {
      stub.requests.length = 0;
      await exchange(server.port, bytes, { quiet: 80 });
      if (count === undefined) assert.ok(stub.requests.length <= 1);
      else assert.equal(stub.requests.length, count);
      for (const request of stub.requests) {
        assert.deepEqual(strange(request), []);
        assert.equal(request.env.HTTP_AUTHORIZATION ?? request.env.HTTP_X_PARLEY_TOKEN, undefined);
        assert.equal(request.body.length, Number(request.env.CONTENT_LENGTH ?? 0));
      }
    });
  }
});

describe('these tests notice', () => {
  test('a front server that believes a length and chunks at once', async () => {
    const naive = http.createServer({ insecureHTTPParser: true, requireHostHeader: false }, (request, response) => {
      request.resume().on('end', () => response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"code":"x","message":"y"}}'));
    });
    await new Promise((resolve) => { naive.listen(0, '127.0.0.1', resolve); });
    const found = await Promise.all(smuggling.map((one) => fault(naive.address().port, one, { ms: 1000 })));
    naive.closeAllConnections();
    naive.close();
    assert.match(found[0], /a length and chunks: chunks are more: 401/);
    assert.ok(found.filter(Boolean).length > 5, found.join('\n'));
  });

  const broken = {
    'httpoxy': [(text) => text.replace(/^fastcgi_param REQUEST_METHOD/m, 'fastcgi_param HTTP_PROXY $http_proxy if_not_empty;\n$&'), lies[0][1], /HTTP_PROXY is/],
    'a path as it was typed': [(text) => text.replace('PATH_INFO $uri', 'PATH_INFO $request_uri'), `GET /api/x/../stats HTTP/1.1\r\nHost: x\r\n${close}\r\n`, /the path/],
  };
  for (const [name, [edit, bytes, wanted]] of Object.entries(broken)) {
    test(`an nginx that hands on ${name}`, async () => {
      const server = await startServer({ workers: 1 });
      const stub = await echo(server);
      try {
        await exchange(server.port, bytes);
        assert.deepEqual(strange(stub.requests.at(-1)), []);
        await server.editNginx(edit);
        await exchange(server.port, bytes);
        assert.match(strange(stub.requests.at(-1)).join(), wanted);
      } finally {
        stub.close();
        await server.stop();
      }
    });
  }
});
