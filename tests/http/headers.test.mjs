// Every answer there is says how it may be used: each route of the program's own
// table, each file, each error, nginx's own errors and redirects included.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bin, inFolder } from '../faults/bare.mjs';
import { expect, pair, until } from './client.mjs';
import { echo } from './echo.mjs';
import { both, inModes } from './modes.mjs';
import { Page } from './plain.mjs';
import { exchange, header } from './raw.mjs';
import { faults, routes } from './safe.mjs';
import { root, startServer } from './server.mjs';

const GIF = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');

// One request as it stands; its answer, which must be a whole and the only one.
async function ask(server, method, target, headers = {}, body = '') {
  const lines = Object.entries({ Host: `127.0.0.1:${server.port}`, Connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  if (body.length) lines.push(`Content-Length: ${body.length}\r\n`);
  return only(await exchange(server.port, Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`), Buffer.from(body)])), target);
}

function only({ replies, rest }, what) {
  assert.equal(replies.length, 1, `${what}: ${replies.length} answers, and ${rest.slice(0, 200)}`);
  return replies[0];
}

const files = (folder = 'www') => readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) =>
  (entry.isDirectory() ? files(`${folder}/${entry.name}`) : `${folder}/${entry.name}`.slice('www'.length)));

function complain(wrong) {
  assert.equal(wrong.length, 0, `${wrong.length} headers are not as they must be:\n${wrong.slice(0, 20).join('\n')}`);
}

// All routes with a session, without one, by a wrong method, and from another
// site's page; some succeed, and all have their headers. Answers the statuses.
async function crawl(server, mode) {
  const [ann, bob] = await pair(server.base);
  const picture = expect(await ann.post('/api/image', GIF), 200).url.split('/').pop();
  const page = await Page.begin(server.base, 'Pat');
  const wrong = [];
  const statuses = new Set();
  const note = async (reply, target) => {
    statuses.add((await reply).status);
    wrong.push(...faults(await reply, target));
  };
  for (const route of routes()) {
    const target = route.path.replace('*', route.path.startsWith('/plain/') ? page.key : picture);
    const json = { 'Content-Type': target.startsWith('/plain/') ? 'application/x-www-form-urlencoded' : 'application/json' };
    const known = { ...json, Authorization: `Bearer ${bob.token}` };
    const body = route.method === 'POST' ? { '/api/session': '{"name":"x"}', '/api/send': '{"text":"x"}', '/api/receipts': '{"on":true}' }[target] ?? '{}' : '';
    await note(ask(server, route.method, target + (target === '/api/poll' ? '?wait=0' : ''), json, body), target);
    await note(ask(server, 'BREW', target, known, body), target);
    if (mode !== 'cgi') for (const method of ['HEAD', 'OPTIONS']) await note(ask(server, method, target, known), target); // a process each
    if (route.method === 'POST') await note(ask(server, 'POST', target, { ...known, Origin: 'https://evil.example' }, body), target);
    if (route.method === 'POST') await note(ask(server, 'POST', target, { ...known, 'Content-Type': 'x/y' }, body), target);
    if (mode === 'cgi' && !/^\/api\/(send|poll|stats|session|receipts)$/.test(target)) continue; // a process each
    await note(ask(server, route.method, target + (target === '/api/poll' ? '?wait=0' : ''), known, body), target);
  }
  for (const target of ['/api/', '/api/none', '/plain/none', '/plain/a/b/c', '/api/poll?wait=x', '/api/poll?wait=-1&wait=2']) {
    await note(ask(server, 'GET', target, { Authorization: `Bearer ${ann.token}` }), target);
  }
  await note(ask(server, 'POST', '/plain/carry', { 'Content-Type': 'application/x-www-form-urlencoded' }, `token=${ann.token}`), '/plain/carry');
  complain(wrong);
  return [...statuses].sort();
}

inModes(both, {}, (at) => {
  test('every route, whatever it answers', async () => {
    const statuses = await crawl(at.server, at.mode);
    for (const wanted of [200, 201, 204, 303, 400, 401, 403, 404, 405, 415]) assert.ok(statuses.includes(wanted), `${wanted} of ${statuses}`);
  });
});

describe('what nginx answers by itself', () => {
  let server;
  before(async () => { server = await startServer({ workers: 1 }); });
  after(() => server.stop());

  test('every file of the page, anew, unchanged, and missing', async () => {
    const all = files();
    assert.ok(all.length > 20);
    const wrong = [];
    for (const target of ['/', ...all, ...all.map((file) => `${file}?v=1`)]) {
      const reply = await ask(server, 'GET', target);
      assert.equal(reply.status, 200, target);
      const again = await ask(server, 'GET', target, { 'If-None-Match': header(reply, 'etag') });
      assert.equal(again.status, 304, target);
      wrong.push(...faults(reply, target), ...faults(again, target), ...faults(await ask(server, 'HEAD', `${target.split('?')[0]}x`), '/x'));
    }
    complain(wrong);
  });

  // What only documents obey is left out where the browser says that it is none.
  test('a file as a part of the page, and by itself', async () => {
    const documents = ['cross-origin-opener-policy', 'permissions-policy', 'referrer-policy'];
    for (const target of ['/js/main.js', '/css/base.css', '/lang/en.js']) {
      for (const [dest, has] of [['script', false], ['style', false], ['document', true], ['iframe', true], ['scripts', true], ['', true]]) {
        const reply = await ask(server, 'GET', target, { 'Sec-Fetch-Dest': dest });
        assert.deepEqual(documents.filter((name) => header(reply, name) !== undefined), has ? documents : [], `${target} for ${dest}`);
        assert.equal(header(reply, 'x-content-type-options'), 'nosniff');
      }
    }
  });

  const host = 'Host: x\r\nConnection: close\r\n';
  const post = (target, headers, body = '') => `POST ${target} HTTP/1.1\r\n${host}Content-Type: application/json\r\n${headers}\r\n${body}`;
  const own = {
    'no HTTP at all': ['HELLO\r\n\r\n', 400],
    'no Host': ['GET / HTTP/1.1\r\n\r\n', 400],
    'two lengths': [post('/api/leave', 'Content-Length: 2\r\nContent-Length: 2\r\n', '{}'), 400],
    'a path above the root': [`GET /../x HTTP/1.1\r\n${host}\r\n`, 400],
    'an address too long': [`GET /${'x'.repeat(9000)} HTTP/1.1\r\n${host}\r\n`, 414],
    'an address too long, a page\'s': [`GET /plain/${'x'.repeat(9000)} HTTP/1.1\r\n${host}\r\n`, 414],
    'a header too large': [`GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(9000)}\r\n\r\n`, 400],
    'too many headers': [`GET / HTTP/1.1\r\n${host}${`X: ${'x'.repeat(1000)}\r\n`.repeat(50)}\r\n`, 400],
    'an unknown coding': [post('/api/leave', 'Transfer-Encoding: gzip\r\n'), 501],
    'another HTTP': [`GET / HTTP/3.0\r\n${host}\r\n`, 505],
    'TRACE': [`TRACE / HTTP/1.1\r\n${host}\r\n`, 405],
    'a method that is none': [`BREW / HTTP/1.1\r\n${host}\r\n`, 405],
    'a method that is none, of a file': [`BREW /js/main.js HTTP/1.1\r\n${host}\r\n`, 405],
    'a body too large': [post('/api/send', 'Content-Length: 99999\r\n'), 413],
    'a picture too large': [post('/api/image', 'Content-Length: 99999999\r\n'), 413],
    'a page\'s body too large': [post('/plain/', 'Content-Length: 99999\r\n'), 413],
    'a body too large for a file': [`GET / HTTP/1.1\r\n${host}Content-Length: 99999\r\n\r\n`, 413],
    'a condition that fails': [`GET / HTTP/1.1\r\n${host}If-Match: "x"\r\n\r\n`, 412],
    'a condition that fails, of a file': [`GET /js/main.js HTTP/1.1\r\n${host}If-Unmodified-Since: Mon, 01 Jan 1990 00:00:00 GMT\r\n\r\n`, 412],
    'a part there is not': [`GET /js/main.js HTTP/1.1\r\n${host}Range: bytes=9999999-\r\n\r\n`, 200],
    'a redirect': [`GET /plain HTTP/1.1\r\n${host}\r\n`, 301],
    'nothing': [`GET /api HTTP/1.1\r\n${host}\r\n`, 404],
    'a folder': [`GET /js/ HTTP/1.1\r\n${host}\r\n`, 404],
    'an error\'s own address': [`GET /-/error HTTP/1.1\r\n${host}\r\n`, 404],
    'HTTP/1.0 without a name': ['GET /api/stats HTTP/1.0\r\n\r\n', 200],
  };
  for (const [name, [bytes, status]] of Object.entries(own)) {
    test(`${name}: ${status}`, async () => {
      const reply = only(await exchange(server.port, bytes), name);
      assert.equal(reply.status, status);
      complain(faults(reply, bytes.split(' ')[1] ?? '/'));
      if (status >= 400) assert.match(reply.text, /^\{"error":\{"code":"\w+","message":"[^"]+"\}\}\n$|^<!DOCTYPE html>[^]*<\/html>\n$/);
    });
  }

  test('HTTP/0.9, which has no headers, is not answered', async () => {
    for (const line of ['GET /\r\n', 'GET /api/stats\r\n', 'GET /api/stats \r\n', 'POST /api/session\r\n']) {
      const { replies, rest, closed } = await exchange(server.port, line);
      assert.deepEqual([replies.length, rest, closed], [0, '', true], line);
    }
  });
});

test('too many, no worker, a dead and a silent one: 429 and 503', async () => {
  const server = await startServer({ limits: 'on', workers: 1 });
  let stub;
  try {
    const seen = new Set();
    const targets = ['/', '/js/main.js', '/api/stats', '/api/poll', '/plain/', `/plain/${'x'.repeat(43)}/`, '/healthz'];
    const all = async (times) => {
      const wrong = [];
      for (let n = 0; n < times; n++) {
        for (const reply of await Promise.all(targets.map(async (target) => [target, await ask(server, 'GET', target)]))) {
          seen.add(reply[1].status);
          wrong.push(...faults(reply[1], reply[0]));
        }
      }
      complain(wrong);
    };
    await server.editNginx((text) => text.replace('rate=100r/s', 'rate=1r/m').replace('burst=400', 'burst=20'));
    await until(async () => (await ask(server, 'GET', '/api/stats')).status === 429, 'nginx has had enough');
    await all(2);
    assert.ok(seen.has(429));
    await server.editNginx((text) => text.replace(/fastcgi_read_timeout \d+s/g, 'fastcgi_read_timeout 1s').replace(/burst=400/, 'burst=100000').replace('rate=100r/s', 'rate=9999r/s'));
    stub = await echo(server, ({ env }) => (env.PATH_INFO === '/api/stats' ? null : 'no header at all'));
    await until(async () => (await ask(server, 'GET', '/js/main.js')).status === 200, 'nginx is patient again');
    seen.clear();
    await all(1);
    stub.close();
    await all(1);
    assert.deepEqual([...seen].sort(), [200, 503]);
  } finally {
    stub?.close();
    await server.stop();
  }
});

test('as a CGI program of another server it says all by itself', () => inFolder(async (folder) => {
  const cgi = (method, target, env = {}) => new Promise((resolve, reject) => {
    execFile(bin, [], { cwd: folder, env: { GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: method, PATH_INFO: target, PARLEY_DB: `${folder}/cgi.db`, PARLEY_LOG: `${folder}/cgi.log`, ...env } },
      (error, out) => (error ? reject(error) : resolve(out))).stdin.end();
  });
  const wrong = [];
  for (const [method, target, env] of [['GET', '/api/stats'], ['GET', '/none'], ['POST', '/api/stats'], ['GET', '/plain/'], ['GET', '/plain/none'],
    ['POST', '/api/next'], ['GET', '/metrics'], ['GET', '/api/stats', { PARLEY_DB: '/nowhere/at/all.db' }]]) {
    const [head, text] = (await cgi(method, target, env)).split('\r\n\r\n');
    const headers = head.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]);
    wrong.push(...faults({ status: Number(headers[0][1].slice(0, 3)), headers: headers.slice(1), text }, target));
  }
  complain(wrong);
}));

describe('the crawl notices', () => {
  const broken = {
    'a header that only good answers have': [(text) => text.replaceAll('nosniff always', 'nosniff'), 404, '/none', /x-content-type-options: undefined/],
    'a header that is missing': [(text) => text.replace(/^add_header Cross-Origin-Opener-Policy.*$/m, ''), 200, '/', /cross-origin-opener-policy: undefined/],
    'a header that stands there twice': [(text) => text.replace(/^add_header X-Content-Type-Options.*$/m, '$&\n$&'), 200, '/', /x-content-type-options: nosniff \+ nosniff/],
    'a script that says not how it is written': [(text) => text.replace('text/css text/javascript', 'text/css'), 200, '/js/main.js', /content-type: text\/javascript$/],
    'a policy that lets in': [(text) => text.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"), 200, '/', /a policy that lets in/],
  };
  for (const [name, [edit, status, target, wanted]] of Object.entries(broken)) {
    test(name, async () => {
      const server = await startServer({ workers: 1 });
      try {
        complain(faults(await ask(server, 'GET', target), target));
        await server.editNginx(edit);
        const found = await until(async () => faults(await ask(server, 'GET', target), target)[0], 'the crawl complains');
        assert.match(found, wanted);
        assert.ok(found.startsWith(`${status} `));
      } finally {
        await server.stop();
      }
    });
  }

  test('a route that it does not understand', () => {
    const text = readFileSync(path.join(root, 'fcgi/api/routes.c'), 'utf8');
    assert.ok(routes(text).length > 30);
    assert.throws(() => routes(`${text}\n{.path = "/api/new", .method = "GET", .run = api_new}`), /are understood/);
  });
});
