// Databases, sockets and folders that are not as they should be: refused at the
// start with a clear sentence, and left as they are.
import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../http/client.mjs';
import { inFolder, lives, run, start } from './bare.mjs';
import { sqlite } from './script.mjs';

const serve = (folder, ...args) => run(['--listen', path.join(folder, 'p.sock'), '--db', path.join(folder, 'p.db'), ...args]);

// An empty SQLite database of one page, with this user_version.
function emptyDatabase(version) {
  const page = Buffer.alloc(4096);
  page.write('SQLite format 3\0');
  page.writeUInt16BE(4096, 16);
  page.set([1, 1, 0, 64, 32, 32], 18);
  page.writeUInt32BE(1, 24); // change counter
  page.writeUInt32BE(1, 28); // pages
  page.writeUInt32BE(4, 44); // schema format
  page.writeUInt32BE(1, 56); // UTF-8
  page.writeUInt32BE(version, 60);
  page.writeUInt32BE(1, 92);
  page[100] = 13; // an empty leaf of the schema's table
  page.writeUInt16BE(4096, 105);
  return page;
}

async function refused(folder, why, ...args) {
  const { code, err } = await serve(folder, ...args);
  assert.equal(code, 1, err);
  assert.match(err, why);
  // Beside the advice for who runs it as root.
  const lines = err.trim().split('\n').filter((line) => !/needs no rights/.test(line));
  assert.equal(lines.length, 1, `one line: ${err}`);
}

test('a database that is none', () => inFolder(async (folder) => {
  const garbage = Buffer.alloc(9000, 'no database, but somebody\'s text. ');
  await writeFile(path.join(folder, 'p.db'), garbage);
  await refused(folder, /p\.db: file is not a database/);
  assert.deepEqual(await readFile(path.join(folder, 'p.db')), garbage);
}));

test('a database of a newer version', () => inFolder(async (folder) => {
  await writeFile(path.join(folder, 'p.db'), emptyDatabase(999));
  await refused(folder, /schema version 999 .* use a newer parley/);
  assert.equal((await readFile(path.join(folder, 'p.db'))).readUInt32BE(60), 999);
}));

test('a database that says it has our schema and does not', () => inFolder(async (folder) => {
  await writeFile(path.join(folder, 'p.db'), emptyDatabase(1));
  await refused(folder, /no such table/);
}));

test('an empty file is a new database', () => inFolder(async (folder) => {
  await writeFile(path.join(folder, 'parley.db'), '');
  const one = await start(folder);
  assert.equal((await one.ask('GET', '/healthz')).status, 200);
  assert.equal(await one.stop(), 0);
}));

test('a database that was damaged or cut off while nobody looked', () => inFolder(async (folder) => {
  const db = path.join(folder, 'parley.db');
  // A small log of writes moves everything into the file.
  const one = await start(folder, ['--wal-max-kib', '64', '--flush-ms', '20']);
  for (let i = 0; i < 60; i++) await one.ask('POST', '/api/session', {}, '{"name":"Ann"}');
  for (let i = 0; i < 100 && (await stat(db)).size < 20_000; i++) await new Promise((r) => setTimeout(r, 50));
  assert.equal(await one.stop(), 0);
  assert.ok((await stat(db)).size >= 20_000, 'no checkpoint was made');
  const [bytes, wal] = [await readFile(db), await readFile(`${db}-wal`)];
  await writeFile(`${db}-wal`, '');
  const damaged = Buffer.from(bytes);
  damaged.fill(0xa5, 100, 4096);
  // A page that is read after the opening, in the first transaction.
  await writeFile(`${db}.copy`, bytes);
  const page = Number(sqlite(`${db}.copy`, "SELECT rootpage FROM sqlite_schema WHERE name = 'chat'")[0]);
  const chats = Buffer.from(bytes);
  chats.fill(0xa5, (page - 1) * 4096, page * 4096);
  for (const [name, content, says] of [
    ['damaged', damaged, /malformed|not a database|cannot be read/],
    ['cut off', bytes.subarray(0, 3000), /malformed|not a database|disk I\/O/],
    ['a page of the chats is', chats, /supervisor: .*parley\.db: .*(it is damaged|damaged it): put a copy/],
  ]) {
    await writeFile(db, content);
    const { code, err } = await run(['--listen', path.join(folder, 'p.sock'), '--db', db]);
    assert.equal(code, 1, `${name}: ${err}`);
    assert.match(err, says, name);
  }
  // The same bytes as before are a good database still.
  await writeFile(db, bytes);
  await writeFile(`${db}-wal`, wal);
  const again = await start(folder);
  assert.equal(await again.stop(), 0);
}));

test('a folder that is not there, or is a folder where a file should be', () => inFolder(async (folder) => {
  for (const [db, why] of [['none/p.db', /none\/p\.db: .*No such file/], ['dir', /dir: /]]) {
    await mkdir(path.join(folder, 'dir'), { recursive: true });
    const { code, err } = await run(['--listen', path.join(folder, 'p.sock'), '--db', path.join(folder, db)]);
    assert.equal(code, 1);
    assert.match(err, why);
  }
}));

test('a socket that is served stays; a dead one is replaced; a file is not touched', () => inFolder(async (folder) => {
  const one = await start(folder);
  const { code, err } = await run(['--listen', path.join(folder, 'parley.sock'), '--db', path.join(folder, 'other.db')]);
  assert.equal(code, 1);
  assert.match(err, /parley\.sock: another process serves this socket/);
  assert.equal((await one.ask('GET', '/api/stats')).status, 200);
  await one.stop();

  // A socket without its server, as kill -9 leaves it.
  const killed = await start(folder);
  const orphans = await killed.workers();
  killed.kill('SIGKILL');
  await until(async () => !(await Promise.all(orphans.map(lives))).includes(true), 'the workers have ended');
  assert.ok((await stat(path.join(folder, 'parley.sock'))).isSocket());
  const two = await start(folder);
  assert.equal((await two.ask('GET', '/api/stats')).status, 200);
  await two.stop();

  await writeFile(path.join(folder, 'file'), 'mine');
  const third = await run(['--listen', path.join(folder, 'file'), '--db', path.join(folder, 'other.db')]);
  assert.equal(third.code, 1);
  assert.match(third.err, /file: is there already, and no socket/);
  assert.equal(await readFile(path.join(folder, 'file'), 'utf8'), 'mine');
}));

test('the socket\'s permissions are the setting\'s, and it is gone at the end', () => inFolder(async (folder) => {
  const one = await start(folder, ['--socket-mode', '0600']);
  assert.equal((await stat(path.join(folder, 'parley.sock'))).mode & 0o777, 0o600);
  assert.equal(await one.stop(), 0);
  await assert.rejects(stat(path.join(folder, 'parley.sock')));
}));

test('a log file that cannot be written: the service runs, and says so on stderr', () => inFolder(async (folder) => {
  const { code, err } = await serve(folder, '--log', path.join(folder, 'none/p.log'), '--listen', folder);
  assert.equal(code, 1);
  assert.match(err, /cannot log to .*none\/p\.log/);
}));
