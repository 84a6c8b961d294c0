// The service stops and starts again: the chat goes on from its cursor.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { expect, pair, Person, until } from './client.mjs';
import { patience } from './modes.mjs';
import { startServer } from './server.mjs';

for (const mode of ['fcgi', 'cgi']) {
  describe(mode, () => {
    let server, ann, bob;
    before(async () => {
      server = await startServer({ mode, env: patience });
      // Connections of their own: kept ones would break with nginx.
      [ann, bob] = await pair(server.base, ['Ann', 'Bob'], { agent: new http.Agent() });
    });
    after(() => server?.stop());

    test('what was acknowledged is still there, in order, and the nonces are known', async () => {
      await ann.send('1');
      const second = await ann.send('2', { nonce: 'n2' });
      await server.dev('stop');
      await assert.rejects(ann.askPoll());
      await server.dev('start');
      assert.deepEqual(await ann.send('2', { nonce: 'n2' }), second);
      await ann.send('3');
      const body = await bob.poll();
      assert.equal(body.state, 'chatting');
      assert.deepEqual(body.events.map((e) => [e.seq, e.text]), [[2, '1'], [3, '2'], [4, '3']]);
      assert.deepEqual(body.partner, { name: 'Ann', state: 'here' });
    });

    test('held polls are answered with no events when the service stops', async () => {
      if (mode === 'cgi') return; // its processes just end
      const held = [ann, bob].map((p) => p.hold(20).answer);
      await until(async () => expect(await ann.call('GET', '/api/stats'), 200).online >= 2, 'both held');
      await server.dev('stop');
      for (const reply of await Promise.all(held)) assert.deepEqual(expect(reply, 200).events, []);
      await server.dev('start');
    });

    test('nginx alone is restarted: the chat goes on', async () => {
      await server.restartNginx();
      await ann.send('4');
      assert.equal((await bob.until('message', (e) => e.text === '4')).text, '4');
    });

    test('who waited goes on waiting', async () => {
      const cid = await Person.join(server.base, 'Cid', { agent: new http.Agent() });
      await cid.next();
      await server.dev('stop');
      await server.dev('start');
      assert.equal((await cid.poll()).state, 'waiting');
      const dan = await Person.join(server.base, 'Dan', { agent: new http.Agent() });
      assert.equal((await dan.next()).state, 'chatting');
      assert.equal((await cid.until('matched')).partner.name, 'Dan');
    });
  });
}
