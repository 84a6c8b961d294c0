// Nonsense straight on the workers' socket: a peer can never end a process, nor
// hold the others up for long.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { call, expect, pair, Person, sleep, until } from './client.mjs';
import { begin, env, pairs, Peer, record, request, TYPE } from './fcgi.mjs';
import { startServer } from './server.mjs';

let server, base, pids;
const peers = [];
const peer = () => (peers.push(new Peer(server.run)), peers.at(-1));

// A request through nginx, and how long it took.
async function healthy(most = 3000) {
  const start = Date.now();
  expect(await call(base, 'GET', '/healthz'), 200);
  assert.ok(Date.now() - start < most, `${Date.now() - start} ms for a healthy request`);
}

describe('records', () => {
  before(async () => {
    server = await startServer({ workers: 1 });
    base = server.base;
    pids = await server.workerPids();
  });
  afterEach(async () => {
    for (const p of peers.splice(0)) p.drop();
    await healthy();
    assert.deepEqual(await server.workerPids(), pids, 'another worker');
  });
  after(() => server?.stop());

  const stats = env('GET', '/api/stats');

  test('a whole request is answered, and the next one on the same connection', async () => {
    const p = peer();
    for (let i = 0; i < 3; i++) assert.equal((await p.send(request(stats)).answer()).status, 200);
  });

  test('two requests in one write, which no front server sends: the first is answered', async () => {
    const p = peer().send(request(stats), request(env('GET', '/nothing')));
    assert.equal((await p.answer()).status, 200);
  });

  test('without keep the connection is closed behind the answer', async () => {
    const p = peer().send(request(stats, '', { keep: 0 }));
    assert.equal((await p.answer()).status, 200);
    await until(() => p.closed, 'closed');
  });

  test('the answer belongs to the request\'s id', async () => {
    const p = peer().send(begin({ id: 700 }), record(TYPE.PARAMS, pairs(stats), { id: 700 }),
      record(TYPE.PARAMS, [], { id: 700 }), record(TYPE.STDIN, [], { id: 700 }));
    await until(() => p.got.length > 8, 'an answer');
    assert.equal(p.got.readUInt16BE(2), 700);
  });

  // Workers wait for half a second for the next byte, for two for all of them. Where
  // one of us has paused the connection is closed without an answer: once more then.
  async function patiently(play) {
    const answer = await play();
    return answer === null ? play() : answer;
  }

  async function byByte(bytes) {
    const p = peer();
    for (const byte of bytes) {
      p.send(Buffer.from([byte]));
      await sleep(1);
    }
    return p.answer();
  }

  test('byte by byte, with padding, and in small records: answered all the same', async () => {
    const answer = await patiently(() => byByte(request(env('GET', '/nothing'))));
    assert.equal(answer.status, 404);
    const all = pairs(stats);
    const parts = [...all].map((byte, i) => record(TYPE.PARAMS, [byte], { padding: i % 256 }));
    assert.equal((await peer().send(begin(), ...parts, record(TYPE.PARAMS), record(TYPE.STDIN)).answer()).status, 200);
  });

  test('who says nothing at all disturbs nobody', async () => {
    for (let i = 0; i < 200; i++) peer();
    await sleep(100);
    await healthy(1500);
  });

  test('who stops in the middle is closed, and holds the others up for a short time only', async () => {
    const bytes = request(stats);
    for (const cut of [1, 8, 12, 16, 40, bytes.length - 1]) {
      const p = peer().send(bytes.subarray(0, cut));
      await healthy();
      const answer = await p.answer();
      assert.ok(answer === null || answer.status >= 400, `cut at ${cut}: ${JSON.stringify(answer)}`);
    }
  });

  test('who cuts the connection in the middle, anywhere, leaves no trace', async () => {
    const bytes = request(env('POST', '/api/session', { CONTENT_LENGTH: 14, CONTENT_TYPE: 'application/json' }), '{"name":"Ann"}');
    for (let cut = 0; cut < bytes.length; cut += 3) peer().send(bytes.subarray(0, cut)).end();
    for (let cut = 0; cut < bytes.length; cut += 5) peer().send(bytes.subarray(0, cut)).drop();
    await healthy();
  });

  test('records that no front server sends: closed or answered, never a crash', async () => {
    const whole = [begin(), record(TYPE.PARAMS, pairs(stats)), record(TYPE.PARAMS), record(TYPE.STDIN)];
    const params = (bytes) => [begin(), record(TYPE.PARAMS, bytes), record(TYPE.PARAMS), record(TYPE.STDIN)];
    const cases = {
      'version 0': [record(TYPE.BEGIN, Buffer.alloc(8), { version: 0 })],
      'version 2': [record(TYPE.BEGIN, Buffer.alloc(8), { version: 2 })],
      'text': [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
      'zeros': [Buffer.alloc(100_000)],
      'ones': [Buffer.alloc(100_000, 255)],
      'params before begin': whole.slice(1),
      'stdin before begin': [record(TYPE.STDIN, 'x'), record(TYPE.STDIN)],
      'an end of our own kind': [record(TYPE.END, Buffer.alloc(8)), ...whole],
      'stdout': [record(TYPE.STDOUT, 'x'), ...whole],
      'stderr within': [whole[0], record(TYPE.STDERR, 'x'), ...whole.slice(1)],
      'data': [...whole.slice(0, 3), record(TYPE.DATA, 'x'), whole[3]],
      'an unknown type': [record(77, 'x', { id: 0 }), ...whole],
      'an unknown type within': [whole[0], record(77, 'x'), ...whole.slice(1)],
      'get values': [record(TYPE.GET_VALUES, pairs({ FCGI_MPXS_CONNS: '', FCGI_MAX_CONNS: '', X: '' }), { id: 0 }), ...whole],
      // Each of these four ends a process, or leaks, where libfcgi 2.4.2 sees it: fcgi/serve/records.h.
      'get values of nonsense': [record(TYPE.GET_VALUES, Buffer.alloc(60, 255), { id: 0 }), ...whole],
      'get values again and again': [...Array.from({ length: 8 }, () => record(TYPE.GET_VALUES, pairs({ FCGI_MAX_CONNS: '' }), { id: 0 })),
        record(TYPE.GET_VALUES, Buffer.concat(Array.from({ length: 8 }, () => pairs({ FCGI_MAX_CONNS: '' }))), { id: 0 }), ...whole],
      'lengths that overflow': [begin(), record(TYPE.PARAMS, [255, 255, 255, 254, 255, 255, 255, 254, 65]), ...whole.slice(2)],
      'begin with padding': [record(TYPE.BEGIN, [0, 1, 1, 0, 0, 0, 0, 0], { padding: 80 }), ...whole.slice(1)],
      'begin is short': [record(TYPE.BEGIN, [0, 1]), ...whole.slice(1)],
      'begin is empty': [record(TYPE.BEGIN), ...whole.slice(1)],
      'begin is long': [record(TYPE.BEGIN, Buffer.concat([Buffer.from([0, 1, 1]), Buffer.alloc(70)])), ...whole.slice(1)],
      'begin twice': [whole[0], ...whole],
      'begin of another within': [whole[0], begin({ id: 2 }), ...whole.slice(1)],
      'role authorizer': [begin({ role: 2 }), ...whole.slice(1)],
      'role filter': [begin({ role: 3 }), ...whole.slice(1)],
      'role 0': [begin({ role: 0 }), ...whole.slice(1)],
      'role 65535': [begin({ role: 65535 }), ...whole.slice(1)],
      'id 0': [begin({ id: 0 }), ...whole.slice(1)],
      'another id\'s params': [whole[0], record(TYPE.PARAMS, pairs(stats), { id: 9 }), ...whole.slice(2)],
      'abort at once': [whole[0], record(TYPE.ABORT)],
      'abort after the params': [...whole.slice(0, 3), record(TYPE.ABORT)],
      'abort before begin': [record(TYPE.ABORT), ...whole],
      'no params': [whole[0], record(TYPE.PARAMS), record(TYPE.STDIN)],
      'params end within a length': params([0x80, 0, 0]),
      'params end within a name': params([14, 3, ...Buffer.from('REQUEST')]),
      'params end within a value': params([14, 3, ...Buffer.from('REQUEST_METHODG')]),
      'a name of 2 GB': params([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 65]),
      'a value of 2 GB': params([1, 0xff, 0xff, 0xff, 0xff, 65]),
      'names of nothing': params(Buffer.alloc(60_000)),
      'a thousand variables': params(pairs({ ...stats, ...Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`V${i}`, 'x'])) })),
      'a length that lies': [record(TYPE.BEGIN, Buffer.alloc(8), { length: 65535 }), ...whole.slice(1)],
    };
    for (const [name, parts] of Object.entries(cases)) {
      const p = peer().send(...parts).end();
      const answer = await p.answer();
      assert.notEqual(answer, undefined, `${name}: neither closed nor answered`);
      await healthy();
      assert.deepEqual(await server.workerPids(), pids, name);
    }
  });

  test('variables that cannot be: 400', async () => {
    const bad = [
      { REQUEST_METHOD: 'GET' },
      { PATH_INFO: '/nothing' },
      { ...stats, PATH_INFO: 'api/stats' },
      { ...stats, PATH_INFO: `/${'x'.repeat(127)}` },
      { ...stats, PATH_INFO: `/${'x'.repeat(60_000)}` },
      { ...stats, QUERY_STRING: 'x'.repeat(512) },
      ...['-1', '1e3', ' 5', '5 ', '0x5', '5,5', 'x'].map((n) => ({ ...stats, CONTENT_LENGTH: n })),
    ];
    for (const variables of bad) {
      const answer = await peer().send(request(variables)).answer();
      assert.equal(answer.status, 400, JSON.stringify(variables).slice(0, 80));
      assert.equal(JSON.parse(answer.text).error.code, 'bad_request');
    }
    for (const [variables, status] of [
      [env('GET', '/nothing'), 404], [{ PATH_INFO: '/api/stats' }, 405], [env('G'.repeat(5000), '/api/stats'), 405], [env('GETX', '/api/stats'), 405],
      [{ ...stats, PATH_INFO: '/api/stats\0x' }, 200], // a C string ends there
      [{ ...stats, HTTP_AUTHORIZATION: 'x'.repeat(60_000), HTTP_PROXY: 'x' }, 200],
    ]) {
      assert.equal((await peer().send(request(variables)).answer()).status, status);
    }
  });

  test('lengths that lie: a body shorter, longer, missing, slow or huge', async () => {
    const post = (length, type = 'application/json') =>
      env('POST', '/api/session', { CONTENT_LENGTH: length, CONTENT_TYPE: type });
    const body = '{"name":"Ann"}';
    for (const length of [0, 1, body.length - 1, body.length + 1, 10_000]) {
      assert.equal((await peer().send(request(post(length), body)).answer()).status, 400, `length ${length}`);
    }
    assert.equal((await peer().send(request(post(''), body)).answer()).status, 400);
    assert.equal((await peer().send(request(post(body.length), body)).answer()).status, 201);
    assert.equal((await peer().send(request(post(body.length, 'text/html'), body)).answer()).status, 415);
    for (const length of ['40000', '4294967297', '18446744073709551616', '9'.repeat(100)]) {
      assert.equal((await peer().send(request(post(length), body)).answer()).status, 413, `length ${length}`);
    }
    // The rest of a slow body does not come: the others wait for a moment only.
    const slow = peer().send(begin(), record(TYPE.PARAMS, pairs(post(100))), record(TYPE.PARAMS), record(TYPE.STDIN, '{"na'));
    await healthy();
    assert.equal((await slow.answer()).status, 408);
    // 20 MB are read and dropped; the connection goes on.
    const p = peer().send(request(post(20_000_000), Buffer.alloc(20_000_000, 'x')));
    assert.equal((await p.answer(8000)).status, 413);
    assert.equal((await p.send(request(stats)).answer()).status, 200);
  });

  // The answer to a peer that goes on sending a byte now and then; null: none.
  async function drip(first, head) {
    const p = peer().send(...first);
    let at = 0;
    const timer = setInterval(() => p.send(at < head.length ? head.subarray(at, ++at) : Buffer.from('x')), 150);
    try {
      await sleep(300);
      await healthy(4000);
      return await p.answer();
    } finally {
      clearInterval(timer);
    }
  }

  test('a peer that drips holds the others up for two seconds, not for ever', async () => {
    const post = env('POST', '/api/session', { CONTENT_LENGTH: 100, CONTENT_TYPE: 'application/json' });
    // The header of a record that will never be whole, and then its bytes.
    const never = (type) => record(type, [], { length: 60_000 });
    assert.equal(await drip([begin()], never(TYPE.PARAMS)), null);
    const whole = [begin(), record(TYPE.PARAMS, pairs(post)), record(TYPE.PARAMS)];
    const answer = await patiently(() => drip(whole, never(TYPE.STDIN)));
    assert.equal(answer.status, 408);
  });

  test('random bytes, and requests with a few bytes changed', async () => {
    let seed = Number(process.env.SEED ?? 1);
    const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
    const whole = request(env('POST', '/api/session', { CONTENT_LENGTH: 14, CONTENT_TYPE: 'application/json' }), '{"name":"Ann"}');
    for (let round = 0; round < 150; round++) {
      const bytes = round % 5 === 0 ? Buffer.from(Array.from({ length: random(3000) }, () => random(256))) : Buffer.from(whole);
      for (let i = 0; i <= random(4) && bytes.length > 0; i++) bytes[random(bytes.length)] = random(256);
      peer().send(bytes).end();
      if (round % 50 === 0) await healthy(8000);
    }
    await healthy(8000);
  });

  test('more bytes behind a held poll end it; nobody else notices', async () => {
    const [ann, bob] = await pair(base);
    const p = peer().send(request(env('GET', '/api/poll?cursor=1&wait=20', { HTTP_X_PARLEY_TOKEN: ann.token })));
    await sleep(200);
    p.send(Buffer.from('what now?'));
    await until(() => p.closed, 'closed');
    await bob.send('hello');
    assert.equal((await ann.until('message')).text, 'hello');
  });

  test('who does not read the answers is dropped, and the others are served', async () => {
    const [ann, bob] = await pair(base);
    for (let i = 0; i < 10; i++) await ann.send('😀'.repeat(2000));
    const poll = request(env('GET', '/api/poll?cursor=1&wait=0', { HTTP_X_PARLEY_TOKEN: bob.token }));
    const p = peer();
    p.socket.pause();
    for (let i = 0; i < 40; i++) p.send(poll);
    for (let i = 0; i < 5; i++) {
      await healthy(6000);
      await sleep(100);
    }
    expect(await bob.askPoll({ cursor: 1 }), 200);
  });

  test('a replay of somebody\'s bytes: the nonce keeps it one message', async () => {
    const [ann, bob] = await pair(base);
    const body = JSON.stringify({ text: 'once', nonce: 'n' });
    const send = request(env('POST', '/api/send', { CONTENT_LENGTH: body.length, CONTENT_TYPE: 'application/json',
      HTTP_AUTHORIZATION: `Bearer ${ann.token}`, REQUEST_ID: 'abc' }), body);
    const plain = JSON.stringify({ text: 'no nonce' });
    const repeated = request(env('POST', '/api/send', { CONTENT_LENGTH: plain.length, CONTENT_TYPE: 'application/json',
      HTTP_AUTHORIZATION: `Bearer ${ann.token}`, REQUEST_ID: 'def' }), plain);
    for (const bytes of [send, repeated]) {
      const answers = await Promise.all([1, 2, 3].map(() => peer().send(bytes).answer()));
      assert.equal(new Set(answers.map((a) => a.text)).size, 1);
    }
    assert.deepEqual((await bob.poll()).events.map((e) => e.text), ['once', 'no nonce']);
    assert.ok(await Person.join(base));
  });
});
