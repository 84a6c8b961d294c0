// The supervisor: workers that die at once, logs that are rotated, and what
// stands in the logs.
import assert from 'node:assert/strict';
import { chmod, copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { expect, pair, sleep, until } from '../http/client.mjs';
import { startServer } from '../http/server.mjs';
import { bin, inFolder, start } from './bare.mjs';

// Replaces a program as an installation does: in one step.
async function install(to, content) {
  if (content === null) await copyFile(bin, `${to}.new`);
  else await writeFile(`${to}.new`, content);
  await chmod(`${to}.new`, 0o755);
  await rename(`${to}.new`, to);
}

const started = async (one) => ((await one.log()).match(/worker \d+ started/g) ?? []).length;

test('a program that fails at once is started again later and later; the others serve on', () => inFolder(async (folder) => {
  const program = path.join(folder, 'parley');
  await install(program, null);
  const one = await start(folder, ['--workers', '2'], program);
  try {
    await sleep(1100); // who dies younger has died quickly
    await install(program, '#!/bin/sh\nexit 3\n');
    const before = await started(one);
    const [victim, other] = await one.workers();
    process.kill(victim, 'SIGKILL');
    await sleep(2500);
    const tries = (await started(one)) - before;
    // At once, then after 100, 200, 400, 800 ms ...
    assert.ok(tries >= 3 && tries <= 6, `${tries} starts in 2.5 s`);
    assert.match(await one.log(), /worker \d+ ended with 3/);
    assert.ok((await one.workers()).includes(other));
    assert.equal((await one.ask('GET', '/healthz')).status, 200);

    // SIGHUP with a program that fails: the old workers stay.
    one.kill('SIGHUP');
    await until(async () => /the old one stays/.test(await one.log()), 'the old one stays');
    await sleep(700);
    assert.ok((await one.workers()).includes(other));
    assert.equal((await one.ask('GET', '/healthz')).status, 200);

    await install(program, null);
    await until(async () => (await one.workers()).length === 2, 'two workers again', 12_000);
    one.kill('SIGHUP');
    await until(async () => !(await one.workers()).includes(other) && (await one.workers()).length === 2, 'fresh workers', 8000);
    assert.equal((await one.ask('GET', '/healthz')).status, 200);
  } finally {
    assert.equal(await one.stop(), 0);
  }
}));

test('SIGUSR1: a log that was moved away is begun anew, by all processes', () => inFolder(async (folder) => {
  const one = await start(folder, ['--workers', '2']);
  try {
    const workers = await one.workers();
    let fresh = '';
    await rename(path.join(folder, 'parley.log'), path.join(folder, 'parley.log.1'));
    one.kill('SIGUSR1');
    await sleep(200);
    one.kill('SIGHUP'); // something to write for everybody: the old ones end
    await until(async () => {
      fresh = await one.log();
      return workers.every((pid) => fresh.includes(` ${pid} worker: done`));
    }, 'the old workers\' last lines in the new log', 8000);
    assert.ok((await readFile(path.join(folder, 'parley.log.1'), 'utf8')).includes('worker: ready'));
    assert.ok(!(await readFile(path.join(folder, 'parley.log.1'), 'utf8')).includes('fresh workers'));
    for (const line of fresh.trim().split('\n')) {
      assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (error|warn|info|debug) \d+ \w+: .+$/);
    }
  } finally {
    await one.stop();
  }
}));

test('a signal does not end a worker that is still starting', () => inFolder(async (folder) => {
  const one = await start(folder, ['--workers', '4']);
  try {
    for (let i = 0; i < 40; i++) {
      one.kill('SIGUSR1');
      if (i % 10 === 0) process.kill((await one.workers())[0], 'SIGKILL');
      await sleep(4);
    }
    await until(async () => (await one.workers()).length === 4, 'four workers', 8000);
    assert.doesNotMatch(await one.log(), /killed by signal (?!9\b)/);
  } finally {
    assert.equal(await one.stop(), 0);
  }
}));

// Those of the secrets that stand in the logs, with what stands around them.
const leaked = (logs, secrets) => secrets.filter((secret) => logs.includes(secret)).map((secret) => {
  const at = logs.indexOf(secret);
  return `${secret} in: ${logs.slice(Math.max(0, at - 200), at + 200)}`;
});

for (const mode of ['fcgi', 'cgi']) {
  test(`${mode}: no token, no name and no text in any log, however much is logged`, async () => {
    const server = await startServer({ mode, env: { PARLEY_LOG_LEVEL: 'debug' } });
    try {
      const [ann, bob] = await pair(server.base, ['Annsecret', 'Bobsecret']);
      await ann.send('textsecret', { nonce: 'noncesecret' });
      await bob.until('message');
      expect(await ann.post('/api/send', '{"text":"textsecret'), 400);
      expect(await ann.post('/api/send', { text: 'textsecret', chat: '7' }), 409);
      expect(await ann.post('/api/send', { text: 'textsecret' }, { headers: { authorization: 'Bearer forgedsecret' } }), 401);
      expect(await ann.call('GET', `/api/poll?cursor=0&wait=0&token=${ann.token}`), 200);
      expect(await ann.call('GET', '/api/nothing'), 404);
      await ann.post('/api/send', 'textsecret'.repeat(10_000));
      if (mode === 'fcgi') process.kill((await server.workerPids())[0], 'SIGKILL');
      await bob.typing(true);
      await ann.end();
      await server.dev('stop');
      const logs = await server.logs();
      assert.ok(logs.length > 0);
      const secrets = ['secret', ann.token, bob.token, ann.token.slice(0, 20)];
      assert.deepEqual(leaked(logs, secrets), []);
      // The control: any of them in the middle of it is found.
      for (const secret of secrets) assert.equal(leaked(`${logs}a=${secret}&b${logs}`, [secret]).length, 1);
    } finally {
      await server.stop();
    }
  });
}
