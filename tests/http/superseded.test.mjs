// One held poll per session: a newer one replaces the older, in any worker.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { expect, pair, Person, sleep } from './client.mjs';
import { inModes, sideBySide } from './modes.mjs';

// A poll on a connection of its own.
const fresh = (person, wait) => person.call('GET', `/api/poll?cursor=${person.cursor}&wait=${wait}`, { agent: new http.Agent() });

// The two answers to polls that begin one after the other. Where the machine paused
// in between, the one that was sent first may have come last: played again then.
async function twoPolls(person, between_ms, tries = 3) {
  const older = fresh(person, 25);
  await sleep(between_ms);
  const start = Date.now();
  const newer = fresh(person, 2);
  const answers = { newer: expect(await newer, 200), older: expect(await older, 200), took_ms: Date.now() - start };
  return answers.newer.superseded && tries > 1 ? twoPolls(person, between_ms, tries - 1) : answers;
}

sideBySide('superseded', () => {
  for (const workers of [1, 4]) {
    inModes(workers === 4 ? ['fcgi', 'cgi'] : ['fcgi'], { workers, env: { PARLEY_CGI_HOLD_S: '25' } }, (at) => {
      const many = at.mode === 'cgi' ? 2 : 40;
      const between_ms = at.mode === 'cgi' ? 4000 : 1000; // a process has to start

      test(`${workers} workers: the older poll is answered at once, the newer one goes on`, async () => {
        const people = await Promise.all(Array.from({ length: many }, () => Person.join(at.base)));
        await Promise.all(people.map(async (person) => {
          const { older, newer, took_ms } = await twoPolls(person, between_ms);
          assert.equal(older.superseded, true);
          assert.deepEqual(older.events, []);
          assert.ok(took_ms < 12_000, 'not at once');
          assert.equal(newer.superseded, undefined);
        }));
      });

      test(`${workers} workers: of polls that come in the same moment one stays`, async () => {
        const people = await Promise.all(Array.from({ length: many }, () => Person.join(at.base)));
        await Promise.all(people.map(async (person) => {
          const all = await Promise.all([1, 2, 3].map(async () => expect(await fresh(person, 5), 200)));
          assert.equal(all.filter((body) => body.superseded === undefined).length, 1, JSON.stringify(all));
        }));
      });

      test(`${workers} workers: a poll that is answered at once replaces the held one, too`, async () => {
        const ann = await Person.join(at.base);
        const older = fresh(ann, 10);
        await sleep(2000);
        expect(await ann.askPoll({ wait: 0 }), 200);
        const body = expect(await older, 200);
        if (workers === 1) assert.equal(body.superseded, true);
      });
    });
  }

  inModes(['fcgi'], { workers: 2 }, (at) => {
    // Linux turns away what more than eleven datagrams would have told it.
    test('a worker that does not run for a moment is told afterwards', async () => {
      const people = await Promise.all(Array.from({ length: 60 }, () => Person.join(at.base)));
      const older = people.map((person) => fresh(person, 25));
      await sleep(3000);
      const [paused] = await at.server.workerPids();
      process.kill(paused, 'SIGSTOP');
      const newer = [];
      try {
        for (const person of people) {
          newer.push(fresh(person, 10));
          await sleep(30);
        }
      } finally {
        process.kill(paused, 'SIGCONT');
      }
      for (const answer of older) assert.equal(expect(await answer, 200).superseded, true);
      for (const answer of newer) assert.equal(expect(await answer, 200).superseded, undefined);
    });
  });

  inModes(['fcgi'], { workers: 4 }, (at) => {
    test('a message during the change is read by one of the two, and not lost', async () => {
      await Promise.all(Array.from({ length: 15 }, async () => {
        const [ann, bob] = await pair(at.base);
        for (let i = 0; i < 4; i++) {
          const older = fresh(ann, 5);
          await sleep(30);
          const newer = fresh(ann, 5);
          await bob.send(`m${i}`);
          for (const reply of await Promise.all([older, newer])) ann.take(expect(reply, 200));
          await ann.poll();
        }
        assert.deepEqual(ann.events.map((e) => e.text), ['m0', 'm1', 'm2', 'm3']);
      }));
    });

    test('a poll that is refused replaces nothing', async () => {
      const ann = await Person.join(at.base);
      const older = fresh(ann, 2);
      await sleep(200);
      expect(await ann.call('GET', '/api/poll?cursor=7&wait=0'), 400, 'bad_request');
      assert.equal(expect(await older, 200).superseded, undefined);
    });
  });
});
