// A few hundred people do as they like; afterwards every promise is checked.
// SEED=n repeats a run's choices; PEOPLE and MODEL_MS make it larger.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../history/checker.mjs';
import { figures, simulate } from '../history/crowd.mjs';
import { patience } from './modes.mjs';
import { startServer } from './server.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e6);
const people = Number(process.env.PEOPLE ?? 200);
const ms = Number(process.env.MODEL_MS ?? 15_000);

test(`${people} people, 2 workers (SEED=${seed})`, { timeout: ms + 90_000 }, async (t) => {
  const server = await startServer({
    workers: 2, env: { ...patience, PARLEY_AWAY_S: '1', PARLEY_GONE_S: '2', PARLEY_FRESH_S: '1', PARLEY_FLUSH_MS: '300' },
  });
  try {
    const history = await simulate(server.base, { people, ms, seed });
    const complaints = check(history);
    const found = figures(history);
    t.diagnostic(JSON.stringify(found));
    assert.deepEqual(complaints.slice(0, 10), [], `${complaints.length} complaints; repeat with SEED=${seed}`);
    // A run in which nothing happened proves nothing.
    assert.ok(found.acknowledged > people && found.shown > people, 'too little happened');
    assert.ok(found.chats > people, 'too few chats');
    const done = new Set(history.map((h) => (h.what === 'ask' && h.outcome === 'ok' ? h.call : h.what)));
    for (const deed of ['vanish', 'end', 'block', 'back', 'retract', 'seen', 'image', 'unload']) assert.ok(done.has(deed), `nobody did ${deed}`);
  } finally {
    await server.stop();
  }
});
