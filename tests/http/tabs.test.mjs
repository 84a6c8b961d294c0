// Phones that sleep, tabs that are two people or one, and who counts as online.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { alone, call, expect, pair, Person, sleep, until } from './client.mjs';
import { both, inModes, sideBySide } from './modes.mjs';

const SHORT = { PARLEY_AWAY_S: '2', PARLEY_GONE_S: '30', PARLEY_FLUSH_MS: '200' };

const stats = async (at) => expect(await call(at.base, 'GET', '/api/stats'), 200);

// A tab is a token and a cursor: a duplicated one has the same of both.
function duplicate(tab) {
  const copy = new Person(tab.base, { agent: new http.Agent() });
  return Object.assign(copy, { token: tab.token, id: tab.id, name: tab.name, chat: tab.chat, cursor: tab.cursor });
}

sideBySide('tabs', () => {
  inModes(both, { workers: 2, env: { ...SHORT, PARLEY_AWAY_S: '5', PARLEY_CGI_HOLD_S: '25' } }, (at) => {
    test('a phone that locks its screen comes back into the same chat, and goes on from its cursor', async () => {
      const [ann, phone] = await pair(at.base);
      await ann.send('before');
      await phone.until('message');
      const { cursor } = phone;
      phone.hold(5).drop();
      await ann.until('presence', (e) => e.state === 'away', 20_000);
      await ann.send('are you there?');
      assert.deepEqual((await ann.poll()).partner, { name: 'Bob', state: 'away' });
      const body = await phone.poll({ wait: 2 });
      assert.deepEqual([body.state, body.chat], ['chatting', ann.chat]);
      assert.deepEqual(body.events.map((e) => [e.seq, e.text]), [[cursor + 1, 'are you there?']]);
      await ann.until('presence', (e) => e.state === 'here');
      await phone.send('now I am');
      assert.equal((await ann.until('message')).text, 'now I am');
    });

    test('two tabs of one browser are two people, and may even meet', async () => {
      const browser = new http.Agent({ keepAlive: true });
      const [one, two] = await pair(at.base, ['One', 'Two'], { agent: browser });
      assert.notEqual(one.token, two.token);
      await one.send('to the other tab');
      assert.equal((await two.until('message')).text, 'to the other tab');
      assert.deepEqual((await one.poll()).events, []);
      await two.end();
      assert.equal((await one.until('left')).reason, 'left');
      expect(await two.askPoll(), 401, 'no_session');
      assert.equal((await one.poll()).state, 'idle');
    });

    test('a duplicated tab is told that the chat is open elsewhere, and can take it over, back and forth', async () => {
      const [ann, first] = await pair(at.base);
      const tabs = [first, duplicate(first)];
      let held = tabs[0].poll({ wait: 25 });
      for (let round = 0; round < 4; round++) {
        const [was, is] = [tabs[round % 2], tabs[(round + 1) % 2]];
        await sleep(at.mode === 'cgi' ? 4000 : 1500); // the one before is held
        is.cursor = was.cursor;
        const next = is.poll({ wait: 25 });
        assert.equal((await held).superseded, true, `round ${round}`);
        await ann.send(`m${round}`);
        const body = await next;
        assert.equal(body.superseded, undefined, `round ${round}`);
        assert.deepEqual(body.events.map((e) => e.text), [`m${round}`]);
        assert.equal(body.chat, ann.chat);
        held = is.poll({ wait: 25 });
      }
      // It is one person all the time.
      await ann.send('end');
      assert.equal((await held).superseded, undefined);
      await ann.poll();
      assert.deepEqual(ann.events.filter((e) => e.type !== 'presence'), []);
    });
  });

  inModes(['fcgi'], { workers: 2, env: SHORT }, (at) => {
    test('the number online is honest: who vanishes in whatever way is not counted for long', async () => {
      await alone(at.base, async () => {
        const people = await Promise.all(Array.from({ length: 12 }, () => Person.join(at.base)));
        const polls = people.slice(0, 6).map((person) => person.hold(20));
        await until(async () => (await stats(at)).online === 12, 'twelve online');
        await people[11].end();
        await people[10].end(true);
        await until(async () => (await stats(at)).online <= 10, 'who has left is not counted');
        // Some never poll, some polls break; those that are held go on.
        for (const { drop } of polls.slice(0, 3)) drop();
        await until(async () => (await stats(at)).online === 3, 'three online', 20_000);
        await sleep(1500);
        assert.equal((await stats(at)).online, 3);
        assert.equal((await people[3].poll()).online, 3);
        for (const { drop } of polls) drop();
        await until(async () => (await stats(at)).online <= 0, 'nobody', 20_000);
        assert.deepEqual(await stats(at), { online: 0, waiting: 0, chatting: 0 });
      });
    });
  });
});
