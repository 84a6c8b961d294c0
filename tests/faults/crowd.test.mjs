// Two hundred people while processes are killed, stopped, renewed and restarted
// under them, the disk fails, the clock is set, answers and packets get lost, at
// random and several at once: whatever happens, every promise holds (the checker).
// SEED=n repeats the choices; SOAK=1 is the long version: 1,000 kills.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noNetwork, play } from './netns.mjs';

const soak = Boolean(process.env.SOAK);
const seed = Number(process.env.SEED ?? Date.now() % 1e6);
const people = Number(process.env.PEOPLE ?? 200);
const KILLS = Number(process.env.KILLS ?? (soak ? 1000 : 20));
const LONGEST_MS = soak ? 2_100_000 : 240_000;
const settings = { SEED: seed, PEOPLE: people, KILLS, LONGEST_MS, ROLLS: soak ? 24 : 4, SILENT: soak ? 2000 : 300 };

// What happened, or why it failed.
async function town(more = {}) {
  const network = !noNetwork();
  const { code, out } = await play('town', { ...settings, ...(network && { NET: 1 }), ...more }, LONGEST_MS + 120_000, network);
  assert.equal(code, 0, `SEED=${seed}: ${out}`);
  return JSON.parse(out.trim().split('\n').at(-1));
}

describe('a town', { concurrency: true }, () => {
  test(`${people} people, ${KILLS} kills (SEED=${seed})`, { timeout: LONGEST_MS + 180_000 }, async (t) => {
    const { complaints, count, ...found } = await town();
    t.diagnostic(JSON.stringify(found));
    assert.deepEqual(complaints, [], `${count} complaints; repeat with SEED=${seed}`);
    assert.ok(found.kills >= KILLS, `only ${found.kills} kills`);
    assert.ok(found.acknowledged > people && found.shown > people, 'too little happened');
  });

  test(`control: where one message of ten is forgotten it is seen among all that (SEED=${seed})`, async () => {
    const BROKEN = `CREATE TRIGGER forget AFTER INSERT ON event WHEN new.type = 'message' AND new.id % 10 = 0
      BEGIN UPDATE event SET type = 'typing', body = '{"on":false}' WHERE id = new.id; END`;
    const { complaints } = await town({ BROKEN, PEOPLE: 40, KILLS: 5, ROLLS: 1, SILENT: 20 });
    assert.match(complaints.join('\n'), /acknowledged and lost/);
  });
});
