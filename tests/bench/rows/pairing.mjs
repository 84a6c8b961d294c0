// Row 3: pairings a second.
import { startAll, stopAll } from '../peers.mjs';
import { cell } from '../rounds.mjs';

export const title = 'Pairings a second';

const works = [
  { work: 'arriving as fast as they can', options: { mode: 'arrive', people: 5000 }, quick: { mode: 'arrive', people: 5000 } },
  { work: 'pressing Next again and again', options: { mode: 'next', people: 1000, warm: 0.4, seconds: 1 }, quick: { mode: 'next', people: 1000, warm: 0.3, seconds: 0.4 } },
];

export async function run(bench) {
  const peers = await startAll(bench.quick ? ['parley'] : ['parley', 'floor', 'ws']);
  const chosen = bench.quick ? [peers.parley] : [peers.parley, peers.floor, peers['ws-direct']];
  const rows = [];
  for (const { work, options, quick } of works) {
    const used = bench.quick ? quick : options;
    const results = await bench.rounds(chosen, bench.quick ? 1 : 3, used);
    for (const peer of chosen) {
      rows.push({ work, people: used.people, peer: peer.name, title: peer.title, durable: peer.durable, perSecond: cell(results[peer.name], (one) => one.pairs_per_s) });
    }
  }
  await stopAll();
  return { rows };
}
