// Two people who talk, asked by hand (FastCGI, or a CGI process per request), and
// what they were promised: an account that can be settled after a fault.
import assert from 'node:assert/strict';
import { sleep, until } from '../http/client.mjs';

// `ask(method, uri, variables, body)` answers {status, head, text}, or nothing.
export class Talk {
  constructor(ask) {
    Object.assign(this, { ask, people: [], said: [], answers: {}, on: false });
  }

  async post(who, uri, body = {}) {
    const reply = await this.ask('POST', uri, who ? { HTTP_AUTHORIZATION: `Bearer ${who.token}` } : {}, JSON.stringify(body));
    const status = reply?.status ?? 0;
    this.answers[status] = (this.answers[status] ?? 0) + 1;
    if (status === 503) assert.match(reply.head, /^Retry-After: [1-9]/im, `503 without Retry-After: ${reply.head}`);
    return { status, body: status === 200 || status === 201 ? JSON.parse(reply.text) : null };
  }

  // Until it is answered with anything but 503, or not at all.
  async insist(who, uri, body, ms = 10_000) {
    return until(async () => {
      const reply = await this.post(who, uri, body);
      return ![0, 503].includes(reply.status) && reply;
    }, `${uri} is answered`, ms);
  }

  async meet() {
    for (const name of ['Ann', 'Bob']) {
      const { status, body } = await this.insist(null, '/api/session', { name });
      assert.equal(status, 201);
      this.people.push({ ...body, name, cursor: 0, read: [], refused: null });
    }
    for (const who of this.people) assert.equal((await this.insist(who, '/api/next')).status, 200);
    return this;
  }

  // One message; notes what was promised. `began` is when it was asked for.
  async say(text, { nonce = text.replaceAll(' ', '_').slice(0, 64), who = this.people[0] } = {}) {
    const began = performance.now();
    const { status, body } = await this.post(who, '/api/send', { text, nonce });
    this.said.push({ text, nonce, who, status, id: body?.id, began, ended: performance.now() });
    return status;
  }

  // Talks on until stop(): each new message once.
  start(pause_ms = 10) {
    this.on = true;
    this.work = (async () => {
      for (let n = 0; this.on; n++) {
        await this.say(`live ${this.said.length}.${n}`);
        await sleep(pause_ms);
      }
    })();
  }

  async stop() {
    assert.ok(this.acked().length > 0 && !this.answers[400]);
    this.on = false;
    await this.work;
  }

  // All that somebody can read, from the first event on.
  async readAll(who, { cursor = 0 } = {}) {
    const events = [];
    for (let more = true; more;) {
      const reply = await until(async () => {
        const got = await this.ask('GET', `/api/poll?cursor=${cursor}&wait=0`, { HTTP_AUTHORIZATION: `Bearer ${who.token}` });
        return got && ![0, 503].includes(got.status) && got;
      }, 'a poll is answered', 10_000);
      assert.equal(reply.status, 200, reply.text);
      const body = JSON.parse(reply.text);
      for (const event of body.events) if (event.seq > cursor) events.push(event);
      more = body.events.length > 0;
      cursor = body.cursor;
    }
    return events;
  }

  acked(from = 0) {
    return this.said.filter((s) => s.status === 200 && s.began >= from);
  }
}

// What the account complains about: `said` as promised, `events` as read by the
// partner. Acknowledged is there once, in order; the rest once or not at all;
// nothing else is there.
export function settle(said, events) {
  const complaints = [];
  const seen = new Map();
  let last = 0;
  for (const event of events) {
    if (event.seq !== last + 1) complaints.push(`a gap: ${last} is followed by ${event.seq}`);
    last = event.seq;
    if (event.type !== 'message') continue;
    if (seen.has(event.text)) complaints.push(`twice: ${event.text}`);
    seen.set(event.text, event);
  }
  const order = [];
  for (const s of said) {
    const event = seen.get(s.text);
    if (s.status === 200 && !event) complaints.push(`lost: ${s.text}`);
    if (s.status === 200 && event && event.id !== s.id) complaints.push(`another id: ${s.text}`);
    if (event) order.push(event.seq);
    seen.delete(s.text);
  }
  if (order.some((seq, i) => i > 0 && seq < order[i - 1])) complaints.push('out of order');
  for (const text of seen.keys()) complaints.push(`never said: ${text}`);
  return complaints;
}
