// A Parley whose disk fails when it is told to (fault.c), and how it is told.
import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { bin } from './bare.mjs';

export const faulty = path.join(path.dirname(bin), 'faults/faulty/parley');

export const KIND = { write: 1, sync: 2, truncate: 4, map: 8, unlink: 16 };
export const ERROR = { EIO: 5, ENOSPC: 28, EROFS: 30, KILL: 0, LIE: -1 };

// The fields of its struct control, in their order.
const FIELDS = ['kinds', 'nth', 'onward', 'error', 'half', 'index', 'count', 'failed'];

// A disk that is well until strike() says otherwise.
export class Disk {
  constructor(folder) {
    this.file = path.join(folder, 'fault.control');
    writeFileSync(this.file, Buffer.alloc(FIELDS.length * 8));
    this.fd = openSync(this.file, 'r+');
    this.env = { FAULT_CONTROL: this.file };
  }

  // The n-th call of these kinds from now on fails; onward: and all after it;
  // half: a write gets half way, the next fails; index: only the -shm counts.
  strike({ kinds, nth = 0, onward = 0, error = ERROR.EIO, half = 0, index = 0 }) {
    this.write({ kinds: 0, nth: 0 });
    this.write({ nth, onward, error, half, index, count: 0, failed: 0 });
    this.write({ kinds });
  }

  mend() {
    this.write({ kinds: 0, nth: 0 });
  }

  write(values) {
    for (const [name, value] of Object.entries(values)) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(value));
      writeSync(this.fd, bytes, 0, 8, FIELDS.indexOf(name) * 8);
    }
  }

  read(name) {
    const bytes = Buffer.alloc(8);
    readSync(this.fd, bytes, 0, 8, FIELDS.indexOf(name) * 8);
    return Number(bytes.readBigInt64LE());
  }

  get count() { return this.read('count'); }
  get failed() { return this.read('failed'); }

  close() {
    closeSync(this.fd);
  }
}

// 1 to n, or some of them by chance; SOAK=1: all.
export function some(random, n, sample) {
  const all = Array.from({ length: n }, (_, i) => i + 1);
  if (process.env.SOAK || n <= sample) return all;
  return Array.from({ length: sample }, () => all.splice(Math.floor(random() * all.length), 1)[0]).sort((a, b) => a - b);
}
