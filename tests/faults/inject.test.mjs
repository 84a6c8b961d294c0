// A disk that fails at the n-th call, once or from then on, for every n of a chat:
// 503 with Retry-After or the true answer, no process down, all that was
// acknowledged is stored. A sample by SEED; SOAK=1 takes every n, VERBOSE=1 tells.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { randomFrom } from '../history/random.mjs';
import { sleep, until } from '../http/client.mjs';
import { pngOf } from '../http/pictures.mjs';
import { bin, inFolder, start } from './bare.mjs';
import { Disk, ERROR, faulty, KIND, some } from './fault.mjs';
import { Script, sqlite } from './script.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e6);
const BACK_MS = bin.includes('/san/') ? 20_000 : 5000; // sanitizers are slow
const RARE_MS = 2500; // until a chore has emptied the log

// The log of writes is moved and emptied in the middle of it.
const busy = ['--wal-max-kib', '64', '--flush-ms', '50', '--erase-s', '1'];
// It grows, and its index with it.
const growing = ['--wal-max-kib', '4194304', '--erase-s', '3600'];

const { write, sync, truncate, map } = KIND;
const faults = {
  'a write fails: EIO': { kinds: write, error: ERROR.EIO },
  'a write fails: ENOSPC': { kinds: write, error: ERROR.ENOSPC },
  'a write gets half way: ENOSPC': { kinds: write, error: ERROR.ENOSPC, half: 1 },
  'a write fails: EROFS': { kinds: write, error: ERROR.EROFS },
  'a sync fails: EIO': { kinds: sync, error: ERROR.EIO },
  'a sync fails: ENOSPC': { kinds: sync, error: ERROR.ENOSPC },
  'a truncate fails: EIO': { kinds: truncate, error: ERROR.EIO, rare: true },
  'a truncate fails: ENOSPC': { kinds: truncate, error: ERROR.ENOSPC, rare: true },
};

async function withFaulty(args, work, prepare = () => {}) {
  await inFolder(async (folder) => {
    const disk = new Disk(folder), db = path.join(folder, 'parley.db');
    await prepare(folder, db);
    const one = await start(folder, ['--workers', '2', '--log', 'faulty.log', ...args], faulty, disk.env);
    one.log = () => readFile(path.join(folder, 'faulty.log'), 'utf8');
    try {
      // One answers already while the other still opens the files.
      await until(async () => (await one.log()).match(/worker: ready/g)?.length === 2, 'both serve');
      await work({ one, disk, db, pids: await one.workers() });
    } finally {
      disk.mend();
      await one.stop();
      disk.close();
    }
  });
}

// A log of writes that fills the first 32 KiB of its index (4062 pages) but for a few.
async function fillLog(folder, db) {
  assert.equal(await (await start(folder)).stop(), 0);
  sqlite(db, '.dbconfig no_ckpt_on_close on', 'PRAGMA wal_autocheckpoint = 0',
    'CREATE TABLE ballast (bytes BLOB); INSERT INTO ballast VALUES (zeroblob(3900 * 4096))');
}

const health = async (one) => (await one.ask('GET', '/healthz'))?.status;

// How long until all works again?
async function back(one) {
  const t0 = performance.now();
  await until(async () => await health(one) === 200, 'healthz is green again', BACK_MS);
  return performance.now() - t0;
}

// One round: the n-th call fails, once.
async function once({ one, disk, db }, fault, n, work) {
  disk.strike({ ...fault, nth: n });
  const script = new Script(one, db);
  await work(script);
  for (const end = Date.now() + RARE_MS; fault.rare && Date.now() < end && disk.failed === 0;) await sleep(20);
  const { failed } = disk;
  disk.mend();
  return { script, failed, back: await back(one) };
}

// All from the n-th on fail until it is mended: at the first refusal and after a
// look round, or in the end.
async function onward({ one, disk, db }, fault, n, work) {
  let mended = false, ms = 0;
  disk.strike({ ...fault, nth: n, onward: 1 });
  const script = new Script(one, db, {
    async refused() {
      if (mended || !script.answers[503]) return;
      if (!fault.index) {
        assert.notEqual(await health(one), 200, 'healthz is green on a disk that fails');
        await until(async () => {
          const reply = await one.ask('GET', '/api/stats');
          assert.ok(reply === undefined || reply?.status === 200, 'reading needs no writing');
          return reply;
        }, 'reading is answered', 20_000);
      }
      mended = true;
      disk.mend();
      ms = await back(one);
    },
  });
  await work(script);
  for (const end = Date.now() + RARE_MS; fault.rare && Date.now() < end && disk.failed === 0;) await sleep(20);
  const { failed } = disk;
  disk.mend();
  return { script, failed, back: Math.max(ms, await back(one)) };
}

class Sum {
  constructor(calls) {
    Object.assign(this, { calls, rounds: 0, struck: 0, refused: 0, back: 0 });
  }

  async add(at, round, n, { script, failed, back: ms }) {
    if (process.env.VERBOSE) console.log(`# ${round} ${n}: failed ${failed} ${JSON.stringify(script.answers)} ${Math.round(ms)} ms`);
    assert.deepEqual(script.complaints, [], `${round}, n = ${n}, SEED=${seed}`);
    assert.deepEqual(await at.one.workers(), at.pids, `a worker went down at n = ${n}: ${await at.one.log()}`);
    this.rounds++;
    this.struck += failed > 0;
    this.refused += script.answers[503] ?? 0;
    this.back = Math.max(this.back, Math.round(ms));
  }

  tell(name) {
    console.log(`# ${name}: ${JSON.stringify(this)}`);
    assert.ok(this.struck > 0, 'nothing has failed');
  }
}

// Mostly they wait.
describe(`a disk that fails at the n-th call (SEED=${seed})`, { concurrency: 4 }, () => {
  Object.entries(faults).forEach(([name, fault], i) => test(name, () => withFaulty(busy, async (at) => {
    const random = randomFrom(seed + i);
    const chat = (script) => script.run();
    at.disk.strike({ ...fault, nth: 0 });
    assert.deepEqual((await new Script(at.one, at.db).run()).complaints, []);
    if (fault.rare) await sleep(RARE_MS);
    const sum = new Sum(at.disk.count);
    for (const round of [once, onward]) {
      for (const n of some(random, sum.calls, fault.rare ? 1 : 2)) await sum.add(at, round.name, n, await round(at, fault, n, chat));
    }
    sum.tell(name);
  })));

  // It grows in pieces of 32 KiB, each of which is written, then mapped.
  const growth = { 'the index cannot grow: ENOSPC': { kinds: write | map, error: ERROR.ENOSPC, index: 1 },
    'the index cannot be mapped: EIO': { kinds: map, error: ERROR.EIO, index: 1 } };
  Object.entries(growth).forEach(([name, fault], i) => test(name, async () => {
    const random = randomFrom(seed + 100 + i);
    const calls = fault.kinds & write ? 10 : 2;
    const sum = new Sum(calls);
    const over = async (script) => {
      await script.open();
      await script.picture('over', pngOf(1 << 20));
      for (const who of ['Ann', 'Bea']) await script.message(`of ${who}`);
      for (let i = 0; i < 4; i++) await script.shown(script.bea, ['message', 'image']);
      script.look();
    };
    // A machine that is slow may have emptied the log before: then once more.
    for (const round of [once, onward]) for (const n of some(random, calls, 1)) for (let tries = 0, struck = 0; tries < 3 && !struck; tries++) {
      await withFaulty(growing, async (at) => {
        const result = await round(at, fault, n, over);
        struck = result.failed;
        await sum.add(at, round.name, n, result);
      }, fillLog);
    }
    sum.tell(name);
  }));

  test('control: a disk that says it has written what it has not is noticed', async () => {
    const found = [];
    for (let nth = 50; nth < 100 && found.length === 0; nth += 10) await withFaulty(busy, async ({ one, disk, db }) => {
      const script = new Script(one, db, { patience_ms: 3000 });
      disk.strike({ kinds: write, nth, onward: 1, error: ERROR.LIE });
      for (const part of ['run', 'look']) await (async () => script[part]())().catch((failure) => failure);
      found.push(...script.complaints.filter((c) => /acknowledged and not stored/.test(c)));
    });
    assert.ok(found.length > 0);
  });
});
