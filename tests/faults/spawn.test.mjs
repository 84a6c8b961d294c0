// Under another's parent: a worker on the socket that it finds on descriptor 0
// (spawn-fcgi, mod_fcgid), and the program without any front door.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../http/client.mjs';
import { ask, bin, inFolder, run } from './bare.mjs';

test('spawn-fcgi: it serves the socket on descriptor 0, and drains at SIGTERM', () => inFolder(async (folder) => {
  const child = spawn('spawn-fcgi', ['-n', '-s', path.join(folder, 'parley.sock'), '--', bin],
    { cwd: folder, env: { ...process.env, PARLEY_DB: path.join(folder, 'parley.db'), PARLEY_LOG: path.join(folder, 'log') }, stdio: 'ignore' });
  const exit = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
  try {
    await until(() => existsSync(path.join(folder, 'parley.sock')), 'the socket');
    const health = await ask(folder, 'GET', '/healthz');
    assert.equal(health.status, 200);
    const session = await ask(folder, 'POST', '/api/session', {}, '{"name":"Ann"}');
    assert.equal(session.status, 201);
    child.kill('SIGTERM');
    assert.equal(await exit, 0);
  } finally {
    child.kill('SIGKILL');
  }
}));

test('without any front door it says what it wants', async () => {
  const { code, err } = await run([]);
  assert.equal(code, 2);
  assert.match(err, /nothing to serve: give --listen PATH, a socket on descriptor 0, or run it as CGI/);
});
