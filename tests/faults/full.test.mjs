// A crowd behind real nginx and two workers, whose disk is full, or read-only, or
// fails, again and again: 503 and a red healthz while it lasts, no process down,
// nothing lost (the checker), and all works again within 5 s of its end.
// SEED=n repeats the choices; SOAK=1 is the long version.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { check } from '../history/checker.mjs';
import { figures, simulate } from '../history/crowd.mjs';
import { oneOf, randomFrom } from '../history/random.mjs';
import { call, sleep, until } from '../http/client.mjs';
import { startServer } from '../http/server.mjs';
import { bin } from './bare.mjs';
import { Disk, ERROR, faulty, KIND } from './fault.mjs';
import { Havoc } from './havoc.mjs';

const sanitized = bin.includes('/san/'); // several times slower
const soak = Boolean(process.env.SOAK);
const seed = Number(process.env.SEED ?? Date.now() % 1e6);
const PEOPLE = Number(process.env.PEOPLE ?? (soak ? 200 : 60));
const ROUNDS = Number(process.env.ROUNDS ?? (soak ? 40 : 4));
const RED_MS = 60_000, BACK_MS = sanitized ? 20_000 : 5000, LAST_MS = 1500;

// A folder of its own for the database; a small disk where that is allowed.
async function room() {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-full-'));
  let small = false;
  try {
    if (process.getuid() === 0) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${soak ? 64 : 16}m`, 'tmpfs', folder], { stdio: 'ignore' });
    small = process.getuid() === 0;
  } catch { /* not here */ }
  return {
    folder, small,
    async end() {
      if (small) execFileSync('umount', [folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

class Trouble {
  constructor(server, disk, place, random, history) {
    Object.assign(this, { server, disk, place, random, history, seen: {} });
    this.filler = path.join(place.folder, 'filler');
    this.kinds = {
      'read-only': () => this.break({ kinds: KIND.write | KIND.truncate, error: ERROR.EROFS }),
      'no room': () => this.break({ kinds: KIND.write, error: ERROR.ENOSPC }),
      'writes fail': () => this.break({ kinds: KIND.write, error: ERROR.EIO }),
      'syncs fail': () => this.break({ kinds: KIND.sync, error: ERROR.EIO }),
      ...place.small && { 'a small disk is full': () => this.fill() },
    };
  }

  break(fault) {
    this.disk.strike({ ...fault, nth: 1, onward: 1 });
  }

  // To the last byte; again and again, as a checkpoint makes room.
  fill() {
    return appendFile(this.filler, Buffer.alloc(1 << 20)).then(() => this.fill(), (failure) => assert.equal(failure.code, 'ENOSPC')); // answers nothing
  }

  async mend() {
    this.disk.mend();
    await rm(this.filler, { force: true });
  }

  health() {
    return call(this.server.base, 'GET', '/healthz', { agent: null }).then((reply) => reply.status);
  }

  async strike(name) {
    const fault = { what: 'fault', name, rough: true, t0: performance.now(), t1: Infinity };
    this.history.push(fault);
    await this.kinds[name]();
    const broken = performance.now();
    // A full disk refuses nothing while what there is has room in itself.
    await until(async () => await this.health() === 503 || this.kinds[name](), `${name}: healthz is red`, RED_MS);
    const red = performance.now() - broken;
    await sleep(this.random() * LAST_MS);
    await this.mend();
    const mended = performance.now();
    await until(async () => await this.health() === 200, `${name}: healthz is green again`, BACK_MS);
    fault.t1 = performance.now();
    assert.ok(fault.t1 - mended < BACK_MS, `${name}: again after ${fault.t1 - mended} ms`);
    this.note(name, red, fault.t1 - mended);
  }

  note(name, red, back) {
    const seen = this.seen[name] ??= { times: 0, red_ms: 0, back_ms: 0 };
    seen.times++;
    seen.red_ms = Math.max(seen.red_ms, Math.round(red));
    seen.back_ms = Math.max(seen.back_ms, Math.round(back));
  }
}

const settings = { PARLEY_AWAY_S: '2', PARLEY_GONE_S: '6', PARLEY_FLUSH_MS: '200', PARLEY_WAL_MAX_KIB: '64', PARLEY_ERASE_S: '2' };

// People who live while `work` happens: {history, complaints}.
async function amidst(people, work) {
  const place = await room();
  const disk = new Disk(place.folder);
  const history = [];
  const server = await startServer({ workers: 2, env: { ...settings, ...disk.env, PARLEY_BIN: faulty, PARLEY_DB: path.join(place.folder, 'parley.db') } });
  try {
    let isOver = false;
    const crowd = simulate(server.base, { people, seed, history, pause_ms: 600, until: () => (isOver ? 0 : Infinity) });
    try {
      await sleep(1500);
      await work({ server, disk, place, history });
      await sleep(1000);
    } finally {
      disk.mend();
      isOver = true;
      await crowd;
    }
    return { history, complaints: check(history) };
  } finally {
    await server.stop();
    disk.close();
    await place.end();
  }
}

// Each kind once, the rest by chance.
async function rounds(trouble) {
  const names = Object.keys(trouble.kinds);
  for (let n = 0; n < ROUNDS; n++) {
    await trouble.strike(n === 0 ? names.at(-1) : n < names.length ? names[n - 1] : oneOf(trouble.random, names));
    await sleep(trouble.random() * 1000);
  }
}

test(`${PEOPLE} people on a disk that is full, read-only or fails (SEED=${seed})`, { timeout: 1_200_000 }, async (t) => {
  let seen;
  const { history, complaints } = await amidst(PEOPLE, async ({ server, disk, place, history: list }) => {
    const pids = await server.workerPids();
    const trouble = new Trouble(server, disk, place, randomFrom(seed), list);
    await rounds(trouble);
    assert.deepEqual(await server.workerPids(), pids, 'a worker went down');
    ({ seen } = trouble);
  });
  const asks = history.filter((h) => h.what === 'ask');
  const refused = asks.filter((a) => a.status === 503).length;
  t.diagnostic(JSON.stringify({ ...figures(history), refused, faults: seen }));
  assert.deepEqual(complaints.slice(0, 10), [], `${complaints.length} complaints; repeat with SEED=${seed}`);
  // Everybody is answered, with the truth or 503.
  assert.deepEqual([...new Set(asks.filter((a) => a.outcome === 'unknown').map((a) => a.status ?? a.failure))], [503]);
  assert.ok(refused > PEOPLE, 'too little happened');
});

// What is lost has to be missed by somebody, or Parley itself finds nonsense and
// serves nobody: it is tried until that is so.
test('control: a disk that only says it has stored them is noticed', async () => {
  for (let n = 0; n < 4; n++) if (await isMissed()) return;
  assert.fail('nothing is missed');
});

async function isMissed() {
  let isDamaged = false;
  const { complaints } = await amidst(30, async ({ server, disk, history }) => {
    const lie = async (havoc) => {
      disk.strike({ kinds: KIND.write | KIND.truncate, nth: 1, onward: 1, error: ERROR.LIE });
      await sleep(600);
      disk.strike({ kinds: 0 });
      await havoc.killSupervisor();
      disk.mend();
    };
    await new Havoc(server, randomFrom(seed), history, { lie: [1, true, lie] }).strike('lie').catch(async (failure) => {
      isDamaged = /parley\.db: .*damaged/.test(await server.logs());
      if (!isDamaged) throw failure;
    });
  });
  return isDamaged || complaints.length > 0;
}
