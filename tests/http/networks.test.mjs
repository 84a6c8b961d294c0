// Whom nginx counts together: an IPv4 address, or a /64 of IPv6, however its
// addresses are written; and the program behind it counts the same ones.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { call, expect, Person } from './client.mjs';
import { startServer } from './server.mjs';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));

// Numbers from 0 to n - 1 that are the same for the same seed (mulberry32).
function dice(seed) {
  let a = seed >>> 0;
  return (n) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

// nginx takes the visitor's address from the test, as from a proxy: what it then
// sees is what it would see of a connection from there.
const TRUST = 'set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;\n';
const WHO = `${TRUST}location = /who { default_type text/plain; return 200 "$remote_addr $parley_client"; }\n`;

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const ask = (server, method, target, from, options) => call(server.base, method, target, { agent, again: 2, ...options, headers: { 'x-forwarded-for': from, ...options?.headers } });

async function who(server, from) {
  const { bytes } = await ask(server, 'GET', '/who', from);
  const [seen, ...key] = bytes.toString('latin1').split(' ');
  assert.notEqual(seen, '127.0.0.1', `nginx does not read ${from}`);
  return key.join(' ');
}

// Eight groups as people may write them: zeros left out anywhere, or not at all.
function spellings(groups) {
  const hex = groups.map((group) => group.toString(16));
  const all = [hex.join(':'), hex.map((group) => group.padStart(4, '0')).join(':').toUpperCase()];
  const low = [groups[6] >> 8, groups[6] & 255, groups[7] >> 8, groups[7] & 255].join('.');
  all.push([...hex.slice(0, 6), low].join(':'));
  for (let from = 0; from < 8; from++) { // nginx does not read a "::" that is only the last group
    for (let to = from + 1 + (from === 7); to <= 8 && groups[to - 1] === 0; to++) all.push(`${hex.slice(0, from).join(':')}::${hex.slice(to).join(':')}`);
  }
  return [...all, `[${hex.join(':')}]:4711`];
}

// Addresses of every pattern of zeros, two for each of several networks:
// [{network, text}]. What begins with a zero is nobody's (0000::/8).
function addresses() {
  const roll = dice(SEED);
  const group = (bit) => (bit ? 1 + roll(65535) : 0);
  const found = [];
  for (let front = 1; front < 16; front += 2) {
    for (let n = 0; n < 2; n++) {
      const network = [1, 2, 4, 8].map((bit) => group(front & bit));
      for (let back = 0; back < 16; back++) {
        const own = [...network, ...[1, 2, 4, 8].map((bit) => group(back & bit))];
        const all = spellings(own);
        for (const text of [all[0], all[1 + roll(all.length - 1)]]) found.push({ network: network.join(':'), text });
      }
    }
  }
  return found;
}

// What is wrong with how they are counted: networks torn apart, or thrown together.
// A control need not see all of it.
async function complaints(server, { all: wanted = false } = {}) {
  const keys = new Map();
  const owners = new Map();
  const wrong = [];
  const all = addresses();
  for (let at = 0; at < all.length && (wanted || wrong.length === 0); at += 32) {
    await Promise.all(all.slice(at, at + 32).map(async ({ network, text }) => {
      const key = await who(server, text);
      if ((keys.get(network) ?? key) !== key) wrong.push(`${text}: another than ${network} was before`);
      if ((owners.get(key) ?? network) !== network) wrong.push(`${text}: the same as ${owners.get(key)}`);
      keys.set(network, key);
      owners.set(key, network);
    }));
  }
  return { wrong, asked: all.length, networks: new Set(all.map(({ network }) => network)).size };
}

describe('the map of addresses', () => {
  let server;
  before(async () => { server = await startServer(); });
  after(() => server.stop());
  const map = (edit) => server.editNginx((text, name) => (name === 'server.conf' ? text + WHO : name === 'http.conf' ? edit(text) : text));

  test('every way to write an address of IPv6 leads to its /64', async (t) => {
    await map((text) => text);
    const { wrong, asked, networks } = await complaints(server, { all: true });
    assert.deepEqual(wrong.slice(0, 10), [], `SEED=${SEED}: ${wrong.length} wrong`);
    assert.ok(networks >= 12 && asked >= 500, `${networks} networks, ${asked} addresses`);
    t.diagnostic(`${asked} addresses of ${networks} networks (SEED=${SEED})`);
  });

  test('every address of IPv4 is one of its own', async () => {
    const keys = await Promise.all(['192.0.2.1', '192.0.2.2', '198.51.100.1', '10.0.0.1'].map((from) => who(server, from)));
    assert.equal(new Set(keys).size, 4);
    assert.equal(await who(server, '192.0.2.1:4711'), keys[0]);
  });

  // The negative controls: each line of the map is needed, and so is a map.
  for (const [what, edit] of [
    ...[1, 2, 3, 4, 5].map((line) => [`without its line ${line}`, (text) => {
      let n = 0;
      return text.replaceAll(/^ +"~\^\(\[0-9a-f\].*\n/gm, (found) => (++n === line ? '' : found));
    }]),
    ['where zeros are not put back', (text) => text.replaceAll(/ \$1:0[:0]*;/g, ' $1::;')],
    ['where it is a /48', (text) => text.replace('([0-9a-f]+:[0-9a-f]+:[0-9a-f]+:[0-9a-f]+):', '([0-9a-f]+:[0-9a-f]+:[0-9a-f]+):')],
  ]) {
    test(`control: ${what} it is noticed`, async () => {
      let changed = false;
      await map((text) => { const out = edit(text); changed = out !== text; return out; });
      assert.ok(changed);
      assert.notDeepEqual((await complaints(server)).wrong, []);
    });
  }
});

// Limits that a test reaches soon, and that do not come back while it runs.
const SMALL = { 'http.conf': (text) => text.replaceAll(/rate=\d+r\/s/g, 'rate=1r/m'),
  'limits.conf': (text) => TRUST + text.replaceAll(/burst=\d+/g, 'burst=4').replace(/(parley_connections) \d+/, '$1 3') };

// The same limit for two addresses, one after the other: what did the second get?
async function second(server, method, target, options, first, other) {
  const all = [];
  for (let n = 0; n < 8; n++) all.push((await ask(server, method, target, first, options)).status);
  const passed = all.filter((status) => status !== 429).length;
  assert.ok(passed >= 1 && passed < 8, `${method} ${target} of ${first}: ${all}`);
  return (await ask(server, method, target, other, options)).status;
}

describe('two addresses', () => {
  const kinds = [['GET', '/api/stats'], ['POST', '/api/session', { body: { name: 'Ann' } }], ['POST', '/plain/', { body: '' }], ['POST', '/api/image', { body: '' }]];
  const cases = [['of one /64 share', '::1', ':ffff:1:2:3', true], ['of two /64 do not share', '::1', 'f::1', false]];
  let server;
  let n = 0;
  before(async () => {
    server = await startServer({ limits: 'on', workers: 1, env: { PARLEY_SESSIONS_ADDRESS: '3', PARLEY_WORK: 'off' } });
    await server.editNginx((text, name) => (SMALL[name] ? SMALL[name](text) : text));
  });
  after(() => server.stop());

  for (const [what, one, other, shared] of cases) {
    test(`${what} each limit of requests`, async () => {
      for (const [method, target, options] of kinds) {
        const net = `2001:db8:${++n}:a`;
        const status = await second(server, method, target, options, net + one, net + other);
        assert.equal(status === 429, shared, `${method} ${target}: ${status}`);
      }
    });

    test(`${what} the limit of connections`, async () => {
      const net = `2001:db8:${++n}:a`;
      const people = await Promise.all(Array.from({ length: 4 }, async (_, i) => {
        const reply = await ask(server, 'POST', '/api/session', `2001:db8:${++n}:${i}::1`, { body: { name: 'Ann' } });
        return Object.assign(new Person(server.base), { token: expect(reply, 201).token });
      }));
      const hold = (person, from) => person.call('GET', '/api/poll?wait=3', { agent: new http.Agent(), headers: { 'x-forwarded-for': from } });
      const held = people.slice(0, 3).map((person) => hold(person, net + one));
      await new Promise((resolve) => { setTimeout(resolve, 500); });
      assert.equal((await hold(people[3], net + other)).status === 429, shared);
      for (const reply of await Promise.all(held)) assert.equal(reply.status, 200);
    });
  }

  test('the program behind it counts who nginx says it is', async () => {
    const [a, b] = [`2001:db8:${++n}:a`, `2001:db8:${++n}:a`];
    const come = (from) => ask(server, 'POST', '/api/session', from, { body: { name: 'Ann' } });
    for (let i = 0; i < 3; i++) expect(await come(`${a}::${i}`), 201);
    const refused = await come(`${a}:1:2:3:4`);
    expect(refused, 429, 'too_many');
    assert.equal(refused.headers['retry-after'], '60'); // its own word, not nginx's
    expect(await come(`${b}::1`), 201);
  });
});
