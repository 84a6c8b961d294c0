// Row 1: messages delivered a second.
import { startAll, stopAll } from '../peers.mjs';
import { cell, cpuPerMessage, pick } from '../rounds.mjs';
import { ratio } from '../stats.mjs';

export const title = 'Messages delivered a second';
const everybody = ['parley', 'floor', 'nchan', 'ws-direct', 'ws', 'polling-direct', 'polling', 'null'];
const few = ['parley', 'floor', 'nchan', 'ws-direct', 'polling-direct'];
const some = [...few, 'ws'];

function plan(quick) {
  const timing = quick ? { warm: 0.2, seconds: 0.4 } : { warm: 0.4, seconds: 0.8 };
  const sizes = quick ? [100] : [100, 2, 1000];
  return sizes.flatMap((people) => [1, 4].map((inflight) => ({
    options: { people, inflight, ...timing },
    names: quick ? some : people === 100 ? everybody : few,
    rounds: quick ? 2 : people === 100 ? 4 : 3,
  })));
}

function rowOf(peer, runs, parley, options) {
  const rate = (run) => run.per_s;
  return {
    people: options.people,
    inflight: options.inflight,
    peer: peer.name,
    title: peer.title,
    durable: peer.durable,
    perSecond: cell(runs, rate),
    cpuPerMessage: cell(runs, cpuPerMessage),
    written: peer.name === 'parley' ? cell(runs, (run) => run.used.server.write_bytes / run.messages) : null,
    handed: peer.name === 'parley' ? cell(runs, (run) => run.used.server.wchar / run.messages) : null,
    // How Parley stands to this one, run by run.
    parleyRatio: ratio(pick(parley, rate), pick(runs, rate)),
    parleyCpuRatio: ratio(pick(parley, cpuPerMessage), pick(runs, cpuPerMessage)),
  };
}

export async function run(bench) {
  const peers = await startAll(['parley', 'floor', 'nchan', 'ws', 'polling', 'null']);
  const rows = [];
  // Node compiles what it has run a few thousand times: not in the first run.
  for (const name of ['ws-direct', 'polling-direct']) {
    await bench.run(peers[name], { people: 100, inflight: 4, warm: bench.quick ? 0.3 : 1, seconds: 0.2 });
  }
  for (const { options, names, rounds } of plan(bench.quick)) {
    const chosen = names.map((name) => peers[name]);
    const results = await bench.rounds(chosen, rounds, options);
    for (const peer of chosen) rows.push(rowOf(peer, results[peer.name], results.parley, options));
  }
  await stopAll();
  bench.figures.max = rows.find((row) => row.peer === 'parley' && row.people === 100 && row.inflight === 1)?.perSecond?.median;
  return { rows };
}
