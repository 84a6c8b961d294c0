// Somebody sets the machine's clock while people chat, an hour back or a day
// forward: waits keep their length, nobody is away, gone or expired for it,
// events keep their order, and what was possible for a while stays possible
// for that while. And a machine that slept wakes up with its chats.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { sleep, until } from '../http/client.mjs';
import { env as variables, Peer, request } from '../http/fcgi.mjs';
import { bin, inFolder, start } from './bare.mjs';

const library = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketime.so.1`).find(existsSync);
const skip = !library && 'there is no libfaketime';
const HOUR = 3600, DAY = 86_400;
// Everything is over soon; the timestamp file is not among what the sandbox lets through.
const SETTINGS = ['--sandbox', '0', '--away-s', '3', '--gone-s', '6', '--typing-s', '2', '--retract-s', '120',
  '--session-idle-s', '900', '--flush-ms', '100'];

class Person {
  constructor(folder) {
    Object.assign(this, { folder, cursor: 0, events: [] });
  }

  // One request; `wait` ms is for its answer.
  async ask(method, uri, body, ms = 6000) {
    const peer = new Peer(this.folder);
    const text = body === undefined ? '' : JSON.stringify(body);
    peer.send(request(variables(method, uri, {
      CONTENT_LENGTH: Buffer.byteLength(text), CONTENT_TYPE: 'application/json', HTTP_X_PARLEY_TOKEN: this.token ?? '',
    }), text));
    const answer = await peer.answer(ms);
    peer.drop();
    if (answer?.text) answer.body = JSON.parse(answer.text);
    return answer;
  }

  async join(name) {
    this.token = (await this.ask('POST', '/api/session', { name })).body.token;
    return this;
  }

  // Seconds, after which a poll without news was answered; undefined: it was not.
  async poll(wait, ms) {
    const began = process.hrtime.bigint();
    const answer = await this.ask('GET', `/api/poll?cursor=${this.cursor}&wait=${wait}`, undefined, ms);
    if (answer?.status !== 200) return { status: answer?.status, took: undefined };
    this.events.push(...answer.body.events);
    this.cursor = answer.body.cursor;
    this.state = answer.body.state;
    return { status: 200, took: Number(process.hrtime.bigint() - began) / 1e9, n: answer.body.events.length };
  }

  types = () => this.events.map((event) => event.type);
}

// A service whose clocks are ours. `steady` false: also the one that must not jump.
async function withClock({ steady, age = HOUR }, work) {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'clock');
    // In one step: half a file would be half a time.
    const set = async (seconds) => {
      await writeFile(`${file}.new`, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}`);
      await rename(`${file}.new`, file);
    };
    await set(0);
    const parley = await start(folder, [...SETTINGS, '--session-age-s', String(age), '--workers', '2'], bin, {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      NO_FAKE_STAT: '1', // the times of files stay: the database is looked after by them
      ...(steady ? { FAKETIME_DONT_FAKE_MONOTONIC: '1' } : {}),
      ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0:detect_leaks=0`,
    });
    try {
      const [ann, bea] = await Promise.all(['Ann', 'Bea'].map((name) => new Person(folder).join(name)));
      await ann.ask('POST', '/api/next', {});
      await bea.ask('POST', '/api/next', {});
      await Promise.all([ann.poll(0), bea.poll(0)]);
      assert.equal(bea.state, 'chatting');
      await work({ set, ann, bea, folder });
    } finally {
      await parley.stop();
    }
  });
}

// What goes wrong when the clock is set; [] is as it must be.
async function complaints({ set, ann, bea }, seconds) {
  const wrong = [];
  const check = (good, what) => good || wrong.push(what);
  const before = await ann.ask('POST', '/api/send', { text: 'before', nonce: 'n1' });
  await bea.poll(0);
  await bea.ask('POST', '/api/typing', { on: true });
  await ann.poll(0);

  // A poll of two seconds, and the clock is set in the middle of it. (Ann will
  // be told that Bea types no more.)
  const held = bea.poll(2, 5000);
  await sleep(500);
  await set(seconds);
  const { took } = await held;
  check(took > 1.5 && took < 4, `a wait of 2 s took ${took} s`);

  // For longer than anybody may be away: both poll.
  for (let round = 0; round < 2; round++) {
    const [a, b] = await Promise.all([ann.poll(2, 5000), bea.poll(2, 5000)]);
    check(a.status === 200 && b.status === 200, `polls were answered ${a.status} and ${b.status}`);
  }
  check(ann.state === 'chatting' && bea.state === 'chatting', `they are ${ann.state} and ${bea.state}`);
  check(!ann.types().concat(bea.types()).some((type) => ['presence', 'left'].includes(type)), 'somebody was told away or gone');
  const typing = ann.events.filter((event) => event.type === 'typing').map((event) => event.on);
  check(typing.join() === 'true,false', `typing was ${typing}`);

  // What may be done for a while may still be done.
  const repeated = await ann.ask('POST', '/api/send', { text: 'before', nonce: 'n1' });
  check(repeated?.body?.id === before.body.id, 'a repeated nonce was stored again');
  const back = await ann.ask('POST', '/api/retract', { id: before.body.id });
  check(back?.status === 204, `a message could not be taken back: ${back?.status}`);
  for (const text of ['1', '2', '3']) await ann.ask('POST', '/api/send', { text });
  await bea.poll(0);
  const texts = bea.events.filter((event) => event.type === 'message').map((event) => event.text);
  check(texts.join() === 'before,1,2,3', `the messages were ${texts}`);
  const seqs = bea.events.map((event) => event.seq);
  check(seqs.every((seq, i) => seq === i + 1), `the numbers were ${seqs}`);
  return wrong;
}

describe('clocks', { concurrency: true }, () => {
  for (const [name, seconds] of [['an hour back', -HOUR], ['a day forward', DAY]]) {
    test(`the clock is set ${name}`, { skip }, () => withClock({ steady: true }, async (town) => {
      assert.deepEqual(await complaints(town, seconds), []);
      // And it is the time that people are told.
      const { at } = town.bea.events.at(-1);
      assert.ok(Math.abs(at - Date.now() - seconds * 1000) < 60_000, `at is ${at}`);
    }));
  }

  for (const [what, seconds, words] of [['waits that follow the clock that was set', -HOUR, /^a wait of 2 s/],
    ['sessions that expire for it', DAY, /^polls were answered 401/]]) {
    test(`control: ${what} are noticed`, { skip }, () => withClock({ steady: false }, async (town) => {
      const wrong = await complaints(town, seconds);
      assert.ok(wrong.some((one) => words.test(one)), `noticed was only: ${wrong}`);
    }));
  }

  // The steady clock goes on while the machine sleeps, and nobody could poll.
  test('a machine that slept for an hour wakes up with its chats', { skip }, () => withClock({ steady: false, age: DAY }, async ({ set, ann, bea }) => {
    const held = Promise.all([ann.poll(5, 8000), bea.poll(5, 8000)]);
    await sleep(500);
    await set(HOUR);
    await held;
    await ann.ask('POST', '/api/send', { text: 'awake?' });
    await until(async () => {
      await Promise.all([ann.poll(1), bea.poll(1)]);
      return bea.events.some((event) => event.text === 'awake?');
    }, 'the message arrives', 8000);
    for (let round = 0; round < 3; round++) await Promise.all([ann.poll(2, 5000), bea.poll(2, 5000)]);
    assert.equal(ann.state, 'chatting');
    assert.equal(bea.state, 'chatting');
    assert.ok(![...ann.types(), ...bea.types()].includes('left'), 'a chat ended in its sleep');
  }));
});
