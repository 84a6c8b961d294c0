// bench.mjs: measures Parley beside what people would pick instead.
//   QUICK=1       within a minute     ROWS=1,3      only these rows
//   BENCH_SAVE=1  keeps the new instruction counts    V=1  says what it does
// Prints a table and the goals; writes bench.json, bench.md and charts under
// build/bench/. Ends with 1 if a run had a fault, with 0 otherwise: whether a
// goal is met is for people to read.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { goals } from './goals.mjs';
import { build } from './load.mjs';
import { machine } from './machine.mjs';
import { seen, stopAll } from './peers.mjs';
import { Bench } from './rounds.mjs';
import { charts } from './svg.mjs';
import { goalTable, table } from './table.mjs';

const quick = Boolean(process.env.QUICK);
const rows = [
  { number: 1, file: 'throughput', seconds: quick ? 17 : 190 },
  { number: 2, file: 'latency', seconds: quick ? 7 : 65 },
  { number: 3, file: 'pairing', seconds: quick ? 6 : 50 },
  { number: 4, file: 'held', seconds: quick ? 7 : 95 },
  { number: 5, file: 'growth', seconds: quick ? 8 : 95 },
  { number: 6, file: 'cost', seconds: quick ? 8 : 40 },
];
const start = performance.now();
const END = quick ? 110 : 570; // seconds
const wanted = (process.env.ROWS ?? '').split(',').filter(Boolean).map(Number);

// Whatever happens, nobody of ours stays behind, and there is an end.
async function giveUp(why, status) {
  process.stderr.write(`bench: ${why}\n`);
  await stopAll();
  process.exit(status);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => giveUp(signal, 130));
setTimeout(() => giveUp('too slow: given up', 1), quick ? 115_000 : 595_000).unref();

// The folders of all servers: after a fault their logs stay, to be read.
async function clear() {
  const run = path.join(build, 'bench/run');
  await rm(run, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  await mkdir(run, { recursive: true });
}

async function measure(bench, result) {
  for (const { number, file, seconds } of rows) {
    if (wanted.length > 0 && !wanted.includes(number)) continue;
    if (performance.now() - start > (END - seconds * 0.6) * 1000) {
      bench.faults.push(`row ${number}: left out, the others took too long`);
      continue;
    }
    process.stderr.write(`bench: row ${number}, ${file}\n`);
    const row = await import(`./rows/${file}.mjs`);
    bench.allot(seconds);
    const began = performance.now();
    try {
      result.rows[number] = { title: row.title, ...await row.run(bench) };
      result.rows[number].took = (performance.now() - began) / 1000;
    } catch (error) {
      bench.faults.push(`row ${number}: ${error.stack}`);
      await stopAll();
    }
  }
  result.machine.workers = seen.workers;
}

async function main() {
  const bench = new Bench({ quick, seconds: 60 });
  const result = { when: new Date().toISOString(), quick, machine: machine(), rows: {} };
  await clear();
  await measure(bench, result);
  result.goals = goals(result);
  result.faults = bench.faults;
  result.seconds = (performance.now() - start) / 1000;
  const text = [table(result), goalTable(result.goals)].join('\n');
  await writeFile(path.join(build, 'bench/bench.json'), `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(path.join(build, 'bench/bench.md'), text);
  for (const [name, svg] of Object.entries(charts(result))) await writeFile(path.join(build, 'bench', name), svg);
  process.stdout.write(`${text}\n`);
  for (const fault of bench.faults) process.stdout.write(`FAULT: ${fault}\n`);
  process.stdout.write(`bench: ${Math.round(result.seconds)} s; figures and charts in ${path.relative(process.cwd(), path.join(build, 'bench'))}/\n`);
  if (bench.faults.length === 0) await clear();
  process.exitCode = bench.faults.length > 0 ? 1 : 0;
}

await main();
