// A small client for tests: plain calls, and Person, who does what a page does.
import assert from 'node:assert/strict';
import http from 'node:http';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// until waits for a condition, with a bound; it answers what the condition did.
export async function until(condition, what, ms = 20_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) assert.fail(`after ${ms} ms still not: ${what}`);
    await sleep(20);
  }
}

const everybodys = new http.Agent({ keepAlive: true, maxSockets: Infinity });

// A connection that an nginx which goes has closed in the moment in which it was
// asked: that is to be asked again. Not what was under way for longer.
const STALE_MS = 1500;

// call sends one request and reads its whole answer. `signal` ends it early;
// `again` says how often a stale connection does not count.
export function call(base, method, path, { body, headers = {}, agent = everybodys, signal, again = 0 } = {}) {
  const bytes = body === undefined || body === null ? null
    : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const sent = { ...(bytes ? { 'content-type': 'application/json', 'content-length': bytes.length } : {}), ...headers };
  for (const name of Object.keys(sent)) if (sent[name] === undefined) delete sent[name];
  const began = Date.now();
  return new Promise((resolve, reject) => {
    const req = http.request(base + path, { method, headers: sent, agent, signal }, (res) => {
      const parts = [];
      res.on('data', (part) => parts.push(part));
      res.on('error', reject);
      res.on('end', () => resolve(answer(res, Buffer.concat(parts))));
    });
    req.on('error', (failure) => {
      const isStale = again > 0 && failure.code === 'ECONNRESET' && Date.now() - began < STALE_MS;
      if (isStale) resolve(call(base, method, path, { body, headers, agent: null, signal, again: again - 1 }));
      else reject(failure);
    });
    req.end(bytes);
  });
}

function answer(res, bytes) {
  const text = bytes.toString();
  const found = { status: res.statusCode, headers: res.headers, text, bytes };
  if (text && /^application\/json/.test(res.headers['content-type'] || '')) found.body = JSON.parse(text);
  return found;
}

// An answer must have this status (and, an error, this code); answers its body.
export function expect(reply, status, code) {
  assert.equal(reply.status, status, `status of ${reply.text}`);
  if (code !== undefined) assert.equal(reply.body.error.code, code);
  if (status >= 400) {
    assert.deepEqual(Object.keys(reply.body), ['error']);
    assert.equal(typeof reply.body.error.code, 'string');
    assert.ok(reply.body.error.message.length > 0);
  }
  return reply.body;
}

export class Person {
  constructor(base, { agent } = {}) {
    this.base = base;
    this.agent = agent;
    this.cursor = 0;
    this.events = [];
  }

  static async join(base, name = 'Ann', options) {
    const person = new Person(base, options);
    const body = expect(await person.post('/api/session', { name }), 201);
    Object.assign(person, { token: body.token, id: body.id, name: body.name });
    return person;
  }

  call(method, path, { headers = {}, ...options } = {}) {
    const own = this.token ? { authorization: `Bearer ${this.token}` } : {};
    return call(this.base, method, path, { agent: this.agent, ...options, headers: { ...own, ...headers } });
  }

  post(path, body = {}, options) {
    return this.call('POST', path, { body, ...options });
  }

  // next, send ... give the body of the answer they should get, or fail.
  async next() {
    const body = expect(await this.post('/api/next'), 200);
    this.chat = body.chat;
    return body;
  }

  async send(text, { nonce, chat } = {}) {
    return expect(await this.post('/api/send', { text, nonce, chat }), 200);
  }

  async typing(on, chat) {
    expect(await this.post('/api/typing', { on, chat }), 204);
  }

  async leave(chat) {
    return expect(await this.post('/api/leave', { chat }), 200);
  }

  async end(unload) {
    expect(await this.post('/api/session/end', { unload }), 204);
  }

  // askPoll is a poll as it stands; poll also takes its events, as a page does.
  askPoll({ wait = 0, cursor = this.cursor, signal } = {}) {
    return this.call('GET', `/api/poll?cursor=${cursor}&wait=${wait}`, { signal });
  }

  async poll(options) {
    return this.take(expect(await this.askPoll(options), 200));
  }

  take(body) {
    for (const event of body.events) {
      if (event.seq <= this.cursor) continue;
      this.events.push(event);
      this.cursor = event.seq;
      if (event.type === 'matched') this.chat = event.chat;
    }
    return body;
  }

  // hold begins a poll that is held: {answer, drop()}; drop cuts the connection.
  hold(wait = 20) {
    const cut = new AbortController();
    const answer = this.askPoll({ wait, signal: cut.signal });
    answer.catch(() => {});
    return { answer, drop: () => cut.abort() };
  }

  // until polls until an event of this type (that fits) is there, and takes it.
  async until(type, fits = () => true, ms = 20_000) {
    const end = Date.now() + ms;
    for (;;) {
      const at = this.events.findIndex((event) => event.type === type && fits(event));
      if (at >= 0) return this.events.splice(at, 1)[0];
      const left = end - Date.now();
      if (left < 0) assert.fail(`no ${type} within ${ms} ms; events: ${JSON.stringify(this.events)}`);
      await this.poll({ wait: Math.max(1, Math.min(2, Math.round(left / 1000))) });
    }
  }
}

// The pool of a server is one: who uses it in tests that run side by side takes
// turns, and leaves nobody waiting behind.
const turns = new Map();
export function alone(base, work) {
  const turn = (turns.get(base) ?? Promise.resolve()).then(work);
  turns.set(base, turn.catch(() => {}));
  return turn;
}

// Two people in one chat, both of whom have read that they are.
export function pair(base, names = ['Ann', 'Bob'], options) {
  return alone(base, async () => {
    const [a, b] = await Promise.all(names.map((name) => Person.join(base, name, options)));
    await a.next();
    assert.equal((await b.next()).state, 'chatting');
    await Promise.all([a.until('matched'), b.until('matched')]);
    assert.equal(a.chat, b.chat);
    return [a, b];
  });
}
