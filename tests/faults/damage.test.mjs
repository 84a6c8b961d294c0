// Files that are taken away, exchanged or spoilt under the running service: it
// says so (503, healthz red within 10 s, a line that tells what to do), it
// acknowledges nothing that nobody will ever read, and serves again by itself
// when the right file is back.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, open, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { sleep, until } from '../http/client.mjs';
import { bin, inFolder, lives, run, start } from './bare.mjs';
import { settle, Talk } from './talk.mjs';

const sanitized = bin.includes('/san/'); // several times slower
const RED_MS = sanitized ? 30_000 : 10_000;
const CUTS = process.env.SOAK ? 100 : 6;
const BACK_MS = sanitized ? 30_000 : 5000;
const sqlite = (db, sql) => execFileSync('sqlite3', [db, `PRAGMA wal_autocheckpoint=0; ${sql}`], { encoding: 'utf8' }).trim().split('\n').pop();

// Flips bits in the middle of the pages, or wherever it is said.
async function flip(file, from, to) {
  const f = await open(file, 'r+');
  const bytes = Buffer.alloc(to - from);
  await f.read(bytes, 0, bytes.length, from);
  for (let i = 0; i < bytes.length; i += 97) bytes[i] ^= 0x10;
  await f.write(bytes, 0, bytes.length, from);
  await f.close();
}

// Its log of writes, while none of us writes.
const cutBetween = (d) => execFileSync('flock', [`${d}.lock`, 'truncate', '-s', '0', `${d}-wal`]);

// The same bytes, in the same file.
const restore = async (d) => writeFile(d, await readFile(`${d}.old`));

// A good database that is another one.
async function otherDatabase(folder) {
  const elsewhere = path.join(folder, 'elsewhere');
  await mkdir(elsewhere);
  const one = await start(elsewhere);
  assert.equal(await one.stop(), 0);
  sqlite(path.join(elsewhere, 'parley.db'), 'PRAGMA wal_checkpoint(TRUNCATE)');
  return path.join(elsewhere, 'parley.db');
}

// name: what is done to the files (d: the database's name); what the log says;
// back: what heals it, if it does not heal itself. `keeps`: all that was ever
// acknowledged is there again, else only nothing new may be lost.
const damages = [
  {
    name: 'the log of writes is removed', hurt: (d) => rm(`${d}-wal`), says: /log of writes \(-wal\) was removed/, keeps: true,
  },
  {
    name: 'the log of writes is cut off', hurt: (d) => cutBetween(d), says: /cut off its log of writes|it is damaged/, // whoever is first, who writes or who reads
    back: 'restart',
  },
  {
    name: 'the index is removed', hurt: (d) => rm(`${d}-shm`), says: /index \(-shm\) was removed/, keeps: true,
  },
  {
    name: 'the index is cut off', hurt: (d) => truncate(`${d}-shm`, 0), says: /killed by signal 7|worker \d+ ended with 1\b/, keeps: true,
    isBrief: true, // the workers end, and others take their place: it may be seen or not
  },
  {
    name: 'the lock file is removed', hurt: (d) => rm(`${d}.lock`), says: /lock file \(\.lock\) was removed/, keeps: true, unmarked: true,
  },
  {
    name: 'the database is unlinked', hurt: (d) => rm(d), says: /database was removed/, finds: /gone or empty.*put the database back/,
    back: async (d) => { await rm(`${d}-wal`); await rm(`${d}-shm`); }, restart: true,
  },
  {
    name: 'everything is unlinked', hurt: async (d) => { for (const end of ['', '-wal', '-shm']) await rm(d + end); },
    says: /database was removed/, finds: /gone or empty/, restart: true,
  },
  {
    name: 'the database is moved away, and back', hurt: (d) => rename(d, `${d}.old`), back: (d) => rename(`${d}.old`, d),
    says: /database was removed/, finds: /gone or empty/, keeps: true,
  },
  {
    name: 'the folder is moved away, and back', hurt: (d) => rename(path.dirname(d), `${path.dirname(d)}.old`),
    back: (d) => rename(`${path.dirname(d)}.old`, path.dirname(d)), says: /database was removed/, finds: /No such file/, keeps: true,
  },
  {
    name: 'another good database in its place, and the old one back',
    hurt: async (d, other) => { await rename(d, `${d}.old`); await cp(other, `${d}.new`); await rename(`${d}.new`, d); },
    back: (d) => rename(`${d}.old`, d), says: /database was removed, replaced/, finds: /another file than the one that its log/, keeps: true,
  },
  {
    name: 'an empty file in its place', hurt: async (d) => { await rename(d, `${d}.old`); await writeFile(d, ''); },
    back: (d) => rename(`${d}.old`, d), says: /database was removed, replaced/, finds: /gone or empty/, keeps: true,
  },
  {
    name: 'garbage in its place', hurt: async (d) => { await rename(d, `${d}.old`); await writeFile(d, Buffer.alloc(20_000, 'garbage ')); },
    back: (d) => rename(`${d}.old`, d), says: /database was removed, replaced/, finds: /another file/, keeps: true,
  },
  {
    name: 'a good database copied over it', hurt: async (d, other) => { await cp(d, `${d}.old`); await writeFile(d, await readFile(other)); },
    back: restore, says: /another program has written into the database|found it damaged/,
  },
  {
    name: 'bits of its pages are flipped', hurt: async (d) => { await cp(d, `${d}.old`); await flip(d, 4096, (await stat(d)).size); },
    back: restore, says: /another program has written into the database|found it damaged/, finds: /damaged it: put a copy/,
  },
  {
    name: 'it is cut off', hurt: async (d) => { await cp(d, `${d}.old`); await truncate(d, 8192); },
    back: restore, says: /another program has written into the database|found it damaged/, finds: /damaged it: put a copy/,
  },
  {
    name: 'it gets a newer version', hurt: (d) => sqlite(d, 'PRAGMA busy_timeout=5000; PRAGMA user_version=999'), back: (d, _, v) => sqlite(d, `PRAGMA user_version=${v}`),
    says: /schema version 999 now/, finds: /schema version 999/, keeps: true,
  },
  {
    name: 'it gets an older version', hurt: (d) => sqlite(d, 'PRAGMA busy_timeout=5000; PRAGMA user_version=1'), back: (d, _, v) => sqlite(d, `PRAGMA user_version=${v}`),
    says: /schema version 1 now/, finds: /00\d-\w+\.sql: /, keeps: true,
  },
];

const health = async (one) => (await one.ask('GET', '/healthz'))?.status;
const database = (folder) => path.join(folder, 'data', 'parley.db');

// A service that has said a lot and has moved some of it out of the log.
async function talking(folder, program) {
  await mkdir(path.join(folder, 'data'));
  const args = ['--db', 'data/parley.db', '--wal-max-kib', '64', '--flush-ms', '100', '--workers', '2'];
  const one = await start(folder, args, program);
  const talk = await new Talk(one.ask).meet();
  for (let n = 0; (await stat(database(folder))).size < 40_000 && n < 400; n++) await talk.say(`${n} ${'x'.repeat(1900)}`);
  for (let n = 0; n < 5; n++) await talk.say(`in the log ${n}`);
  assert.equal(talk.answers[503], undefined);
  return { one, talk, args };
}

async function heal(d, folder, one, talk, args, other, version) {
  if (typeof d.back === 'function') await d.back(database(folder), other, version);
  if (!d.restart && d.back !== 'restart') return one;
  assert.equal(await one.stop(), 0);
  return start(folder, args);
}

// What `parley --check-db` says: {code, out}.
const checkup = (folder) => run(['--check-db', '--db', database(folder)]);

async function damage(d) {
  await inFolder(async (folder) => {
    const other = await otherDatabase(folder);
    const began = await talking(folder);
    const { talk, args } = began;
    let { one } = began;
    try {
      const version = Number(sqlite(database(folder), 'PRAGMA user_version'));
      talk.start();
      await sleep(200);
      await d.hurt(database(folder), other);
      const hurtAt = performance.now();
      if (!d.isBrief) await until(async () => (await health(one)) !== 200, 'healthz is red', RED_MS);
      const red = performance.now() - hurtAt;
      await until(async () => d.says.test(await one.log()), `the log says ${d.says}: ${await one.log()}`, RED_MS);
      if (d.finds) {
        await until(async () => d.finds.test(await one.log()), `the log says ${d.finds}: ${await one.log()}`, RED_MS);
        await sleep(1500); // nobody starts workers over and over meanwhile
        assert.notEqual(await health(one), 200);
        const { code, out } = await checkup(folder);
        assert.equal(code, 1, out);
        assert.match(out, /^wrong: .+[^]*Stop Parley/m);
        if (!sanitized) assert.ok(((await one.log()).match(/worker \d+ started/g)).length <= 8, await one.log());
      }
      const healAt = performance.now();
      one = await heal(d, folder, one, talk, args, other, version);
      talk.ask = one.ask;
      // Somebody new can talk: it works again.
      const fresh = await new Talk(one.ask).meet();
      assert.equal(await fresh.say('hello again'), 200);
      const back = performance.now() - healAt;
      await talk.stop();
      assert.ok(!talk.answers[500]);
      const promised = d.keeps ? talk.said : talk.acked(hurtAt);
      const events = promised.length ? await talk.readAll(talk.people[1]) : [];
      const complaints = settle(promised, events).filter((c) => d.keeps || /^lost/.test(c));
      assert.deepEqual(complaints, []);
      assert.equal(await fresh.say('and again'), 200);
      assert.ok(back < BACK_MS, `${back} ms until it works again`);
      console.log(`# ${d.name}: red after ${Math.round(red)} ms, again after ${Math.round(back)} ms, ${talk.acked().length} acknowledged, ` +
        `${talk.acked(hurtAt).length} of them later; ${JSON.stringify(talk.answers)}`);
    } finally {
      talk.on = false;
      await one.stop();
    }
    const { code, out } = await checkup(folder);
    assert.equal(code, 0, out);
    assert.match(out, /all is well/);
  });
}

// Mostly they wait.
describe('damage', { concurrency: 4 }, () => {
  for (const d of damages) test(d.name, () => damage(d));
});

// In any moment, in the middle of a write or of a checkpoint as well: then even
// the database may be spoilt, but not behind anybody's back.
test('the log is cut off in any moment: that is noticed, or nothing is lost', async () => {
  let noticed = 0;
  for (let n = 0; n < CUTS; n++) {
    await inFolder(async (folder) => {
      const { one, talk } = await talking(folder);
      try {
        talk.start();
        await sleep(50 + Math.random() * 300);
        await truncate(`${database(folder)}-wal`, 0);
        const isTold = await until(async () => /cut off its log of writes|it is damaged/.test(await one.log()), 'the log says so', 1500).then(() => true, () => false);
        if (isTold) {
          noticed++;
          return assert.notEqual(await health(one), 200);
        }
        await talk.stop();
        assert.deepEqual(settle(talk.acked(0), await talk.readAll(talk.people[1])), []);
        return assert.equal((await checkup(folder)).code, 0);
      } finally {
        talk.on = false;
        await one.stop();
      }
    });
  }
  console.log(`# ${noticed} of ${CUTS} cuts noticed, nothing lost by the others`);
  assert.ok(noticed > CUTS / 2);
});

// SQLite looks at a log's checksums only when it opens it after a kill: this is
// the limit that SECURITY.md tells of.
test('bits of the log are flipped, then all are killed: what was written before them is there, in order and whole', () => inFolder(async (folder) => {
  await mkdir(path.join(folder, 'data'));
  const args = ['--db', 'data/parley.db', '--workers', '2'];
  const one = await start(folder, args);
  const talk = await new Talk(one.ask).meet();
  for (let n = 0; n < 40; n++) assert.equal(await talk.say(`message ${n}.`), 200);
  const wal = `${database(folder)}-wal`;
  const at = (await readFile(wal)).indexOf('message 30.');
  const workers = await one.workers();
  for (const pid of [one.pid, ...workers]) process.kill(pid, 'SIGKILL');
  await until(async () => !(await Promise.all(workers.map(lives))).includes(true), 'all have ended');
  await flip(wal, at, at + 10);
  const again = await start(folder, args);
  talk.ask = again.ask;
  const events = await talk.readAll(talk.people[1]);
  const texts = events.filter((e) => e.type === 'message').map((e) => e.text);
  assert.deepEqual(texts, talk.said.slice(0, 30).map((s) => s.text));
  assert.equal(await talk.say('and on'), 200);
  assert.equal(await again.stop(), 0);
  assert.equal((await checkup(folder)).code, 0);
}));

// The tests above notice it when nobody looks after the files.
const blind = path.join(path.dirname(bin), 'faults/blind/parley');

test('without the look at the files healthz stays green, and the account complains', () => inFolder(async (folder) => {
  const { one, talk } = await talking(folder, blind);
  const hurtAt = performance.now();
  for (const end of ['', '-wal', '-shm']) await rm(database(folder) + end);
  talk.start();
  await sleep(1000);
  await talk.stop();
  assert.equal(await health(one), 200);
  assert.ok(talk.acked(hurtAt).length > 0);
  assert.equal(await one.stop(), 0);
  const again = await start(folder, ['--db', 'data/parley.db']);
  try {
    // Whoever was there before is nobody now.
    const reply = await again.ask('GET', '/api/poll?cursor=0&wait=0', { HTTP_AUTHORIZATION: `Bearer ${talk.people[1].token}` });
    assert.equal(reply.status, 401);
    const events = [];
    assert.ok(settle(talk.acked(hurtAt), events).some((c) => /^lost/.test(c)));
  } finally {
    await again.stop();
  }
}));

test('the account complains of what is lost, doubled, out of order, or nobody\'s', () => {
  const said = ['a', 'b', 'c'].map((text, i) => ({ text, id: String(i), status: i === 2 ? 503 : 200 }));
  const event = (seq, text) => ({ seq, type: 'message', id: String('abc'.indexOf(text)), text });
  const events = (...texts) => texts.map((text, i) => event(i + 1, text));
  assert.deepEqual(settle(said, events('a', 'b')), []);
  assert.deepEqual(settle(said, events('a', 'b', 'c')), []);
  assert.deepEqual(settle(said, events('a')), ['lost: b']);
  assert.deepEqual(settle(said, events('b', 'a')), ['out of order']);
  assert.deepEqual(settle(said, events('a', 'a', 'b')), ['twice: a']);
  assert.deepEqual(settle(said, events('a', 'b', 'd')), ['never said: d']);
  assert.deepEqual(settle(said, [event(1, 'a'), event(3, 'b')]), ['a gap: 1 is followed by 3']);
  assert.deepEqual(settle(said, [{ ...event(1, 'a'), id: '9' }, event(2, 'b')]), ['another id: a']);
});
