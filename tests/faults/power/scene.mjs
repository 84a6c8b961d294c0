// What is recorded: people who chat through bare workers under the recorder,
// while the log of writes is checkpointed again and again, a message is taken
// back now and then, pictures go, a worker is killed and all are renewed.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sleep, until } from '../../http/client.mjs';
import { env as variables, Peer, request } from '../../http/fcgi.mjs';
import { file as picture } from '../../http/pictures.mjs';
import { start } from '../bare.mjs';

const PAIRS = 24, EACH = process.env.SOAK ? 60 : 16, READERS = 8, LONGEST_MS = 25_000;

// Nobody goes, and nothing is purged but what was read.
const patient = Object.entries({
  'gone-s': 3600, 'away-s': 1800, 'nonce-s': 86400, 'session-idle-s': 86400, 'flush-ms': 100, 'wal-max-kib': 64,
}).flatMap(([name, value]) => [`--${name}`, String(value)]);

// Random numbers that a seed gives again (mulberry32).
export function chances(seed) {
  let a = seed >>> 0;
  return (n) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

// Somebody with a connection of his own, who repeats what is not answered.
export class Talker {
  constructor(folder, name, token) {
    Object.assign(this, { folder, name, token, cursor: 0 });
  }

  async ask(method, uri, body = '{}', type = 'application/json') {
    this.peer ??= new Peer(this.folder);
    this.peer.send(request(variables(method, uri, {
      CONTENT_LENGTH: method === 'GET' ? 0 : Buffer.byteLength(body), CONTENT_TYPE: type,
      REMOTE_ADDR: '127.0.0.1', ...(this.token ? { HTTP_X_PARLEY_TOKEN: this.token } : {}),
    }), method === 'GET' ? '' : body));
    const answer = await this.peer.answer(10_000);
    if (answer) return answer;
    this.leave();
    return { status: 0, text: '' };
  }

  // Until it is answered as it should be: 503 and broken connections pass.
  async insist(status, ...what) {
    const end = Date.now() + LONGEST_MS;
    for (;;) {
      const answer = await this.ask(...what);
      if (answer.status === status) return answer.text ? JSON.parse(answer.text) : null;
      assert.ok([0, 429, 503].includes(answer.status) && Date.now() < end, `${what[1]}: ${answer.status} ${answer.text}`);
      await sleep(50);
    }
  }

  async join() {
    this.token = (await this.insist(201, 'POST', '/api/session', JSON.stringify({ name: this.name }))).token;
  }

  leave() {
    this.peer?.drop();
    this.peer = undefined;
  }
}

// The records of a recording (record.h): {kind, where, len, from, to}, in bytes of it.
export function* records(bytes) {
  for (let from = 0; from + 32 <= bytes.length;) {
    const len = bytes.readUInt32LE(from + 12), to = from + 32 + Math.ceil(len / 8) * 8;
    yield { kind: bytes.readUInt32LE(from + 4), where: bytes.readBigUInt64LE(from + 24), len, from, to };
    from = to;
  }
}

export const KIND = { WRITE: 3, TRUNCATE: 4, STRANGE: 9 };

// How often the log of writes was emptied, and begun anew: checkpoints. (The head
// of a log has 32 bytes.)
export async function countCheckpoints(recording) {
  const found = { emptied: 0, begun: 0 };
  for (const { kind, where, len } of records(await readFile(recording))) {
    if (kind === KIND.TRUNCATE && where === 0n) found.emptied++;
    if (kind === KIND.WRITE && where === 0n && len === 32) found.begun++;
  }
  return found;
}

// One take: record() answers {recording, said, messages} when all have spoken.
class Take {
  constructor(folder, seed) {
    Object.assign(this, { folder, chance: chances(seed), said: [], seqs: new Map(), on: true, taken: 0 });
  }

  async meet() {
    this.pairs = [];
    for (let i = 0; i < PAIRS; i++) {
      const pair = [new Talker(this.folder, `Ann${i}`), new Talker(this.folder, `Bob${i}`)];
      for (const one of pair) await one.join();
      await pair[0].insist(200, 'POST', '/api/next');
      const { chat } = await pair[1].insist(200, 'POST', '/api/next');
      for (const one of pair) one.chat = chat;
      this.pairs.push(pair);
    }
  }

  words() {
    const few = Array.from({ length: 1 + this.chance(12) }, () => ['tea', '雨', 'water', 'été', 'a long evening'][this.chance(5)]);
    return this.chance(20) === 0 ? few.join(' ').padEnd(1900, '.') : few.join(' ');
  }

  async say(one, n) {
    const nonce = `${one.name}.${n}`, text = `${nonce}: ${this.words()}`;
    const { id, at } = await one.insist(200, 'POST', '/api/send', JSON.stringify({ text, nonce, chat: one.chat }));
    this.said.push({ id, at, nonce, text, who: one });
    if (one.took) one.took.gone = id;
    one.took = undefined;
    if (n % 8 === 7) await this.takeBack(one, this.said.find((line) => line.nonce === `${one.name}.${n - 4}`));
  }

  async takeBack(one, line) {
    await one.insist(204, 'POST', '/api/retract', JSON.stringify({ id: line.id, chat: one.chat }));
    line.text = ''; // whatever stands there now
    one.took = line;
    this.taken++;
  }

  async show(one) {
    const nonce = `${one.name}.p`;
    const { id } = await one.insist(200, 'POST', `/api/image?chat=${one.chat}&nonce=${nonce}`, picture('baseline.jpg'), 'image/jpeg');
    this.said.push({ id, nonce, text: '*', who: one });
  }

  // As quickly as it goes at first, then now and then until it is enough.
  async talk(one, i) {
    if (i % 5 === 0) await this.show(one);
    for (let n = 0; n < EACH || this.on; n++) {
      await this.say(one, n);
      await sleep(n < EACH ? this.chance(40) : 300 + this.chance(700));
    }
  }

  // He reads on a connection of his own, and so acknowledges what he has read.
  async read(one) {
    const reader = new Talker(this.folder, one.name, one.token);
    while (this.on) {
      const { events, cursor } = await reader.insist(200, 'GET', `/api/poll?cursor=${one.cursor}&wait=1`);
      // What takes a message back comes later, and names it again.
      for (const event of events) if (event.id && !this.seqs.has(event.id)) this.seqs.set(event.id, event.seq);
      one.cursor = cursor;
    }
    reader.leave();
  }

  lines() {
    return this.said.map(({ id, nonce, text, gone }) => `${[id, nonce, this.seqs.get(id) ?? 0, gone ?? 0, text].join('\t')}\n`).join('');
  }
}

async function disturb(service) {
  await sleep(500);
  const [one] = await service.workers();
  process.kill(one, 'SIGKILL');
  await until(async () => (await service.workers()).length === 2 && !(await service.workers()).includes(one), 'another worker', 10_000);
  service.kill('SIGHUP');
}

// record() answers {recording, said (its file), house (where the database is), lines: [{id, at, nonce, text, who}]}.
// `isEnough` is asked, every second, whether the recording has what is wanted.
export async function record(folder, { program, recorder, seed, isEnough = async () => true }) {
  const recording = path.join(folder, 'recording'), house = path.join(folder, 'house');
  await mkdir(house);
  const service = await start(house, ['--db', path.join(house, 'parley.db'), ...patient], program, {
    LD_PRELOAD: recorder, RECORDER_LOG: recording, RECORDER_FOLDER: house, RECORDER_PREFIX: 'parley.db',
    ASAN_OPTIONS: 'verify_asan_link_order=0',
  });
  const take = new Take(house, seed);
  try {
    await take.meet();
    const people = take.pairs.flat();
    const work = [...people.map((one, i) => take.talk(one, i)), ...people.slice(0, READERS).map((one) => take.read(one)), disturb(service)];
    const end = Date.now() + LONGEST_MS;
    const enough = (async () => {
      do await sleep(1000); while (!(await isEnough(recording)) && Date.now() < end);
      take.on = false;
    })();
    await Promise.all([...work, enough]);
    for (const one of people) one.leave();
  } finally {
    await service.stop();
  }
  const said = path.join(folder, 'said');
  await writeFile(said, take.lines());
  assert.ok(existsSync(recording), 'nothing was recorded');
  return { recording, said, house, lines: take.said, taken: take.taken };
}
