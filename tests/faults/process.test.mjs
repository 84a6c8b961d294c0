// The processes have no rights to lose, and what they make is theirs alone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, cp, lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { call, pair, until } from '../http/client.mjs';
import { root, startServer } from '../http/server.mjs';
import { bin, inFolder, start } from './bare.mjs';

const NOBODY = 65534;
const isRoot = process.getuid() === 0;
const isSanitized = /\/san\//.test(bin);

// What others could touch: everything Parley makes is 0600 or 0700, but for the
// socket, which the web server's group may write to.
async function exposed(folder, socketMode = 0o660) {
  const found = [];
  for (const name of await readdir(folder)) {
    if (!/^parley\./.test(name) || name === 'parley.pid') continue; // by others
    const file = await lstat(path.join(folder, name));
    const mode = file.mode & 0o7777;
    const wanted = file.isSocket() ? [socketMode] : file.isDirectory() ? [0o700] : [0o600];
    if (!wanted.includes(mode)) found.push(`${name} is ${mode.toString(8)}`);
  }
  return found;
}

// What is wrong with a process: what it could still gain, or leave behind.
async function loose(pid, { worker }) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8');
  const is = (name, value) => new RegExp(`^${name}:\\s*${value}$`, 'm').test(status);
  const found = [];
  if (!is('NoNewPrivs', '1')) found.push('may gain rights');
  if (!/^Max core file size\s+0\s+0\s/m.test(limits)) found.push('leaves a core file');
  if (!is('Uid', '[1-9].*')) found.push('is root');
  if (!is('CapEff', '0+') || !is('CapPrm', '0+')) found.push('has capabilities');
  if (worker && !isSanitized && !is('Seccomp', '2')) found.push('calls are not filtered');
  return found;
}

// A checkout that anybody can read, with the program in it.
async function publicCheckout() {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-public-'));
  for (const name of ['nginx', 'www']) await cp(path.join(root, name), path.join(folder, name), { recursive: true });
  await cp(bin, path.join(folder, 'build/parley'));
  await chmod(folder, 0o755);
  return folder;
}

test('the whole of it runs as nobody, and keeps to itself', async (t) => {
  const checkout = await publicCheckout();
  const uid = isRoot ? NOBODY : undefined;
  const server = await startServer({ checkout, uid,
    env: { PARLEY_BIN: path.join(checkout, 'build/parley'), LSAN_OPTIONS: 'detect_leaks=0', HOME: checkout } });
  try {
    const [ann, bob] = await pair(server.base);
    await ann.send('hello');
    assert.equal((await bob.until('message')).text, 'hello');
    assert.equal((await call(server.base, 'GET', '/')).status, 200);
    assert.deepEqual(await exposed(server.run), []);
    assert.deepEqual(await loose(await server.pid(), { worker: false }), []);
    for (const pid of await server.workerPids()) {
      assert.deepEqual(await loose(pid, { worker: true }), []);
      // Its memory is nobody's: /proc belongs to root then.
      if (isRoot && !isSanitized) assert.equal((await lstat(`/proc/${pid}/environ`)).uid, 0);
    }
    assert.doesNotMatch(await server.logs(), /runs as root/);
    t.diagnostic(`${(await readdir(server.run)).filter((name) => /^parley\./.test(name)).length} files of its own`);
  } finally {
    await server.stop();
    await rm(checkout, { recursive: true, force: true });
  }
});

test('as root it says that it needs no root', { skip: isRoot ? false : 'wants root' }, () => inFolder(async (folder) => {
  const one = await start(folder);
  try {
    assert.match(await one.log(), /warn .*runs as root and needs no rights/);
    assert.deepEqual(await exposed(folder), []);
    assert.deepEqual((await loose(one.pid, { worker: false })).sort(), ['has capabilities', 'is root']);
  } finally {
    await one.stop();
  }
}));

// One CGI process: {pid, answer}, its body a promise.
function cgi(folder, method, uri, extra = {}, body = '') {
  const [path_info, query = ''] = uri.split('?');
  const child = spawn(bin, [], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'], env: {
    GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: method, PATH_INFO: path_info, QUERY_STRING: query, CONTENT_TYPE: 'application/json',
    CONTENT_LENGTH: String(body.length), PARLEY_DB: `${folder}/parley.db`, PARLEY_LOG: `${folder}/parley.log`, PARLEY_CGI_HOLD_S: '5',
    ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '', ...extra } });
  child.stdin.end(body);
  let out = '';
  child.stdout.on('data', (part) => { out += part; });
  return { pid: child.pid, answer: new Promise((resolve) => { child.on('exit', () => resolve(out)); }) };
}

test('a CGI process is locked in as a worker is', () => inFolder(async (folder) => {
  const before = process.umask(0);
  try {
    const [, token] = /"token":"([^"]+)"/.exec(await cgi(folder, 'POST', '/api/session', {}, '{"name":"Ann"}').answer);
    const poll = cgi(folder, 'GET', '/api/poll?wait=5', { HTTP_X_PARLEY_TOKEN: token });
    const asRoot = isRoot ? ['has capabilities', 'is root'] : [];
    let found;
    await until(async () => {
      found = (await loose(poll.pid, { worker: true })).sort();
      return found.length === asRoot.length;
    }, 'it has locked itself in', 4000).catch((failure) => { throw new Error(`${failure.message}: ${found}`); });
    assert.deepEqual(found, asRoot);
    assert.deepEqual(await exposed(folder), []);
    assert.match(await poll.answer, /^Status: 200 /);
  } finally {
    process.umask(before);
  }
}));

test('a loose umask of whoever starts it makes no difference', () => inFolder(async (folder) => {
  const before = process.umask(0);
  try {
    const one = await start(folder, ['--socket-mode', '0600']);
    const found = await exposed(folder, 0o600);
    await one.stop();
    assert.deepEqual(found, []);
  } finally {
    process.umask(before);
  }
}));

test('negative control: what is open to others, and a process with rights, are seen', () => inFolder(async (folder) => {
  await writeFile(path.join(folder, 'parley.db'), '');
  await chmod(path.join(folder, 'parley.db'), 0o640);
  assert.deepEqual(await exposed(folder), ['parley.db is 640']);
  const found = await loose(process.pid, { worker: true });
  assert.ok(found.includes('may gain rights'), found);
  if (!isSanitized) assert.ok(found.includes('calls are not filtered'), found);
  if (isRoot) assert.ok(found.includes('is root') && found.includes('has capabilities'), found);
}));
