// A session's token is told once, and a page's key once: they are in no other
// answer, in no header, and in no file of the run, whatever is asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { residue } from '../faults/residue.mjs';
import { call, expect, Person, until } from './client.mjs';
import { file } from './pictures.mjs';
import { forms, Page, post } from './plain.mjs';
import { startServer } from './server.mjs';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'];
const PATHS = ['session', 'session/end', 'next', 'back', 'block', 'leave', 'poll', 'send', 'typing', 'seen', 'receipts', 'retract', 'image', 'stats', 'nothing'];

// Everything that was answered, with the places that may hold a secret.
class Ear {
  constructor() { this.heard = []; }

  note(what, reply) {
    this.heard.push({ what, text: `${JSON.stringify(reply.headers)}\n${reply.bytes.toString('latin1')}` });
    return reply;
  }

  // In which answers a secret was.
  with(secret) { return this.heard.filter(({ text }) => text.includes(secret)).map(({ what }) => what); }
}

function listen(one, ear, ...methods) {
  for (const method of methods) {
    const plain = one[method].bind(one);
    one[method] = async (...args) => ear.note(`${method} ${args[0]} ${args[1] ?? ''}`, await plain(...args));
  }
  return one;
}

async function join(base, name, ear) {
  const one = listen(new Person(base), ear, 'call');
  const body = expect(ear.note('birth', await call(base, 'POST', '/api/session', { body: { name } })), 201);
  return Object.assign(one, { token: body.token });
}

// What the two do in an ordinary chat, and whatever else one may try with a token.
async function visit(base, ear, thorough) {
  const [ann, bob] = [await join(base, 'Ann', ear), await join(base, 'Bob', ear)];
  await ann.next();
  await bob.next();
  await Promise.all([ann.until('matched'), bob.until('matched')]);
  const { id } = await ann.send('hello', { nonce: 'n1' });
  await bob.until('message');
  expect(await bob.post('/api/seen', { seq: 2, id, chat: bob.chat }), 204);
  expect(await ann.call('POST', `/api/image?chat=${ann.chat}&nonce=n2`, { body: file('rgb.png'), headers: { 'content-type': 'image/png' } }), 200);
  await bob.poll();
  for (const method of METHODS) {
    for (const path of PATHS) {
      const wrong = { token: ann.token, text: 7, name: 7, seq: 'x', id: 'x', chat: '999', on: 1 };
      for (const body of thorough ? [undefined, '{', '{}', wrong, 'x'.repeat(3000)] : [wrong]) { // CGI: a process for each
        if (path === 'session/end' && method === 'POST') continue;
        if (method === 'POST' && ['next', 'leave', 'back'].includes(path) && body === '{}') continue; // the chat goes on
        await ann.call(method, `/api/${path}?wait=0`, { body: method === 'GET' ? undefined : body });
      }
    }
  }
  for (const wrong of [ann.token.toLowerCase(), `${ann.token}A`, ann.token.slice(1), `${ann.token.slice(0, -1)}-`]) {
    expect(await ann.call('GET', '/api/poll?wait=0', { headers: { authorization: `Bearer ${wrong}` } }), 401);
    expect(await ann.call('GET', '/api/poll?wait=0', { headers: { authorization: undefined, 'x-parley-token': wrong } }), 401);
  }
  await ann.call('GET', `/api/poll?token=${ann.token}&cursor=x`);
  await ann.call('GET', `/api/poll?wait=0`, { headers: { cookie: `token=${ann.token}`, referer: `${base}/?${ann.token}`, 'user-agent': ann.token, 'x-forwarded-for': ann.token, host: `${ann.token}.example` } });
  return [ann, bob];
}

async function visitPages(base, ear) {
  const [form] = forms((await call(base, 'GET', '/plain/')).text);
  const reply = ear.note('begin', await post(base, '/plain/', { ...form.fields, name: 'Cleo' }));
  assert.equal(reply.status, 303);
  const page = listen(new Page(base, reply.headers.location), ear, 'get', 'post');
  for (const what of ['', 'say', 'log?wait=0', 'picture', 'nothing', 'leave']) await page.get(what, { headers: { cookie: page.key, referer: base + page.path } });
  for (const what of ['', 'say', 'next', 'leave', 'block', 'picture', 'nothing']) await page.post(what, { text: 'x', nonce: '', step: 'x', chat: 'y' });
  await call(base, 'POST', `/plain/${page.key.toLowerCase()}/say`, { body: 'a=b' });
  return page;
}

for (const mode of ['fcgi', 'cgi']) {
  test(`${mode}: a token and a key are told once, and written nowhere`, async (t) => {
    const ear = new Ear();
    const server = await startServer({ mode, env: { PARLEY_LOG_LEVEL: 'debug', PARLEY_HOLD_S: '1', PARLEY_CGI_HOLD_S: '1', PARLEY_CGI_DELAY_MS: '0' } });
    try {
      const [ann, bob] = await visit(server.base, ear, mode === 'fcgi');
      const page = await visitPages(server.base, ear);
      for (const one of [ann, bob]) assert.deepEqual(ear.with(one.token), ['birth']);
      assert.deepEqual(ear.with(page.key), ['begin']);
      const carried = await post(server.base, '/plain/carry', { token: ann.token, lang: 'en' });
      assert.equal(carried.status, 303);
      assert.ok(!`${carried.headers.location}${carried.text}`.includes(ann.token));
      const secrets = { ann: ann.token, bob: bob.token, page: page.key, carried: carried.headers.location.split('/')[2] };
      assert.equal(new Set(Object.values(secrets)).size, 4);
      for (const secret of Object.values(secrets)) assert.match(secret, /^[\w-]{43}$/); // 256 bits
      await ann.end();
      await server.dev('stop');
      assert.deepEqual(await residue(server.run, secrets), []);
      t.diagnostic(`${mode}: ${ear.heard.length} answers`);
    } finally {
      await server.stop();
    }
  });
}

test('negative control: an answer and a log that hold a token are noticed', async () => {
  const ear = new Ear();
  const server = await startServer();
  try {
    const [ann, bob] = await Promise.all(['Ann', 'Bob'].map((name) => join(server.base, name, ear)));
    await ann.next();
    await bob.next();
    await ann.send(`my token is ${ann.token}`); // into an answer
    await bob.until('message');
    assert.ok(ear.with(ann.token).length > 1);
    await call(server.base, 'GET', `/${bob.token}`); // into the path, and so into the log
    await until(async () => (await residue(server.run, { bob: bob.token })).some((line) => /access\.log$/.test(line)), 'the log has it');
    await until(async () => (await residue(server.run, { ann: ann.token })).some((line) => /parley\.db/.test(line)), 'the message is stored');
  } finally {
    await server.stop();
  }
});
