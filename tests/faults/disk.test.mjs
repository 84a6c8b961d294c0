// A disk that is full, or may not be written: clear errors, nothing lost, no
// process down, and all is well again when there is room.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { call, expect, pair, Person, until } from '../http/client.mjs';
import { startServer } from '../http/server.mjs';
import { bin, run, start } from './bare.mjs';
import { settle, Talk } from './talk.mjs';

// A small disk of our own; null where that is not allowed.
async function mountDisk(mib = 2) {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    await rm(folder, { recursive: true });
    return null;
  }
}

describe('a small disk', () => {
  let disk, server, pids;
  before(async () => {
    disk = process.getuid() === 0 ? await mountDisk() : null;
    if (!disk) return;
    server = await startServer({ env: { PARLEY_DB: path.join(disk, 'parley.db'), PARLEY_WAL_MAX_KIB: '64', PARLEY_FLUSH_MS: '100' } });
    pids = await server.workerPids();
  });
  after(async () => {
    await server?.stop();
    if (!disk) return;
    execFileSync('umount', [disk]);
    await rm(disk, { recursive: true });
  });
  const onDisk = (name, work) => test(name, async (t) => (disk ? work(t) : t.skip('needs root and mount')));

  onDisk('full: 503 with Retry-After; what was acknowledged is read; with room again it goes on', async () => {
    const [ann, bob] = await pair(server.base);
    const filler = path.join(disk, 'filler');
    const fill = () => appendFile(filler, Buffer.alloc(3 << 20)).catch((failure) => assert.equal(failure.code, 'ENOSPC'));
    for (let round = 0; round < 3; round++) {
      const before = await ann.send(`before ${round}`, { nonce: `b${round}` });
      await fill();
      // The log of writes may have some room of its own left.
      let refused, stored = [];
      for (let n = 0; !refused && n < 300; n++) {
        const text = `${round}.${n} ${'x'.repeat(1900)}`;
        const reply = await ann.post('/api/send', { text, nonce: `${round}.${n}` });
        if (reply.status === 200) stored.push(text);
        else refused = { reply, text, nonce: `${round}.${n}` };
      }
      assert.ok(refused, 'the disk was never full');
      expect(refused.reply, 503, 'unavailable');
      assert.ok(Number(refused.reply.headers['retry-after']) >= 1);
      // A checkpoint makes some room again: take that, too.
      await until(async () => {
        await fill();
        return (await call(server.base, 'GET', '/healthz')).status === 503;
      }, 'healthz says so', 8000);
      // Reading needs no room.
      assert.equal((await bob.until('message', (e) => e.id === before.id)).text, `before ${round}`);
      expect(await call(server.base, 'GET', '/api/stats'), 200);

      await rm(filler);
      await until(async () => (await call(server.base, 'GET', '/healthz')).status === 200, 'healthy again', 8000);
      await ann.send(refused.text, { nonce: refused.nonce });
      await ann.send(`after ${round}`);
      await bob.until('message', (e) => e.text === `after ${round}`);
      const texts = bob.events.filter((e) => e.type === 'message').map((e) => e.text);
      assert.deepEqual(texts, [...stored, refused.text]);
      bob.events = [];
      assert.deepEqual(await server.workerPids(), pids, 'a worker went down');
    }
    assert.ok(await Person.join(server.base));
  });

  onDisk('read-only: refused at the start, with the reason', async () => {
    const readOnly = path.join(disk, 'ro');
    await mkdir(readOnly);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,ro', 'tmpfs', readOnly]);
    try {
      const { code, err } = await run(['--listen', path.join(disk, 'p.sock'), '--db', path.join(readOnly, 'p.db')]);
      assert.equal(code, 1);
      assert.match(err, /ro\/p\.db: .*Read-only file system/);
    } finally {
      execFileSync('umount', [readOnly]);
    }
  });
});

// A folder with files that are open for writing cannot be made read-only
// (EBUSY); under CGI none are, between two requests. fault.c does it to workers
// (inject, full).
describe('a folder that is read-only for a while, under CGI', () => {
  let disk, server;
  before(async () => {
    disk = process.getuid() === 0 ? await mountDisk(16) : null;
    if (disk) server = await startServer({ mode: 'cgi', env: { PARLEY_DB: path.join(disk, 'parley.db') } });
  });
  after(async () => {
    await server?.stop();
    if (!disk) return;
    execFileSync('umount', [disk]);
    await rm(disk, { recursive: true });
  });
  const remount = (how) => until(() => {
    try {
      execFileSync('mount', ['-o', `remount,${how}`, disk], { stdio: 'ignore' });
      return true;
    } catch {
      return false; // somebody writes just now
    }
  }, `it is ${how}`);

  test('503 with Retry-After, healthz red; then it goes on, with all that was acknowledged', async (t) => {
    if (!disk) return t.skip('needs root and mount');
    const [ann, bob] = await pair(server.base);
    await ann.send('before', { nonce: 'before' });
    await remount('ro');
    for (const [method, uri, body] of [['POST', '/api/send', { text: 'now', nonce: 'now' }], ['POST', '/api/next', {}], ['GET', '/healthz']]) {
      const reply = await ann.call(method, uri, { body });
      expect(reply, 503, 'unavailable');
      assert.ok(Number(reply.headers['retry-after']) >= 1);
    }
    await remount('rw');
    const t0 = performance.now();
    await until(async () => (await call(server.base, 'GET', '/healthz')).status === 200, 'healthy again', 5000);
    console.log(`# again after ${Math.round(performance.now() - t0)} ms`);
    await ann.send('now', { nonce: 'now' });
    await bob.until('message', (e) => e.text === 'before');
    await bob.until('message', (e) => e.text === 'now');
    // Control: with writing allowed no such answer comes.
    expect(await ann.post('/api/send', { text: 'after' }), 200);
  });
});

// The index (-shm) is written through memory: where its file has a hole and the
// disk no room, that is no error but the end of the process (SIGBUS). SQLite
// leaves no hole on a disk with blocks of 4 KiB; here one is made.
describe('a hole in the index', () => {
  const BACK_MS = bin.includes('/san/') ? 20_000 : 5000;
  const FRAMES = 990; // beyond them its second page is used
  const ended = /killed by signal 7|worker \d+ ended with 1\b/; // a sanitizer ends it in its own way
  const frames = async (db) => Math.floor((await stat(`${db}-wal`)).size / 4120);

  // Up to the hole and beyond it; with or without room.
  async function beyond(folder, isFull) {
    const one = await start(folder, ['--wal-max-kib', '4194304', '--erase-s', '3600']);
    const db = path.join(folder, 'parley.db'), filler = path.join(folder, 'filler');
    try {
      const talk = await new Talk(one.ask).meet();
      const text = () => `${talk.said.length} ${'x'.repeat(1900)}`;
      const say = async (n) => { for (let i = 0; i < n; i++) await talk.say(text()); };
      // On a slow machine the log may be emptied meanwhile: then once more.
      for (let tries = 0; tries < 5; tries++) {
        await rm(filler, { force: true });
        while (await frames(db) < FRAMES - 60) assert.equal(await talk.say(text()), 200);
        execFileSync('fallocate', ['-p', '-o', '4096', '-l', '4096', `${db}-shm`]);
        execFileSync('fallocate', ['-n', '-l', '8M', `${db}-wal`]); // this has room
        if (isFull) await appendFile(filler, Buffer.alloc(24 << 20)).catch((failure) => assert.equal(failure.code, 'ENOSPC'));
        talk.answers = {};
        await say(40);
        if (ended.test(await one.log()) || await frames(db) > FRAMES) break;
      }
      const red = (await one.ask('GET', '/healthz'))?.status;
      await rm(filler, { force: true });
      const t0 = performance.now();
      await until(async () => (await one.ask('GET', '/healthz'))?.status === 200, 'healthy again', BACK_MS);
      const back = performance.now() - t0;
      assert.equal(await talk.say('after'), 200);
      assert.deepEqual(settle(talk.said, await talk.readAll(talk.people[1])), []);
      return { red, back, answers: talk.answers, log: await one.log() };
    } finally {
      await one.stop();
    }
  }

  for (const [name, isFull] of [['and no room for it: the worker ends, nothing is lost, others say 503 until there is room', true],
    ['control: with room it is filled, and nobody notices', false]]) {
    test(name, async (t) => {
      const disk = process.getuid() === 0 ? await mountDisk(24) : null;
      if (!disk) return t.skip('needs root and mount');
      try {
        const { red, back, answers, log } = await beyond(disk, isFull);
        console.log(`# ${JSON.stringify(answers)}, healthz ${red}, again after ${Math.round(back)} ms`);
        assert.equal(ended.test(log), isFull, log);
        assert.equal(red, isFull ? 503 : 200);
      } finally {
        execFileSync('umount', [disk]);
        await rm(disk, { recursive: true });
      }
    });
  }
});
