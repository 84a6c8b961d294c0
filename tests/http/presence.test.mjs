// away, here, gone, unload: the connection is not the chat. With short times.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, expect, pair, Person, sleep, until } from './client.mjs';
import { inModes, sideBySide } from './modes.mjs';

const SHORT = { PARLEY_AWAY_S: '4', PARLEY_GONE_S: '10', PARLEY_UNLOAD_S: '1', PARLEY_FLUSH_MS: '200' };

const isAway = (e) => e.state === 'away';
const isHere = (e) => e.state === 'here';

// Polls until the promise is settled, as a page does all the time.
async function pollMeanwhile(person, promise) {
  let over = false;
  promise.finally(() => { over = true; }).catch(() => {});
  while (!over) await person.poll({ wait: 1 });
  return promise;
}

sideBySide('presence', () => {
  inModes(['fcgi'], { workers: 4, env: SHORT }, (at) => {
    test('without a poll: away first, then gone; both sides are told', async () => {
      const [ann, bob] = await pair(at.base);
      const start = Date.now();
      await ann.until('presence', isAway);
      const away = Date.now() - start;
      assert.ok(away > 3500, `away after ${away} ms`);
      assert.deepEqual((await ann.poll()).partner, { name: 'Bob', state: 'away' });
      const left = await ann.until('left');
      assert.equal(left.reason, 'gone');
      const gone = Date.now() - start;
      assert.ok(gone > 9500, `gone after ${gone} ms`);
      assert.equal((await ann.poll()).state, 'idle');
      // Who comes back later learns of it, and has lost nothing but the chat.
      assert.equal((await bob.until('left')).reason, 'gone');
      assert.equal((await bob.poll()).state, 'idle');
    });

    test('back before that: here; what was said meanwhile is read', async () => {
      const [ann, bob] = await pair(at.base);
      await ann.until('presence', isAway);
      await ann.send('are you there?');
      await bob.poll();
      await ann.until('presence', isHere);
      assert.equal((await bob.until('message')).text, 'are you there?');
      assert.deepEqual((await ann.poll()).partner, { name: 'Bob', state: 'here' });
      await bob.send('yes');
      assert.equal((await ann.until('message')).text, 'yes');
    });

    test('a held poll is presence; so is any command', async () => {
      const [ann, bob] = await pair(at.base);
      const held = bob.poll({ wait: 8 });
      await pollMeanwhile(ann, held);
      for (let i = 0; i < 9; i++) {
        await bob.typing(i % 2 === 0);
        await pollMeanwhile(ann, sleep(600));
      }
      assert.deepEqual(ann.events.filter((e) => e.type === 'presence'), []);
    });

    test('a client that vanishes while its poll is held is noticed from its closed connection', async () => {
      const [ann, bob] = await pair(at.base);
      const held = bob.hold(20);
      await pollMeanwhile(ann, sleep(1500)); // its long lease is stored by now
      held.drop();
      const start = Date.now();
      await ann.until('presence', isAway);
      const took = Date.now() - start;
      assert.ok(took > 3400 && took < 12_000, `away after ${took} ms`);
      await bob.poll();
      await ann.until('presence', isHere);
    });

    test('reload: the poll is cut and another begins at once: nobody is told anything', async () => {
      const all = await Promise.all(Array.from({ length: 12 }, () => pair(at.base)));
      await Promise.all(all.map(async ([ann, bob]) => {
        const held = bob.hold(12);
        await pollMeanwhile(ann, sleep(300));
        held.drop();
        await sleep(50);
        await pollMeanwhile(ann, bob.poll({ wait: 8 }));
        assert.deepEqual(ann.events, []);
      }));
    });

    test('unload: away at once, gone soon', async () => {
      const [ann, bob] = await pair(at.base);
      const start = Date.now();
      await bob.end(true);
      assert.deepEqual((await ann.poll({ wait: 20 })).events.map((e) => e.state), ['away']);
      assert.ok(Date.now() - start < 3500);
      assert.equal((await ann.until('left')).reason, 'gone');
      assert.ok(Date.now() - start < 9500);
    });

    test('unload by a beacon while a poll is held, which then breaks: away, then gone, and not here between', async () => {
      const all = await Promise.all(Array.from({ length: 6 }, () => pair(at.base)));
      await Promise.all(all.map(async ([ann, bob], i) => {
        const held = bob.hold(20);
        await pollMeanwhile(ann, sleep(i % 2 ? 700 : 50));
        const beacon = { token: bob.token, unload: true };
        expect(await call(at.base, 'POST', '/api/session/end', {
          body: JSON.stringify(beacon), headers: { 'content-type': 'text/plain;charset=UTF-8' },
        }), 204);
        held.drop();
        const left = await ann.until('left');
        assert.equal(left.reason, 'gone');
        assert.deepEqual(ann.events.map((e) => e.state), ['away']);
      }));
    });

    test('unload of a reload: it polls again, is here, and the chat goes on', async () => {
      const [ann, bob] = await pair(at.base);
      await bob.end(true);
      await ann.until('presence', isAway);
      await bob.poll();
      await ann.until('presence', isHere);
      await pollMeanwhile(ann, pollMeanwhile(bob, sleep(2500)));
      await bob.send('still here');
      assert.equal((await ann.until('message')).text, 'still here');
      assert.deepEqual(ann.events, []);
    });

    test('unload of a reload whose word comes late: the poll that is held answers, the next is here, and the chat goes on', async () => {
      const all = await Promise.all(Array.from({ length: 6 }, () => pair(at.base)));
      await Promise.all(all.map(async ([ann, bob]) => {
        const held = bob.hold(50);
        await pollMeanwhile(ann, sleep(300));
        await bob.end(true);
        const { events, superseded } = expect(await held.answer, 200);
        assert.deepEqual([events, superseded], [[], undefined]);
        await pollMeanwhile(ann, pollMeanwhile(bob, sleep(2500)));
        await bob.send('still here');
        assert.equal((await ann.until('message')).text, 'still here');
        assert.deepEqual(ann.events.filter((e) => e.type === 'left'), []);
      }));
    });

    test('unload of an idle session ends nothing', async () => {
      const ann = await Person.join(at.base);
      await ann.end(true);
      assert.equal((await ann.poll()).state, 'idle');
    });
  });

  inModes(['cgi'], { env: { ...SHORT, PARLEY_CGI_HOLD_S: '1', PARLEY_CGI_DELAY_MS: '100' } }, (at) => {
    test('under CGI, too: away, here, gone', async () => {
      const [ann, bob] = await pair(at.base);
      await ann.until('presence', isAway);
      await bob.poll();
      await ann.until('presence', isHere);
      await ann.until('presence', isAway);
      assert.equal((await ann.until('left')).reason, 'gone');
    });
  });

  inModes(['fcgi'], { env: { ...SHORT, PARLEY_SESSION_IDLE_S: '10', PARLEY_FRESH_S: '1' } }, (at) => {
    test('a session that nobody uses expires: 401', async () => {
      const [ann, bob] = [await Person.join(at.base), await Person.join(at.base)];
      const keepsPolling = until(async () => {
        await bob.poll({ wait: 1 });
        return Date.now() - start > 12_500;
      }, 'time', 20_000);
      const start = Date.now();
      await keepsPolling;
      expect(await ann.askPoll(), 401, 'no_session');
      expect(await bob.askPoll(), 200);
    });
  });

  // Nobody else comes, so nobody sweeps it away: its row alone has to tell.
  inModes(['cgi'], { env: { ...SHORT, PARLEY_SESSION_IDLE_S: '10' } }, (at) => {
    test('under CGI, too, a session that nobody uses has expired: 401, and its use does not revive it', async () => {
      const ann = await Person.join(at.base);
      await sleep(11_000);
      expect(await ann.post('/api/next', {}), 401, 'no_session');
      expect(await ann.askPoll(), 401, 'no_session');
      expect(await (await Person.join(at.base)).askPoll(), 200);
    });
  });
});
