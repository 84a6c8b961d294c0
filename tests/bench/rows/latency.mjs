// Row 2: delivery latency, from the moment a message was meant to be sent.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, program } from '../load.mjs';
import { startAll, stopAll } from '../peers.mjs';
import { cell } from '../rounds.mjs';
import { summary } from '../stats.mjs';

export const title = 'Delivery latency, microseconds';
const names = ['parley', 'floor', 'nchan', 'ws-direct', 'polling-direct'];

// One 4 KiB append and fdatasync, on the disk that holds the database.
async function disk(rounds, seconds) {
  const runs = [];
  for (let i = 0; i < rounds; i++) {
    const { stdout } = await promisify(execFile)(program('sync'), [path.join(build, 'bench/run/sync'), String(seconds)]);
    runs.push(JSON.parse(stdout));
  }
  return { p50: summary(runs.map((run) => run.p50)), p99: summary(runs.map((run) => run.p99)) };
}

// Half of what Parley can do with 100 people: the same work for everybody.
export async function halfOfMax(bench, parley) {
  if (!bench.figures.max) {
    const probe = await bench.run(parley, { people: 100, inflight: 1, warm: 0.3, seconds: 0.5 });
    bench.figures.max = probe ? probe.per_s : 1000;
  }
  return Math.round(bench.figures.max / 2);
}

function rowOf(peer, runs, what) {
  const of = (name) => cell(runs, (run) => run.latency_us[name]);
  return { ...what, peer: peer.name, title: peer.title, durable: peer.durable, p50: of('p50'), p99: of('p99'), p999: of('p999'), ackP50: cell(runs, (run) => run.ack_us.p50) };
}

export async function run(bench) {
  const peers = await startAll(['parley', 'floor', 'nchan', 'ws', 'polling']);
  const chosen = (bench.quick ? names.slice(0, 2) : names).map((name) => peers[name]);
  const rate = await halfOfMax(bench, peers.parley);
  const seconds = bench.quick ? 0.7 : 1.5;
  const rounds = bench.quick ? 1 : 3;
  // One pair alone: a message every five milliseconds, one after the other.
  const pair = await bench.rounds(chosen, rounds, { people: 2, inflight: 4, rate: 200, warm: 0.3, seconds });
  const crowd = await bench.rounds(chosen, rounds, { people: 100, inflight: 4, rate, warm: 0.4, seconds });
  const fdatasync = await disk(rounds, bench.quick ? 0.3 : 1);
  await stopAll();
  return {
    rate,
    fdatasync,
    rows: [
      ...chosen.map((peer) => rowOf(peer, pair[peer.name], { work: 'one pair alone', people: 2, rate: 200 })),
      ...chosen.map((peer) => rowOf(peer, crowd[peer.name], { work: `100 people, ${rate} messages a second`, people: 100, rate })),
    ],
  };
}
