// A Parley of one's own for a test: real nginx, real workers, a folder and a
// port of its own. Everything goes through nginx/dev.sh, as `make start` does.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

// startServer({limits, workers, mode, env}) answers when a request through
// nginx was answered. By default without limits: tests are a flood. Another
// user (uid) needs a checkout of its own, which it can read.
export async function startServer({ limits = 'off', workers = 2, mode = 'fcgi', env = {}, uid, checkout = root } = {}) {
  const run = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  if (uid !== undefined) await chown(run, uid, uid);
  for (let tries = 0; ; tries++) {
    const server = new Server(run, await freePort(), { limits, workers, mode, env, uid, checkout });
    try {
      await server.dev('start');
      return server;
    } catch (failure) {
      // Another test may have got the same port in the same moment.
      if (tries === 3 || !/is taken|Address already in use/.test(failure.message)) throw failure;
    }
  }
}

class Server {
  constructor(run, port, { limits, workers, mode, env, uid, checkout }) {
    this.how = { cwd: checkout, uid, gid: uid };
    this.run = run;
    this.port = port;
    this.base = `http://127.0.0.1:${port}`;
    this.env = {
      ...process.env, ...env,
      RUN: run, PORT: String(port), WORKERS: String(workers), LIMITS: limits, MODE: mode,
    };
  }

  // dev runs a command of nginx/dev.sh; what it said when it failed is the error.
  dev(command) {
    return new Promise((resolve, reject) => {
      execFile('nginx/dev.sh', [command], { ...this.how, env: this.env }, (error, stdout, stderr) =>
        error ? reject(new Error(`dev.sh ${command}: ${stderr || error.message}`)) : resolve(stdout));
    });
  }

  restartNginx() {
    return this.dev('nginx');
  }

  // editNginx gives nginx other snippets, for tests that want them broken: edit
  // gets each one's text and name. Waits until no worker of before takes any
  // more connections.
  async editNginx(edit) {
    const own = path.join(this.run, 'parley');
    await rm(own, { recursive: true });
    await mkdir(own);
    for (const name of await readdir(path.join(root, 'nginx/parley'))) {
      await writeFile(path.join(own, name), edit(await readFile(path.join(root, 'nginx/parley', name), 'utf8'), name));
    }
    const pid = await this.pid('nginx');
    const old = childrenOf(pid);
    process.kill(pid, 'SIGHUP');
    for (const end = Date.now() + 10000; (await Promise.all(old.map(isOpen))).includes(true);) {
      if (Date.now() > end) throw new Error(`nginx keeps its old ways: ${await this.logs()}`);
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  }

  // The number of a process: 'parley' (the supervisor), 'nginx' or 'fcgiwrap'.
  async pid(name = 'parley') {
    return Number(await readFile(path.join(this.run, `${name}.pid`), 'utf8'));
  }

  // The numbers of the workers that live now.
  async workerPids() {
    return childrenOf(await this.pid());
  }

  // All that the programs wrote down, for a test that looks for something.
  async logs() {
    const names = (await readdir(this.run)).filter((name) => name.endsWith('.log'));
    const texts = await Promise.all(names.map((name) => readFile(path.join(this.run, name), 'utf8')));
    return texts.join('');
  }

  // stop ends everything, removes the folder, and fails if a sanitizer had
  // something to say meanwhile.
  async stop() {
    await this.dev('stop');
    const found = (await this.logs()).match(/^.*(runtime error:|ERROR: \w+Sanitizer)[^]*/m);
    if (found) throw new Error(`a sanitizer's finding: ${found[0].slice(0, 4000)}`);
    await rm(this.run, { recursive: true, force: true });
  }
}

// Those that a process has started, at once: some are gone a moment later.
export function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

// Does this worker of nginx still take connections? Its title says when not.
async function isOpen(pid) {
  const title = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return /worker process\0*$/.test(title.trim());
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
