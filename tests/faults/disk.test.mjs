// A disk that is full, or may not be written: clear errors, nothing lost, no
// process down, and all is well again when there is room.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { call, expect, pair, Person, until } from '../http/client.mjs';
import { startServer } from '../http/server.mjs';
import { run } from './bare.mjs';

// A small disk of our own; null where that is not allowed.
async function mountDisk() {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' });
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
