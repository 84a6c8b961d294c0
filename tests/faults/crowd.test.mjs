// Two hundred people while processes are killed, stopped, renewed and restarted
// under them, at random: whatever happens, every promise holds (the checker).
// SEED=n repeats the choices; SOAK=1 is the long version: 1,000 kills.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../history/checker.mjs';
import { figures, simulate } from '../history/crowd.mjs';
import { randomFrom } from '../history/random.mjs';
import { sleep } from '../http/client.mjs';
import { startServer } from '../http/server.mjs';
import { Havoc } from './havoc.mjs';

const soak = Boolean(process.env.SOAK);
const seed = Number(process.env.SEED ?? Date.now() % 1e6);
const people = Number(process.env.PEOPLE ?? 200);
const KILLS = Number(process.env.KILLS ?? (soak ? 1000 : 30));
const LONGEST_MS = soak ? 900_000 : 90_000;

const settings = {
  PARLEY_AWAY_S: '2', PARLEY_GONE_S: '6', PARLEY_FLUSH_MS: '200', PARLEY_STUCK_MS: '2000', PARLEY_LOCK_WAIT_MS: '500',
};

test(`${people} people, ${KILLS} kills (SEED=${seed})`, { timeout: LONGEST_MS + 120_000 }, async (t) => {
  const server = await startServer({ workers: 4, env: settings });
  const history = [];
  const havoc = new Havoc(server, randomFrom(seed), history);
  let isOver = false;
  const end = performance.now() + LONGEST_MS;
  try {
    const crowd = simulate(server.base, {
      people, seed, history, pause_ms: 1500, until: () => (isOver ? 0 : Infinity),
    });
    try {
      await sleep(2000);
      await havoc.roll(soak ? 30 : 3);
      await havoc.run(() => havoc.kills >= KILLS || performance.now() > end);
    } finally {
      isOver = true;
      await crowd;
    }
    const complaints = check(history);
    const found = { ...figures(history), kills: havoc.kills, stops: havoc.stops, faults: havoc.done };
    t.diagnostic(JSON.stringify(found));
    assert.deepEqual(complaints.slice(0, 10), [], `${complaints.length} complaints; repeat with SEED=${seed}`);
    assert.ok(havoc.kills >= KILLS, `only ${havoc.kills} kills`);
    assert.ok(found.acknowledged > people && found.shown > people, 'too little happened');
  } finally {
    await server.stop();
  }
});
