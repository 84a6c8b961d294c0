// A chat of 100 pairs while workers are killed, renewed and drained under it:
// no acknowledged message is lost, doubled, or seen by anyone else.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { check } from '../history/checker.mjs';
import { oneOf, randomFrom } from '../history/random.mjs';
import { call, expect, pair, Person, sleep, until } from '../http/client.mjs';
import { startServer } from '../http/server.mjs';
import { lives } from './bare.mjs';

const PAIRS = 100;
const seed = Number(process.env.SEED ?? Date.now() % 1e6);
const random = randomFrom(seed);

// Two hundred people who talk without a pause, and a history for the checker.
class Crowd {
  constructor(base) {
    Object.assign(this, { base, history: [], answers: {}, on: true });
  }

  async meet() {
    this.people = [];
    for (let i = 0; i < PAIRS; i++) this.people.push(...await pair(this.base, [`A${i}`, `B${i}`]));
    for (const p of this.people) {
      p.cursor = 0; // so that the checker sees `matched`, too
      p.events = [];
    }
  }

  note(what, more) {
    this.history.push({ what, t: performance.now(), ...more });
  }

  count(name) {
    this.answers[name] = (this.answers[name] ?? 0) + 1;
  }

  // Until it is answered with 200: with the same nonce, as the page does.
  async say(person, n) {
    const text = `${person.id}:${n}`;
    for (let tries = 0; tries < 100; tries++) {
      try {
        const reply = await person.post('/api/send', { text, nonce: text, chat: person.chat });
        this.count(`send ${reply.status}`);
        if (reply.status === 200) {
          this.note('acked', { who: person.id, chat: person.chat, text, ...reply.body });
          return;
        }
      } catch (failure) {
        this.count(`send ${failure.code}`);
      }
      await sleep(100);
    }
    assert.fail(`${text} was never acknowledged`);
  }

  async read(person, wait) {
    try {
      const reply = await person.askPoll({ wait });
      this.count(`poll ${reply.status}`);
      if (reply.status !== 200) return sleep(100);
      for (const event of reply.body.events) {
        if (event.seq <= person.cursor) continue;
        this.note('event', { who: person.id, ...event });
        person.cursor = event.seq;
      }
      return reply.body.events.length;
    } catch (failure) {
      this.count(`poll ${failure.code}`);
      return sleep(100);
    }
  }

  start() {
    this.work = this.people.flatMap((person) => [
      (async () => { while (this.on) await this.read(person, 3); })(),
      (async () => {
        for (let n = 0; this.on; n++) {
          await this.say(person, n);
          await sleep(100 + random() * 200);
        }
      })(),
    ]);
  }

  // Ends the talk, reads the rest, and checks all of it.
  async finish() {
    this.on = false;
    await Promise.all(this.work);
    for (const person of this.people) {
      while (await this.read(person, 0));
      this.note('settled', { who: person.id });
    }
    const complaints = check(this.history);
    assert.deepEqual(complaints.slice(0, 10), [], `${complaints.length} complaints; repeat with SEED=${seed}`);
    const messages = new Set(this.history.filter((h) => h.what === 'acked').map((h) => h.id)).size;
    const shown = this.history.filter((h) => h.what === 'event' && h.type === 'message').length;
    assert.equal(shown, messages);
    return messages;
  }
}

const away = { PARLEY_AWAY_S: '30', PARLEY_FLUSH_MS: '200' };

describe(`workers that die or go (SEED=${seed})`, () => {
  let server;
  before(async () => { server = await startServer({ workers: 2, env: away }); });
  after(() => server?.stop());

  test('ten times kill -9 on a random worker', async (t) => {
    const crowd = new Crowd(server.base);
    await crowd.meet();
    crowd.start();
    const killed = []; // whose end the supervisor may not have seen yet
    const fresh = async () => {
      const all = (await server.workerPids()).filter((pid) => !killed.includes(pid));
      return all.length === 2 && all;
    };
    for (let i = 0; i < 10; i++) {
      await sleep(200 + random() * 300);
      killed.push(oneOf(random, await until(fresh, 'two workers', 8000)));
      process.kill(killed[i], 'SIGKILL');
    }
    await sleep(500);
    const messages = await crowd.finish();
    await until(fresh, 'two workers', 8000);
    t.diagnostic(`${messages} messages; answers: ${JSON.stringify(crowd.answers)}`);
    assert.ok(messages > PAIRS * 4, 'too little was said');
    assert.equal((await server.logs()).match(/killed by signal 9/g).length, 10);
  });

  test('SIGHUP under load: fresh workers, no request fails, no poll gets anything but 200', async (t) => {
    const crowd = new Crowd(server.base);
    await crowd.meet();
    crowd.start();
    for (let i = 0; i < 3; i++) {
      await sleep(700);
      const old = await until(async () => (await server.workerPids()).length === 2 && server.workerPids(), 'two workers');
      process.kill(await server.pid(), 'SIGHUP');
      await until(async () => !(await Promise.all(old.map(lives))).includes(true), 'the old workers have ended', 8000);
      assert.equal((await server.workerPids()).length, 2);
    }
    await sleep(300);
    const messages = await crowd.finish();
    t.diagnostic(`${messages} messages; answers: ${JSON.stringify(crowd.answers)}`);
    assert.deepEqual(Object.keys(crowd.answers).sort(), ['poll 200', 'send 200']);
  });

  test('SIGTERM to one worker: its held polls are answered 200 without events, and another comes', async () => {
    const people = await Promise.all(Array.from({ length: 30 }, () => Person.join(server.base)));
    const held = people.map((p) => p.hold(20).answer);
    await sleep(500);
    const old = await server.workerPids();
    for (const pid of old) process.kill(pid, 'SIGTERM');
    for (const reply of await Promise.all(held)) {
      const body = expect(reply, 200);
      assert.deepEqual([body.events, body.superseded], [[], undefined]);
    }
    await until(async () => {
      const now = await server.workerPids();
      return now.length === 2 && !now.some((pid) => old.includes(pid));
    }, 'two fresh workers', 8000);
    expect(await call(server.base, 'GET', '/healthz'), 200);
  });
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL']) {
  test(`${signal} to the supervisor: held polls are answered, the workers go with it`, async () => {
    const server = await startServer({ workers: 2 });
    try {
      const people = await Promise.all(Array.from({ length: 20 }, () => Person.join(server.base)));
      const held = people.map((p) => p.hold(20).answer);
      await sleep(500);
      const pid = await server.pid();
      const workers = await server.workerPids();
      process.kill(pid, signal);
      for (const reply of await Promise.all(held)) assert.deepEqual(expect(reply, 200).events, []);
      await until(async () => !(await Promise.all([pid, ...workers].map(lives))).includes(true), 'all have ended', 8000);
      // nginx says so until it is back.
      const reply = await call(server.base, 'GET', '/api/stats');
      expect(reply, 503, 'unavailable');
      assert.ok(Number(reply.headers['retry-after']) > 0);
    } finally {
      await server.stop();
    }
  });
}
