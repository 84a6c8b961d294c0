// Faults at random, for a service that people use meanwhile: processes are
// killed, stopped, renewed and restarted, and what they stand on fails
// (elements.mjs), alone and several at once. Each is written into the people's
// history, so that the checker knows what to excuse.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { call, sleep, until } from '../http/client.mjs';
import { oneOf, weighed } from '../history/random.mjs';
import { children, lives } from './bare.mjs';
import { ERROR, KIND } from './fault.mjs';

const BACK_MS = 30_000; // by then everything works again
const PAIRED = 0.25;    // how often a further fault comes with it

// Polls hang with the news for them: see waiting.mjs.
const STALLS = /^STOP|disk|sync|packets/;

// [how often, is a request without an answer excused, what is done]. What is
// broken by `elements` stays so until recover().
export const FAULTS = {
  'kill -9 one worker': [30, false, async (h) => h.kill(oneOf(h.random, await h.workers()))],
  'kill -9 all workers': [12, true, async (h) => h.kill(...await h.workers())],
  'kill -9 the supervisor': [6, true, (h) => h.killSupervisor()],
  'TERM one worker': [4, false, async (h) => h.signal('SIGTERM', oneOf(h.random, await h.workers()))],
  'TERM all workers': [3, false, async (h) => h.signal('SIGTERM', ...await h.workers())],
  'HUP': [6, false, async (h) => h.signal('SIGHUP', await h.server.pid())],
  'nginx reload': [4, true, async (h) => h.signal('SIGHUP', await h.server.pid('nginx'))],
  'nginx restart': [2, true, (h) => h.restartNginx()],
  'kill -9 one process of nginx': [6, true, async (h) => h.kill(oneOf(h.random, children(await h.server.pid('nginx'))))],
  'kill -9 all of nginx': [4, true, (h) => h.killNginx()],
  'STOP one worker': [2, true, async (h) => h.stop(oneOf(h.random, await h.workers()))],
  'STOP in a transaction': [2, true, async (h) => h.stop(await h.stopInside())],
  'a full disk': [4, true, (h) => h.elements?.fillDisk()],
  'a sync that fails': [4, true, (h) => h.elements?.failOnce(h.random, KIND.sync, ERROR.EIO)],
  'a call of the disk that fails': [4, true, (h) => h.elements?.failOnce(h.random, KIND.write | KIND.truncate | KIND.map, ERROR.EIO)],
  'killed in the middle of a write': [6, true, (h) => h.elements?.failOnce(h.random, KIND.write | KIND.sync, ERROR.KILL)],
  'the clock is set': [4, false, (h) => h.elements?.setClock(h.random)],
  'packets are lost': [5, true, (h) => h.elements?.losePackets(h.random)],
};

// The process that is inside a write transaction on this database (it has the
// lock for the right to write, and SQLite's own on byte 120 of the -shm file).
export function writerOf(db) {
  const locks = readFileSync('/proc/locks', 'utf8').split('\n').map((line) => line.split(/\s+/));
  const holder = (kind, file, from) => locks.find(([, k, , mode, , where, first]) =>
    k === kind && mode === 'WRITE' && where?.endsWith(`:${statSync(file).ino}`) && (from === undefined || first === from))?.[4];
  try {
    const pid = holder('FLOCK', `${db}.lock`);
    return pid !== undefined && pid === holder('POSIX', `${db}-shm`, '120') ? Number(pid) : undefined;
  } catch {
    return undefined; // the file is not there just now
  }
}

// Stops a process while it is inside; answers which. Somebody has to write.
export async function stopWriter(db, ms = 25_000) {
  for (const end = Date.now() + ms; Date.now() < end;) {
    const pid = writerOf(db);
    if (pid !== undefined) {
      try {
        process.kill(pid, 'SIGSTOP');
        await sleep(5); // it takes effect on the way out of the kernel
        if (writerOf(db) === pid) return pid;
        process.kill(pid, 'SIGCONT');
      } catch { /* it has ended meanwhile */ }
    }
    await sleep(0);
  }
  return undefined;
}

export class Havoc {
  constructor(server, random, history, faults = FAULTS, elements = undefined) {
    Object.assign(this, { server, random, history, faults, elements, kills: 0, midst: 0, stops: 0, done: {} });
    this.db = path.join(server.run, 'parley.db');
    this.weights = Object.fromEntries(Object.entries(faults).map(([name, [weight]]) => [name, weight]));
  }

  workers() {
    return this.server.workerPids().catch(() => []);
  }

  signal(signal, ...pids) {
    return pids.filter((pid) => {
      try {
        return pid !== undefined && process.kill(pid, signal);
      } catch {
        return false; // it was quicker
      }
    }).length;
  }

  kill(...pids) {
    this.kills += this.signal('SIGKILL', ...pids);
  }

  async stopInside() {
    return stopWriter(this.db, 3000);
  }

  // The watchdog has to end it; that takes stuck-ms.
  stop(pid) {
    this.stops += this.signal('SIGSTOP', pid);
    if (pid !== undefined) this.stopped = [...this.stopped ?? [], pid];
  }

  // The workers follow it.
  async killSupervisor() {
    const workers = await this.workers();
    this.kill(await this.server.pid());
    await this.ended(workers);
  }

  // There is none for a Parley that was killed in the same moment.
  async restartNginx() {
    if (await lives(await this.server.pid())) await this.server.restartNginx();
  }

  ended(pids) {
    return until(async () => !(await Promise.all(pids.map(lives))).includes(true), `${pids} have ended`, 12_000);
  }

  // nginx's own processes do not follow their master.
  async killNginx() {
    const master = await this.server.pid('nginx');
    const pids = [master, ...children(master)];
    this.kill(...pids);
    await this.ended(pids);
  }

  // The disk and the network for a moment, if anything is wrong with them.
  async endure() {
    if (!this.elements) return;
    const { disk } = this.elements;
    if (disk.read('kinds') || this.elements.isBad) await sleep(100 + this.random() * 900);
    if (disk.read('kinds') && disk.read('error') === ERROR.KILL) {
      this.kills += disk.failed;
      this.midst += disk.failed;
    }
    this.elements.mend();
  }

  // What does not come back by itself is started; then all has to work again.
  async recover() {
    await this.endure();
    if (this.stopped) await this.ended(this.stopped);
    this.stopped = undefined;
    if (!await lives(await this.server.pid())) await this.server.dev('parley');
    if (!await lives(await this.server.pid('nginx'))) await this.server.dev('nginx');
    await until(async () => (await this.workers()).length >= 2, 'two workers', BACK_MS);
    await until(() => this.works(), 'the service answers', BACK_MS);
  }

  works() {
    const quick = AbortSignal.timeout(3000);
    return call(this.server.base, 'GET', '/healthz', { agent: null, signal: quick }).then((r) => r.status === 200, () => false);
  }

  async strike(...names) {
    const t0 = performance.now();
    const rough = names.length > 1 || this.faults[names[0]][1];
    const fault = { what: 'fault', name: names.join(' + '), rough, stalls: names.some((name) => STALLS.test(name)), t0, t1: Infinity };
    this.history.push(fault);
    for (const name of names) {
      this.done[name] = (this.done[name] ?? 0) + 1;
      await this.faults[name][2](this);
      // The next may come while the one before has its effect.
      if (names.length > 1) await sleep(this.random() * 30);
    }
    await this.recover();
    fault.t1 = performance.now();
  }

  async run(isOver) {
    while (!isOver(this)) {
      await sleep(this.random() * 300);
      const names = [weighed(this.random, this.weights)];
      while (this.random() < PAIRED) names.push(weighed(this.random, this.weights));
      await this.strike(...names);
    }
  }

  // Only what no poll may notice: none gets anything but 200.
  async roll(times) {
    const t0 = performance.now();
    for (let i = 0; i < times; i++) {
      await this.strike(['HUP', 'TERM one worker', 'nginx reload', 'TERM all workers'][i % 4]);
      await sleep(300);
    }
    this.history.push({ what: 'phase', t0, t1: performance.now() });
  }
}
