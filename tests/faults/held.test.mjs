// 10,000 held polls on one worker: they stay up, cost next to nothing, and
// nobody else waits longer for them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { call, expect, pair, sleep, until } from '../http/client.mjs';
import { root, startServer } from '../http/server.mjs';
import { children } from './bare.mjs';

const PEOPLE = 10_000;
const bin = path.resolve(root, process.env.PARLEY_BIN ?? 'build/parley');
// The generator stands beside the program; load.mjs asks where when it is read.
process.env.BUILD = path.relative(root, path.dirname(bin));
const { hold } = await import('../bench/load.mjs');
const isPlain = !bin.includes('/san/'); // a sanitizer has its own idea of memory
const descriptors = Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).replace('unlimited', '1e9'));

// The memory that is a process's own, in bytes.
async function privateBytes(pid) {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return 1024 * [...text.matchAll(/^Private_\w+: +(\d+) kB/gm)].reduce((sum, [, kb]) => sum + Number(kb), 0);
}

const all = async (pids) => (await Promise.all(pids.map(privateBytes))).reduce((a, b) => a + b, 0);

const ready = async (base) => expect(await call(base, 'GET', '/api/stats'), 200).online;

// Each held poll has one; nginx keeps 1,024 at most that have nothing to do.
const connections = async (pid) => (await readdir(`/proc/${pid}/fd`)).length;
const skip = descriptors < 12_000 && `only ${descriptors} descriptors`;
const peerOf = (server) => ({ kind: 'parley', name: 'parley', port: server.port, pids: () => ({}) });

test('10,000 polls are held by one worker, at about 1 KB each', { skip }, async (t) => {
  const server = await startServer({ workers: 1 });
  try {
    const [pid] = await server.workerPids();
    const front = children(await server.pid('nginx'));
    const before = await privateBytes(pid);
    const frontBefore = await all(front);
    const held = await hold(peerOf(server), PEOPLE);
    await until(async () => (await ready(server.base)) >= PEOPLE, 'all are online', 10_000);
    const each = ((await privateBytes(pid)) - before) / PEOPLE;
    if (isPlain) assert.ok(each < 1536, `${Math.round(each)} bytes each`);
    // The ruler's control: nginx takes more than that.
    const frontEach = ((await all(front)) - frontBefore) / PEOPLE;
    assert.ok(frontEach > 1536, `${Math.round(frontEach)} bytes of nginx each`);
    await sleep(1000);
    assert.ok(await connections(pid) >= PEOPLE, 'they are not held');
    const [ann, bob] = await pair(server.base);
    const news = bob.poll({ wait: 20 });
    const began = Date.now();
    await ann.send('between ten thousand');
    assert.equal((await news).events[0].text, 'between ten thousand');
    assert.ok(Date.now() - began < 3000);
    await held.release(); // fails if any of them was answered with an error
    assert.deepEqual(await server.workerPids(), [pid]);
    t.diagnostic(`${Math.round(each)} bytes of worker memory per held poll, ${Math.round(frontEach)} of nginx's`);
  } finally {
    await server.stop();
  }
});

test('control: polls that are answered at once are noticed', { skip }, async () => {
  const limits = { RATES: 'on', HELD_MAX: '100', SESSIONS_ADDRESS: '0', SESSIONS_MINUTE: '0', WORK: 'off' };
  const server = await startServer({ workers: 1, env: Object.fromEntries(Object.entries(limits).map(([name, value]) => [`PARLEY_${name}`, value])) });
  try {
    const [pid] = await server.workerPids();
    const held = await hold(peerOf(server), 2000);
    await until(async () => await connections(pid) < 2000, 'they have been answered', 10_000);
    await held.release();
  } finally {
    await server.stop();
  }
});
