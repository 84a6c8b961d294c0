// A database is made, opened or brought forward, and at the n-th call the disk
// fails or the process is killed: then it is the old one or the new one, whole,
// and the next start finishes. A sample by SEED; SOAK=1 takes every n.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { randomFrom } from '../history/random.mjs';
import { sleep } from '../http/client.mjs';
import { root } from '../http/server.mjs';
import { inFolder, run, start } from './bare.mjs';
import { Disk, ERROR, faulty, KIND, some } from './fault.mjs';
import { sqlite } from './script.mjs';
import { Talk } from './talk.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e6);
const ALL = Object.values(KIND).reduce((a, b) => a | b);
const faults = {
  'the process is killed': { kinds: ALL, error: ERROR.KILL },
  'the call fails with EIO': { kinds: ALL, error: ERROR.EIO },
  'the disk is full': { kinds: KIND.write | KIND.truncate, error: ERROR.ENOSPC, half: 1, onward: 1 },
};

const text = (...parts) => readFileSync(path.join(root, ...parts), 'utf8');
const steps = readdirSync(path.join(root, 'sql/migrate')).sort().map((name) => ({ to: parseInt(name, 10), sql: text('sql/migrate', name) }));
const newest = steps.at(-1).to;
const old = 'tests/unit/old';
const versions = readdirSync(path.join(root, old)).flatMap((name) => /^schema-(\d+)/.exec(name)?.[1] ?? []).map(Number);

// What has to stay as it was, whatever a start moves to this boot.
const look = (db) => sqlite(db, `PRAGMA wal_autocheckpoint = 0; PRAGMA quick_check(1); PRAGMA foreign_key_check; PRAGMA user_version;
  SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name;
  SELECT id, name, state, chat, partner FROM session; SELECT * FROM event; SELECT * FROM chat; SELECT * FROM met`).slice(1);

// A database of an old version as it is found: the end of it is in its log.
function make(db, version) {
  sqlite(db, `PRAGMA journal_mode = WAL; ${text(old, `schema-${version}.sql`)}`);
  sqlite(db, '.dbconfig no_ckpt_on_close on', `\n${text(old, `data-${version}.sql`)}`);
  assert.ok(existsSync(`${db}-wal`));
}

const files = ['', '-wal'];
function copy(from, to) {
  for (const end of [...files, '-shm', '.lock']) rmSync(to + end, { force: true });
  for (const end of files) if (existsSync(from + end)) copyFileSync(from + end, to + end);
}

// What each version looks like on the way, by the steps alone: {version: look}.
function way(template, folder, from) {
  const db = path.join(folder, 'way.db');
  copy(template, db);
  const looks = { [from]: look(db) };
  for (const { to, sql } of steps.filter((s) => s.to > from)) {
    sqlite(db, `PRAGMA foreign_keys = ON; BEGIN IMMEDIATE; ${sql}; COMMIT`);
    looks[to] = look(db);
  }
  return looks;
}

// One CGI process opens it: {code, out}.
const open = (db, disk) => run([], { GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET', PATH_INFO: '/healthz', PARLEY_DB: db, ...disk.env }, faulty);

async function broken({ folder, template, looks, from }, fault, name) {
  const db = path.join(folder, 'parley.db'), seen = path.join(folder, 'seen.db');
  const disk = new Disk(folder);
  const random = randomFrom(seed + from + 10 * Object.keys(faults).indexOf(name));
  copy(template, db);
  disk.strike({ ...fault, nth: 0 });
  assert.match((await open(db, disk)).out, /^Status: 200/);
  const calls = disk.count, found = {};
  for (const n of some(random, calls, 3)) {
    copy(template, db);
    disk.strike({ ...fault, nth: n });
    const { code, out } = await open(db, disk);
    if (disk.failed && fault.error === ERROR.KILL) assert.equal(code, 'SIGKILL');
    else assert.match(out, /^Status: (200|503)/);
    disk.mend();
    copy(db, seen);
    const is = look(seen), version = Number(is[1]);
    found[version] = (found[version] ?? 0) + 1;
    assert.deepEqual(is, looks[version], `version ${version} after n = ${n}, SEED=${seed}`);
    assert.match((await open(db, disk)).out, /^Status: 200/, `n = ${n}, SEED=${seed}`);
    copy(db, seen);
    assert.deepEqual(look(seen), looks[newest], `finished after n = ${n}, SEED=${seed}`);
  }
  disk.close();
  console.log(`# version ${from}, ${name}: ${calls} calls, left at version ${JSON.stringify(found)}`);
}

describe(`a database is brought forward (SEED=${seed})`, { concurrency: 4 }, () => {
  for (const from of versions) for (const [name, fault] of Object.entries(faults)) {
    test(`from version ${from}, and ${name}: it is the old or the new one, and the next start finishes`, () => inFolder(async (folder) => {
      const template = path.join(folder, 'old.db');
      make(template, from);
      await broken({ folder, template, looks: way(template, folder, from), from }, fault, name);
    }));
  }

  test('control: steps that are not whole are noticed', () => inFolder(async (folder) => {
    const template = path.join(folder, 'old.db'), db = path.join(folder, 'parley.db');
    make(template, 1);
    const looks = way(template, folder, 1);
    copy(template, db);
    // Killed between two statements that no transaction holds together.
    const half = steps[0].sql.split(';\n');
    sqlite(db, `\n${half.slice(0, half.length >> 1).join(';\n')};`);
    const is = look(db);
    assert.notDeepEqual(is, looks[is[1]]);
  }));
});

// A start on a disk that fails at the n-th call, and is mended a little later.
async function began(here, { fault, n = 0, from }, work) {
  mkdirSync(here);
  if (from) copy(path.join(from, 'parley.db'), path.join(here, 'parley.db'));
  const disk = new Disk(here);
  if (fault) disk.strike({ ...fault, nth: n });
  const mending = n && setTimeout(() => disk.mend(), 500);
  const one = await start(here, ['--workers', '1'], faulty, disk.env);
  await work(one, disk, here);
  clearTimeout(mending);
  disk.close();
}

describe(`a start (SEED=${seed})`, { concurrency: 4 }, () => {
  for (const [name, fault] of Object.entries(faults)) for (const isNew of [true, false]) {
    test(`of ${isNew ? 'a new database' : 'one that is there'}, and ${name}: refused in words or served; the next start serves`, () => inFolder(async (folder) => {
      const random = randomFrom(seed + Number(isNew) + 10 * Object.keys(faults).indexOf(name));
      const made = path.join(folder, 'made'), counted = path.join(folder, 'counted');
      await began(made, {}, (one) => one.stop());
      const sum = { calls: 0, rounds: 0, served: 0, refused: 0 };
      const from = isNew ? undefined : made;
      await began(counted, { fault, from }, async (one, disk) => {
        sum.calls = disk.count;
        await one.stop();
      });
      for (const n of some(random, sum.calls, 2)) await began(path.join(folder, `n${n}`), { fault, n, from }, async (one, disk, here) => {
        sum.rounds++;
        disk.mend();
        const ended = await Promise.race([one.exit, sleep(50)]);
        sum[ended === undefined ? 'served' : 'refused']++;
        if (ended === undefined) assert.equal(await one.stop(), 0);
        else if (ended !== 'SIGKILL') assert.match(`${ended} ${await one.log()}`, /^1 [^]*supervisor: ./, `n = ${n}, SEED=${seed}`);
        const again = await start(here);
        const talk = await new Talk(again.ask).meet();
        assert.equal(await talk.say('hello'), 200, `n = ${n}, SEED=${seed}`);
        assert.equal(await again.stop(), 0);
      });
      console.log(`# ${isNew ? 'new' : 'old'}, ${name}: ${JSON.stringify(sum)}`);
    }));
  }
});
