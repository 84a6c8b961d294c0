// What nginx itself promises: who gets in, what is said at the door, and that
// nothing but the page and the handlers can be had.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { realHost } from './realhost.mjs';
import { root, startServer } from './server.mjs';

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

// get sends a path exactly as it stands (fetch would tidy it up).
function get(server, target, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ port: server.port, host: '127.0.0.1', path: target, method, headers, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => { text += part; });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    request.end(body);
  });
}

function post(server, target, body, headers = {}) {
  return get(server, target, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body),
  });
}

// bearer makes the headers of somebody, from the answer that let him in.
function bearer(joined) {
  return { headers: { authorization: `Bearer ${JSON.parse(joined.text).token}` } };
}

// raw sends bytes as they are, and returns all that comes back.
function raw(server, bytes) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (part) => { text += part; });
    socket.on('error', reject).on('close', () => resolve(text));
  });
}

function assertContractError(answer, status, code) {
  assert.equal(answer.status, status);
  assert.match(answer.headers['content-type'], /^application\/json/);
  const { error } = JSON.parse(answer.text);
  assert.equal(error.code, code);
  assert.ok(error.message.length > 5);
}

function assertSafeHeaders({ headers }) {
  const policy = headers['content-security-policy'];
  assert.match(policy, /^default-src 'none';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.equal(headers['x-content-type-options'], 'nosniff'); // once: twice reads "nosniff, nosniff"
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
  assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
  assert.match(headers['permissions-policy'], /camera=\(\)/);
  assert.equal(headers.server, 'nginx'); // without its version
}

describe('nginx -t', () => {
  for (const tls of [false, true]) {
    test(`accepts the configuration for a real host${tls ? ', its TLS lines taken in' : ''}`, () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'parley-conf-'));
      try {
        realHost(folder, { tls });
        execFileSync('nginx', ['-t', '-q', '-e', 'stderr', '-p', folder, '-c', 'nginx.conf'], { env, stdio: 'pipe' });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  for (const mode of ['fcgi', 'cgi']) {
    for (const limits of ['on', 'off']) {
      test(`accepts the development configuration, MODE=${mode} LIMITS=${limits}`, async () => {
        const server = await startServer({ mode, limits });
        try {
          execFileSync('nginx', ['-t', '-q', '-e', 'stderr', '-p', '.', '-c', 'nginx.conf'], { env, stdio: 'pipe', cwd: server.run });
          assert.equal((await get(server, '/healthz')).status, 200);
        } finally {
          await server.stop();
        }
      });
    }
  }
});

describe('behind nginx', () => {
  let server;
  before(async () => { server = await startServer(); });
  after(() => server.stop());

  test('the page is there for GET and HEAD, and asked about each time', async () => {
    for (const target of ['/', '/index.html', '/?v=1', '/index.html?v=1']) {
      const page = await get(server, target);
      assert.equal(page.status, 200);
      assert.match(page.headers['content-type'], /^text\/html; charset=utf-8$/);
      assert.equal(page.headers['cache-control'], 'no-cache');
      assertSafeHeaders(page);
      const head = await get(server, target, { method: 'HEAD' });
      assert.equal(head.status, 200);
      assert.equal(head.text, '');
      const again = await get(server, target, { headers: { 'if-none-match': page.headers.etag } });
      assert.equal(again.status, 304);
    }
  });

  test('a file with ?v= is kept for ever, without it is asked about', async () => {
    const name = `/js/${readdirSync(path.join(root, 'www/js')).find((file) => file.endsWith('.js'))}`;
    const plain = await get(server, name);
    assert.equal(plain.status, 200);
    assert.match(plain.headers['content-type'], /^text\/javascript; charset=utf-8$/);
    assert.equal(plain.headers['cache-control'], 'no-cache');
    assert.equal(plain.headers['x-content-type-options'], 'nosniff');
    assert.equal(plain.headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal((await get(server, name, { headers: { 'if-none-match': plain.headers.etag } })).status, 304);
    const versioned = await get(server, `${name}?v=7`);
    assert.equal(versioned.headers['cache-control'], 'public, max-age=31536000, immutable');
    const missing = await get(server, '/js/none.js?v=7');
    assert.equal(missing.headers['cache-control'], 'no-store');
  });

  test('the page is compressed, an answer of the handlers never', async () => {
    const headers = { 'accept-encoding': 'gzip' };
    const page = await get(server, '/', { headers });
    assert.equal(page.headers['content-encoding'], 'gzip');
    assert.match(page.headers.vary, /Accept-Encoding/);
    const stats = await get(server, '/api/stats', { headers });
    assert.equal(stats.headers['content-encoding'], undefined);
  });

  for (const target of [
    '/.git/config', '/.gitignore', '/.env', '/js/.hidden.js', '/css/', '/js/', '/js', '/img/', '/api',
    '/sql/schema.sql', '/schema.sql', '/fcgi/main.c', '/nginx/parley.conf', '/nginx.conf', '/parley.db', '/parley.log',
    '/README.md', '/Makefile', '/js/main.js.map', '/js/main.js/', '/js/main.js~', '/index.html.gz', '/index.php',
    '//etc/passwd', '/etc/passwd', '/www/index.html', '/js/..;/index.html', '/js/%2e%2e/parley.db',
    '/%2e%67it/config', '/..%2fparley.db', '/js/../../parley.db', '/../parley.db', '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd', '/js/..%2f..%2fsql/schema.sql', '/..%5cparley.db', '/js/main.js%00.html', '/%c0%ae%c0%ae/etc/passwd',
  ]) {
    test(`cannot be fetched: ${target}`, async () => {
      const answer = await get(server, target);
      assert.ok([400, 404].includes(answer.status), `${answer.status}`);
      assertSafeHeaders(answer);
      assert.doesNotMatch(answer.text, /nginx|root:|CREATE|function/);
    });
  }

  test('what is not there says so, to people and to programs', async () => {
    const page = await get(server, '/nothing');
    assert.equal(page.status, 404);
    assert.match(page.headers['content-type'], /^text\/html/);
    const script = await get(server, '/js/nothing.js');
    assert.match(script.headers['content-type'], /^text\/html/);
    assertContractError(await get(server, '/api/nothing'), 404, 'not_found');
    assertContractError(await get(server, '/api'), 404, 'not_found');
  });

  test('files are only read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await get(server, '/', { method });
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.allow, 'GET, HEAD');
      assertSafeHeaders(answer);
    }
  });

  test('healthz and metrics are for this machine alone', async (t) => {
    const health = await get(server, '/healthz');
    assert.equal(health.status, 200);
    assertSafeHeaders(health);
    // The development server listens on loopback only; so the rule is read.
    const rules = readFileSync(path.join(root, 'nginx/parley/handlers.conf'), 'utf8');
    assert.match(rules, /healthz\|metrics\)\$ \{\s+allow 127\.0\.0\.1;\s+allow ::1;\s+deny all;/);
    const other = Object.values(networkInterfaces()).flat().find((i) => !i.internal && i.family === 'IPv4');
    if (!other) return t.diagnostic('no other address here to try it from');
    const answer = await fromAddress(server, other.address);
    assertContractError(answer, 404, 'not_found');
  });

  test('a body that is too large: 413 in the words of the contract', async () => {
    const body = Buffer.alloc(70 * 1024, 'x');
    const headers = { 'content-type': 'application/json' };
    const answer = await get(server, '/api/send', { method: 'POST', headers, body });
    assertContractError(answer, 413, 'too_large');
    assertSafeHeaders(answer);
    // Also when its length is not told beforehand.
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    assertContractError(await get(server, '/api/send', { method: 'POST', headers: chunked, body }), 413, 'too_large');
  });

  test('what is no HTTP at all: 400 and 414 in the words of the contract', async () => {
    assert.match(await raw(server, 'HELLO\r\n\r\n'), /^HTTP\/1\.1 400 [^]*"code":"bad_request"/);
    assert.match(await raw(server, 'GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 [^]*"code":"bad_request"/);
    const long = `GET /api/poll?cursor=${'1'.repeat(9000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    assert.match(await raw(server, long), /^HTTP\/1\.1 414 [^]*"code":"bad_request"/);
    const header = `GET /api/poll HTTP/1.1\r\nHost: x\r\nX-Large: ${'1'.repeat(9000)}\r\n\r\n`;
    assert.match(await raw(server, header), /^HTTP\/1\.1 400 [^]*"code":"bad_request"/);
  });

  test('no token, no text and no address stands in the access log', async () => {
    await get(server, '/api/stats?token=not-for-the-log');
    const read = () => readFileSync(path.join(server.run, 'nginx.access.log'), 'utf8');
    const end = Date.now() + 5000; // nginx writes it once a second
    while (!/ 200 GET \/api\/stats /.test(read()) && Date.now() < end) await new Promise((resolve) => { setTimeout(resolve, 50); });
    const log = read();
    assert.match(log, / 200 GET \/api\/stats /);
    assert.doesNotMatch(log, /not-for-the-log|127\.0\.0\.1|\/api\/poll/);
  });
});

describe('when a worker is killed', () => {
  test('its requests, polls and writes alike, are answered by another, and done once', async () => {
    const server = await startServer({ workers: 2 });
    try {
      const join = (name) => post(server, '/api/session', { name });
      const people = await Promise.all(Array.from({ length: 20 }, (_, n) => join(`No. ${n}`)));
      const polls = people.map((answer) => get(server, '/api/poll?cursor=0&wait=2', bearer(answer)));
      await new Promise((resolve) => { setTimeout(resolve, 200); });
      for (const pid of await server.workerPids()) process.kill(pid, 'SIGKILL');
      const later = await Promise.all(people.map((_, n) => join(`Later ${n}`)));
      for (const answer of await Promise.all(polls)) assert.equal(answer.status, 200, answer.text + await server.logs());
      for (const answer of later) assert.equal(answer.status, 201);
      assert.equal(new Set(later.map((answer) => JSON.parse(answer.text).token)).size, 20);
    } finally {
      await server.stop();
    }
  });
});

describe('when no worker is there', () => {
  test('503 with Retry-After, in the words of the contract', async () => {
    const server = await startServer({ workers: 1 });
    try {
      const parley = await server.pid();
      process.kill(parley, 'SIGTERM');
      while (true) {
        const answer = await get(server, '/api/stats');
        if (answer.status === 200) continue;
        assertContractError(answer, 503, 'unavailable');
        assert.match(answer.headers['retry-after'], /^\d+$/);
        assertSafeHeaders(answer);
        break;
      }
      assert.equal((await get(server, '/')).status, 200); // the page is there
    } finally {
      await server.stop();
    }
  });
});

describe('LIMITS=on', () => {
  test('a flood gets 429 with Retry-After, and is let in again', async () => {
    const server = await startServer({ limits: 'on' });
    try {
      const answers = await flood(server, 1500);
      const refused = answers.filter((answer) => answer.status === 429);
      assert.ok(answers.filter((answer) => answer.status === 200).length >= 400);
      assert.ok(refused.length > 0);
      assertContractError(refused[0], 429, 'too_many');
      assert.equal(refused[0].headers['retry-after'], '1');
      assertSafeHeaders(refused[0]);
      await new Promise((resolve) => { setTimeout(resolve, 1000); });
      assert.equal((await get(server, '/api/stats')).status, 200);
    } finally {
      await server.stop();
    }
  });
});

async function flood(server, count) {
  const answers = [];
  for (let sent = 0; sent < count; sent += 100) {
    answers.push(...await Promise.all(Array.from({ length: 100 }, () => get(server, '/api/stats'))));
  }
  return answers;
}

// fromAddress asks for /metrics from another address than loopback's: a second
// nginx with the same rules, which listens there.
async function fromAddress(server, address) {
  const conf = readFileSync(path.join(server.run, 'nginx.conf'), 'utf8');
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-other-'));
  try {
    for (const name of ['parley', 'www']) symlinkSync(path.join(server.run, name), path.join(folder, name));
    symlinkSync(path.join(server.run, 'parley.sock'), path.join(folder, 'parley.sock'));
    writeFileSync(path.join(folder, 'nginx.conf'), conf
      .replace(/listen 127\.0\.0\.1:/, `listen ${address}:`).replace('daemon off', 'daemon on')
      .replaceAll('tmp/', 'tmp_').replace('worker_processes 4', 'worker_processes 1'));
    const options = ['-e', 'nginx.log', '-p', '.', '-c', 'nginx.conf'];
    execFileSync('nginx', options, { env, cwd: folder, stdio: 'pipe' });
    try {
      const answer = await fetch(`http://${address}:${server.port}/metrics`);
      return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
    } finally {
      execFileSync('nginx', [...options, '-s', 'stop'], { env, cwd: folder, stdio: 'pipe' });
    }
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 5 });
  }
}
