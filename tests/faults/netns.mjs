// A network of a test's own: a namespace without a name, which ends with the
// last process in it, whatever happens to the test.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
export const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

// Why there can be none here; false if there can.
export function noNetwork() {
  if (process.getuid() !== 0) return 'only root may make a network namespace';
  const rules = 'table inet t { chain i { type filter hook input priority 0; numgen random mod 100 < 1 drop; reject with tcp reset; }; }';
  const tried = spawnSync('unshare', ['-n', 'sh', '-c', 'ip link set lo up && nft "$0"', rules], { env, encoding: 'utf8' });
  if (tried.error) return `unshare: ${tried.error.message}`;
  return tried.status === 0 ? false : `no namespace or no nft here: ${tried.stderr.trim().split('\n')[0]}`;
}

// Runs net/NAME.mjs in a network of its own (or in everybody's): {code, out}. A
// scene that does not end is ended.
export function play(name, settings = {}, ms = 60000, isAlone = true) {
  return new Promise((resolve) => {
    const own = { ...env, ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)])) };
    delete own.NODE_TEST_CONTEXT;
    const begin = isAlone ? 'unshare -n sh -c \'ip link set lo up && exec node "$0"\' "$0"' : 'node "$0"';
    const child = spawn('sh', ['-c', `exec ${begin}`, path.join(here, 'net', `${name}.mjs`)], { env: own, stdio: ['ignore', 'pipe', 'pipe'] });
    const late = setTimeout(() => child.kill('SIGTERM'), ms);
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { out += part; });
    child.on('close', (code) => {
      clearTimeout(late);
      resolve({ code, out });
    });
  });
}
