// Row 4: what a held poll costs: memory, processor, and others' latency.
import { hold } from '../load.mjs';
import { start, startAll, stopAll } from '../peers.mjs';
import { cpuOf, memoryOf, sleep } from '../proc.mjs';
import { pick } from '../rounds.mjs';
import { ratio, summary } from '../stats.mjs';
import { halfOfMax } from './latency.mjs';

export const title = 'Held polls';

const memory = (peer) => Object.fromEntries(Object.entries(peer.pids()).map(([name, pids]) => [name, memoryOf(pids)]));
const all = (peer) => Object.values(peer.pids()).flat();

// 100 people who chat at a fixed rate, whatever is held beside.
async function chats(bench, peer, rate, runs) {
  const done = [];
  for (let i = 0; i < runs; i++) done.push(await bench.run(peer, { people: 100, inflight: 4, rate, warm: 0.4, seconds: bench.quick ? 0.5 : 1 }));
  return done;
}

async function idle(peer, seconds) {
  const before = cpuOf(all(peer));
  const began = performance.now();
  await sleep(seconds * 1000);
  return (cpuOf(all(peer)) - before) / ((performance.now() - began) / 1000);
}

// One cycle: without, then held and idle, then with 100 people beside. What
// the first cycle has allocated is used again by the next: the memory without
// polls is that before the first.
async function cycle(bench, peer, { people, rate, runs }) {
  const without = await chats(bench, peer, rate, runs);
  peer.bare ??= memory(peer);
  const before = peer.bare;
  const held = await hold(peer, people);
  await sleep(2500); // leases are stored within a second or two
  const after = memory(peer);
  const cpu = await idle(peer, bench.quick ? 1 : 3);
  const beside = await chats(bench, peer, rate, runs);
  await held.release();
  const bytes = Object.fromEntries(Object.keys(after).map((name) => [name, (after[name] - before[name]) / people]));
  return { bytes, cpu, without, beside };
}

function rowOf(peer, people, cycles) {
  const p99 = (run) => run.latency_us.p99;
  const without = cycles.flatMap((one) => pick(one.without, p99));
  const beside = cycles.flatMap((one) => pick(one.beside, p99));
  const bytes = (name) => summary(cycles.map((one) => one.bytes[name] ?? 0));
  return {
    peer: peer.name, title: peer.title, people,
    worker: bytes('server'), nginx: bytes('nginx'),
    idle: summary(cycles.map((one) => one.cpu)),
    p99Without: summary(without), p99Beside: summary(beside), p99Ratio: ratio(beside, without),
  };
}

async function parley(bench, people, cycles, rows) {
  const peer = await start('parley');
  const rate = await halfOfMax(bench, peer);
  const done = [];
  for (let i = 0; i < cycles && (i === 0 || !bench.isLate); i++) done.push(await cycle(bench, peer, { people, rate, runs: bench.quick ? 1 : 2 }));
  rows.push(rowOf(peer, people, done));
  await peer.stop();
}

// What the others take for the same: memory alone.
async function others(bench, people, rows) {
  const peers = await startAll(['nchan', 'ws']);
  for (const peer of [peers.nchan, peers['ws-direct']]) {
    await bench.run(peer, { people: 100, inflight: 4, warm: 0.2, seconds: 0.3 });
    rows.push(rowOf(peer, people, [await cycle(bench, peer, { people, rate: 1000, runs: 1 })]));
  }
  await stopAll();
}

export async function run(bench) {
  const rows = [];
  for (const [people, cycles] of bench.quick ? [[1000, 1]] : [[10000, 2], [19000, 1], [1000, 1]]) await parley(bench, people, cycles, rows);
  if (!bench.quick) await others(bench, 10000, rows);
  return { rows };
}
