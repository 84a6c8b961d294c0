// A terminal for the text browsers, w3m and Lynx: tmux keeps its screen.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PATIENCE = 30000;

export class Terminal {
  // argv in a window of 100 × 40, with a home of its own.
  static async open(...argv) {
    const it = new Terminal();
    it.home = await mkdtemp(path.join(tmpdir(), 'parley-tty-'));
    it.socket = path.join(it.home, 'tmux');
    const env = { ...process.env, HOME: it.home, LANG: 'C.UTF-8', TERM: 'xterm', TMUX: '' };
    await run('tmux', ['-S', it.socket, '-f', '/dev/null', 'new-session', '-d', '-x', '100', '-y', '40', ...argv], { env });
    return it;
  }

  tmux(...argv) { return run('tmux', ['-S', this.socket, ...argv]); }

  async screen() { return (await this.tmux('capture-pane', '-p', '-J')).stdout; }

  // Keys by tmux's names (Tab, Enter, Down); text as {text: '...'}.
  async keys(...keys) {
    for (const key of keys) {
      await this.tmux('send-keys', ...(key.text === undefined ? [key] : ['-l', key.text]));
      await new Promise((resolve) => { setTimeout(resolve, 60); });
    }
  }

  // Waits until the screen has this text, or fits this expression.
  async sees(wanted) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const screen = await this.screen();
      if (wanted.test ? wanted.test(screen) : screen.includes(wanted)) return screen;
      if (Date.now() > end) throw new Error(`no ${wanted} on the screen:\n${screen}`);
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }

  async close() {
    await this.tmux('kill-server').catch(() => {});
    await rm(this.home, { recursive: true, force: true });
  }
}
