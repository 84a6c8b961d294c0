// A scripted chat, from the session to its end, on a disk that may fail at any
// call: everything is asked for until it is answered, with the same nonce, and
// what was acknowledged has to stand in the files.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { sleep } from '../http/client.mjs';
import { pngOf } from '../http/pictures.mjs';

const PICTURE = pngOf(80_000); // more than the log may be: it is checkpointed

// Each is a statement or several, or a command of the program.
export const sqlite = (db, ...sql) => execFileSync('sqlite3', [db, ...sql], { encoding: 'utf8', stdio: 'pipe' }).trim().split('\n');

// What would be read if all processes were killed now: a copy of the database and
// its log of writes, made while nobody may write.
export function stored(db, sql) {
  const copy = `${db}.copies`;
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  execFileSync('flock', [`${db}.lock`, 'cp', db, `${db}-wal`, copy]);
  const [first, ...rows] = sqlite(path.join(copy, path.basename(db)), `PRAGMA quick_check(1); ${sql}`);
  return { whole: first === 'ok', rows };
}

export class Script {
  // `refused` is called at each 503, and may mend the disk.
  constructor(one, db, { refused = () => {}, patience_ms = 20_000 } = {}) {
    Object.assign(this, { one, db, refused, patience_ms, answers: {}, acked: [], complaints: [] });
  }

  // Answers the first answer that is not "try again". A slow machine may need a
  // second try; a closed connection is a process that has ended.
  async ask(who, method, uri, body = '{}', fine = [200], isDone = () => false) {
    const variables = { CONTENT_TYPE: Buffer.isBuffer(body) ? 'image/png' : 'application/json', ...who && { HTTP_X_PARLEY_TOKEN: who.token } };
    for (const end = performance.now() + this.patience_ms; ;) {
      const reply = await this.one.ask(method, uri, variables, method === 'GET' ? '' : body);
      const status = reply === null ? 'closed' : reply?.status ?? 'slow';
      this.answers[status] = (this.answers[status] ?? 0) + 1;
      if (status === 503) assert.match(reply.head, /^Retry-After: [1-9]/im);
      else if (status === 'closed') this.complaints.push(`${uri}: no answer`);
      else if (![408, 'slow'].includes(status)) {
        assert.ok(fine.includes(status), `${method} ${uri}: ${status} ${reply.text}`);
        return { status, body: reply.text ? JSON.parse(reply.text) : null };
      }
      assert.ok(performance.now() < end, `${uri} is not answered for ${this.patience_ms} ms`);
      await this.refused();
      await sleep(5);
      if (status === 'slow' && await isDone()) return undefined;
    }
  }

  async say(who, uri, body, what) {
    const { body: { id } } = await this.ask(who, 'POST', uri, body);
    this.acked.push({ id, what });
    // Asked again, it is the same message.
    const again = await this.ask(who, 'POST', uri, body);
    if (again.body.id !== id) this.complaints.push(`${what} was stored again`);
  }

  async join(name) {
    const { body } = await this.ask(null, 'POST', '/api/session', JSON.stringify({ name }), [201]);
    return body;
  }

  // Does the database hold all that was acknowledged?
  look() {
    const { whole, rows } = stored(this.db, "SELECT id || ' ' || type FROM event; SELECT 'of ' || message FROM image_bytes; SELECT 'nonce ' || count(*) || ' ' || nonce FROM sent GROUP BY session, nonce");
    if (!whole) this.complaints.push('the database is not whole');
    const has = new Set(rows);
    for (const { id, what } of this.acked) {
      if (!has.has(`${id} ${what.startsWith('picture') ? 'image' : 'message'}`)) this.complaints.push(`acknowledged and not stored: ${what}`);
      if (what.startsWith('picture') && !has.has(`of ${id}`)) this.complaints.push(`a picture without its bytes: ${what}`);
    }
    if (rows.some((row) => /^nonce ([2-9]|1\d)/.test(row))) this.complaints.push('a message was stored twice');
  }

  async read(who) {
    const events = [];
    for (let cursor = 0, more = true; more;) {
      const { body } = await this.ask(who, 'GET', `/api/poll?cursor=${cursor}&wait=0`);
      events.push(...body.events);
      ({ cursor, more } = body);
    }
    return events;
  }

  // Are they shown once, in order, and nothing else?
  async shown(who, types) {
    const events = await this.read(who);
    const got = events.filter((e) => types.includes(e.type)).map((e) => e.id);
    if (String(got) !== String(this.acked.map((a) => a.id))) this.complaints.push(`${who.name} is shown ${got} and not ${this.acked.map((a) => a.id)}`);
    events.forEach((e, i) => { if (e.seq !== i + 1) this.complaints.push(`event ${i + 1} has the number ${e.seq}`); });
    return events;
  }

  // It has no nonce: who gets no answer in time has to look first.
  next(who) {
    return this.ask(who, 'POST', '/api/next', '{}', [200], async () =>
      (await this.ask(who, 'GET', '/api/poll?cursor=0&wait=0')).body.state !== 'idle');
  }

  // Two who chat.
  async open() {
    Object.assign(this, { ann: await this.join('Ann'), bea: await this.join('Bea') });
    for (const who of [this.ann, this.bea]) await this.next(who);
    this.chat = (await this.read(this.bea)).find((e) => e.type === 'matched').chat;
    return this;
  }

  message(text) {
    return this.say(this.ann, '/api/send', JSON.stringify({ text, nonce: text.replaceAll(' ', '_') }), text);
  }

  picture(nonce, bytes = PICTURE) {
    return this.say(this.ann, `/api/image?chat=${this.chat}&nonce=${nonce.replaceAll(' ', '_')}`, bytes, `picture ${nonce}`);
  }

  async run() {
    await this.open();
    const { ann, bea, chat } = this;
    for (let n = 0; n < 3; n++) await this.message(`message ${n}`);
    await this.picture('p');
    await this.message('last');
    await this.shown(bea, ['message', 'image']);
    this.look();
    // Who was answered "not now" may have left already.
    await this.ask(ann, 'POST', '/api/leave', JSON.stringify({ chat }), [200, 409]);
    const last = (await this.shown(bea, ['message', 'image'])).at(-1);
    if (last.type !== 'left') this.complaints.push(`after the end Bea is told ${last.type}`);
    for (const who of [ann, bea]) await this.ask(who, 'POST', '/api/session/end', '{}', [204, 401]);
    const rows = sqlite(this.db, `PRAGMA wal_autocheckpoint = 0; SELECT name FROM session WHERE id IN (${ann.id}, ${bea.id})`).slice(1);
    if (rows.length) this.complaints.push(`ended and still there: ${rows}`);
    return this;
  }
}
