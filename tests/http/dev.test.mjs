// make run, start and stop, by way of nginx/dev.sh: what they promise to those
// who type them.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sleep } from './client.mjs';
import { root } from './server.mjs';

let top;
before(() => { top = mkdtempSync(path.join(tmpdir(), 'parley-dev-')); });
after(() => rmSync(top, { recursive: true, force: true }));

// place makes the environment of one Parley: a folder and a port of its own.
function place(name, more = {}) {
  const port = execFileSync(process.execPath, ['-e',
    "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})"], { encoding: 'utf8' });
  return { ...process.env, RUN: path.join(top, name), PORT: port.trim(), WORKERS: '2', LIMITS: 'off', MODE: 'fcgi', ...more };
}

function dev(command, env) {
  return spawnSync('nginx/dev.sh', [command], { cwd: root, env, encoding: 'utf8', timeout: 60_000 });
}

// living counts the processes that still run in a folder.
function living(folder) {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false; // gone, or somebody else's
    }
  }).length;
}

// run starts `dev.sh run` and waits for its first line.
async function run(env) {
  const child = spawn('nginx/dev.sh', ['run'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => { child.on('close', resolve); });
  let errors = '';
  child.stderr.on('data', (part) => { errors += part; });
  const line = await Promise.race([
    new Promise((resolve) => { child.stdout.once('data', (part) => resolve(String(part))); }),
    ended.then(() => { throw new Error(errors); }),
  ]);
  return { child, line, ended, errors: () => errors };
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  test(`run says when it is ready, and ends all it started on ${signal}`, async () => {
    const env = place(signal);
    const { child, line, ended } = await run(env);
    assert.equal(line, `Parley is ready: http://127.0.0.1:${env.PORT}/  (Ctrl-C stops it)\n`);
    assert.equal((await fetch(`http://127.0.0.1:${env.PORT}/`)).status, 200);
    child.kill(signal);
    assert.equal(await ended, 0);
    assert.equal(living(env.RUN), 0);
    assert.deepEqual(readdirSync(env.RUN).filter((name) => /\.(pid|sock)$/.test(name)), []);
  });
}

test('run ends, with the logs, when the workers\' parent is killed', async () => {
  const env = place('killed');
  const { ended, errors } = await run(env);
  process.kill(Number(readFileSync(path.join(env.RUN, 'parley.pid'), 'utf8')), 'SIGKILL');
  assert.equal(await ended, 1);
  assert.match(errors(), /parley has ended\n--- last lines of .*parley\.log\n/);
  // The workers follow by themselves; with sanitizers that takes a moment.
  for (const end = Date.now() + 10_000; living(env.RUN) > 0 && Date.now() < end;) await sleep(50);
  assert.equal(living(env.RUN), 0);
});

for (const mode of ['fcgi', 'cgi']) {
  test(`start and stop, MODE=${mode}, in a folder with a long and strange name`, () => {
    const env = place(`a & b's "run" #1 ${'long'.repeat(40)}`, { MODE: mode });
    const started = dev('start', env);
    assert.equal(started.status, 0, started.stderr);
    assert.ok(living(env.RUN) > 3);
    const again = dev('start', env);
    assert.equal(again.status, 1);
    assert.match(again.stderr, /already running in/);
    for (let twice = 0; twice < 2; twice++) assert.equal(dev('stop', env).status, 0);
    assert.equal(living(env.RUN), 0);
  });
}

test('start says that the port is taken', async () => {
  const env = place('busy');
  const other = net.createServer().listen(Number(env.PORT), '127.0.0.1');
  await new Promise((resolve) => { other.once('listening', resolve); });
  const started = dev('start', env);
  other.close();
  assert.equal(started.status, 1);
  assert.match(started.stderr, new RegExp(`port ${env.PORT} is taken`));
  assert.equal(living(env.RUN), 0);
});

test('start fails with the log\'s last lines, and leaves nothing behind', () => {
  const env = place('broken', { PARLEY_DB: '/nonexistent/parley.db' });
  const started = dev('start', env);
  assert.equal(started.status, 1);
  assert.match(started.stderr, /--- last lines of .*parley\.log\n[^]*nonexistent/);
  assert.equal(living(env.RUN), 0);
});

test('a wrong setting is refused before anything starts', () => {
  for (const [name, value] of [['PORT', 'eighty'], ['LIMITS', 'maybe'], ['MODE', 'scgi'], ['PARLEY_BIN', '/nonexistent/parley']]) {
    const started = dev('start', place('wrong', { [name]: value }));
    assert.equal(started.status, 1);
    assert.match(started.stderr, new RegExp(value));
  }
});

test('a pid file of before is no hindrance, and its number is nobody\'s to kill', () => {
  const env = place('stale');
  assert.equal(dev('stop', env).status, 0); // where nothing ever ran
  assert.ok(!existsSync(env.RUN));
  assert.equal(dev('start', env).status, 0);
  assert.equal(dev('stop', env).status, 0);
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
  for (const name of ['parley', 'nginx']) writeFileSync(path.join(env.RUN, `${name}.pid`), `${bystander.pid}\n`);
  assert.equal(dev('start', env).status, 0);
  assert.equal(dev('stop', env).status, 0);
  process.kill(bystander.pid, 0); // throws if it is gone
  bystander.kill();
});
