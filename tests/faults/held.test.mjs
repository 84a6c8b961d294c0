// 10,000 held polls on one worker: they stay up, cost next to nothing, and
// nobody else waits longer for them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { call, expect, pair, sleep, until } from '../http/client.mjs';
import { root, startServer } from '../http/server.mjs';

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

const ready = async (base) => expect(await call(base, 'GET', '/api/stats'), 200).online;

test('10,000 polls are held by one worker, at about 1 KB each', { skip: descriptors < 12_000 && `only ${descriptors} descriptors` }, async () => {
  const server = await startServer({ workers: 1 });
  try {
    const [pid] = await server.workerPids();
    const before = await privateBytes(pid);
    const peer = { kind: 'parley', name: 'parley', port: server.port, pids: () => ({}) };
    const held = await hold(peer, PEOPLE);
    await until(async () => (await ready(server.base)) >= PEOPLE, 'all are online', 10_000);
    const each = ((await privateBytes(pid)) - before) / PEOPLE;
    if (isPlain) assert.ok(each < 1536, `${Math.round(each)} bytes each`);
    const [ann, bob] = await pair(server.base);
    const news = bob.poll({ wait: 20 });
    const began = Date.now();
    await ann.send('between ten thousand');
    assert.equal((await news).events[0].text, 'between ten thousand');
    assert.ok(Date.now() - began < 3000);
    await sleep(1000);
    await held.release(); // fails if any of them has ended before
    assert.deepEqual(await server.workerPids(), [pid]);
    console.log(`# ${Math.round(each)} bytes of worker memory per held poll`);
  } finally {
    await server.stop();
  }
});
