// Nothing outlives its use: what people typed, sent and came from is in no file
// any more when its time is over, not in a free page, not in the log of writes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { expect, pair, Person, sleep, until } from '../http/client.mjs';
import { png } from '../http/pictures.mjs';
import { Page } from '../http/plain.mjs';
import { startServer } from '../http/server.mjs';
import { residue, variants } from './residue.mjs';

const ADDRESS = '127.77.1.9', FORWARDED = '203.0.113.77';
// The shortest times that there are.
const env = {
  PARLEY_AWAY_S: '1', PARLEY_GONE_S: '3', PARLEY_UNLOAD_S: '1', PARLEY_SESSION_IDLE_S: '15', PARLEY_NONCE_S: '10',
  PARLEY_RETRACT_S: '10', PARLEY_ERASE_S: '1', PARLEY_LOG_LEVEL: 'debug',
  // Addresses are counted, and so are written down, as hashes; but this is a flood.
  PARLEY_RATES: 'on', PARLEY_MESSAGES_MINUTE: '0', PARLEY_POLLS_MINUTE: '0', PARLEY_ACTS_MINUTE: '0', PARLEY_PAIRINGS_MINUTE: '0',
  PARLEY_PICTURES_HOUR: '0', PARLEY_PICTURE_MIB_HOUR: '0', PARLEY_KIB_MINUTE: '0', PARLEY_WORK: 'off',
};
// Whose word counts: with the one the visitor's own address is counted, with the other what it says.
// Under CGI all takes longer, and nobody is to be gone because of that.
const own = { fcgi: { PARLEY_PROXIES: '127.77.0.0/16' }, cgi: { PARLEY_PROXIES: '', PARLEY_GONE_S: '8', PARLEY_SESSION_IDLE_S: '25' } };
const CROWD = { fcgi: 60, cgi: 20 }; // messages of others

const mark = () => `Zq${randomBytes(9).toString('hex')}`;
const long = (marker) => marker.repeat(Math.floor(2000 / marker.length));

// Pixels that are stored as they are, the marker in each line of them.
const picture = (marker) => png(127, 200, zlib.deflateSync(Buffer.from(`\0${marker.padEnd(127, '.')}`.repeat(200)), { level: 0 }));

// Sends from an address of its own, and says all that a browser could say.
function visitor(marks) {
  const agent = new http.Agent({ keepAlive: true, localAddress: ADDRESS });
  const headers = {
    'user-agent': marks.browser, referer: `http://127.0.0.1/${marks.referer}`, cookie: `a=${marks.cookie}`,
    'x-forwarded-for': FORWARDED, 'x-real-ip': FORWARDED, forwarded: `for=${FORWARDED}`,
  };
  return { agent, headers };
}

async function send(person, bytes, headers) {
  const reply = await person.call('POST', `/api/image?chat=${person.chat}&nonce=${mark()}`,
    { body: bytes, headers: { ...headers, 'content-type': 'image/png' } });
  return expect(reply, 200);
}

// Other people, so that pages are shared, split and merged.
async function crowd(base, n) {
  const [a, b] = await pair(base, ['bystander', 'bystander']);
  for (let i = 0; i < n; i++) await a.send('something quite else '.repeat(i % 40 + 1));
  await b.poll();
  await b.poll();
  return [a, b];
}

// Everything that leaves a trace. {marks, ends()}
async function visit(base) {
  const marks = Object.fromEntries(['name', 'tag', 'plain', 'said', 'read', 'unread', 'long', 'longer', 'retracted', 'seen',
    'hidden', 'browser', 'referer', 'cookie'].map((what) => [what, mark()]));
  const { agent, headers } = visitor(marks);
  const [ann, bob] = await pair(base, [marks.name, 'Bob'], { agent });
  const begun = expect(await ann.post('/api/session', { name: marks.name, tags: [marks.tag, 'tea'] }, { headers }), 201);
  const tagged = Object.assign(new Person(base, { agent }), { token: begun.token });
  for (const text of [marks.read, long(marks.long)]) await ann.send(text);
  await bob.poll();
  await bob.poll(); // acknowledged
  await send(ann, picture(marks.seen), headers);
  await bob.poll();
  const oops = await ann.send(marks.retracted);
  await ann.send(marks.unread);
  await ann.send(long(marks.longer));
  await send(ann, picture(marks.hidden), headers);
  expect(await ann.post('/api/retract', { id: oops.id, chat: ann.chat }, { headers }), 204);
  const page = await Page.begin(base, marks.plain);
  const other = await Person.join(base, 'Other');
  await other.next();
  await other.until('matched');
  await page.say(marks.said);
  return { marks, people: [ann, bob, tagged, other], page, agent };
}

// {needle: bytes} of those that must be gone in the end.
const needles = (marks) => ({
  ...marks, address: ADDRESS, forwarded: FORWARDED, 'address in binary': Buffer.from([127, 77, 1, 9]),
});

// In the files while it is needed, so that the search is known to find it.
const KEPT = ['name', 'tag', 'plain', 'said', 'unread', 'longer', 'seen', 'hidden'];

async function are_over(people) {
  for (const person of people) if ((await person.askPoll()).status !== 401) return false;
  return true;
}

// SQLite as it would be without being told to overwrite.
const CARELESS = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
int sqlite3_exec(void *db, const char *sql, void *each, void *arg, char **why)
{
  int (*real)(void *, const char *, void *, void *, char **) = dlsym(RTLD_NEXT, "sqlite3_exec");
  char *copy = strdup(sql), *at = strstr(copy, "secure_delete = ON");
  if (at) memcpy(at, "secure_delete=OFF ", 18);
  int rc = real(db, copy, each, arg, why);
  free(copy);
  return rc;
}`;

// They wait for the same time: side by side.
describe('retention', { concurrency: true }, () => {
  for (const mode of ['fcgi', 'cgi']) {
    test(`${mode}: after its time nothing is in any file`, async (t) => {
      const server = await startServer({ mode, env: { ...env, ...own[mode] } });
      try {
        const others = await crowd(server.base, CROWD[mode]);
        const { marks, people, page, agent } = await visit(server.base);
        const stay = await crowd(server.base, CROWD[mode]);
        // The proof that the search would find it.
        const before = await residue(server.run, needles(marks));
        for (const what of KEPT) assert.ok(before.some((line) => line.startsWith(`${what}, as it is, in parley.db`)), `${what}: ${before}`);
        assert.deepEqual(before.filter((line) => /^(address|forwarded),/.test(line)), []);
        const never = await residue(server.run, { ...Object.fromEntries(people.map((p, i) => [`token ${i}`, p.token])), key: page.key });
        assert.deepEqual(never, []);
        await people[0].end(); // one says good-bye, the others are gone
        await others[0].end();
        const began = Date.now();
        let left;
        await until(async () => {
          await stay[0].send('and the service goes on');
          await stay[1].poll();
          left = await residue(server.run, needles(marks));
          return left.length === 0;
        }, 'nothing is left', 90_000).catch((failure) => { throw new Error(`${failure.message}: ${left.join('; ')}`); });
        t.diagnostic(`${mode}: ${Object.keys(needles(marks)).length} markers gone ${Date.now() - began} ms after the visit`);
        assert.equal((await residue(server.run, { bystander: 'bystander' })).length > 0, true, 'others are still there');
        agent.destroy();
      } finally {
        await server.stop();
      }
    });
  }

  test('negative control: without secure_delete it stays, and the search finds it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'parley-careless-'));
    await writeFile(path.join(folder, 'careless.c'), CARELESS);
    execFileSync('gcc', ['-shared', '-fPIC', '-o', path.join(folder, 'careless.so'), path.join(folder, 'careless.c'), '-ldl']);
    const server = await startServer({ env: {
      ...env, LD_PRELOAD: path.join(folder, 'careless.so'), ASAN_OPTIONS: 'verify_asan_link_order=0' } });
    try {
      const { marks, people, agent } = await visit(server.base);
      for (const person of people) await person.end();
      await until(() => are_over(people), 'all have gone');
      await sleep(4000); // four times what it takes to erase
      const left = await residue(server.run, needles(marks));
      assert.ok(left.some((line) => /in parley\.db$/.test(line)), left.join());
      agent.destroy();
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test('negative control: every way of writing it down is searched for', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-residue-'));
  const marker = mark();
  for (const [how, bytes] of Object.entries(variants(marker))) {
    await writeFile(path.join(folder, 'file'), Buffer.concat([Buffer.from('so: '), bytes, Buffer.from(' it was')]));
    assert.ok((await residue(folder, { marker })).some((line) => line.includes(how)), how);
  }
  for (const before of ['', 'a', 'ab']) { // inside of something longer
    await writeFile(path.join(folder, 'file'), Buffer.from(`${before}${marker}xyz`).toString('base64'));
    assert.notDeepEqual(await residue(folder, { marker }), []);
  }
  await writeFile(path.join(folder, 'file'), 'nothing');
  assert.deepEqual(await residue(folder, { marker }), []);
  await rm(folder, { recursive: true, force: true });
});
