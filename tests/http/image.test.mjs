// POST /api/image and GET /api/image/{id}: what is taken, what is left of it,
// who can have it, and how long.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { call, expect, pair, Person, until } from './client.mjs';
import { env, Peer, request } from './fcgi.mjs';
import { both, inModes } from './modes.mjs';
import { file, files, png, pngOf } from './pictures.mjs';

const MIB = 1 << 20;
const SECRET = 'PARLEY-SECRET';

// put sends a picture as a page does; the answer, whatever it is.
function put(person, body, { chat = person.chat, nonce, type = 'image/jpeg', headers = {} } = {}) {
  const query = new URLSearchParams({ ...(chat && { chat }), ...(nonce && { nonce }) });
  return person.call('POST', `/api/image?${query}`, { body, headers: { 'content-type': type, ...headers } });
}

const get = (base, url, options) => call(base, 'GET', url, options);

// All that the server has on disk of its database.
async function onDisk(server) {
  const names = (await readdir(server.run)).filter((name) => /\.db(-wal)?$/.test(name));
  assert.ok(names.length > 0, 'a database');
  return Buffer.concat(await Promise.all(names.map((name) => readFile(path.join(server.run, name)))));
}

inModes(both, { workers: 2 }, (at) => {
  test('each kind: 200, the partner is told, both see the cleaned picture by its own type', async () => {
    const [ann, bob] = await pair(at.base);
    for (const [name, [type, width, height]] of Object.entries(files)) {
      const body = expect(await put(ann, file(name), { type: 'text/html' }), 200);
      assert.deepEqual(Object.keys(body).sort(), ['at', 'height', 'id', 'url', 'width']);
      assert.deepEqual([body.width, body.height], [width, height], name);
      assert.match(body.url, /^\/api\/image\/[A-Za-z0-9_-]{43}$/);
      const event = await bob.until('image');
      assert.deepEqual([event.id, event.at, event.url, event.width, event.height, event.chat],
        [body.id, body.at, body.url, width, height, ann.chat]);
      const seen = await get(at.base, body.url);
      assert.equal(seen.status, 200);
      assert.equal(seen.headers['content-type'], type, name);
      assert.equal(seen.bytes.length, event.bytes);
      assert.ok(!seen.bytes.includes('SECRET'), `${name} tells its secret`);
    }
    assert.deepEqual((await ann.poll()).events, []);
    assert.ok(!(await onDisk(at.server)).includes('SECRET'), 'the database holds metadata');
  });

  test('the orientation stays, as the only tag', async () => {
    const [ann] = await pair(at.base);
    const seen = await get(at.base, expect(await put(ann, file('baseline.jpg')), 200).url);
    const exif = Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex');
    assert.ok(seen.bytes.includes(Buffer.concat([Buffer.from('Exif\0\0'), exif])));
    assert.equal(seen.bytes.lastIndexOf('Exif'), seen.bytes.indexOf('Exif'));
  });

  test('the headers shut it in, and no cache keeps it', async () => {
    const [ann] = await pair(at.base);
    const { headers } = await get(at.base, expect(await put(ann, file('rgb.png')), 200).url);
    assert.equal(headers['content-type'], 'image/png');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['content-disposition'], 'inline; filename=picture.png');
    assert.equal(headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'; sandbox");
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['set-cookie'], undefined);
  });

  test('anything else: 415, whatever its header says, and the partner is told nothing', async () => {
    const [ann, bob] = await pair(at.base);
    const jpeg = file('grey.jpg');
    const others = {
      'nothing': Buffer.alloc(0),
      'SVG': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      'SVG with a declaration': '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
      'HTML': '<!DOCTYPE html><script>alert(1)</script>',
      'JSON': '{"text":"x"}',
      'BMP': Buffer.from('424d3a000000000000003600000028000000', 'hex'),
      'PDF': '%PDF-1.4',
      'GIFAR': Buffer.concat([file('still.gif'), Buffer.from('PK\x03\x04.....PK\x05\x06\0\0\0\0\x01\0\x01\0', 'latin1')]),
      'JPEG and HTML': Buffer.concat([jpeg, Buffer.from('<html><script>alert(1)</script>')]),
      'PNG and a script': Buffer.concat([file('rgb.png'), Buffer.from('\n<SCRIPT>alert(1)</SCRIPT>')]),
      'WebP and PDF': Buffer.concat([file('lossy.webp'), Buffer.from('%PDF-1.4')]),
      'HTML and JPEG': Buffer.concat([Buffer.from('<html>'), jpeg]),
      'a JPEG cut off': jpeg.subarray(0, jpeg.length - 1),
      'half a JPEG': jpeg.subarray(0, jpeg.length / 2),
      'half a PNG': file('rgb.png').subarray(0, 200),
      'half a GIF': file('animated.gif').subarray(0, 900),
      'half a WebP': file('animated.webp').subarray(0, 900),
      'a form': '--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n\r\n--x--',
    };
    for (const [name, body] of Object.entries(others)) {
      const reply = await put(ann, Buffer.from(body), { type: 'image/png' });
      assert.equal(reply.status, 415, name);
      expect(reply, 415, 'wrong_type');
    }
    assert.deepEqual((await bob.poll()).events, []);
  });

  test('what stands behind the end is left out', async () => {
    const [ann] = await pair(at.base);
    const plain = await get(at.base, expect(await put(ann, file('grey.jpg')), 200).url);
    const film = Buffer.concat([file('grey.jpg'), Buffer.from('\0\0\0\x18ftypmp42'), Buffer.alloc(5000, SECRET)]);
    const seen = await get(at.base, expect(await put(ann, film), 200).url);
    assert.deepEqual(seen.bytes, plain.bytes);
  });

  test('too many pixels: 413', async () => {
    const [ann, bob] = await pair(at.base);
    expect(await put(ann, png(8193, 1)), 413, 'too_large');
    expect(await put(ann, png(1, 8193)), 413, 'too_large');
    expect(await put(ann, png(8192, 8192)), 413, 'too_large'); // a bomb: 8 KiB that become 64 MiB
    assert.deepEqual((await bob.poll()).events, []);
    assert.deepEqual(expect(await put(ann, png(8192, 1)), 200).width, 8192);
  });

  test('5 MiB: 200, and as they were; a byte more: 413, from nginx and from a handler', async () => {
    const [ann, bob] = await pair(at.base);
    const big = pngOf(5 * MIB);
    assert.equal(big.length, 5 * MIB);
    const body = expect(await put(ann, big), 200);
    assert.equal((await bob.until('image')).bytes, big.length);
    assert.ok((await get(at.base, body.url)).bytes.equals(big));
    expect(await put(ann, pngOf(5 * MIB + 1)), 413, 'too_large');
    // Others are answered meanwhile, and after.
    await ann.send('still here');
    await bob.until('message');
  });

  test('several at once, with messages between them', async () => {
    const [ann, bob] = await pair(at.base);
    const sizes = [MIB, 2 * MIB, 3 * MIB];
    const replies = await Promise.all([...sizes.map((size, i) => put(ann, pngOf(size), { nonce: `n${i}` })),
      ann.post('/api/send', { text: 'x' }), put(bob, file('rgb.png'))]);
    for (const reply of replies) assert.equal(reply.status, 200, reply.text);
    const seen = await Promise.all(replies.slice(0, 3).map((reply) => get(at.base, reply.body.url)));
    assert.deepEqual(seen.map((reply) => reply.bytes.length), sizes);
  });

  test('a repeated nonce is answered as the first time, also when all is over', async () => {
    const [ann, bob] = await pair(at.base);
    const first = expect(await put(ann, file('rgb.png'), { nonce: 'n' }), 200);
    assert.deepEqual(expect(await put(ann, file('rgb.png'), { nonce: 'n' }), 200), first);
    assert.deepEqual(expect(await put(ann, file('grey.jpg'), { nonce: 'n' }), 200), first);
    const other = expect(await put(ann, file('rgb.png'), { nonce: 'm' }), 200);
    assert.notEqual(other.id, first.id);
    assert.notEqual(other.url, first.url);
    await bob.leave();
    assert.deepEqual(expect(await put(ann, file('rgb.png'), { nonce: 'n' }), 200), first);
    await bob.poll();
    assert.equal(bob.events.filter((event) => event.type === 'image').length, 2);
  });

  test('a nonce of a message is none of a picture', async () => {
    const [ann] = await pair(at.base);
    await ann.send('x', { nonce: 'n' });
    expect(await put(ann, file('rgb.png'), { nonce: 'n' }), 400, 'bad_request');
  });

  test('nonces and chats that cannot be', async () => {
    const [ann] = await pair(at.base);
    for (const nonce of ['x'.repeat(65), 'a b', 'é']) expect(await put(ann, file('rgb.png'), { nonce }), 400, 'bad_request');
    expect(await ann.call('POST', '/api/image?nonce=a&nonce=b', { body: file('rgb.png') }), 400, 'bad_request');
    for (const chat of ['0', '-1', 'x', `${ann.chat}x`, String(Number(ann.chat) + 1)]) {
      expect(await put(ann, file('rgb.png'), { chat }), 409, 'chat_over');
    }
    expect(await put(ann, file('rgb.png'), { chat: null }), 200);
  });

  test('in no chat, or in one that is over: 409; without a session: 401', async () => {
    const cleo = await Person.join(at.base);
    expect(await put(cleo, file('rgb.png')), 409, 'not_chatting');
    expect(await put(cleo, file('rgb.png'), { chat: '1' }), 409, 'chat_over');
    const [ann, bob] = await pair(at.base);
    await bob.leave();
    expect(await put(ann, file('rgb.png')), 409, 'chat_over');
    expect(await call(at.base, 'POST', '/api/image', { body: file('rgb.png') }), 401, 'no_session');
    // A token does not belong into an address.
    expect(await call(at.base, 'POST', `/api/image?token=${ann.token}`, { body: file('rgb.png') }), 401, 'no_session');
  });

  test('taken back: the picture is gone for both, and the partner is told', async () => {
    const [ann, bob] = await pair(at.base);
    const picture = png(100, 100, Buffer.alloc(50_000, `TAKEN-BACK-${at.mode}`));
    const first = expect(await put(ann, picture, { nonce: 'n' }), 200);
    expect(await bob.post('/api/retract', { id: first.id, chat: bob.chat }), 404, 'not_found');
    assert.equal((await get(at.base, first.url)).status, 200);
    expect(await ann.post('/api/retract', { id: first.id, chat: ann.chat }), 204);
    assert.equal((await get(at.base, first.url)).status, 404);
    assert.equal((await bob.until('retracted')).id, first.id);
    assert.deepEqual(expect(await put(ann, picture, { nonce: 'n' }), 200), first);
    assert.equal((await get(at.base, first.url)).status, 404);
    // One without a nonce as well.
    const other = expect(await put(ann, file('rgb.png')), 200);
    expect(await ann.post('/api/retract', { id: other.id }), 204);
    assert.equal((await get(at.base, other.url)).status, 404);
  });

  test('it says that its sender types no more', async () => {
    const [ann, bob] = await pair(at.base);
    await ann.typing(true);
    expect(await put(ann, file('rgb.png')), 200);
    await ann.typing(false); // is no news any more
    await ann.send('x');
    await bob.until('message');
    assert.deepEqual(bob.events.map((event) => event.on ?? event.type), [true, 'image']);
  });

  test('an address that is not the one: 404, all alike', async () => {
    const [ann] = await pair(at.base);
    const { url, id } = expect(await put(ann, file('rgb.png')), 200);
    const wrong = [url.slice(0, -1), `${url}A`, url.slice(0, -1) + (url.endsWith('A') ? 'E' : 'A'), url.toUpperCase().replace('/API/IMAGE', '/api/image'),
      `/api/image/${id}`, '/api/image/', '/api/image/x', `/api/image/${'A'.repeat(43)}`, `${url}/`, `/api/image/x/${url.slice(11)}`];
    const answers = new Set();
    for (const where of wrong) {
      const reply = await get(at.base, where);
      assert.equal(reply.status, 404, where);
      expect(reply, 404, 'not_found');
      if (/image\/[^/]+$/.test(where)) answers.add(reply.text);
    }
    assert.equal(answers.size, 1);
    assert.equal((await get(at.base, url)).status, 200);
  });

  test('other methods: 405, and which is allowed', async () => {
    const [ann] = await pair(at.base);
    const { url } = expect(await put(ann, file('rgb.png')), 200);
    for (const method of ['HEAD', 'DELETE', 'PUT', 'POST', 'PATCH', 'OPTIONS']) {
      const reply = await ann.call(method, url);
      assert.equal(reply.status, 405, method);
      assert.equal(reply.headers.allow, 'GET');
    }
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const reply = await ann.call(method, '/api/image');
      expect(reply, 405, 'method_not_allowed');
      assert.equal(reply.headers.allow, 'POST');
    }
    assert.equal((await get(at.base, url)).status, 200);
  });

  test('no log has an address', async () => {
    const [ann] = await pair(at.base);
    const { url } = expect(await put(ann, pngOf(MIB)), 200);
    await get(at.base, url);
    await get(at.base, `${url}x`);
    await call(at.base, 'DELETE', url);
    const logs = await until(async () => {
      const all = await at.server.logs();
      return / DELETE \/api\/image\/- /.test(all) && all; // nginx writes its log every second
    }, 'nginx has logged it');
    assert.ok(!logs.includes(url.slice(11)));
  });
});

const short = { PARLEY_GONE_S: '3', PARLEY_AWAY_S: '1', PARLEY_NONCE_S: '60' };

inModes(both, { env: short }, (at) => {
  test('when the chat has been over for a while, nothing of it is left', { timeout: 60_000 }, async () => {
    const [ann, bob] = await pair(at.base);
    // Its pixels hold a word by which they can be found.
    const picture = png(100, 100, Buffer.alloc(300_000, 'PIXELS-OF-ANN'));
    const first = expect(await put(ann, picture, { nonce: 'n' }), 200);
    assert.ok((await onDisk(at.server)).includes('PIXELS-OF-ANN'));
    await bob.leave();
    assert.equal((await get(at.base, first.url)).status, 200);
    await until(async () => {
      await ann.poll();
      return (await get(at.base, first.url)).status === 404;
    }, 'the picture is gone', 30_000);
    await until(async () => {
      await ann.poll();
      return !(await onDisk(at.server)).includes('PIXELS-OF-ANN');
    }, 'its bytes are overwritten', 30_000);
    // And a repetition still gets the answer of the first time.
    assert.deepEqual(expect(await put(ann, picture, { nonce: 'n' }), 200), first);
  });

  test('who ends the session takes the pictures along', async () => {
    const [ann, bob] = await pair(at.base);
    const hers = expect(await put(ann, file('rgb.png')), 200);
    const his = expect(await put(bob, file('grey.jpg')), 200);
    await ann.end();
    assert.equal((await get(at.base, hers.url)).status, 404);
    assert.equal((await get(at.base, his.url)).status, 200);
  });
});

inModes(['fcgi'], { env: { PARLEY_PICTURES_MAX: '3', PARLEY_PICTURES_KIB: '100', PARLEY_PICTURES_ALL_MIB: '1' } }, (at) => {
  test('a chat has enough pictures: 429; another chat has not; all together: 503', async () => {
    const [ann, bob] = await pair(at.base);
    expect(await put(ann, pngOf(90 * 1024)), 200);
    const reply = expect429(await put(bob, pngOf(20 * 1024)));
    assert.ok(Number(reply.headers['retry-after']) >= 1);
    expect(await put(bob, file('rgb.png'), { nonce: 'n' }), 200);
    expect(await put(ann, file('rgb.png')), 200);
    expect429(await put(ann, file('rgb.png')));
    expect(await put(bob, file('rgb.png'), { nonce: 'n' }), 200); // as the first time
    let last;
    for (let chats = 0; chats < 12 && last?.status !== 503; chats++) last = await put((await pair(at.base))[0], pngOf(95 * 1024));
    expect(last, 503, 'unavailable');
    assert.equal(last.headers['retry-after'], '60');
  });
});

inModes(['fcgi'], {}, (at) => {
  test('the handlers themselves take 5 MiB and not a byte more', async () => {
    for (const [extra, status] of [[0, 401], [1, 413]]) {
      const body = pngOf(5 * MIB + extra);
      const peer = new Peer(at.server.run);
      peer.send(request(env('POST', '/api/image', { CONTENT_LENGTH: body.length }), body));
      assert.equal((await peer.answer(10_000)).status, status);
      // The connection is good for the next request.
      peer.send(request(env('GET', '/api/stats')));
      assert.equal((await peer.answer()).status, 200);
      peer.drop();
    }
  });

  const san = /\/san\//.test(process.env.PARLEY_BIN) && 'a sanitizer keeps what was freed';
  test('pictures do not make a worker larger for good', { skip: san }, async () => {
    const [ann] = await pair(at.base);
    const big = pngOf(5 * MIB);
    const before = await memory(at.server);
    for (let i = 0; i < 3; i++) {
      const { url } = expect(await put(ann, big), 200);
      await Promise.all(Array.from({ length: 4 }, () => get(at.base, url)));
    }
    await until(async () => await memory(at.server) < before + 40 * MIB, 'the memory is given back');
  });
});

// What the workers hold of their own.
async function memory(server) {
  const all = await Promise.all((await server.workerPids()).map((pid) => readFile(`/proc/${pid}/status`, 'utf8')));
  return all.reduce((sum, text) => sum + Number(/^RssAnon:\s+(\d+) kB/m.exec(text)[1]) * 1024, 0);
}

function expect429(reply) {
  expect(reply, 429, 'pictures_full');
  return reply;
}

inModes(['fcgi'], { limits: 'on' }, (at) => {
  test('a flood of pictures from one address: 429 too_many', async () => {
    const [ann] = await pair(at.base);
    const replies = await Promise.all(Array.from({ length: 90 }, () => put(ann, Buffer.from('x'))));
    const statuses = new Set(replies.map((reply) => reply.status));
    assert.deepEqual([...statuses].sort(), [415, 429]);
    expect(replies.find((reply) => reply.status === 429), 429, 'too_many');
  });
});
