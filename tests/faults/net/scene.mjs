// What the scenes of a bad network share: rules of the packet filter, clients
// whose wires can be cut, and the proof that nothing was lost or doubled.
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { startServer } from '../../http/server.mjs';

export const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));

// Numbers in [0, 1) that are the same for the same seed (mulberry32).
export function dice(from = seed) {
  let a = from >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const nft = (rules) => execFileSync('nft', ['-f', '-'], { input: rules, encoding: 'utf8' });

// plays a scene with a server of its own; what is wrong ends the process with 1.
export async function scene(options, act) {
  console.log(`SEED=${seed}`);
  const server = await startServer(options);
  let failed;
  try {
    await act(server);
  } catch (error) {
    failed = error;
  }
  try {
    nft('flush ruleset');
    await server.stop();
  } catch (error) {
    failed ??= error;
  }
  if (failed) console.log(failed.stack);
  process.exit(failed ? 1 : 0);
}

// The network's rules: clients in `gone` are cut off in both directions, those in
// `mute` get no answers, nobody reads the requests of those in `deaf`; `more` are
// further rules for what goes in, `further` other tables. Connections are named by their client's port.
export function network(port, more = '', further = '') {
  nft(`table inet bad {
    set gone { type inet_service; }
    set mute { type inet_service; }
    set deaf { type inet_service; }
    counter dropped { }
    chain in { type filter hook input priority 0;
      tcp sport @gone counter name dropped drop
      tcp dport @gone counter name dropped drop
      tcp sport ${port} tcp dport @mute counter name dropped drop
      tcp dport ${port} tcp sport @deaf counter name dropped drop
      ${more}
    }
  }
  ${further}`);
}

export const cut = (how, port) => nft(`add element inet bad ${how} { ${port} }`);
// How many packets the network has lost, or refused.
export const dropped = () => Number(/packets (\d+)/.exec(execFileSync('nft', ['list', 'counter', 'inet', 'bad', 'dropped'], { encoding: 'utf8' }))[1]);

// A client: each request has a connection of its own, which may be bad.
export class Wire {
  constructor(port, name) {
    Object.assign(this, { port, name, cursor: 0, shown: [], sent: [], events: [] });
  }

  // {status, body}, or null: no answer in time, or half of one. `how` is what is
  // wrong with the connection, before or after (`later`) the request is out.
  async ask(method, target, body, { how, ms = 3000 } = {}) {
    const socket = await this.connect(ms);
    if (!socket) return null;
    if (how) cut(how, socket.localPort);
    return new Promise((resolve) => {
      const bytes = body === undefined ? '' : JSON.stringify(body);
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes), ...(this.token ? { authorization: `Bearer ${this.token}` } : {}) };
      const request = http.request({ method, path: target, headers, createConnection: () => socket });
      const done = (answer) => {
        clearTimeout(late);
        request.destroy();
        socket.destroy();
        resolve(answer);
      };
      const late = setTimeout(() => done(null), ms);
      request.on('error', () => done(null)).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => { text += part; }).on('aborted', () => done(null)).on('error', () => done(null));
        response.on('end', () => done(response.complete ? { status: response.statusCode, body: text ? JSON.parse(text) : null } : null));
      });
      request.end(bytes);
    });
  }

  connect(ms) {
    return new Promise((resolve) => {
      const socket = net.connect({ port: this.port, host: '127.0.0.1' });
      const late = setTimeout(() => resolve(socket.destroy() && null), ms);
      socket.on('error', () => resolve(null)).on('connect', () => {
        clearTimeout(late);
        resolve(socket);
      });
    });
  }

  // Until there is an answer: what a page does. how() says what is wrong with each try.
  async insist(method, target, body, { how = () => undefined, ms = 3000, renew } = {}) {
    for (let tries = 0; tries < 60; tries++) {
      const answer = await this.ask(method, target, renew ? renew(body, tries) : body, { how: how(tries), ms });
      if (answer && answer.status < 500 && answer.status !== 429) return answer;
      this.retries = (this.retries ?? 0) + 1;
      await sleep(20);
    }
    throw new Error(`${this.name}: no answer to ${target} in 60 tries (seed ${seed})`);
  }

  async join() {
    this.token = (await this.insist('POST', '/api/session', { name: this.name })).body.token;
  }

  async send(text, options) {
    const answer = await this.insist('POST', '/api/send', { text, nonce: `${this.name}-${text}` }, options);
    if (answer.status !== 200) throw new Error(`${this.name}: ${answer.status} for a message (seed ${seed})`);
    this.sent.push(text);
  }

  // One poll; false: no answer.
  async poll({ how, wait = 1, ms = wait * 1100 + 1500 } = {}) {
    const answer = await this.ask('GET', `/api/poll?cursor=${this.cursor}&wait=${wait}`, undefined, { how, ms });
    if (answer?.status !== 200) return false;
    for (const event of answer.body.events.filter((one) => one.seq > this.cursor)) {
      this.cursor = event.seq;
      this.events.push(event);
      if (event.type === 'message') this.shown.push(event.text);
    }
    return true;
  }

  async hears(type, ms = 15000, options) {
    for (const end = Date.now() + ms; !this.events.some((event) => event.type === type);) {
      if (Date.now() > end) throw new Error(`${this.name}: no ${type} in ${ms} ms (seed ${seed})`);
      await this.poll(options);
    }
  }
}

export async function pairUp(port, a, b) {
  const two = [new Wire(port, a), new Wire(port, b)];
  for (const one of two) {
    await one.join();
    await one.insist('POST', '/api/next', {});
  }
  for (const one of two) await one.hears('matched');
  return two;
}

// What was acknowledged must have been shown: each once, in order, nothing else.
export function prove(from, to) {
  if (to.shown.join() === from.sent.join()) return;
  const times = new Map();
  for (const text of to.shown) times.set(text, (times.get(text) ?? 0) + 1);
  const lost = from.sent.filter((text) => !times.has(text));
  const doubled = [...times].filter(([, n]) => n > 1).map(([text]) => text);
  throw new Error(`NOT PROVEN, ${from.name} to ${to.name}: lost ${lost.join() || 'nothing'}; doubled ${doubled.join() || 'nothing'}; `
    + `${lost.length + doubled.length ? '' : 'out of order; '}seed ${seed}`);
}

// Both read until each has seen all the other has sent.
export async function readAll(a, b, options) {
  for (const end = Date.now() + (process.env.BROKEN ? 3000 : 20000); (a.shown.length < b.sent.length || b.shown.length < a.sent.length) && Date.now() < end;) {
    await Promise.all([a.poll(options?.() ?? {}), b.poll(options?.() ?? {})]);
  }
}
