// The servers that are measured: each is started in a folder and on ports of
// its own, on loopback, and ended by its number.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, program, root } from './load.mjs';
import { childrenOf, freePort, isAlive, listening, sleep, withChildren } from './proc.mjs';

const here = path.join(root, 'tests/bench');
const started = new Set();
export const seen = {}; // how many workers this Parley has
let folders = 0;

// Each start has a folder of its own; bench.mjs clears them all.
async function folder(name) {
  folders += 1;
  const run = path.join(build, 'bench/run', `${folders}-${name}`);
  await mkdir(path.join(run, 'tmp'), { recursive: true });
  return run;
}

// Parley, the floor and the null responder: one way to start, nginx/dev.sh.
async function startBehindDev(peer, { binary, env = {}, run }) {
  // One worker serves best on two cores, which nginx and the load want as well.
  const settings = { WORKERS: '1', ...process.env, ...env, RUN: run, PORT: String(peer.port), PARLEY_BIN: binary, LIMITS: 'off', MODE: 'fcgi' };
  const dev = (command) => promisify(execFile)(path.join(root, 'nginx/dev.sh'), [command], { env: settings });
  const pid = (name) => Number(readFileSync(path.join(run, `${name}.pid`), 'utf8'));
  peer.run = run;
  peer.pids = () => ({ server: withChildren(pid('parley')), nginx: childrenOf(pid('nginx')) });
  peer.end = () => dev('stop');
  peer.restart = () => dev('start');
  await dev('start');
  if (peer.name === 'parley') seen.workers = childrenOf(pid('parley')).length;
}

async function spawnIn(run, log, command, args, env = {}) {
  const file = await open(path.join(run, log), 'a');
  const child = spawn(command, args, { cwd: run, stdio: ['ignore', file.fd, file.fd], env: { ...process.env, ...env } });
  await file.close();
  return child;
}

async function endChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  for (let tries = 0; tries < 100 && isAlive(child.pid) && child.exitCode === null && child.signalCode === null; tries++) await sleep(20);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

// An nginx of the bench's own configurations.
export async function startNginx(run, template, values) {
  let conf = await readFile(path.join(here, 'peers', template), 'utf8');
  for (const [name, value] of Object.entries(values)) conf = conf.replaceAll(`@${name}@`, String(value));
  conf = process.getuid() === 0 ? conf.replace(/^@root@/m, '') : conf.replace(/^@root@.*$/m, '');
  await writeFile(path.join(run, 'nginx.conf'), conf);
  const child = await spawnIn(run, 'nginx.log', 'nginx', ['-e', 'nginx.log', '-p', '.', '-c', 'nginx.conf']);
  await listening(values.PORT);
  return child;
}

async function startNchan(peer) {
  const run = await folder(peer.name);
  const nginx = await startNginx(run, 'nchan.conf', { PORT: peer.port, PROCESSES: 1 });
  peer.pids = () => ({ nginx: childrenOf(nginx.pid) });
  peer.end = () => endChild(nginx);
}

async function startSocketio(peer, { transport }) {
  const run = await folder(peer.name);
  const behind = await freePort();
  const node = await spawnIn(run, 'node.log', process.execPath,
    [path.join(here, 'peers/socketio.mjs'), String(behind), transport], { NODE_ENV: 'production' });
  await listening(behind);
  const nginx = await startNginx(run, 'proxy.conf', { PORT: peer.port, BACKEND: behind });
  // The same server, reached without nginx.
  peer.direct = { name: peer.direct, title: peer.directTitle, kind: peer.kind, port: behind, durable: peer.durable, pids: () => ({ server: [node.pid] }) };
  peer.pids = () => ({ server: [node.pid], nginx: childrenOf(nginx.pid) });
  peer.end = async () => {
    await endChild(nginx);
    await endChild(node);
  };
}

const memory = 'in memory: lost with the process';
const kinds = {
  parley: { title: 'Parley', kind: 'parley', durable: 'on disk before it is acknowledged (fsync)',
    start: async (peer, options) => startBehindDev(peer, { binary: path.join(build, 'parley'), run: await folder(peer.name), ...options }) },
  floor: { title: 'floor: a relay in memory, same nginx', kind: 'parley', durable: memory,
    start: async (peer, options) => startBehindDev(peer, { binary: program('floor/parley'), run: await folder(peer.name), ...options }) },
  null: { title: 'null: answers at once, same nginx (requests)', kind: 'null', durable: 'nothing',
    start: async (peer, options) => startBehindDev(peer, { binary: program('null/parley'), run: await folder(peer.name), ...options }) },
  nchan: { title: 'nchan: long polling', kind: 'nchan', durable: memory, start: startNchan },
  ws: { title: 'socket.io, WebSocket, behind nginx', kind: 'ws', durable: memory, direct: 'ws-direct', directTitle: 'socket.io, WebSocket, direct',
    start: (peer) => startSocketio(peer, { transport: 'websocket' }) },
  polling: { title: 'socket.io, polling, behind nginx', kind: 'polling', durable: memory, direct: 'polling-direct', directTitle: 'socket.io, polling, direct',
    start: (peer) => startSocketio(peer, { transport: 'polling' }) },
};

export async function start(name, options = {}) {
  const peer = { name, port: await freePort(), ...kinds[name] };
  started.add(peer);
  await kinds[name].start(peer, options);
  peer.stop = async () => {
    started.delete(peer);
    await peer.end();
  };
  return peer;
}

export async function startAll(names) {
  const peers = {};
  for (const name of names) {
    const peer = await start(name);
    peers[name] = peer;
    if (peer.direct) peers[peer.direct.name] = peer.direct;
  }
  return peers;
}

// The order of starting is the order of stopping; nobody stays behind.
export async function stopAll() {
  for (const peer of [...started]) {
    started.delete(peer);
    if (peer.end) await peer.end().catch((error) => console.error(`bench: ${peer.name}: ${error.message}`));
  }
}
