// A screen of its own for a browser with windows, which nobody has to see: Xvfb,
// and xdotool for the hands.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PATIENCE = 30000;

export class Screen {
  static async open(program, ...argv) {
    const it = new Screen();
    it.home = await mkdtemp(path.join(tmpdir(), 'parley-screen-'));
    // Xvfb chooses a number that is free, and says which when it is ready.
    it.x = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '900x760x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const number = await new Promise((resolve, reject) => {
      it.x.on('error', reject);
      it.x.stdio[3].once('data', (data) => resolve(String(data).trim()));
    });
    it.env = { ...process.env, HOME: it.home, DISPLAY: `:${number}`, LANG: 'C.UTF-8' };
    it.browser = spawn(program, argv, { env: it.env, stdio: 'ignore' });
    return it;
  }

  do(program, ...argv) { return run(program, argv, { env: this.env }); }

  async window(name) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = await this.do('xdotool', 'search', '--name', name).catch(() => null);
      if (found?.stdout) return;
      if (Date.now() > end) throw new Error(`no window ${name}`);
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
  }

  click(x, y) { return this.do('xdotool', 'mousemove', String(x), String(y), 'click', '1', 'sleep', '0.5'); }

  type(text) { return this.do('xdotool', 'type', '--delay', '30', text); }

  key(name) { return this.do('xdotool', 'key', name, 'sleep', '0.5'); }

  shot(file) { return this.do('import', '-window', 'root', file); }

  async close() {
    for (const child of [this.browser, this.x]) {
      const ended = new Promise((resolve) => { child.once('exit', resolve); });
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await ended;
      }
    }
    await rm(this.home, { recursive: true, force: true });
  }
}
