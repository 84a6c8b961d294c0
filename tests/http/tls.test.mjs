// The configuration for a real host with its TLS lines, served for once: who came
// by TLS is told, on every answer, to come by nothing else (HSTS).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { after, before, describe, test } from 'node:test';
import { inFolder, start } from '../faults/bare.mjs';
import { residue } from '../faults/residue.mjs';
import { until } from './client.mjs';
import { exchange, header } from './raw.mjs';
import { faults } from './safe.mjs';
import { freePort } from './server.mjs';
import { realHost } from './realhost.mjs';

const targets = {
  '/': 200, '/js/main.js': 200, '/css/nosuch.css': 404, '/nosuch': 404, '/plain/': 200, '/api/stats': 200, '/api/poll': 401,
  '/api/nosuch': 404, '/api': 404, '/healthz': 200, '/.git/config': 404, [`/${'x'.repeat(9000)}`]: 414,
};

// What this Node says first.
const hello = () => new Promise((resolve) => {
  const server = net.createServer((socket) => socket.once('data', (bytes) => { socket.destroy(); server.close(); resolve(bytes); })).listen(0, '127.0.0.1', () => {
    tls.connect({ ...server.address(), host: '127.0.0.1', ecdhCurve: 'X25519', minVersion: 'TLSv1.3' }).on('error', () => {});
  });
});

// The nginx whose configuration is in this folder: {stop()}.
async function nginxAt(folder, port) {
  let errors = '';
  const nginx = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', 'nginx.conf'], { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
  nginx.stderr.on('data', (part) => { errors += part; });
  const ended = new Promise((resolve) => nginx.on('exit', resolve));
  await until(() => new Promise((resolve) => {
    const probe = net.connect(port, '127.0.0.1', () => { probe.destroy(); resolve(true); }).on('error', () => resolve(false));
  }), 'nginx answers').catch((failure) => { throw new Error(`${failure.message}: ${errors}`); });
  return { stop() { nginx.kill('SIGTERM'); return ended; } };
}

const get = (lib, port, target, options = {}) => new Promise((resolve, reject) => {
  lib.get({ host: '127.0.0.1', port, path: target, rejectUnauthorized: false, agent: false, ...options }, (res) => {
    res.resume().on('end', () => resolve({ status: res.statusCode, raw: res.rawHeaders, protocol: res.socket.getProtocol?.() }));
  }).on('error', reject);
});

// Answers that do not insist on TLS, exactly once, for a year and longer.
async function unsaid(lib, port) {
  const found = [];
  for (const [target, status] of Object.entries(targets)) {
    const { status: is, raw } = await get(lib, port, target);
    assert.equal(is, status, target.slice(0, 40));
    const said = raw.filter((_, i) => i % 2 === 1 && raw[i - 1].toLowerCase() === 'strict-transport-security');
    const [, age] = /^max-age=(\d+); includeSubDomains$/.exec(said[0] ?? '') ?? [];
    if (said.length !== 1 || !(Number(age) >= 31536000)) found.push(target);
  }
  return found;
}

describe('TLS', () => {
  let ports, nginx, service, done, place;
  before(() => new Promise((ready, failed) => {
    const end = new Promise((resolve) => { done = resolve; });
    inFolder(async (folder) => {
      place = folder;
      ports = { 80: await freePort(), 443: await freePort(), redirect: await freePort() };
      realHost(folder, { tls: true, ports });
      service = await start(folder);
      nginx = await nginxAt(folder, ports[443]);
      ready();
      await end;
      await nginx.stop();
      await service.stop();
    }).catch(failed);
  }));
  after(() => done());

  test('every answer says so over TLS, and none without', async () => {
    assert.deepEqual(await unsaid(https, ports[443]), []);
    // Which is the negative control as well: there all of them are missed.
    assert.deepEqual(await unsaid(http, ports[80]), Object.keys(targets));
  });

  test('TLS 1.2 and 1.3 are spoken', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
      const { protocol } = await get(https, ports[443], '/', { minVersion: version, maxVersion: version });
      assert.equal(protocol, version);
    }
  });

  test('ciphers without forward secrecy, or that are not authenticated, are not spoken', async () => {
    const speaks = (ciphers) => get(https, ports[443], '/', { maxVersion: 'TLSv1.2', ciphers }).then(({ status }) => status === 200, () => false);
    for (const good of ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305']) assert.ok(await speaks(good), good);
    for (const bad of ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'AES128-GCM-SHA256']) assert.ok(!await speaks(bad), bad);
  });

  test('plain HTTP to the port of TLS is an error of the contract, with all headers', async () => {
    const { replies: [reply] } = await exchange(ports[443], 'GET /api/stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    assert.equal(reply.status, 400);
    assert.match(reply.text, /^\{"error":\{"code":"bad_request"/);
    assert.deepEqual(faults(reply, '/api/stats'), []);
  });

  // A handshake that ends in a way that nginx takes for its own fault: the key
  // of the ClientHello is no point of the curve. {lines of logs that have an address}
  async function break_off(port, folder) {
    const bytes = await hello(), at = bytes.indexOf(Buffer.from('001d0020', 'hex'));
    assert.ok(at > 0, 'a key for X25519');
    bytes.fill(0, at + 4, at + 36);
    for (let i = 0; i < 3; i++) await exchange(port, bytes, { ms: 3000 });
    return (await residue(folder, { address: '127.0.0.1' })).filter((line) => /\.log$/.test(line));
  }

  test('a broken handshake writes no address down', async () => {
    assert.deepEqual(await break_off(ports[443], place), []);
    await inFolder(async (folder) => { // and with nginx's usual log it is noticed
      const own = { 80: await freePort(), 443: await freePort(), redirect: await freePort() };
      realHost(folder, { tls: true, ports: own, level: 'error' });
      const other = await nginxAt(folder, own[443]);
      assert.deepEqual(await break_off(own[443], folder), ['address, as it is, in parley.error.log']);
      await other.stop();
    });
  });

  test('without TLS people are led to it, and programs are not', async () => {
    for (const target of ['/', '/plain/', '/link.html?x', '/nosuch', '/api/session', '/api/poll?wait=0', '/api/']) {
      const { replies: [reply] } = await exchange(ports.redirect, `GET ${target} HTTP/1.1\r\nHost: chat.example.org\r\nConnection: close\r\n\r\n`);
      const isApi = target.startsWith('/api/');
      assert.equal(reply.status, isApi ? 404 : 301, target);
      assert.equal(header(reply, 'location'), isApi ? undefined : `https://chat.example.org${target}`);
      for (const [name, value] of [['x-content-type-options', 'nosniff'], ['referrer-policy', 'no-referrer'], ['server', 'nginx']]) assert.equal(header(reply, name), value);
    }
  });
});
