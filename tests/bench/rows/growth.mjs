// Row 5: does a message cost more when more is held, stored, or done before?
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { hold, root } from '../load.mjs';
import { start } from '../peers.mjs';
import { sleep } from '../proc.mjs';
import { cell, cpuPerMessage, pick } from '../rounds.mjs';
import { ratio, summary } from '../stats.mjs';
import { halfOfMax } from './latency.mjs';

export const title = 'Growth';

function sqlite(file, sql) {
  return new Promise((resolve, reject) => {
    const child = execFile('sqlite3', ['-batch', '-bail', file], (error, stdout, stderr) => (error ? reject(new Error(stderr || error.message)) : resolve(stdout)));
    child.stdin.end(sql);
  });
}

// A stopped Parley's database gets events in advance.
async function fill(peer, each) {
  const uptime = await readFile('/proc/uptime', 'utf8');
  const sql = (await readFile(path.join(root, 'tests/bench/fill.sql'), 'utf8'))
    .replaceAll('@NOW_MS@', String(Math.round(Number(uptime.split(' ')[0]) * 1000)))
    .replaceAll('@EACH@', String(each));
  await sqlite(path.join(peer.run, 'parley.db'), sql);
}

async function filled(each) {
  const peer = await start('parley');
  if (each === 0) return peer;
  await peer.end();
  await fill(peer, each);
  await peer.restart();
  return peer;
}

// 100 people at a fixed rate beside `people` held polls.
async function beside(bench, peer, people, rate) {
  const held = await hold(peer, people);
  await sleep(people > 1000 ? 2000 : 500);
  const runs = [];
  for (let i = 0; i < (bench.quick ? 1 : 2); i++) runs.push(await bench.run(peer, { people: 100, inflight: 4, rate, warm: 0.3, seconds: bench.quick ? 0.5 : 1.2 }));
  await held.release();
  return runs;
}

// Both databases and all numbers of held polls, again and again.
async function costs(bench, servers, sizes, rate) {
  const cost = servers.map(() => Object.fromEntries(sizes.map((people) => [people, []])));
  for (let round = 0; round < (bench.quick ? 1 : 2) && (round === 0 || !bench.isLate); round++) {
    for (const people of sizes) {
      for (const [i, peer] of servers.entries()) cost[i][people].push(...pick(await beside(bench, peer, people, rate), cpuPerMessage));
    }
  }
  return cost;
}

const size = (file) => stat(file).then((found) => found.size, () => 0);

// Years go by in a few seconds: as many messages as fit, as fast as they can.
async function hour(bench, peer) {
  const run = await bench.run(peer, { people: 100, inflight: 4, warm: 0.3, seconds: bench.quick ? 1.5 : 12 });
  const db = path.join(peer.run, 'parley.db');
  return run && {
    messages: run.messages, seconds: run.seconds, longestStallMs: run.ack_gap_ms,
    fileBytes: await size(db), walBytes: await size(`${db}-wal`),
  };
}

export async function run(bench) {
  const sizes = bench.quick ? [10, 1000] : [10, 1000, 10000];
  const each = bench.quick ? 100 : 1000;
  const servers = [await filled(0), await filled(each)];
  const rate = await halfOfMax(bench, servers[0]);
  const [none, many] = await costs(bench, servers, sizes, rate);
  const simulated = await hour(bench, servers[0]);
  const after = [await bench.run(servers[0], { people: 100, inflight: 4, rate, warm: 0.3, seconds: bench.quick ? 0.5 : 1.2 })];
  for (const peer of servers) await peer.stop();
  const rows = [[0, none], [each * 1000, many]].flatMap(([events, cost]) => sizes.map((people) => (
    { events, people, cpuPerMessage: summary(cost[people]), against: ratio(cost[people], none[sizes[0]]) })));
  return { rate, rows, hour: simulated && { ...simulated, cpuPerMessageAfter: cell(after, cpuPerMessage) } };
}
