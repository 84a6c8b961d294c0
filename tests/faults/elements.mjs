// What a service stands on, and how it fails under a town: disk, clock, network.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Disk, ERROR, faulty, KIND } from './fault.mjs';
import { dropped, network } from './net/scene.mjs';

const JUMPS_S = [0, -3600, 86_400];

export class Elements {
  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), 'parley-elements-'));
    this.disk = new Disk(this.folder);
    const clock = path.join(this.folder, 'clock');
    writeFileSync(clock, Buffer.alloc(8));
    this.clock = openSync(clock, 'r+');
    this.env = { ...this.disk.env, JUMP_CONTROL: clock, PARLEY_BIN: faulty };
    this.offsets = JUMPS_S.map((s) => 1000 * s);
    this.lost = 0;
  }

  // hasNetwork: one of its own, whose rules it may make.
  meet(port, hasNetwork) {
    Object.assign(this, { port, hasNetwork });
  }

  // Everything is well again (but the clock says what it says).
  mend() {
    this.disk.mend();
    if (!this.isBad) return;
    this.lost += dropped();
    execFileSync('nft', ['flush', 'ruleset']);
    this.isBad = false;
  }

  setClock(random) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(JUMPS_S[Math.floor(random() * JUMPS_S.length)]));
    writeSync(this.clock, bytes, 0, 8, 0);
  }

  fillDisk() {
    this.disk.strike({ kinds: KIND.write | KIND.truncate | KIND.map, nth: 1, onward: 1, error: ERROR.ENOSPC });
  }

  // The n-th call fails, once; or ends its process there.
  failOnce(random, kinds, error) {
    this.disk.strike({ kinds, nth: 1 + Math.floor(random() * 40), error });
  }

  losePackets(random) {
    if (!this.hasNetwork) return;
    const some = `numgen random mod 100 < ${5 + Math.floor(random() * 25)} counter name dropped`;
    network(this.port, `tcp dport ${this.port} ${some} drop; tcp sport ${this.port} ${some} drop;
      tcp sport ${this.port} tcp flags & (syn | fin) == 0 numgen random mod 100 < 1 counter name dropped reject with tcp reset;`);
    this.isBad = true;
  }

  end() {
    this.disk.close();
    closeSync(this.clock);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
