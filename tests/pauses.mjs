// pauses.mjs COMMAND...: runs it, and stops its processes for moments (all of them,
// as a machine that sleeps does, or some), up to PAUSE_MS long. A promise that only
// holds while nobody pauses shows itself, and so does a test that asks for one.
// SEED=n repeats the choices. The exit status is the command's.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { oneOf, randomFrom } from './history/random.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e6);
const most_ms = Number(process.env.PAUSE_MS ?? 2000);
const random = randomFrom(seed);
const mark = `PAUSED_BY=${process.pid}`;

// {pid, parent, own: it has our mark} of a process that runs; null: it does not.
function look(pid) {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ');
    const own = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
    return state === 'T' || state === 'Z' ? null : { pid, parent: Number(parent), own };
  } catch {
    return null; // it has ended
  }
}

// Those that the command has started, by their environment, or by their parents
// where they have one of their own. Who was stopped by a test stays out of it.
function started() {
  const all = readdirSync('/proc').map(Number).filter((pid) => pid > 1).map(look).filter(Boolean);
  const found = new Set(all.filter(({ own }) => own).map(({ pid }) => pid));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // it has ended
    }
  }
}

let stopped = [];

async function pause() {
  const share = oneOf(random, [1, 1, 0.5, 0.1]);
  stopped = started().filter(() => random() < share);
  signal(stopped, 'SIGSTOP');
  await sleep(100 + random() * (most_ms - 100));
  signal(stopped, 'SIGCONT');
}

const [name, ...args] = process.argv.slice(2);
const child = spawn(name, args, { stdio: 'inherit', env: { ...process.env, PAUSED_BY: String(process.pid) } });
let status;
let pauses = 0;
for (const end of ['SIGINT', 'SIGTERM']) {
  process.on(end, () => {
    signal(stopped, 'SIGCONT');
    child.kill(end);
  });
}
child.on('exit', (code) => { status = code ?? 1; });
for (; status === undefined; pauses++) {
  await sleep(300 + random() * 2700);
  if (status === undefined) await pause();
}
console.log(`${pauses} pauses of up to ${most_ms} ms; SEED=${seed} repeats them`);
process.exit(status);
