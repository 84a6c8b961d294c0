// Alternating runs: A B C, A B C ... so that a noisy moment spoils one round
// of all, and not all rounds of one.
import { load } from './load.mjs';
import { summary } from './stats.mjs';

export class Bench {
  constructor({ quick, seconds }) {
    this.quick = quick;
    this.faults = [];
    this.figures = {}; // what a later row takes from an earlier one
    this.until = performance.now() + seconds * 1000;
  }

  // Every row may use so many seconds; after them no further round begins.
  allot(seconds) {
    this.until = performance.now() + seconds * 1000;
  }

  get isLate() {
    return performance.now() > this.until;
  }

  say(text) {
    if (process.stderr.isTTY || process.env.V) process.stderr.write(`  ${text}\n`);
  }

  // A run that must not end the bench: null, and noted, if it had a fault.
  async run(peer, options) {
    try {
      return await load(peer, options);
    } catch (error) {
      this.faults.push(error.message);
      process.stderr.write(`bench: ${error.message}\n`);
      return null;
    }
  }

  // rounds times every peer with the same options: results[name] = [run, ...].
  async rounds(peers, rounds, options) {
    const results = Object.fromEntries(peers.map((peer) => [peer.name, []]));
    for (let round = 0; round < rounds; round++) {
      if (round > 0 && this.isLate) break;
      for (const peer of peers) {
        const result = await this.run(peer, typeof options === 'function' ? options(peer) : options);
        results[peer.name].push(result);
        if (result) this.say(`${peer.name} ${JSON.stringify(options)}: ${Math.round(result.per_s)}/s, p50 ${result.latency_us.p50} us`);
      }
    }
    return results;
  }
}

// The same figure of all runs; NaN for a run with a fault.
export const pick = (runs, figure) => runs.map((run) => (run ? figure(run) : NaN));

// A cell is void as soon as one of its runs had a fault.
export function cell(runs, figure) {
  return runs.length > 0 && runs.every(Boolean) ? summary(pick(runs, figure)) : null;
}

// Processor time for each message in microseconds: server and nginx together.
export function cpuPerMessage(run) {
  const { server, nginx } = run.used;
  return ((server?.cpu_us ?? 0) + (nginx?.cpu_us ?? 0)) / run.messages;
}
