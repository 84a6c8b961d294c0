// The program itself, without nginx: for what happens at its start and end.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { env as variables, Peer, request } from '../http/fcgi.mjs';
import { until } from '../http/client.mjs';
import { childrenOf, root } from '../http/server.mjs';

export const bin = path.resolve(root, process.env.PARLEY_BIN ?? 'build/parley');

// No setting of whoever runs the tests may count.
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PARLEY_')));

export async function inFolder(work) {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-bare-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// Runs it to its end: {code, out, err}. One that does not end is killed.
export function run(args, env = {}, program = bin) {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...clean, ...env }, timeout: 20_000, killSignal: 'SIGKILL' }, (error, out, err) =>
      resolve({ code: error ? error.code ?? error.signal : 0, out, err }));
  });
}

// A supervisor in this folder, without limits as tests are a flood: {pid, socket, log(), exit, kill(signal)}.
export async function start(folder, args = [], program = bin, env = {}) {
  const child = spawn(program, ['--listen', 'parley.sock', '--db', 'parley.db', '--log', 'parley.log', ...args],
    { cwd: folder, env: { ...clean, PARLEY_RATES: 'off', ...env }, stdio: 'ignore' });
  const exit = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
  let ended = false;
  exit.then(() => { ended = true; });
  const one = {
    pid: child.pid,
    exit,
    log: () => readFile(path.join(folder, 'parley.log'), 'utf8').catch(() => ''),
    kill: (signal) => process.kill(child.pid, signal),
    workers: () => children(child.pid),
    ask: (method, uri, extra, body) => ask(folder, method, uri, extra, body),
    async stop() {
      if (!ended) child.kill('SIGTERM');
      return exit;
    },
  };
  try {
    await until(async () => ended || (existsSync(path.join(folder, 'parley.sock')) && (await one.ask('GET', '/healthz'))?.status === 200),
      'the service answers', 8000);
  } catch (failure) {
    child.kill('SIGKILL');
    throw new Error(`${failure.message}\n${await one.log()}`);
  }
  return one;
}

// One request straight to a worker.
export async function ask(folder, method, uri, extra = {}, body = '') {
  const peer = new Peer(folder);
  peer.send(request(variables(method, uri, { CONTENT_LENGTH: Buffer.byteLength(body), CONTENT_TYPE: 'application/json', ...extra }), body));
  const answer = await peer.answer(3000);
  peer.drop();
  return answer;
}

// Those that a process has started; none if it is gone.
export function children(pid) {
  try {
    return childrenOf(pid);
  } catch {
    return [];
  }
}

// Is a process there (and no zombie)?
export async function lives(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat !== null && !/^\d+ \(.*\) Z/.test(stat);
}
