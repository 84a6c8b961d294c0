// Every bad input: refused with the right status, and nothing is stored.
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { call, expect, pair, Person } from './client.mjs';
import { both, inModes } from './modes.mjs';

const deep = (n) => `{"text":"x","d":${'['.repeat(n)}${']'.repeat(n)}}`;

// Bodies that are no JSON object by RFC 8259, or that different readers would
// read differently.
const malformed = {
  'nothing but space': ' ',
  'no object': '"text"',
  'a number': '7',
  'null': 'null',
  'an array': '[{"text":"x"}]',
  'a word': 'text',
  'unfinished': '{"text":"x"',
  'unfinished string': '{"text":"x',
  'unfinished escape': '{"text":"\\',
  'unfinished code': '{"text":"\\u00',
  'only a brace': '{',
  'the wrong brace': '{"text":"x"]',
  'bytes behind the end': '{"text":"x"}x',
  'an object behind the end': '{"text":"x"}{}',
  'a NUL behind the end': '{"text":"x"}\0',
  'a comma too many': '{"text":"x",}',
  'a comma first': '{,"text":"x"}',
  'no comma': '{"text":"x" "a":1}',
  'no colon': '{"text" "x"}',
  'no value': '{"text":}',
  'a name without quotes': '{text:"x"}',
  'single quotes': "{'text':'x'}",
  'a comment': '{"text":"x"/* */}',
  'a name twice': '{"text":"x","text":"y"}',
  'a name twice, once escaped': '{"text":"x","\\u0074ext":"y"}',
  'a name twice within': '{"text":"x","d":{"a":1,"a":2}}',
  'a raw newline': '{"text":"a\nb"}',
  'a raw tab': '{"text":"a\tb"}',
  'a raw NUL': '{"text":"a\0b"}',
  'a raw escape': '{"text":"a\x1bb"}',
  'an escaped NUL': '{"text":"a\\u0000b"}',
  'an escaped NUL in a name': '{"text":"x","a\\u0000":1}',
  'a lone high surrogate': '{"text":"\\ud83d"}',
  'a lone low surrogate': '{"text":"\\ude00"}',
  'surrogates the wrong way round': '{"text":"\\ude00\\ud83d"}',
  'a high surrogate before text': '{"text":"\\ud83dx"}',
  'an unknown escape': '{"text":"\\x41"}',
  'a code that is none': '{"text":"\\u00g0"}',
  'a number with a zero in front': '{"text":"x","n":01}',
  'a number with a plus': '{"text":"x","n":+1}',
  'a number without digits': '{"text":"x","n":-}',
  'a number that ends with a point': '{"text":"x","n":1.}',
  'a hexadecimal number': '{"text":"x","n":0x1}',
  'NaN': '{"text":"x","n":NaN}',
  'Infinity': '{"text":"x","n":-Infinity}',
  'True': '{"text":"x","n":True}',
  'deep': deep(8),
  'very deep': deep(7000),
  'deep and unfinished': `{"d":${'{"d":['.repeat(1000)}`,
  'a byte order mark': '\ufeff{"text":"x"}',
};

const bytes = (...parts) => Buffer.concat(parts.map((p) => Buffer.from(p)));

// Bytes that are no UTF-8.
const notUtf8 = {
  'a lone continuation': [0x80],
  'an unfinished character': [0xe2, 0x82],
  'an overlong slash': [0xc0, 0xaf],
  'an overlong NUL': [0xc0, 0x80],
  'an overlong euro': [0xf0, 0x82, 0x82, 0xac],
  'a surrogate': [0xed, 0xa0, 0xbd],
  'a pair of surrogates (CESU-8)': [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  'beyond Unicode': [0xf4, 0x90, 0x80, 0x80],
  'five bytes': [0xf8, 0x88, 0x80, 0x80, 0x80],
  'Latin-1': [0xe9],
  'ones': [0xff, 0xfe],
};

// Nobody is to be away only because so many processes take a while under CGI.
inModes(both, { env: { PARLEY_AWAY_S: '60' } }, (at) => {
  test('malformed JSON: 400 bad_json, whichever call it is for', async () => {
    const [ann, bob] = await pair(at.base);
    for (const [name, body] of Object.entries(malformed)) {
      const reply = await ann.post('/api/send', body);
      assert.equal(reply.status, 400, `${name}: ${reply.text}`);
      assert.equal(reply.body.error.code, 'bad_json', name);
    }
    for (const path of ['/api/session', '/api/session/end', '/api/next', '/api/back', '/api/block', '/api/leave', '/api/typing', '/api/seen', '/api/receipts', '/api/retract']) {
      for (const body of ['{', '[]', '{"a":1,"a":2}', '{"a":"\\u0000"}']) {
        expect(await ann.post(path, body), 400, 'bad_json');
      }
    }
    assert.deepEqual((await bob.poll()).events, []);
    assert.equal((await ann.poll()).state, 'chatting');
  });

  test('what is JSON, only unusual, is read as it should be', async () => {
    const [ann, bob] = await pair(at.base);
    const unusual = [
      [' \r\n\t{ "text" : "a" } \n', 'a'],
      ['{"\\u0074ext":"b"}', 'b'],
      ['{"text":"\\ud83d\\ude00\\u00e9\\/\\n"}', '😀é/\n'],
      ['{"Text":1,"TEXT":[],"text":"c"}', 'c'],
      ['{"text":"d","n":[-0,1e400,1.5E-3,123456789012345678901234567890]}', 'd'],
      ['{"text":"e","nonce":null,"chat":null,"token":null}', 'e'],
      [deep(7), 'x'],
    ];
    for (const [body] of unusual) expect(await ann.post('/api/send', body), 200);
    assert.deepEqual((await bob.poll({ wait: 2 })).events.map((e) => e.text), unusual.map(([, text]) => text));
  });

  test('bytes that are no UTF-8: 400, in text, name, nonce and elsewhere', async () => {
    const [ann, bob] = await pair(at.base);
    for (const [name, wrong] of Object.entries(notUtf8)) {
      for (const body of [bytes('{"text":"', wrong, '"}'), bytes('{"text":"x","', wrong, '":1}'),
        bytes('{"text":"x","nonce":"', wrong, '"}'), bytes(wrong)]) {
        const reply = await ann.post('/api/send', body);
        assert.equal(reply.status, 400, `${name}: ${reply.text}`);
      }
      expect(await call(at.base, 'POST', '/api/session', { body: bytes('{"name":"', wrong, '"}') }), 400);
    }
    assert.deepEqual((await bob.poll()).events, []);
  });

  test('every member of a wrong type: 400', async () => {
    const [ann, bob] = await pair(at.base);
    const { id } = await bob.send('x');
    await ann.poll({ wait: 2 });
    const seq = ann.cursor;
    const wrong = { string: [7, 0, true, false, [], {}, [''], 1e30], bool: [7, 0, 1, 'true', '', [], {}],
      number: ['1', true, [], {}, 1.5, -1, 0, 1e30] };
    const members = [
      ['/api/session', { name: 'Ann' }, 'name', 'string'],
      ['/api/session/end', {}, 'unload', 'bool'],
      ['/api/send', { text: 'x' }, 'text', 'string'],
      ['/api/send', { text: 'x' }, 'nonce', 'string'],
      ['/api/send', { text: 'x' }, 'chat', 'string'],
      ['/api/typing', { on: true }, 'on', 'bool'],
      ['/api/typing', { on: true }, 'chat', 'string'],
      ['/api/leave', {}, 'chat', 'string'],
      ['/api/session', { name: 'Ann' }, 'receipts', 'bool'],
      ['/api/seen', { seq, id }, 'seq', 'number'],
      ['/api/seen', { seq, id }, 'id', 'string'],
      ['/api/seen', { seq, id }, 'chat', 'string'],
      ['/api/receipts', { on: true }, 'on', 'bool'],
      ['/api/retract', { id }, 'id', 'string'],
      ['/api/retract', { id }, 'chat', 'string'],
      ['/api/block', {}, 'chat', 'string'],
      ['/api/next', {}, 'widen', 'bool'],
    ];
    for (const [path, good, name, type] of members) {
      for (const value of wrong[type]) {
        const reply = await ann.post(path, { ...good, [name]: value });
        assert.equal(reply.status, 400, `${path} ${name} ${JSON.stringify(value)}: ${reply.text}`);
      }
    }
    assert.equal((await ann.poll()).state, 'chatting');
  });

  test('the type of the body: JSON, text, or nothing at all', async () => {
    const ann = await Person.join(at.base);
    const leave = (type, body = '{}') => ann.post('/api/leave', body, { headers: { 'content-type': type } });
    for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/json;x', 'text/plain', 'text/plain;charset=UTF-8']) {
      expect(await leave(type), 200);
    }
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/html', 'application/jsonx',
      'application', 'json', 'application/octet-stream', 'x'.repeat(500)]) {
      expect(await leave(type), 415, 'wrong_type');
    }
    expect(await ann.call('POST', '/api/leave'), 200);
    expect(await ann.post('/api/leave', '', { headers: { 'content-type': 'text/html' } }), 200);
  });

  test('a body that is too large: 413', async () => {
    const [ann, bob] = await pair(at.base);
    expect(await ann.post('/api/send', { text: 'x', pad: 'y'.repeat(33_000) }), 413, 'too_large');
    expect(await ann.post('/api/typing', { on: true, pad: 'y'.repeat(1100) }), 413, 'too_large');
    expect(await ann.post('/api/session', { name: 'x'.repeat(33_000) }), 413, 'too_large');
    expect(await ann.post('/api/send', Buffer.alloc(500_000, 0x20)), 413, 'too_large');
    expect(await ann.call('GET', '/api/poll?wait=0', { body: 'x'.repeat(2000) }), 413, 'too_large');
    assert.deepEqual((await bob.poll()).events, []);
  });

  test('many members: refused, and quickly', async () => {
    const ann = await Person.join(at.base);
    const many = (n) => JSON.stringify(Object.fromEntries(Array.from({ length: n }, (_, i) => [`m${i}`, i])));
    expect(await call(at.base, 'POST', '/api/session', { body: many(1000) }), 400, 'bad_json');
    expect(await ann.post('/api/leave', many(60)), 200);
  });

  test('HTTP that lies about its length ends with an error or a closed connection', async () => {
    const ann = await Person.join(at.base);
    const head = `POST /api/leave HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ann.token}\r\nContent-Type: application/json\r\n`;
    for (const [request, status] of [
      [`${head}Content-Length: 2\r\nConnection: close\r\n\r\n{}`, 200],
      [`${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 200],
      [`${head}Content-Length: -1\r\n\r\n{}`, 400],
      [`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
      [`${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
      [`${head}Content-Length: 99999999999999999999\r\n\r\n{}`, 400],
      [`${head}Content-Length: 1000000000\r\n\r\n{}`, 413],
      [`${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n`, 400],
      [`${head}Content-Length: 10\r\n\r\n{}`, null], // and then it hangs up
    ]) assert.equal(await raw(at.server.port, request), status, request);
  });
});

// Sends these bytes and answers the status; null if there was none.
function raw(port, request) {
  return new Promise((resolve) => {
    let got = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    const over = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(got ? Number(got.split(' ')[1]) : null);
    };
    const timer = setTimeout(over, 1500);
    socket.on('data', (part) => { got += part; if (got.includes('\r\n\r\n')) over(); });
    socket.on('error', over);
    socket.on('close', over);
  });
}
