// Row 6: bytes written for each message; instructions for each send and poll.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { load, root, build } from '../load.mjs';
import { start } from '../peers.mjs';
import { listening, sleep } from '../proc.mjs';
import { cell } from '../rounds.mjs';

export const title = 'What a message costs';
const kept = path.join(root, 'tests/bench/instructions.json');

async function written(bench) {
  const peer = await start('parley');
  const rows = [];
  for (const inflight of [1, 4]) {
    const { parley } = await bench.rounds([peer], bench.quick ? 1 : 3, { people: 100, inflight, warm: 0.3, seconds: bench.quick ? 0.4 : 1 });
    rows.push({ people: 100, inflight, toDisk: cell(parley, (run) => run.used.server.write_bytes / run.messages), toFiles: cell(parley, (run) => run.used.server.wchar / run.messages) });
  }
  await peer.stop();
  return rows;
}

// A worker under callgrind, alone, on the socket that nginx.conf names.
async function counted() {
  const peer = await start('parley');
  await peer.stop(); // the folder has a database and a configuration now
  const { run } = peer;
  const worker = spawn('spawn-fcgi', ['-n', '-s', 'parley.sock', '-b', '1024', '--', '/usr/bin/env', 'valgrind', '--tool=callgrind',
    '--callgrind-out-file=callgrind.out', '--quiet', path.join(build, 'parley'), '--db', 'parley.db', '--flush-ms', '60000',
    '--away-s', '3000', '--gone-s', '3500', '--nonce-s', '3600', '--fresh-s', '3000',
    '--rates', 'off', '--sandbox', '0'], // valgrind makes code, and writes where it likes
  { cwd: run, stdio: 'ignore' });
  const nginx = spawn('nginx', ['-e', 'nginx.log', '-p', '.', '-c', 'nginx.conf'], { cwd: run, stdio: 'ignore' });
  peer.pids = () => ({});
  peer.end = async () => {
    for (const child of [nginx, worker]) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    }
    const timer = setTimeout(() => worker.kill('SIGKILL'), 15_000);
    if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'close');
    clearTimeout(timer);
  };
  try {
    await answering(peer.port);
  } catch (failure) {
    await peer.end();
    throw failure;
  }
  return peer;
}

// Under callgrind it takes seconds to be there; until then nginx says 503.
async function answering(port) {
  await listening(port);
  for (let tries = 0; tries < 150; tries++) {
    if ((await fetch(`http://127.0.0.1:${port}/healthz`)).ok) return;
    await sleep(200);
  }
  throw new Error('the worker under callgrind does not answer');
}

async function total(run) {
  const text = await readFile(path.join(run, 'callgrind.out'), 'utf8');
  return Number(/^(?:summary|totals): (\d+)/m.exec(text)[1]);
}

// A whole life with so many messages: its instructions and how long it was.
async function life({ messages = 0, reads = false, rest = 0 }) {
  const peer = await counted();
  const began = performance.now();
  let seconds;
  try {
    await load(peer, { mode: 'script', people: 2, script: messages, reads: reads ? 1 : 0, wait: 50 });
    await sleep(rest);
  } finally {
    seconds = (performance.now() - began) / 1000;
    await peer.end();
  }
  return { count: await total(peer.run), seconds };
}

// What starting, pairing and ending take goes out in the difference of two
// lives, and what the worker does by the clock is known from an idle one.
async function perRequest(n) {
  const lives = [{}, { rest: 4000 }, { messages: n }, { messages: 2 * n }, { messages: n, reads: true }, { messages: 2 * n, reads: true }];
  const [none, idle, sent, sentTwice, read, readTwice] = await Promise.all(lives.map(life));
  const perSecond = (idle.count - none.count) / (idle.seconds - none.seconds);
  const each = (one, two) => (two.count - one.count - perSecond * (two.seconds - one.seconds)) / n;
  const send = each(sent, sentTwice);
  return { send: Math.round(send), poll: Math.round(each(read, readTwice) - send), idleSecond: Math.round(perSecond) };
}

async function compare(now) {
  const before = JSON.parse(await readFile(kept, 'utf8'));
  const change = (name) => (before[name] ? (now[name] / before[name] - 1) * 100 : null);
  if (process.env.BENCH_SAVE) await writeFile(kept, `${JSON.stringify({ send: now.send, poll: now.poll })}\n`);
  return { ...now, before, changePercent: { send: change('send'), poll: change('poll') } };
}

export async function run(bench) {
  const rows = await written(bench);
  return { rows, instructions: await compare(await perRequest(80)) };
}
