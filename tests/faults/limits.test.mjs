// A process that may have no more descriptors, or no more memory: 503 or a
// pause, not a crash; who is served already goes on being served.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { sleep, until } from '../http/client.mjs';
import { env as variables, Peer, request } from '../http/fcgi.mjs';
import { bin, inFolder, lives, start } from './bare.mjs';

const sanitized = bin.includes('/san/') && 'a sanitizer has its own idea of memory';
const MIB = 1 << 20;
const limit = (pid, what, to) => execFileSync('prlimit', ['--pid', String(pid), `--${what}=${to}:`]);
const json = (text) => ({ CONTENT_LENGTH: Buffer.byteLength(text), CONTENT_TYPE: 'application/json' });

// A request on a connection that stays open.
async function ask(peer, method, uri, token = '', body = '', ms = 4000) {
  peer.send(request(variables(method, uri, { ...json(body), HTTP_X_PARLEY_TOKEN: token }), body));
  return peer.answer(ms);
}

const post = async (parley, uri, token, body) => (await parley.ask('POST', uri, { HTTP_X_PARLEY_TOKEN: token ?? '' }, JSON.stringify(body)));

// Two who chat: their tokens.
async function pair(parley) {
  const tokens = [];
  for (const name of ['Ann', 'Bea']) tokens.push(JSON.parse((await post(parley, '/api/session', '', { name })).text).token);
  for (const token of tokens) assert.equal((await post(parley, '/api/next', token, {})).status, 200);
  return tokens;
}

const messages = async (parley, token) =>
  JSON.parse((await parley.ask('GET', '/api/poll?cursor=0&wait=0', { HTTP_X_PARLEY_TOKEN: token })).text)
    .events.filter((event) => event.type === 'message').map((event) => event.text);

// How much a process works while something is done, beside one that does nothing
// else: 1 if it does nothing else either, however busy the machine is.
async function load(pid, work) {
  const ticks = (one) => readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((a, b) => a + Number(b), 0);
  const busy = spawn('sh', ['-c', 'while :; do :; done']);
  try {
    const [mine, its] = [ticks(pid), ticks(busy.pid)];
    await work();
    return (ticks(pid) - mine) / (ticks(busy.pid) - its + 1);
  } finally {
    busy.kill('SIGKILL');
  }
}

const with1 = (work, args = []) => inFolder(async (folder) => {
  const parley = await start(folder, ['--workers', '1', ...args]);
  try {
    const [pid] = await parley.workers();
    await work({ folder, parley, pid });
    return pid;
  } finally {
    await parley.stop();
  }
});

test('no more descriptors: a pause, and those who are connected go on', () => with1(async ({ folder, parley, pid }) => {
  const [ann, bea] = await pair(parley);
  const kept = new Peer(folder);
  assert.equal((await ask(kept, 'GET', '/api/stats')).status, 200);
  const used = (await readdir(`/proc/${pid}/fd`)).length;
  limit(pid, 'nofile', used + 5);
  const crowd = Array.from({ length: 40 }, () => new Peer(folder));
  const waiting = crowd.map((peer) => ask(peer, 'GET', '/api/stats', '', '', 20_000));
  await until(async () => /no new connections for a moment/.test(await parley.log()), 'it has run out of descriptors');

  const share = await load(pid, async () => {
    for (let n = 0; n < 15; n++) {
      const t0 = Date.now();
      assert.equal((await ask(kept, 'POST', '/api/send', ann, JSON.stringify({ text: `m${n}` }))).status, 200);
      assert.ok(Date.now() - t0 < 1500, 'who is connected waits for those who are not');
      await sleep(100);
    }
  });
  assert.ok(share < 0.5, `a worker without descriptors works ${share} of its time`);
  const lines = (await parley.log()).match(/no new connections for a moment/g).length;
  assert.ok(lines < 40, `${lines} lines of log`);

  // As some leave, the others are served; with room again all are.
  crowd.slice(0, 5).forEach((peer) => peer.drop());
  limit(pid, 'nofile', used + 100);
  const answers = await Promise.all(waiting.slice(5));
  assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [200]);
  crowd.forEach((peer) => peer.drop());
  assert.deepEqual(await messages(parley, bea), Array.from({ length: 15 }, (_, n) => `m${n}`));
  assert.deepEqual(await parley.workers(), [pid]);
  kept.drop();
}));

// More polls than a worker of 128 descriptors could hold: {held, told, served},
// served being whether somebody who comes anew is answered meanwhile.
const crowded = (rates) => inFolder(async (folder) => {
  const parley = await start(folder, ['--workers', '1'], bin,
    { PARLEY_RATES: rates, PARLEY_WORK: 'off', PARLEY_SESSIONS_MINUTE: '0', PARLEY_SESSIONS_ADDRESS: '0' });
  const crowd = [];
  try {
    const old = await parley.workers();
    execFileSync('prlimit', ['--pid', String(parley.pid), '--nofile=128:128']);
    parley.kill('SIGHUP');
    await until(async () => { const now = await parley.workers(); return now.length === 1 && now[0] !== old[0]; }, 'another worker', 15_000);
    const tokens = [];
    for (let n = 0; n < 140; n++) tokens.push(JSON.parse((await post(parley, '/api/session', '', { name: 'Ann' })).text).token);
    crowd.push(...tokens.map(() => new Peer(folder)));
    const polls = await Promise.all(crowd.map((peer, n) => ask(peer, 'GET', '/api/poll?cursor=0&wait=50', tokens[n], '', 3000).then((answer) => {
      if (answer?.status === 200 && /"events":\[\].*"delay_ms":/.test(answer.text)) peer.drop();
      return answer;
    })));
    return { held: polls.filter((answer) => answer === undefined).length, told: polls.filter((answer) => answer?.status === 200).length,
      served: (await parley.ask('GET', '/api/stats'))?.status === 200 };
  } finally {
    crowd.forEach((peer) => peer.drop());
    await parley.stop();
  }
});

test('more polls than descriptors: as many are held as leave some for the others', async () => {
  assert.deepEqual(await crowded('on'), { held: 88, told: 52, served: true });
});

test('control: without limits they take them all, and nobody else is served', async () => {
  assert.equal((await crowded('off')).served, false);
});

test('control: a busy loop is noticed', async () => {
  const busy = spawn('sh', ['-c', 'while :; do :; done']);
  try {
    assert.ok(await load(busy.pid, () => sleep(2000)) > 0.5);
  } finally {
    busy.kill('SIGKILL');
  }
});

// A body of 5 MiB that is no picture: 415 if there is memory for it.
async function upload(folder, token) {
  const peer = new Peer(folder);
  const body = Buffer.alloc(5 * MIB, 'x');
  peer.send(request(variables('POST', '/api/image', { CONTENT_LENGTH: body.length, HTTP_X_PARLEY_TOKEN: token }), body));
  const answer = await peer.answer(8000);
  peer.drop();
  return answer;
}

test('no more address space: 503, and the worker lives', { skip: sanitized }, () => with1(async ({ folder, parley, pid }) => {
  const [ann, bea] = await pair(parley);
  assert.equal((await upload(folder, ann)).status, 415, 'with memory it is looked at');
  const size = Number(/VmSize:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
  limit(pid, 'as', size + 256 * 1024);
  const refused = await upload(folder, ann);
  assert.equal(refused.status, 503);
  assert.match(refused.text, /^\{"error":\{"code":"unavailable"/);
  assert.match(refused.head, /Retry-After: 1/);
  // Many at once: each is answered, refused, or closed; the worker stays.
  const crowd = Array.from({ length: 200 }, () => new Peer(folder));
  const answers = await Promise.all(crowd.map((peer, n) =>
    ask(peer, 'POST', '/api/send', ann, JSON.stringify({ text: `${n} ${'x'.repeat(1900)}`, nonce: `n${n}` }), 10_000)));
  crowd.forEach((peer) => peer.drop());
  const stored = answers.flatMap((answer, n) => (answer?.status === 200 ? [n] : []));
  for (const answer of answers) assert.ok(answer === null || [200, 503, 429].includes(answer.status), `answered ${answer?.status}`);
  assert.deepEqual(await parley.workers(), [pid], 'the worker went down');
  assert.ok(await lives(pid));
  limit(pid, 'as', 'unlimited');
  assert.equal((await upload(folder, ann)).status, 415, 'with memory again it is looked at');
  const got = new Set((await allMessages(parley, bea)).map((text) => parseInt(text, 10)));
  assert.deepEqual(stored.filter((n) => !got.has(n)), [], 'acknowledged and lost');
}));

async function allMessages(parley, token) {
  const texts = [];
  for (let cursor = 0, more = true; more;) {
    const body = JSON.parse((await parley.ask('GET', `/api/poll?cursor=${cursor}&wait=0`, { HTTP_X_PARLEY_TOKEN: token })).text);
    texts.push(...body.events.filter((event) => event.type === 'message').map((event) => event.text));
    more = body.events.length > 0;
    cursor = body.cursor;
  }
  return texts;
}

// A group of processes with a limit of memory: {add, limit, end}, or null.
async function memoryGroup() {
  const kinds = [['/sys/fs/cgroup', 'memory.max', 'memory.current'], ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes', 'memory.usage_in_bytes']];
  for (const [root, max, current] of kinds) {
    const folder = path.join(root, `parley-test-${process.pid}`);
    try {
      await mkdir(folder);
      if (!existsSync(path.join(folder, max))) throw new Error('no such limit');
      return {
        add: (pid) => writeFile(path.join(folder, 'cgroup.procs'), String(pid)),
        limit: (bytes) => writeFile(path.join(folder, max), String(bytes)),
        used: async () => Number(await readFile(path.join(folder, current), 'utf8')),
        end: () => until(() => rmdir(folder).then(() => true, () => false), 'the group is empty'),
      };
    } catch {
      await rmdir(folder).catch(() => {});
    }
  }
  return null;
}

test('a worker that the kernel ends for want of memory is replaced', { skip: sanitized }, async (t) => {
  const group = process.getuid() === 0 ? await memoryGroup() : null;
  if (!group) return t.skip('needs root and a memory cgroup that can be written');
  try {
    await with1(async ({ folder, parley, pid }) => {
      const [ann, bea] = await pair(parley);
      assert.equal((await post(parley, '/api/send', ann, { text: 'before' })).status, 200);
      await group.add(pid);
      await group.limit(2 * MIB);
      for (let n = 0; n < 20 && await lives(pid); n++) await Promise.all([upload(folder, ann), upload(folder, ann)]);
      if (await lives(pid)) return t.skip('the kernel does not end it');
      await until(async () => (await parley.ask('GET', '/healthz'))?.status === 200, 'another worker serves', 8000);
      assert.notDeepEqual(await parley.workers(), [pid]);
      assert.equal((await post(parley, '/api/send', ann, { text: 'after' })).status, 200);
      assert.deepEqual(await messages(parley, bea), ['before', 'after']);
    });
  } finally {
    await group.end();
  }
});
