// A bad network, in a namespace of its own: packets lost, doubled and reset,
// answers that never arrive, clients that vanish. SOAK=1: longer. SEED=...: what
// the clients do, again (which packets are lost the kernel's dice decide).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noNetwork, play } from './netns.mjs';

const skip = noNetwork();
const soak = process.env.SOAK ? { MESSAGES: 120, PAIRS: 6, GHOSTS: 300 } : {};
const ms = process.env.SOAK ? 600000 : 90000;

describe('a bad network', { skip, concurrency: 3 }, () => {
  const promises = {
    drops: 'a request or an answer that never arrives: the retry settles it, nothing is lost or doubled',
    loss: 'a fifth of all packets lost, some doubled, some reset: every message once, in order',
    vanish: 'clients that vanish without a word: nothing is lost, the partner is told the truth, the workers let go',
  };
  for (const [name, promise] of Object.entries(promises)) {
    test(promise, async (t) => {
      const { code, out } = await play(name, soak, ms);
      assert.equal(code, 0, out);
      t.diagnostic(out.trim().split('\n').at(-1));
    });
  }

  // The negative controls: the same scenes, with something broken.
  const broken = [['drops', { BROKEN: 'nonce', MESSAGES: 12 }, /NOT PROVEN.*doubled \w/], ['drops', { BROKEN: 'cursor', MESSAGES: 12 }, /NOT PROVEN.*lost m\d/],
    ['loss', { LOSS: 0, RESETS: 0, PAIRS: 1, MESSAGES: 3 }, /NOT PROVEN: nothing was dropped/], ['vanish', { BROKEN: 'tell', GHOSTS: 3 }, /NOT PROVEN: nobody has vanished/]];
  for (const [name, settings, complaint] of broken) {
    test(`${name} with ${JSON.stringify(settings)} is noticed`, async () => {
      const { code, out } = await play(name, settings, ms);
      assert.equal(code, 1, out);
      assert.match(out, complaint);
    });
  }
});
