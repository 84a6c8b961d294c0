// Processes: who is whose child, and what they use.
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

export function withChildren(pid) {
  return [pid, ...childrenOf(pid)];
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

// User-space memory in bytes, shared pages counted by their share.
export function memoryOf(pids) {
  const kib = (pid) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
  return pids.reduce((sum, pid) => sum + kib(pid) * 1024, 0);
}

// Processor time in seconds, of all threads, to the nanosecond.
export function cpuOf(pids) {
  let ns = 0;
  for (const pid of pids) {
    for (const tid of readdirSync(`/proc/${pid}/task`)) {
      ns += Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ')[0]);
    }
  }
  return ns / 1e9;
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

// Waits until somebody listens.
export async function listening(port, seconds = 10) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (let tries = 0; tries < seconds * 50; tries++) {
    const open = readFileSync('/proc/net/tcp', 'utf8').split('\n')
      .some((line) => line.includes(`0100007F:${hex} 00000000:0000 0A`));
    if (open) return;
    await sleep(20);
  }
  throw new Error(`nobody listens on port ${port}`);
}
