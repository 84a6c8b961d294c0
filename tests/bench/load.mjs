// Running the load generator.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const build = path.resolve(root, process.env.BUILD || 'build');
export const program = (name) => path.join(build, 'bench', name);

function words(peer, options) {
  const watched = Object.entries(peer.pids()).map(([name, pids]) => ['--watch', `${name}=${pids.join(',')}`]);
  return ['--peer', peer.kind, '--port', String(peer.port), ...watched.flat(),
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])];
}

// One run: what it measured. A run with a fault throws what was wrong.
export async function load(peer, options) {
  const child = spawn(program('load'), words(peer, options), { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => { out += data; });
  child.stderr.on('data', (data) => { err += data; });
  const timer = setTimeout(() => child.kill('SIGKILL'), 90_000);
  const [status, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (status !== 0) throw new Error(`${peer.name} ${JSON.stringify(options)}: ${err.trim() || signal}`);
  return JSON.parse(out);
}

// Held polls: answers when all of them are there. release() lets go of them.
export async function hold(peer, people, options = {}) {
  const child = spawn(program('load'), words(peer, { mode: 'hold', people, ...options }), { stdio: ['pipe', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.on('data', (data) => { err += data; });
  const closed = once(child, 'close');
  const first = await Promise.race([once(child.stdout, 'data'), closed]);
  if (!String(first[0]).includes('ready')) throw new Error(`${peer.name}: ${people} polls could not be held: ${err.trim()}`);
  return {
    async release() {
      if (child.exitCode !== null) throw new Error(`${peer.name}: ${people} held polls: ${err.trim()}`);
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await closed;
      clearTimeout(timer);
    },
  };
}
