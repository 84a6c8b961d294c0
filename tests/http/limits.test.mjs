// Limits of one session and of one address, and the work that a new session
// costs under pressure, through nginx and both front doors.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, expect, pair, Person, sleep } from './client.mjs';
import { both, inModes } from './modes.mjs';
import { asked, come, failToSolve, solve } from './work.mjs';

const ON = { PARLEY_RATES: 'on' };
const BEHIND = { ...ON, PARLEY_PROXIES: '127.0.0.1' };
const EASY = { PARLEY_WORK_BITS: '8', PARLEY_WORK_BITS_MAX: '8' };

// Asks until it is refused; {passed, refused}. Nobody is asked for ever.
async function until429(ask, most) {
  for (let passed = 0; passed < most; passed++) {
    const reply = await ask();
    if (reply.status === 429) return { passed, refused: reply };
    assert.ok(reply.status < 300, reply.text);
  }
  assert.fail(`${most} times, and never too many`);
}

// Refused as the contract has it, and after the wait that it tells, no longer.
async function waitsTruly(ask, refused) {
  expect(refused, 429, 'too_many');
  const wait_s = Number(refused.headers['retry-after']);
  assert.ok(wait_s >= 1 && wait_s <= 60, String(wait_s));
  await sleep(wait_s * 1000);
  assert.ok((await ask()).status < 300);
}

describe('one session', () => {
  inModes(['fcgi'], { workers: 1, env: { ...ON, PARLEY_MESSAGES_MINUTE: '30', PARLEY_POLLS_MINUTE: '60', PARLEY_ACTS_MINUTE: '40' } }, (at) => {
    it('sends in a burst, and then at its pace; nothing of it is lost or doubled', async () => {
      const [ann, bob] = await pair(at.base);
      let n = 0;
      const ask = () => ann.post('/api/send', { text: String(n), nonce: `n${n}` }).then((reply) => { n += reply.status === 200; return reply; });
      const { passed, refused } = await until429(ask, 100);
      assert.ok(passed >= 30 && passed <= 40, String(passed));
      await waitsTruly(ask, refused);
      await bob.until('message', (event) => event.text === String(passed));
      const before = bob.events.filter((event) => event.type === 'message').map((event) => event.text);
      assert.deepEqual(before, Array.from({ length: passed }, (_, i) => String(i)));
      expect(await bob.post('/api/send', { text: 'not slowed' }), 200);
    });

    it('polls so often, and does other things so often', async () => {
      const ann = await Person.join(at.base);
      const poll = () => ann.askPoll();
      const polls = await until429(poll, 200);
      assert.ok(polls.passed >= 60, String(polls.passed));
      await waitsTruly(poll, polls.refused);
      const leave = () => ann.post('/api/leave');
      await waitsTruly(leave, (await until429(leave, 100)).refused);
    });
  });

  inModes(['fcgi'], { workers: 1, env: { PARLEY_RATES: 'off', PARLEY_MESSAGES_MINUTE: '30' } }, (at) => {
    it('control: without limits the same test finds none', async () => {
      const [ann] = await pair(at.base);
      await assert.rejects(until429(() => ann.post('/api/send', { text: 'x' }), 100), /never too many/);
    });
  });
});

describe('one address', () => {
  inModes(both, { workers: 2, env: { ...BEHIND, PARLEY_SESSIONS_ADDRESS: '5', PARLEY_WORK: 'off' } }, (at) => {
    it('has so many sessions, wherever it says it is', async () => {
      const { passed, refused } = await until429(() => come(at.base, { from: '8.8.8.8, 203.0.113.5' }), 20);
      assert.equal(passed, 5);
      expect(refused, 429, 'too_many');
      // What a client writes before what the proxy has seen counts nothing.
      expect(await come(at.base, { from: '9.9.9.9, 203.0.113.5' }), 429, 'too_many');
      expect(await come(at.base, { from: '203.0.113.6' }), 201);
    });

    it('of IPv6 is a /64', async () => {
      let n = 0;
      const { passed } = await until429(() => come(at.base, { from: `2001:db8:5::${(++n).toString(16)}` }), 20);
      assert.equal(passed, 5);
      expect(await come(at.base, { from: '2001:db8:5:1::1' }), 201);
    });

    it('that cannot be read is the one that asks', async () => {
      const { passed } = await until429(() => come(at.base, { from: 'garbage' }), 20);
      assert.equal(passed, 5);
      expect(await come(at.base), 429, 'too_many');
    });
  });

  inModes(both, { workers: 2, env: { ...ON, PARLEY_SESSIONS_ADDRESS: '5', PARLEY_WORK: 'off' } }, (at) => {
    it('is nobody\'s to choose where there is no proxy', async () => {
      let n = 0;
      const { passed } = await until429(() => come(at.base, { from: `203.0.113.${++n}` }), 20);
      assert.equal(passed, 5);
    });
  });
});

describe('all together', () => {
  inModes(['cgi'], { env: { ...BEHIND, PARLEY_SESSIONS_MAX: '3', PARLEY_WAITING_MAX: '1' } }, (at) => {
    it('there is room for so many, and the others are told', async () => {
      const people = [];
      for (let i = 0; i < 3; i++) people.push(await Person.join(at.base));
      const reply = await come(at.base);
      expect(reply, 503, 'full');
      assert.equal(reply.headers['retry-after'], '30');
      await people[0].end();
      expect(await come(at.base), 201);
    });
  });
});

// Of people who poll for long, how many are held? The others are answered at
// once with nothing, and are told to come again a little later.
async function held(people) {
  const polls = people.map((person) => person.hold(20));
  const soon = await Promise.all(polls.map(({ answer }) => Promise.race([answer, sleep(2500)])));
  for (const reply of soon.filter(Boolean)) {
    const { events, delay_ms } = expect(reply, 200);
    assert.deepEqual(events, []);
    assert.ok(delay_ms >= 1800 && delay_ms <= 2200, String(delay_ms));
  }
  return { polls: polls.filter((_, i) => !soon[i]), others: people.filter((_, i) => soon[i]) };
}

describe('held polls', () => {
  inModes(['fcgi'], { workers: 1, env: { ...ON, PARLEY_HELD_MAX: '3' } }, (at) => {
    it('are so many; the others come again, and lose nothing', async () => {
      const people = await Promise.all(Array.from({ length: 5 }, () => Person.join(at.base)));
      const { polls, others: [ann, bob] } = await held(people);
      assert.equal(polls.length, 3);
      // Who holds one already replaces it, and takes nobody's place.
      const again = people.find((person) => person !== ann && person !== bob).hold(20);
      assert.equal((await Promise.race(polls.map(({ answer }) => answer))).body.superseded, true);
      assert.equal((await held([ann])).polls.length, 0);
      await Promise.all([ann.next(), bob.next()]);
      await Promise.all([ann.until('matched'), bob.until('matched')]);
      await ann.send('without a place');
      assert.equal((await bob.until('message')).text, 'without a place');
      // A place that is free again is taken.
      again.drop();
      polls.forEach((poll) => poll.drop());
      await sleep(200);
      const later = await held([bob]);
      assert.equal(later.polls.length, 1);
      await ann.send('with one');
      assert.equal((await later.polls[0].answer).body.events[0].text, 'with one');
      assert.equal((await at.server.logs()).match(/3 polls are held, as many as can be/g).length, 1);
    });
  });

  inModes(['fcgi'], { workers: 1, env: { PARLEY_RATES: 'off', PARLEY_HELD_MAX: '3' } }, (at) => {
    it('control: without limits all are held', async () => {
      const people = await Promise.all(Array.from({ length: 5 }, () => Person.join(at.base)));
      const { polls } = await held(people);
      assert.equal(polls.length, 5);
      polls.forEach((poll) => poll.drop());
    });
  });
});

// A ticket that is nearly the same.
const flip = (ticket) => ticket.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));

// The same ticket many times at once: how many get in?
async function together(base, work, times = 12) {
  const replies = await Promise.all(Array.from({ length: times }, () => come(base, { from: '198.51.100.1', work })));
  return replies.filter((reply) => reply.status === 201).length;
}

const onceOnly = (n) => assert.equal(n, 1, `a ticket let in ${n}`);

describe('work', () => {
  inModes(both, { workers: 4, env: { ...BEHIND, ...EASY, PARLEY_WORK: 'always' } }, (at) => {
    const from = '198.51.100.1';

    it('lets in once, however many use it at the same time, and never again', async () => {
      const paid = solve(await asked(at.base, { from }));
      onceOnly(await together(at.base, paid));
      assert.equal(await together(at.base, paid, 2), 0);
    });

    it('must be enough, for this address, and unchanged', async () => {
      const work = await asked(at.base, { from });
      const paid = solve(work);
      await asked(at.base, { from, work: failToSolve(work) });
      await asked(at.base, { from: '198.51.100.2', work: paid });
      await asked(at.base, { from, work: { ...paid, challenge: flip(paid.challenge) } });
      await asked(at.base, { from, work: { ...paid, answer: '9'.repeat(4000) } });
      await asked(at.base, { from, work: {} });
      for (const bad of [5, 'x', [], { challenge: 1, answer: '1' }, { challenge: work.challenge, answer: 7 }]) {
        expect(await come(at.base, { from, work: bad }), 400, 'bad_request');
      }
      expect(await come(at.base, { from, work: paid }), 201);
    });

    it('stays spent when the service starts anew', async () => {
      const paid = solve(await asked(at.base, { from }));
      expect(await come(at.base, { from, work: paid }), 201);
      const fresh = solve(await asked(at.base, { from }));
      if (at.mode === 'fcgi') process.kill(await at.server.pid(), 'SIGHUP');
      await asked(at.base, { from, work: paid });
      expect(await come(at.base, { from, work: fresh }), 201);
    });
  });

  inModes(['fcgi'], { workers: 4, env: { ...BEHIND, PARLEY_WORK: 'off' } }, (at) => {
    it('control: where nothing is asked for, the same ticket lets in everybody', async () => {
      const n = await together(at.base, { challenge: 'x', answer: '1' });
      assert.throws(() => onceOnly(n), /let in 12/);
    });
  });

  inModes(both, { workers: 2, env: { ...BEHIND, ...EASY, PARLEY_WORK_ADDRESS: '3', PARLEY_WORK_MINUTE: '8', PARLEY_SESSIONS_MINUTE: '10' } }, (at) => {
    it('is asked for only under pressure: of an address, then of all', async () => {
      for (let i = 0; i < 3; i++) expect(await come(at.base, { from: '192.0.2.1' }), 201);
      const work = await asked(at.base, { from: '192.0.2.1' });
      assert.equal(work.bits, 8);
      for (let i = 2; i < 7; i++) expect(await come(at.base, { from: `192.0.2.${i}` }), 201);
      await asked(at.base, { from: '192.0.2.99' });
      expect(await come(at.base, { from: '192.0.2.1', work: solve(work) }), 201);
    });
  });
});

describe('the pages without JavaScript', () => {
  // Long enough that no busy machine lets it pass by, and soon over.
  const LONG_S = 60, SHORT_S = 2;
  const waits = (wait_s, tests) => inModes(both, { workers: 2, env: { ...ON, PARLEY_WORK: 'always', PARLEY_WAIT_S: String(wait_s) } }, (at) => {
    const form = (fields) => call(at.base, 'POST', '/plain/', {
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const once = async () => field(await call(at.base, 'GET', '/plain/'), 'once');
    const asks = async (more) => {
      const page = await form({ once: await once(), lang: 'en', name: 'Ann', ...more });
      assert.equal(page.status, 429);
      assert.equal(page.headers['retry-after'], String(wait_s));
      return page;
    };
    tests({ at, form, once, asks });
  });
  const field = (page, name) => page.text.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1];
  const ticketed = (page) => ({ once: field(page, 'once'), lang: 'en', name: 'Ann', ticket: field(page, 'ticket') });

  waits(LONG_S, ({ form, asks }) => {
    it('make one wait instead, and keep what was typed', async () => {
      const page = await asks({ name: 'Ann <b>', 'tags[]': 'tea' });
      assert.match(page.headers['content-type'], /^text\/html/);
      assert.match(page.text, new RegExp(`again in ${LONG_S} seconds`));
      assert.match(page.text, /value="Ann &lt;b&gt;"/);
      assert.match(page.text, /value="tea"/);
      const early = await form(ticketed(page));
      assert.equal(early.status, 429);
      assert.equal(field(early, 'ticket'), ticketed(page).ticket);
    });
  });

  waits(SHORT_S, ({ at, form, once, asks }) => {
    it('let in who has waited, once', async () => {
      const fields = ticketed(await asks());
      await sleep(SHORT_S * 1000 + 100);
      assert.equal((await form({ ...fields, ticket: flip(fields.ticket) })).status, 429);
      const enters = await form(fields);
      assert.equal(enters.status, 303, enters.text);
      assert.match(enters.headers.location, /\/plain\/[\w-]{43}\/$/);
      assert.equal((await form({ ...fields, once: await once() })).status, 429);
      // A ticket to wait with is no work.
      await asked(at.base, { work: { challenge: fields.ticket, answer: '1' } });
    });
  });
});
