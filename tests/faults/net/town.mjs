// A town in which everything goes wrong at random: people whose answers get lost,
// neighbours who drip, and processes, disk, clock and network that fail, alone
// and several at once (havoc.mjs). The last line is what happened, as JSON;
// `complaints` is empty, or a promise was broken. NET: in a network of its own.
// BROKEN: a trigger for the database, which makes it a bad one.
import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from '../../history/checker.mjs';
import { figures, simulate } from '../../history/crowd.mjs';
import { randomFrom } from '../../history/random.mjs';
import { sleep } from '../../http/client.mjs';
import { startServer } from '../../http/server.mjs';
import { Elements } from '../elements.mjs';
import { FAULTS, Havoc } from '../havoc.mjs';

const { SEED, PEOPLE, KILLS, ROLLS, LONGEST_MS, SILENT, NET, BROKEN } = process.env;
const seed = Number(SEED);
const settings = {
  PARLEY_AWAY_S: '2', PARLEY_GONE_S: '6', PARLEY_FLUSH_MS: '200', PARLEY_STUCK_MS: '4000', PARLEY_LOCK_WAIT_MS: '2000',
};

// They come back when nginx does.
function neighbours(port) {
  const crowd = path.join(path.dirname(fileURLToPath(import.meta.url)), 'crowd.mjs');
  return spawn(process.execPath, [crowd, String(port), JSON.stringify({ silent: Number(SILENT), header: 30, body: 30 })], { stdio: 'ignore' });
}

const elements = new Elements();
const server = await startServer({ workers: 4, env: { ...settings, ...elements.env } });
elements.meet(server.port, Boolean(NET));
const history = [];
const havoc = new Havoc(server, randomFrom(seed), history, FAULTS, elements);
const slow = neighbours(server.port);
let isOver = false;
let failure;
const end = performance.now() + Number(LONGEST_MS);
const crowd = simulate(server.base, { people: Number(PEOPLE), seed, history, pause_ms: 1500, losses: 0.02, until: () => (isOver ? 0 : Infinity) });
try {
  await sleep(2000);
  if (BROKEN) execFileSync('sqlite3', [path.join(server.run, 'parley.db'), `PRAGMA busy_timeout = 5000; PRAGMA wal_autocheckpoint = 0; ${BROKEN}`]);
  await havoc.roll(Number(ROLLS));
  await havoc.run(() => havoc.kills >= Number(KILLS) || performance.now() > end);
} catch (error) {
  failure = `${error.stack}\n${await server.logs()}`.slice(0, 8000);
} finally {
  isOver = true;
  elements.mend();
  await crowd;
}
slow.kill();
const complaints = check(history, { offsets: elements.offsets });
if (failure) complaints.unshift(failure);
await server.stop().catch((error) => complaints.unshift(error.message));
elements.end();
console.log(JSON.stringify({ ...figures(history), seconds: Math.round((performance.now() - end + Number(LONGEST_MS)) / 1000),
  kills: havoc.kills, 'in the middle of a write': havoc.midst, stops: havoc.stops, 'packets lost': elements.lost, faults: havoc.done,
  seed, count: complaints.length, complaints: complaints.slice(0, 10) }));
