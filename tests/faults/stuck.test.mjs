// A worker that is stopped inside its write transaction: the others refuse what
// has to be written in bounded time and serve the rest, the watchdog ends it
// within 10 s, nothing is lost, and the service goes on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { expect, pair, sleep, until } from '../http/client.mjs';
import { startServer } from '../http/server.mjs';
import { children, inFolder, lives, start } from './bare.mjs';
import { stopWriter, writerOf } from './havoc.mjs';

const WITHIN_MS = 10_000;
const STUCK_MS = 8000; // the setting's default

// Somebody who writes and somebody who reads, each request with its time.
class Talk {
  static async begin(server) {
    const talk = new Talk();
    [talk.ann, talk.bob] = await pair(server.base);
    Object.assign(talk, { on: true, writes: [], reads: [], acked: [] });
    const keep = async (list, work) => {
      const t0 = Date.now();
      const reply = await work().catch((failure) => ({ status: failure.code }));
      list.push({ status: reply.status, t0, ms: Date.now() - t0 });
      return reply;
    };
    // Whatever becomes of those before: some may have gone to the stopped one.
    const steadily = async (work) => {
      const all = [];
      for (; talk.on; await sleep(40)) all.push(work());
      await Promise.all(all);
    };
    let n = 0;
    const write = async () => {
      const text = `${n++}`;
      const reply = await keep(talk.writes, () => talk.ann.post('/api/send', { text, nonce: text }));
      if (reply.status === 200) talk.acked.push(text);
    };
    const read = () => keep(talk.reads, () => talk.bob.call('GET', '/api/stats'));
    talk.work = [write, read, write, read].map(steadily);
    return talk;
  }

  async hush() {
    this.on = false;
    await Promise.all(this.work);
  }

  // All that was acknowledged has come.
  async end() {
    await this.hush();
    for (let body; body = await this.bob.poll(), body.events.length > 0;);
    const texts = this.bob.events.filter((e) => e.type === 'message').map((e) => e.text);
    assert.equal(new Set(texts).size, texts.length, 'a message was shown twice');
    assert.deepEqual(this.acked.filter((text) => !texts.includes(text)), [], 'acknowledged and lost');
  }
}

const inside = async (server) => {
  const pid = await stopWriter(path.join(server.run, 'parley.db'));
  assert.ok(pid, 'nobody was caught while writing');
  return pid;
};

// How long until it is gone; at most `most`.
async function timeOf(pid, most) {
  const t0 = Date.now();
  while (await lives(pid) && Date.now() - t0 < most) await sleep(20);
  return Date.now() - t0;
}

describe('a worker that is stopped inside its transaction', { concurrency: true, timeout: 90_000 }, () => {
  test('others answer 503 in bounded time and read on; it is ended, and all is well', async (t) => {
    const server = await startServer({ workers: 2 });
    const talk = await Talk.begin(server);
    try {
      await sleep(500);
      const pid = await inside(server);
      const stopped = Date.now();
      const ms = await timeOf(pid, 2 * WITHIN_MS);
      const ended = Date.now();
      assert.ok(ms < WITHIN_MS, `it was there for ${ms} ms`);
      const back = await until(() => talk.writes.find((w) => w.status === 200 && w.t0 > ended), 'somebody can write again');
      expect(await talk.bob.call('GET', '/healthz'), 200);
      await until(async () => (await server.workerPids()).length === 2, 'two workers');
      await talk.end();
      // It ended a moment before that was noticed, but not before its time.
      const sure = Math.min(ended - 500, stopped + STUCK_MS - 2000);
      const meanwhile = (list) => list.filter((r) => r.t0 > stopped && r.t0 + r.ms < sure);
      const refused = meanwhile(talk.writes);
      const read = meanwhile(talk.reads);
      assert.deepEqual([...new Set(refused.map((w) => w.status))], [503]);
      assert.ok(refused.length > 10, `only ${refused.length} writes were answered`);
      assert.ok(Math.max(...refused.map((w) => w.ms)) < 5000);
      assert.deepEqual([...new Set(read.map((r) => r.status))], [200]);
      // The first wait for the lock (2 s) is in vain, the others are short.
      const later = [...refused, ...read].filter((r) => r.t0 > stopped + 2500);
      const slowest = Math.max(...later.map((r) => r.ms));
      assert.ok(read.length > 50 && later.length > 50 && slowest < 1000, `${later.length} answers, the slowest after ${slowest} ms`);
      for (const r of [...talk.writes, ...talk.reads]) assert.ok([200, 503].includes(r.status) && r.ms < 15_000, JSON.stringify(r));
      t.diagnostic(`ended after ${ms} ms; meanwhile ${refused.length} writes were refused, the slowest after ` +
        `${Math.max(...refused.map((w) => w.ms))} ms, and ${read.length} reads served; after the first wait the slowest took ${slowest} ms; written again ${back.t0 + back.ms - ended} ms later`);
    } finally {
      talk.hush();
      await server.stop();
    }
  });

  test('and its supervisor is killed: it is ended all the same, and another can be started', async () => {
    const server = await startServer({ workers: 2, env: { PARLEY_STUCK_MS: '3000', PARLEY_LOCK_WAIT_MS: '500' } });
    const talk = await Talk.begin(server);
    try {
      await sleep(300);
      const pid = await inside(server);
      process.kill(await server.pid(), 'SIGKILL');
      const ms = await timeOf(pid, 2 * WITHIN_MS);
      assert.ok(ms < WITHIN_MS, `it was there for ${ms} ms`);
      await server.dev('parley');
      await until(async () => (await talk.bob.call('GET', '/healthz')).status === 200, 'the service is back', 8000);
      await talk.end();
    } finally {
      talk.hush();
      await server.stop();
    }
  });

  test('negative control: with a watchdog that is nearly off it stays, and nobody can write', async () => {
    const server = await startServer({ workers: 2, env: { PARLEY_STUCK_MS: '3600000', PARLEY_LOCK_WAIT_MS: '500' } });
    const talk = await Talk.begin(server);
    try {
      await sleep(300);
      const pid = await inside(server);
      const stopped = Date.now();
      assert.ok(await timeOf(pid, WITHIN_MS) >= WITHIN_MS, 'somebody ended it');
      assert.equal(writerOf(path.join(server.run, 'parley.db')), pid);
      process.kill(pid, 'SIGKILL');
      const late = talk.writes.filter((w) => w.t0 > stopped && w.t0 + w.ms < stopped + WITHIN_MS);
      assert.ok(late.length > 0 && late.every((w) => w.status !== 200), 'somebody could write');
      await talk.end();
    } finally {
      talk.hush();
      await server.stop();
    }
  });
});

// One pause of six seconds ends a worker; two short ones within six seconds do not,
// although it is stopped again when six seconds are over.
test('a worker that is stopped for a moment twice is not ended', () => inFolder(async (folder) => {
  const one = await start(folder, ['--workers', '1', '--stuck-ms', '6000']);
  const [pid] = await one.workers();
  try {
    for (const [on_ms, off_ms] of [[300, 4200], [3000, 1000]]) {
      process.kill(pid, 'SIGSTOP');
      await sleep(on_ms);
      process.kill(pid, 'SIGCONT');
      await sleep(off_ms);
    }
    assert.deepEqual(await one.workers(), [pid]);
  } finally {
    if (await lives(pid)) process.kill(pid, 'SIGCONT');
    assert.equal(await one.stop(), 0);
  }
}));

// What runs has no arguments once it is a worker: it follows its supervisor then.
const isWorker = (pid) => !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--listen');

// Stops a fresh worker so early that it has no watchdog yet; its number.
async function stopFresh(one) {
  for (let i = 0; i < 50; i++) {
    const [before] = await until(async () => (await one.workers()).length === 1 && one.workers(), 'a worker');
    process.kill(before, 'SIGKILL');
    let fresh;
    for (const end = Date.now() + 8000; !fresh && Date.now() < end;) fresh = children(one.pid).find((pid) => pid !== before && isWorker(pid));
    process.kill(fresh, 'SIGSTOP');
    if (readFileSync(`/proc/${fresh}/timers`, 'utf8') === '') return fresh;
    process.kill(fresh, 'SIGCONT');
    await sleep(1100); // or it dies young, and is not replaced at once
  }
  assert.fail('no worker was stopped early enough');
}

// work(one, pid) with a service whose only worker was stopped so. Neither
// outlives it.
const withStopped = (args, work) => inFolder(async (folder) => {
  const one = await start(folder, ['--workers', '1', ...args]);
  let pid;
  try {
    pid = await stopFresh(one);
    await work(one, pid);
  } finally {
    for (const left of [one.pid, pid]) if (left && await lives(left)) process.kill(left, 'SIGKILL');
  }
});

describe('a worker that is stopped before it has its watchdog', { concurrency: true, timeout: 90_000 }, () => {
  test('is ended by the supervisor, and another serves', (t) => withStopped([], async (one, pid) => {
    const ms = await timeOf(pid, 2 * WITHIN_MS);
    assert.ok(ms < WITHIN_MS, `it was there for ${ms} ms`);
    await until(async () => (await one.ask('GET', '/healthz'))?.status === 200, 'another serves', 8000);
    assert.equal(await one.stop(), 0);
    t.diagnostic(`ended after ${ms} ms`);
  }));

  test('ends with its supervisor', () => withStopped([], async (one, pid) => {
    one.kill('SIGKILL');
    const ms = await timeOf(pid, WITHIN_MS);
    assert.ok(ms < STUCK_MS / 2, `it was there for ${ms} ms`);
  }));

  test('negative control: if nobody may be stopped too long, it stays', () => withStopped(['--stuck-ms', '3600000'], async (one, pid) => {
    assert.ok(await timeOf(pid, WITHIN_MS) >= WITHIN_MS, 'somebody ended it');
    process.kill(pid, 'SIGCONT');
    assert.equal(await one.stop(), 0);
  }));
});
