// The model check: people with seeded random actions write down all they do and
// see (a history), and check() proves what Parley promises from that alone.
import { call, Person, sleep } from './client.mjs';

// A seeded random number generator (mulberry32).
export function randomFrom(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// One simulated person. History entries: {what, who, t, ...}.
class Actor {
  constructor(base, number, random, history) {
    Object.assign(this, { base, number, random, history, sent: 0, lives: 0, alive: true, held: null });
  }

  note(what, more = {}) {
    this.history.push({ what, who: this.person?.id, t: performance.now(), ...more });
  }

  async join() {
    this.person = await Person.join(this.base, `P${this.number}.${this.lives++}`);
    this.note('join');
    this.life = {};
  }

  // The page's loop; a reload cuts it and begins again from the cursor.
  async pollLoop() {
    while (this.alive) {
      const { person } = this;
      this.held = new AbortController();
      try {
        const reply = await person.askPoll({ wait: 2, signal: this.held.signal });
        if (reply.status === 401) await sleep(20);
        else if (reply.status !== 200) this.note('odd', { call: 'poll', status: reply.status, text: reply.text });
        else if (person === this.person) this.read(person, reply.body);
      } catch (failure) {
        if (failure.name !== 'AbortError') this.note('odd', { call: 'poll', text: String(failure) });
      }
      if (this.vanished) await this.vanished;
    }
  }

  read(person, body) {
    for (const event of body.events) {
      if (event.seq <= person.cursor) continue;
      this.note('event', { who: person.id, ...event });
      person.cursor = event.seq;
      if (event.type === 'matched') this.chat = event.chat;
      if (event.type === 'left' && event.chat === this.chat) this.chat = undefined;
    }
    this.note('state', { who: person.id, state: body.state, chat: body.chat, partner: body.partner?.name });
  }

  async post(path, body, fine) {
    const { person } = this;
    const reply = await person.post(path, body);
    if (!fine.includes(reply.status)) this.note('odd', { call: path, status: reply.status, text: reply.text });
    return { ...reply, who: person.id };
  }

  async send() {
    const { chat } = this;
    if (chat === undefined) return;
    const text = `${this.person.id}:${this.sent++}`;
    const message = { text, nonce: this.random() < 0.8 ? text : undefined, chat };
    const times = message.nonce && this.random() < 0.3 ? 2 : 1;
    // Repeated at once, as after a broken connection.
    const replies = await Promise.all(Array.from({ length: times }, () => this.post('/api/send', message, [200, 409, 429, 401])));
    for (const r of replies) if (r.status === 200) this.note('acked', { who: r.who, chat, text, id: r.body.id, at: r.body.at });
  }

  async act() {
    const dice = this.random();
    if (dice < 0.62) return this.send();
    if (dice < 0.70) return this.post('/api/typing', { on: this.random() < 0.5, chat: this.chat }, [204, 409, 401]);
    if (dice < 0.86) {
      const reply = await this.post('/api/next', {}, [200, 401]);
      if (reply.status === 200) this.note('next', { who: reply.who, state: reply.body.state, chat: reply.body.chat });
      return undefined;
    }
    if (dice < 0.90) {
      await this.post('/api/leave', { chat: this.chat }, [200, 409]);
      return this.post('/api/next', {}, [200, 401]);
    }
    if (dice < 0.96) return this.held?.abort(); // reload
    if (dice < 0.985) return this.vanish();
    return this.endAndJoin();
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

  async endAndJoin() {
    const { person } = this;
    this.note('end');
    await call(this.base, 'POST', '/api/session/end', { body: { token: person.token } });
    this.chat = undefined;
    await this.join();
    await this.post('/api/next', {}, [200]);
  }

  async live(until) {
    await this.join();
    await this.post('/api/next', {}, [200]);
    const polling = this.pollLoop();
    while (performance.now() < until) {
      await sleep(this.random() * 400);
      try {
        await this.act();
      } catch (failure) {
        this.note('odd', { call: 'act', text: String(failure) });
      }
    }
    this.polling = polling;
  }

  // Reads on until nothing comes any more.
  async settle() {
    await sleep(2500);
    this.alive = false;
    await this.polling;
    for (let i = 0; i < 10; i++) {
      const reply = await this.person.askPoll();
      if (reply.status !== 200) break;
      this.read(this.person, reply.body);
      if (!reply.body.more) break;
    }
    this.note('settled', { who: this.person.id });
  }
}

export async function simulate(base, { people, ms, seed }) {
  const history = [];
  const actors = Array.from({ length: people }, (_, i) => new Actor(base, i, randomFrom(seed * 100003 + i), history));
  const end = performance.now() + ms;
  await Promise.all(actors.map((a) => a.live(end)));
  await Promise.all(actors.map((a) => a.settle()));
  return history;
}
