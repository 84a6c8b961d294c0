// GET /api/stats and /healthz, and addresses and methods that are not there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { alone, call, expect, pair, Person, until } from './client.mjs';
import { both, inModes } from './modes.mjs';

inModes(both, {}, (at) => {
  test('stats: three numbers, at most two seconds old, without a token', async () => {
    const stats = async () => expect(await call(at.base, 'GET', '/api/stats'), 200);
    assert.deepEqual(Object.keys(await stats()).sort(), ['chatting', 'online', 'waiting']);
    const [ann] = await pair(at.base);
    await alone(at.base, async () => {
      const cid = await Person.join(at.base);
      await cid.next();
      await until(async () => {
        const n = await stats();
        return n.online >= 3 && n.waiting >= 1 && n.chatting >= 2;
      }, 'three online, one waiting, two chatting', 3000);
      await Promise.all([ann.end(), cid.end()]);
    });
    await until(async () => (await stats()).waiting === 0, 'nobody waits');
  });

  test('healthz: 200 {ok: true}, and it really writes', async () => {
    const reply = await call(at.base, 'GET', '/healthz');
    assert.deepEqual(expect(reply, 200), { ok: true });
    assert.equal(reply.headers['cache-control'], 'no-store');
    const wal = path.join(at.server.run, 'parley.db-wal');
    const before = await readFile(wal);
    expect(await call(at.base, 'GET', '/healthz'), 200);
    assert.ok(!before.equals(await readFile(wal)));
  });

  test('addresses that are not there: 404 in the shape of all errors', async () => {
    for (const path of ['/api/', '/api/x', '/api/Poll', '/api/poll/', '/api/send/x', '/api/session/', '/api/../api/nothing',
      '/api/%70%6f%6c%6c%00', '/api/session%2fend%2f', '/api/' + 'x'.repeat(60)]) {
      for (const method of ['GET', 'POST']) {
        const reply = await call(at.base, method, path);
        assert.ok(reply.status === 404 || reply.status === 400, `${path}: ${reply.status}`);
        expect(reply, reply.status);
      }
    }
    expect(await call(at.base, 'GET', `/api/${'x'.repeat(3000)}`), 400);
  });

  test('methods that are not there: 405 with Allow', async () => {
    const allowed = { '/api/session': 'POST', '/api/session/end': 'POST', '/api/next': 'POST', '/api/leave': 'POST',
      '/api/typing': 'POST', '/api/seen': 'POST', '/api/receipts': 'POST', '/api/retract': 'POST', '/api/send': 'POST', '/api/poll': 'GET', '/api/stats': 'GET', '/healthz': 'GET' };
    for (const [path, allow] of Object.entries(allowed)) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'MKCALENDAR']) {
        if (method === allow) continue;
        const reply = await call(at.base, method, path);
        expect(reply, 405, 'method_not_allowed');
        assert.equal(reply.headers.allow, allow, path);
      }
    }
  });

  test('an error of a handler has the headers of every answer', async () => {
    const reply = await call(at.base, 'GET', '/api/nothing');
    assert.equal(reply.headers['cache-control'], 'no-store');
    assert.equal(reply.headers['x-content-type-options'], 'nosniff');
    assert.match(reply.headers['content-type'], /^application\/json/);
  });
});
