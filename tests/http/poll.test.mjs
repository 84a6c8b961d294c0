// GET /api/poll: shapes, cursor, wait, more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alone, expect, pair, Person, sleep } from './client.mjs';
import { both, inModes, sideBySide } from './modes.mjs';

const timed = async (promise) => {
  const start = performance.now();
  return [await promise, performance.now() - start];
};

sideBySide('poll', () => {
  inModes(both, {}, (at) => {
    test('an answer: cursor, state, online, events, and the chat while there is one', async () => {
      const ann = await Person.join(at.base, 'Ann');
      let body = await ann.poll();
      const always = at.mode === 'cgi' ? ['cursor', 'delay_ms', 'events', 'online', 'state'] : ['cursor', 'events', 'online', 'state'];
      assert.deepEqual(Object.keys(body).sort(), always);
      assert.deepEqual([body.cursor, body.state, body.events], [0, 'idle', []]);
      assert.ok(Number.isInteger(body.online) && body.online >= 1);
      await alone(at.base, async () => {
        await ann.next();
        body = await ann.poll();
        await ann.leave();
      });
      assert.deepEqual(Object.keys(body).sort(), always);
      assert.deepEqual([body.cursor, body.state, body.events], [0, 'waiting', []]);
    });

    test('matched, message, typing, left: their members, ids as strings, at in ms', async () => {
      const [ann, bob] = await pair(at.base, ['Ann', 'Bob <i>']);
      const from = Date.now();
      const sent = await bob.send('hello\n\tyou');
      await bob.typing(true);
      await bob.leave();
      const body = expect(await ann.askPoll({ cursor: 0, wait: 5 }), 200);
      assert.deepEqual(body.events.map((e) => e.seq), [1, 2, 3, 4]);
      assert.equal(body.cursor, 4);
      assert.equal(body.state, 'idle');
      assert.equal(body.chat, undefined);
      for (const event of body.events) {
        assert.equal(event.chat, ann.chat);
        assert.equal(typeof event.chat, 'string');
        assert.ok(Number.isInteger(event.at) && Math.abs(event.at - from) < 30_000);
      }
      const [matched, message, typing, left] = body.events.map(({ seq, chat, at: when, ...rest }) => rest);
      assert.deepEqual(matched, { type: 'matched', partner: { name: 'Bob <i>' }, common: [] });
      assert.deepEqual(message, { type: 'message', id: sent.id, text: 'hello\n\tyou' });
      assert.deepEqual(typing, { type: 'typing', on: true });
      assert.deepEqual(left, { type: 'left', reason: 'left' });
    });

    test('while they chat an answer tells chat and partner', async () => {
      const [ann, bob] = await pair(at.base);
      const body = await ann.poll();
      assert.equal(body.state, 'chatting');
      assert.equal(body.chat, bob.chat);
      assert.deepEqual(body.partner, { name: 'Bob', state: 'here' });
      assert.ok(body.online >= 2);
    });

    test('nothing is lost until a cursor says it was seen; then the queue goes on', async () => {
      const [ann, bob] = await pair(at.base);
      await bob.send('one');
      await bob.send('two');
      const again = async (cursor) => expect(await ann.askPoll({ cursor }), 200).events.map((e) => e.text ?? e.type);
      assert.deepEqual(await again(0), ['matched', 'one', 'two']);
      assert.deepEqual(await again(1), ['one', 'two']);
      assert.deepEqual(await again(1), ['one', 'two']);
      assert.deepEqual(await again(2), ['two']);
      assert.deepEqual(await again(3), []);
      await bob.send('three');
      assert.deepEqual(await again(3), ['three']);
    });

    test('a cursor that is no seq of this session: 400', async () => {
      const [ann] = await pair(at.base);
      for (const cursor of ['-1', '2', '999999', '9223372036854775807', '9223372036854775808', '1'.repeat(60), 'x', '', '1x',
        '+1', '0x1', '1.0', '1e0', '%00', '1%00', '%', '%zz', '%f', '1%20', '%c3%28']) {
        expect(await ann.call('GET', `/api/poll?wait=0&cursor=${cursor}`), 400, 'bad_request');
      }
      expect(await ann.call('GET', '/api/poll?wait=0&cursor=%31'), 200);
      expect(await ann.call('GET', '/api/poll?cursor=1&wait=0&cursor=1'), 400, 'bad_request');
      expect(await ann.call('GET', '/api/poll?wait=0'), 200);
    });

    test('a wait that is not 0 to 50: 400', async () => {
      const ann = await Person.join(at.base);
      for (const wait of ['-1', '51', '25.0', 'x', '', '%', '99999999999999999999', '1s', '5&wait=5']) {
        expect(await ann.call('GET', `/api/poll?cursor=0&wait=${wait}`), 400, 'bad_request');
      }
    });

    test('other parameters, and empty ones, are ignored; a query that is too long is not', async () => {
      const ann = await Person.join(at.base);
      for (const query of ['&', '&&&', '=&=1', 'Cursor=x', 'cursors=x', 'xcursor=x', 'a=%zz', '?', '_=' + 'x'.repeat(400)]) {
        expect(await ann.call('GET', `/api/poll?wait=0&${query}`), 200);
      }
      expect(await ann.call('GET', `/api/poll?wait=0&x=${'y'.repeat(600)}`), 400, 'bad_request');
    });

    test('without events a poll waits as long as it was told, give or take a tenth', async () => {
      const people = await Promise.all(Array.from({ length: at.mode === 'cgi' ? 4 : 20 }, () => Person.join(at.base)));
      const all = await Promise.all(people.map((p) => timed(p.poll({ wait: 2 }))));
      for (const [body, took] of all) {
        assert.deepEqual(body.events, []);
        assert.ok(took > 1750 && took < 15_000, `${took} ms`);
      }
      const times = all.map(([, took]) => took);
      if (at.mode === 'fcgi') assert.ok(Math.max(...times) - Math.min(...times) > 20, `spread: ${times}`);
    });

    test('an event ends the wait at once', async () => {
      const [ann, bob] = await pair(at.base);
      for (let i = 0; i < 5; i++) {
        const held = timed(ann.poll({ wait: 20 }));
        await sleep(100);
        await bob.send(`n${i}`);
        const [body, took] = await held;
        assert.deepEqual(body.events.map((e) => e.text), [`n${i}`]);
        assert.ok(took < 15_000, `${took} ms`);
      }
    });

    test('events that are there already are answered at once, whatever the wait', async () => {
      const [ann, bob] = await pair(at.base);
      for (let i = 0; i < 5; i++) await bob.send(`n${i}`);
      const [body, took] = await timed(ann.poll({ wait: 20 }));
      assert.deepEqual(body.events.map((e) => e.text), ['n0', 'n1', 'n2', 'n3', 'n4']);
      assert.ok(took < 10_000, `${took} ms`);
    });

    test('only GET', async () => {
      const ann = await Person.join(at.base);
      const reply = await ann.post('/api/poll');
      expect(reply, 405, 'method_not_allowed');
      assert.equal(reply.headers.allow, 'GET');
    });

    test('more: beyond 100 events, and below 64 KiB', async () => {
      const [ann, bob] = await pair(at.base);
      for (let i = 0; i < 5; i++) {
        await Promise.all(Array.from({ length: 30 }, (_, j) => bob.send(`${i * 30 + j}`)));
      }
      let body = await ann.poll();
      assert.equal(body.events.length, 100);
      assert.equal(body.more, true);
      assert.equal(body.delay_ms, undefined);
      body = await ann.poll();
      assert.equal(body.events.length, 50);
      assert.equal(body.more, undefined);
      assert.deepEqual(ann.events.map((e) => e.seq), Array.from({ length: 150 }, (_, i) => i + 2));

      const long = '😀'.repeat(2000);
      for (let i = 0; i < 20; i++) await bob.send(long);
      const start = ann.cursor;
      for (let polls = 0; ann.cursor < start + 20; polls++) {
        assert.ok(polls < 10);
        const reply = await ann.askPoll();
        assert.ok(Buffer.byteLength(reply.text) <= 65536, `${Buffer.byteLength(reply.text)} bytes`);
        body = ann.take(expect(reply, 200));
        assert.ok(body.events.every((e) => e.text === long));
        assert.equal(body.more, ann.cursor < start + 20 ? true : undefined);
      }
    });
  });

  inModes(['fcgi'], { env: { PARLEY_HOLD_S: '1', PARLEY_HOLD_MAX_S: '2' } }, (at) => {
    test('no wait named: the usual one; a longer one than allowed: the longest', async () => {
      const ann = await Person.join(at.base);
      const [, usual] = await timed(ann.call('GET', '/api/poll?cursor=0'));
      assert.ok(usual > 850 && usual < 10_000, `${usual} ms`);
      const [, longest] = await timed(ann.askPoll({ wait: 50 }));
      assert.ok(longest > 1750 && longest < 12_000, `${longest} ms`);
    });
  });

  inModes(['cgi'], { env: { PARLEY_CGI_HOLD_S: '1', PARLEY_CGI_DELAY_MS: '70' } }, (at) => {
    test('under CGI the wait is short, and the pause before the next poll is told', async () => {
      const ann = await Person.join(at.base);
      const [body, took] = await timed(ann.poll({ wait: 50 }));
      assert.ok(took > 850 && took < 10_000, `${took} ms`);
      assert.equal(body.delay_ms, 70);
    });
  });
});
