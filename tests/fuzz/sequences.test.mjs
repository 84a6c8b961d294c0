// Sequences of random and hostile calls against a small model of the contract
// (sequences/), and proof that it notices: a handler that is broken to order
// (broken.c), and a model with a rule turned round. SEQUENCES= says how many,
// SEED= which is the first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';

const BUILD = process.env.FUZZ ?? 'build/fuzz';
const count = Number(process.env.SEQUENCES ?? 400);

function run(n, env = {}) {
  return spawnSync(`${BUILD}/sequences`, [n], {
    env: { ...process.env, ...(env.BROKEN && { ASAN_OPTIONS: 'symbolize=0' }), ...env }, encoding: 'utf8', timeout: 3_600_000,
  });
}

// What somebody is refused, and how often that has to happen for the run to say anything.
const refusals = ['send 409 not_chatting', 'send 409 chat_over', 'send 429 backlog_full', 'send 401 no_session',
  'image 429 pictures_full', 'image/ 404 not_found', 'seen 404 not_found', 'seen 409 chat_over', 'retract 404 not_found',
  'retract 409 chat_over', 'block 404 not_found', 'leave 409 chat_over', 'typing 409 chat_over', 'back 409 too_late'];

describe('sequences', () => {
  test(`${count} sequences: every answer, queue and state is what the model says`, () => {
    const { status, stdout, stderr } = run(count);
    assert.equal(status, 0, stderr.split('\n').slice(-30).join('\n'));
    for (const what of refusals) assert.match(stdout, new RegExp(`^/api/${what}: [1-9]`, 'm'));
    console.log(stdout.trim().split('\n').at(-1));
  });

  for (const BROKEN of ['caller_find', 'call_in_chat', 'store_chat_partner', 'store_nonce_find', 'store_event_purge', 'store_rollback',
    'store_page_step', 'store_waiting_drop', 'store_chat_end', 'cache_clear', 'queues_clear',
    'store_nonce_purge']) {
    test(`a broken ${BROKEN} is noticed, with a seed`, () => {
      const { status, stderr } = run(200, { BROKEN, SEED: '1' });
      assert.notEqual(status, 0);
      const seed = /^not so: .*\n(?:.*\n)*replay with SEED=(\d+) /m.exec(stderr)?.[1];
      assert.ok(seed, stderr);
      // And the seed alone shows it again.
      assert.match(run(1, { BROKEN, SEED: seed }).stderr, /^not so: /m);
    });
  }

  for (const MODEL of ['block', 'retract', 'nonce']) {
    test(`a model that is wrong about ${MODEL} is noticed`, () => {
      assert.match(run(200, { MODEL, SEED: '1' }).stderr, /^not so: .*\n(.*\n)*replay with SEED=/m);
    });
  }
});
