// Every limit exceeded, through a real nginx: who is beyond it is refused with
// the wait, however often, others are served meanwhile, and the workers become
// no larger. What each limit counts is shown by unit/limits, unit/door,
// http/limits and http/networks. SOAK=1: twenty times as often.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { describe, test } from 'node:test';
import { call, expect, Person, sleep, until } from '../http/client.mjs';
import { pngOf } from '../http/pictures.mjs';
import { root, startServer } from '../http/server.mjs';
import { bin } from './bare.mjs';

process.env.BUILD = path.relative(root, path.dirname(bin)); // where load.mjs finds its program
const { hold } = await import('../bench/load.mjs');

const TIMES = process.env.SOAK ? 3000 : 150; // that each limit is tried
const MIB = 1 << 20;
const GIF = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
const isPlain = !bin.includes('/san/'); // a sanitizer has its own idea of memory

// nginx takes the visitors' addresses from the test, as from a proxy it trusts.
const TRUST = 'set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;\n';
const agent = new http.Agent({ keepAlive: true, maxSockets: 24 });

// What can be exceeded; nothing comes back so fast that it would show.
const LIMITS = {
  PARLEY_RATES: 'on', PARLEY_WORK: 'off', PARLEY_WIDEN_S: '3600', PARLEY_SESSIONS_MINUTE: '0', PARLEY_SESSIONS_ADDRESS: '30', PARLEY_MESSAGES_MINUTE: '40',
  PARLEY_POLLS_MINUTE: '40', PARLEY_ACTS_MINUTE: '40', PARLEY_PICTURES_HOUR: '5', PARLEY_KIB_MINUTE: '100', PARLEY_PAIRINGS_MINUTE: '40', PARLEY_PICTURE_MIB_HOUR: '1',
};
const NONE = { PARLEY_RATES: 'off', PARLEY_WIDEN_S: '3600', PARLEY_PICTURES_MAX: '10000' };

let networks = 0;
// The addresses of one network: an IPv4 address, or many of a /64.
function network(v6 = true) {
  const n = ++networks;
  return v6 ? (i) => `2001:db8:${(n >> 8).toString(16)}:${n.toString(16)}:${(i % 65536).toString(16)}::7` : () => `198.18.${n >> 8}.${n & 255}`;
}

// Somebody of a network: each request comes from another address of it.
class Visitor extends Person {
  static async come(base, at = network(), body = { name: 'Ann' }) {
    const one = Object.assign(new Visitor(base, { agent }), { at, asked: 0 });
    return Object.assign(one, { token: expect(await one.post('/api/session', body), 201).token });
  }

  // With an interest of one's own, which nobody shares: one goes on waiting.
  static choosy(base, at) {
    return Visitor.come(base, at, { name: 'Ann', tags: [`t${++networks}`] });
  }

  call(method, path, options = {}) {
    return super.call(method, path, { ...options, headers: { 'x-forwarded-for': this.at(this.asked++), ...options.headers } });
  }
}

async function couple(base, at) {
  const [a, b] = [await Visitor.come(base, at), await Visitor.come(base, at)];
  await a.next();
  await b.next();
  await Promise.all([a.until('matched'), b.until('matched')]);
  return [a, b];
}

async function several(times, make) {
  const all = [];
  for (let n = 0; n < times; n++) all.push(await make(n));
  return all;
}

const comes = (base, at) => (n) => call(base, 'POST', '/api/session', { body: { name: 'Eve' }, agent, headers: { 'x-forwarded-for': at(n) } });

async function presses(base, at) {
  const people = await several(3, () => Visitor.choosy(base, at));
  return (n) => people[n % 3].post('/api/next');
}

// In no chat (409): what is looked at counts, not what is kept.
async function pictures(base, at) {
  const people = await several(4, () => Visitor.come(base, at));
  const body = pngOf(100_000);
  return (n) => people[n % 4].call('POST', '/api/image', { body });
}

// Of what so much passes; make() gives what asks for more of it.
const caps = {
  'polls of a session': { most: 40, make: async (base) => { const v = await Visitor.come(base); return () => v.askPoll(); } },
  'messages of a session': { most: 40, make: async (base) => { const [a] = await couple(base); return (n) => a.post('/api/send', { text: `m${n}` }); } },
  'bytes of a session': { most: 6, passes: 409, make: async (base) => { const v = await Visitor.come(base); return () => v.post('/api/send', `{"text":"x"}${' '.repeat(15_500)}`); } },
  'all else of a session': { most: 40, make: async (base) => { const v = await Visitor.come(base); return () => v.post('/api/receipts', { on: true }); } },
  'pictures of a session': { most: 5, make: async (base) => { const [a] = await couple(base); return () => a.call('POST', '/api/image', { body: GIF }); } },
  'sessions of an address': { most: 30, make: (base) => comes(base, network(false)) },
  'sessions of a /64': { most: 30, make: (base) => comes(base, network()) },
  'pairings of an address': { most: 40, make: (base) => presses(base, network(false)) },
  'pairings of a /64': { most: 40, make: (base) => presses(base, network()) },
  'bytes of pictures of an address': { most: 10, passes: 409, make: (base) => pictures(base, network(false)) },
  'bytes of pictures of a /64': { most: 10, passes: 409, make: (base) => pictures(base, network()) },
};

// Asks so often, 20 at once: {passed, wrong}, how many got through, and what was
// neither that nor refused as it must be: with this code, and the wait.
async function flood(times, ask, { status = 429, code = 'too_many', passes = 0 } = {}) {
  const found = { passed: 0, wrong: [] };
  let n = 0;
  await Promise.all(Array.from({ length: 20 }, async () => {
    while (n < times) {
      const reply = await ask(n++);
      const refused = reply.status === status && reply.body?.error?.code === code && /^[1-9]\d*$/.test(reply.headers['retry-after'] ?? '');
      if (reply.status < 300 || reply.status === passes) found.passed++;
      else if (!refused) found.wrong.push(`${reply.status} ${reply.headers['retry-after']} ${reply.text}`);
    }
  }));
  return found;
}

const exceed = async (base, { make, passes }, times = TIMES) => flood(times, await make(base), { passes });

// The memory that is the workers' own, in bytes.
async function memory(server) {
  const texts = await Promise.all((await server.workerPids()).map((pid) => readFile(`/proc/${pid}/smaps_rollup`, 'utf8')));
  return 1024 * texts.flatMap((text) => [...text.matchAll(/^Private_\w+: +(\d+) kB/gm)]).reduce((sum, [, kb]) => sum + Number(kb), 0);
}

// Two chat on while `work` is done: {...what it found, said}.
async function beside([ann, bob], work) {
  let done = false;
  const all = work().finally(() => { done = true; });
  let said = 0;
  do {
    await ann.send(`between ${++said}`);
    assert.equal((await bob.until('message')).text, `between ${said}`);
    await sleep(50);
  } while (!done && said < 5);
  return { ...await all, said };
}

async function withServer(options, work) {
  const server = await startServer({ workers: 1, ...options });
  try {
    await server.editNginx((text, name) => (name === 'server.conf' ? TRUST + text : text));
    return await work(server, server.base);
  } finally {
    await server.stop();
  }
}

describe('a flood', { concurrency: true }, () => {
  test('beyond each limit of a session and of an address: refused with the wait, others are served, memory stays flat', async (t) => {
    await withServer({ limits: 'on', env: LIMITS }, async (server, base) => {
      const workers = await server.workerPids();
      for (const cap of Object.values(caps)) await exceed(base, cap, cap.most + 5); // all has been used once
      const before = await memory(server);
      for (const [name, cap] of Object.entries(caps)) {
        const others = await couple(base);
        const began = Date.now();
        const { passed, wrong, said } = await beside(others, () => exceed(base, cap));
        assert.deepEqual(wrong.slice(0, 3), [], name);
        const back = (cap.most * (Date.now() - began)) / 60_000; // what has come back meanwhile
        assert.ok(passed >= cap.most && passed <= cap.most + back + 1, `${name}: ${passed} have passed of ${cap.most}`);
        assert.ok(said > 0, name);
        await Visitor.come(base); // and who comes anew is let in
        await Promise.all(others.map((one) => one.end()));
      }
      const grown = await memory(server) - before;
      t.diagnostic(`${Object.keys(caps).length} limits, ${TIMES} times each; the worker's memory: ${(before / MIB).toFixed(1)} MiB, then ${Math.round(grown / 1024)} KiB more`);
      if (isPlain) assert.ok(grown < MIB, `${grown} bytes more`);
      assert.deepEqual(await server.workerPids(), workers);
    });
  });

  test('when there is no room for more: 503 full with the wait, those who are in go on, memory stays flat', async (t) => {
    await withServer({ limits: 'on', env: { ...LIMITS, PARLEY_ACTS_MINUTE: '0', PARLEY_PAIRINGS_MINUTE: '0', PARLEY_WAITING_MAX: '10', PARLEY_SESSIONS_MAX: '60', PARLEY_HELD_MAX: '20' } }, async (server, base) => {
      const full = { status: 503, code: 'full' };
      const others = await couple(base);
      const crowd = await several(40, () => Visitor.choosy(base));
      const waiting = async () => expect(await call(base, 'GET', '/api/stats'), 200).waiting;
      await several(11, (n) => crowd[n].next());
      await until(async () => await waiting() === 11, 'they are counted');
      const before = await memory(server);
      const pressed = await beside(others, () => flood(TIMES, (n) => crowd[11 + (n % 29)].post('/api/next'), full));
      assert.deepEqual([pressed.passed, pressed.wrong.slice(0, 3), await waiting()], [0, [], 11]);

      const come = (n) => call(base, 'POST', '/api/session', { body: { name: 'Eve' }, agent, headers: { 'x-forwarded-for': network()(n) } });
      await until(async () => (await come(0)).status === 503, 'all seats are taken', 20_000);
      const came = await beside(others, () => flood(TIMES, come, full));
      assert.deepEqual([came.passed, came.wrong.slice(0, 3)], [0, []]);
      await crowd.pop().end();

      const polls = crowd.map((one) => one.hold(15));
      const soon = (await Promise.all(polls.map(({ answer }) => Promise.race([answer, sleep(3000)])))).filter(Boolean);
      assert.equal(soon.length, crowd.length - 20);
      const told = await beside(others, () => flood(TIMES, () => crowd.at(-1).askPoll({ wait: 15 })));
      assert.ok(soon.every(({ body }) => body.delay_ms > 0) && told.wrong.length === 0, told.wrong[0]);
      const grown = await memory(server) - before;
      t.diagnostic(`3 limits, ${TIMES} times each; the worker's memory: ${(before / MIB).toFixed(1)} MiB, then ${Math.round(grown / 1024)} KiB more`);
      if (isPlain) assert.ok(grown < MIB, `${grown} bytes more`);
      polls.forEach((poll) => poll.drop());
    });
  });

  // The negative control: the same without limits gets in, and is noticed.
  test('control: without limits all of it gets in', async () => {
    await withServer({ limits: 'off', env: NONE }, async (server, base) => {
      for (const [name, cap] of Object.entries(caps)) {
        const times = cap.most + 10;
        assert.deepEqual(await exceed(base, cap, times), { passed: times, wrong: [] }, name);
      }
    });
  });

  test('control: without limits held polls make the worker larger', { skip: !isPlain && 'a sanitizer has its own idea of memory' }, async () => {
    await withServer({ limits: 'off', env: NONE }, async (server) => {
      const before = await memory(server);
      const held = await hold({ kind: 'parley', name: 'parley', port: server.port, pids: () => ({}) }, 3000);
      const grown = await memory(server) - before;
      await held.release();
      assert.ok(grown > MIB, `${grown} bytes more`);
    });
  });
});
