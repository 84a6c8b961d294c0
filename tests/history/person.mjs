// A simulated person: does as people do, at random, and writes down all that it
// asked, what became of that, and what it was shown. A history is a list of
//
//   {what: 'join', who, name}            a session began
//   {what: 'ask', who, call, chat, tried, t0, t1, wall, outcome, status, ...}
//   {what: 'event', who, t0, t, ...}     shown by a poll that was asked at t0
//   {what: 'state', who, t, ...}         what a poll said of the session
//   {what: 'vanish'|'back'|'end'|'settled', who, t}
//   {what: 'odd', ...}                   an answer that no promise allows
//
// The outcome of a request is ok, failed (refused for good), unknown (no answer,
// or "not now": it may have been done), or cut (by ourselves). What is `lost` is
// unknown for a reason of its own. `tried` counts the repetitions of one request:
// with its nonce, as the page does.
import { call, sleep } from '../http/client.mjs';
import { randomFrom, weighed } from './random.mjs';

const TIMEOUT_MS = 20_000; // beyond what a stuck worker may take
const TRIES = 40;

// A picture of one pixel.
const GIF = Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;', 'latin1');

// What people do, and how often: more of what makes trouble than in life.
export const HABITS = {
  send: 60, typing: 8, next: 12, leave: 3, block: 1.5, seen: 5, retract: 3, picture: 2, reload: 3, vanish: 2, end: 1.5,
};

// How an answer is to be understood; statuses that a call may have are in `fine`.
function outcomeOf(status, tried) {
  if (status >= 200 && status < 300) return 'ok';
  // Full now, which says nothing of the times before.
  if (status === 429 && tried > 0) return 'unknown';
  return status >= 500 || status === 408 ? 'unknown' : 'failed';
}

export class Person {
  constructor(base, number, random, history, { habits = HABITS, pause_ms = 400, losses = 0 } = {}) {
    Object.assign(this, { base, number, random, history, habits, pause_ms, losses, n: 0, lives: 0, meetings: 0, polls: true });
    this.pause = randomFrom(random() * 2 ** 32);
  }

  note(what, more = {}) {
    this.history.push({ what, who: this.id, t: performance.now(), ...more });
  }

  // One request, written down: its entry, and `body` if there was an answer.
  async ask(name, method, path, { body, headers = {}, fine = [], more = {}, signal, again = 0, tried = 0 } = {}) {
    const entry = { what: 'ask', who: this.id, call: name, tried, ...more, t0: performance.now() };
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), TIMEOUT_MS);
    const cut = () => end.abort();
    // The answer is lost on its way, or the request. (Polls are `cut` by others.)
    const isLost = this.pause() < this.losses;
    if (isLost) entry.lost = true;
    const loss = isLost && setTimeout(cut, this.pause() * 30);
    signal?.addEventListener('abort', cut);
    let reply;
    try {
      const own = this.token ? { authorization: `Bearer ${this.token}` } : {};
      reply = await call(this.base, method, path, { body, headers: { ...own, ...headers }, signal: end.signal, again });
      Object.assign(entry, { status: reply.status, outcome: outcomeOf(reply.status, tried) });
      if (entry.outcome === 'failed' && !fine.includes(reply.status)) {
        this.note('odd', { call: name, status: reply.status, text: reply.text });
      }
    } catch (failure) {
      entry.outcome = signal?.aborted ? 'cut' : 'unknown';
      entry.failure = failure.code ?? failure.name;
    }
    clearTimeout(timer);
    clearTimeout(loss);
    signal?.removeEventListener('abort', cut);
    Object.assign(entry, { t1: performance.now(), wall: Date.now() });
    this.history.push(entry);
    return { entry, body: reply?.body };
  }

  // The same again until it is settled, or nobody can say.
  async insist(...request) {
    const options = request[3] ?? {};
    for (let tried = 0; ; tried++) {
      const { entry, body } = await this.ask(...request.slice(0, 3), { ...options, tried });
      if (entry.outcome !== 'unknown' || tried === TRIES) return { entry, body };
      await sleep(50 + this.pause() * Math.min(100 << Math.min(tried, 4), 1000));
    }
  }

  async join() {
    const name = `P${this.number}.${this.lives++}`;
    this.token = this.id = undefined;
    const { entry, body } = await this.insist('session', 'POST', '/api/session', { body: { name }, fine: [] });
    if (entry.outcome !== 'ok') return this.note('odd', { call: 'session', text: 'nobody can join' });
    Object.assign(this, { token: body.token, id: body.id, cursor: 0, chat: undefined, latest: null, mine: null });
    this.note('join', { name });
    return this.next();
  }

  // ---- reading ----

  // The page's loop; a reload cuts it and begins again from the cursor.
  async pollLoop() {
    for (let failures = 0; this.polls;) {
      const entry = await this.poll(4);
      failures = entry.outcome === 'unknown' ? failures + 1 : 0;
      if (entry.outcome === 'failed') await sleep(20); // a session that has just ended
      if (failures > 0) await sleep(this.pause() * Math.min(100 << Math.min(failures, 4), 1000));
      if (this.vanished) await this.vanished;
    }
  }

  async poll(wait) {
    const { id } = this;
    this.held = new AbortController();
    const { entry, body } = await this.ask('poll', 'GET', `/api/poll?cursor=${this.cursor}&wait=${wait}`,
      { fine: [401], signal: this.held.signal, again: 2 });
    if (entry.outcome === 'ok' && id === this.id) this.read(body, entry);
    return entry;
  }

  read(body, { t0 }) {
    for (const event of body.events) {
      if (event.seq <= this.cursor) continue;
      this.note('event', { t0, ...event });
      this.cursor = event.seq;
      if (event.type === 'message') this.latest = event;
      if (event.type === 'matched') this.meetings++;
    }
    this.chat = body.chat;
    this.more = body.more === true;
    this.note('state', { t0, state: body.state, chat: body.chat, partner: body.partner?.name });
  }

  // ---- doing ----

  async send() {
    const { chat } = this;
    if (chat === undefined) return;
    const text = `${this.id}:${this.n++}`;
    const nonce = this.random() < 0.8 ? text : undefined;
    const request = ['send', 'POST', '/api/send',
      { body: { text, nonce, chat }, more: { chat, text, nonce }, fine: [401, 409, 429] }];
    // Without a nonce nobody may repeat it. With one it may be repeated at once.
    if (!nonce) await this.keep(await this.ask(...request));
    else if (this.random() < 0.7) await this.keep(await this.insist(...request));
    else for (const answer of await Promise.all([this.insist(...request), this.insist(...request)])) this.keep(answer);
  }

  // What the answer told: into its entry.
  keep({ entry, body }) {
    if (entry.outcome !== 'ok') return;
    Object.assign(entry, { id: body.id, at: body.at, url: body.url });
    this.mine = { id: body.id, chat: entry.chat };
  }

  async picture() {
    const { chat } = this;
    if (chat === undefined) return;
    const nonce = `p${this.n++}`;
    this.keep(await this.insist('image', 'POST', `/api/image?chat=${chat}&nonce=${nonce}`,
      { body: GIF, headers: { 'content-type': 'image/gif' }, more: { chat, nonce }, fine: [401, 409, 429] }));
  }

  async typing() {
    const { chat } = this;
    if (chat === undefined) return;
    await this.ask('typing', 'POST', '/api/typing', { body: { on: this.random() < 0.6, chat }, more: { chat }, fine: [401, 409] });
  }

  async seen() {
    if (!this.latest) return;
    const { seq, id, chat } = this.latest;
    await this.insist('seen', 'POST', '/api/seen', { body: { seq, id, chat }, more: { chat, id }, fine: [400, 401, 404, 409] });
  }

  async retract() {
    if (!this.mine) return;
    const { id, chat } = this.mine;
    this.mine = null;
    await this.insist('retract', 'POST', '/api/retract', { body: { id, chat }, more: { chat, id }, fine: [401, 404, 409] });
  }

  // Leaves a chat (and is now and then late with a word for it).
  async part(name, path, body) {
    const { chat } = this;
    const { entry, body: answer } = await this.insist(name, 'POST', path, { body, more: { chat, left: chat }, fine: [401, 404, 409] });
    if (entry.outcome !== 'ok') return undefined;
    if (this.chat === chat) this.chat = undefined;
    if (chat !== undefined && this.random() < 0.3) {
      const text = `${this.id}:${this.n++}`;
      this.keep(await this.ask('send', 'POST', '/api/send', { body: { text, chat }, more: { chat, text }, fine: [401, 409] }));
    }
    return answer;
  }

  // After no answer to a `next` a poll tells whether it was done.
  async next() {
    const { chat, id, meetings } = this;
    for (let tried = 0; tried < TRIES && id === this.id; tried++) {
      const { entry, body: answer } = await this.ask('next', 'POST', '/api/next', { body: {}, more: { chat, left: chat }, fine: [401] });
      if (answer?.chat !== undefined) entry.made = answer.chat;
      if (answer?.state === 'waiting' && meetings === this.meetings) this.note('state', { state: 'waiting' });
      if (entry.outcome !== 'unknown') break;
      await sleep(100 + this.pause() * 300);
      const { entry: told, body } = await this.ask('poll', 'GET', `/api/poll?cursor=${this.cursor}&wait=0`, { fine: [401], again: 2 });
      if (told.outcome === 'ok' && body.state !== 'idle' && body.chat !== chat) break;
      if (told.outcome === 'ok' && body.state === 'waiting') break;
    }
    if (this.chat === chat) this.chat = undefined;
    if (chat === undefined || this.random() > 0.25) return;
    await this.ask('back', 'POST', '/api/back', { body: {}, fine: [401, 409] });
  }

  async leave() {
    const { chat } = this;
    await this.part('leave', '/api/leave', { chat });
    await sleep(this.random() * 300);
    await this.next();
  }

  async block() {
    const { chat } = this;
    if (chat === undefined) return;
    await this.part('block', '/api/block', { chat });
    await this.next();
  }

  // The page says that it goes, and comes back; or it only comes back.
  async reload() {
    if (this.random() < 0.5) return this.held?.abort();
    // The new page polls when the old one has said so.
    let back;
    this.vanished = new Promise((resolve) => { back = resolve; });
    this.held?.abort();
    const { token } = this;
    await this.ask('unload', 'POST', '/api/session/end', { body: { token, unload: true }, fine: [401] });
    this.vanished = null;
    back();
  }

  // Silent for a while: no poll, no command.
  async vanish() {
    let back;
    this.vanished = new Promise((resolve) => { back = resolve; });
    this.note('vanish');
    this.held?.abort();
    await sleep(300 + this.random() * 2500);
    this.note('back');
    this.vanished = null;
    back();
  }

  async end() {
    this.note('end');
    const { token, chat } = this;
    await this.insist('end', 'POST', '/api/session/end', { body: { token }, more: { chat, left: chat }, fine: [401] });
    this.held?.abort();
    await this.join();
  }

  // ---- a life ----

  async live(until) {
    await this.join();
    const polling = this.pollLoop();
    const dice = this.random;
    while (performance.now() < until()) {
      await sleep(dice() * this.pause_ms);
      const deed = weighed(dice, this.habits);
      // A seed's n-th deed is the same, whatever became of those before.
      this.random = randomFrom(dice() * 2 ** 32);
      try {
        await this[deed]();
      } catch (failure) {
        this.note('odd', { call: deed, text: String(failure.stack) });
      }
    }
    this.polling = polling;
  }

  // Stops polling and reads what is left.
  async settle() {
    this.polls = false;
    this.held?.abort();
    await this.polling;
    for (let i = 0; i < 100; i++) {
      const entry = await this.poll(0);
      if (entry.outcome === 'ok' && !this.more) return this.note('settled');
      if (entry.outcome === 'failed') return undefined;
      if (entry.outcome !== 'ok') await sleep(100);
    }
    return this.note('odd', { call: 'poll', text: 'never answered again' });
  }
}
