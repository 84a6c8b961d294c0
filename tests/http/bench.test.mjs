// The load generator against Parley, for two seconds: is everything right, not
// how fast. And would it notice? Relays that spoil a message must make it fail.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root, startServer } from './server.mjs';

const bench = path.join(path.dirname(path.resolve(root, process.env.PARLEY_BIN ?? 'build/parley')), 'bench');

// What the generator answers: its exit status, its figures, its complaint.
function load(port, options) {
  const words = Object.entries({ peer: 'parley', port, warm: 0.2, seconds: 2, ...options }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return new Promise((resolve) => {
    execFile(path.join(bench, 'load'), words, { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }));
  });
}

function figures({ status, stdout, stderr }) {
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

describe('the load generator against Parley', () => {
  let server;
  before(async () => { server = await startServer(); });
  after(() => server.stop());

  test('every message of twenty people arrives once, in order, at the right one', async () => {
    const found = figures(await load(server.port, { people: 20, inflight: 4 }));
    assert.ok(found.messages > 20, `${found.messages} messages`);
  });

  test('at a fixed rate every message that was due is delivered', async () => {
    const found = figures(await load(server.port, { people: 10, inflight: 4, rate: 100, seconds: 1 }));
    assert.ok(Math.abs(found.latency_us.n - 100) <= 1, `${found.latency_us.n} messages in a second`);
  });

  test('everybody who arrives is paired with one other', async () => {
    const found = figures(await load(server.port, { people: 100, mode: 'arrive' }));
    assert.equal(found.pairs, 50);
  });

  test('Next again and again: each chat is told to two people', async () => {
    const found = figures(await load(server.port, { people: 20, mode: 'next', seconds: 0.5 }));
    assert.ok(found.pairs > 0);
  });
});

describe('the load generator notices', () => {
  const faults = {
    drop: /before \d+, which had been acknowledged/,
    twice: /twice/,
    swap: /before \d+, which had been acknowledged/,
    astray: /was given a message to|before \d+, which had been acknowledged/,
  };
  for (const [name, complaint] of Object.entries(faults)) {
    test(`a relay with the fault "${name}": no figure, and status 1`, async () => {
      const server = await startServer({ env: { PARLEY_BIN: path.join(bench, 'floor/parley'), BENCH_FAULT: name } });
      try {
        const found = await load(server.port, { people: 10, inflight: 4 });
        assert.equal(found.status, 1);
        assert.equal(found.stdout, '');
        assert.match(found.stderr, complaint);
      } finally {
        await server.stop();
      }
    });
  }

  test('and has nothing to say about the same relay without one', async () => {
    const server = await startServer({ env: { PARLEY_BIN: path.join(bench, 'floor/parley') } });
    try {
      figures(await load(server.port, { people: 10, inflight: 4, seconds: 0.5 }));
    } finally {
      await server.stop();
    }
  });
});

// A server that answers every request with the same bytes, in small pieces.
async function answering(bytes, pieces) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', async () => {
      for (let at = 0; at < bytes.length; at += pieces) {
        socket.write(bytes.slice(at, at + pieces));
        await new Promise(setImmediate);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('the load generator reads HTTP', () => {
  const body = 'x'.repeat(40);
  const answers = {
    'a length': `HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n${body}`,
    chunks: `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1e\r\n${body.slice(10)}\r\nA;x=y\r\n${body.slice(30)}\r\n0\r\n\r\n`,
    'no body': 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  };
  for (const [name, bytes] of Object.entries(answers)) {
    for (const pieces of [1, 7, 1000]) {
      test(`${name}, ${pieces} bytes at a time`, async () => {
        const server = await answering(bytes, pieces);
        try {
          const found = figures(await load(server.address().port, { peer: 'null', people: 2, warm: 0, seconds: 0.1 }));
          assert.ok(found.messages > 2);
        } finally {
          server.close();
        }
      });
    }
  }

  test('what is not HTTP is a fault', async () => {
    const server = await answering('SSH-2.0-OpenSSH_9.2p1 Debian\r\n', 1000);
    const found = await load(server.address().port, { peer: 'null', people: 2, seconds: 0.1 });
    server.close();
    assert.equal(found.status, 1);
    assert.match(found.stderr, /not HTTP/);
  });
});
