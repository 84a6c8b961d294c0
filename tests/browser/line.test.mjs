// The connection is not the chat: workers die, nginx restarts, the network
// goes, requests get lost, and the talk goes on without a gap or a double.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let server, town;
inTown({ env: { PARLEY_AWAY_S: '3', PARLEY_GONE_S: '15', PARLEY_UNLOAD_S: '2' } }, (s, t) => { [server, town] = [s, t]; });

async function talk_is(ann, bob, said) {
  await ann.delivered();
  await bob.reads(said[said.length - 1]);
  assert.deepEqual(await bob.talk(), said.map((text) => `them: ${text}`));
  assert.deepEqual(await ann.talk(), said.map((text) => `me: ${text}`));
}

describe('the chat goes on', () => {
  it('when all workers are killed between two messages', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('before');
    await bob.reads('before');
    for (const pid of await server.workerPids()) process.kill(pid, 'SIGKILL');
    await ann.says('after');
    await talk_is(ann, bob, ['before', 'after']);
    await bob.says('and back');
    await ann.reads('and back');
  });

  it('when nginx is restarted', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('before');
    await bob.reads('before');
    await server.restartNginx();
    await ann.says('after');
    await talk_is(ann, bob, ['before', 'after']);
  });

  it('when the network goes and comes: the banner, the outbox, one try at once', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('before');
    await bob.reads('before');
    await ann.page.context().setOffline(true);
    await ann.sees('.banner.-on');
    await ann.says('one');
    await ann.says('two');
    await ann.until(() => document.querySelectorAll('.message.-sending').length === 2);
    await bob.notes('away');
    assert.equal(await bob.page.textContent('#peer-state'), 'away');
    await bob.says('still there?');
    await ann.page.context().setOffline(false);
    await ann.sees('.banner.-good');
    await ann.delivered();
    await bob.reads('two');
    await ann.reads('still there?');
    await bob.notes('here');
    assert.deepEqual(await bob.talk(), ['them: before', 'me: still there?', 'them: one', 'them: two']);
    await ann.misses('.banner.-on');
  });

  it('after a reload without a network', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.route('**/api/**', (route) => route.abort());
    await ann.says('written on a bad line');
    await ann.page.reload();
    await ann.meets('Bob');
    await ann.sees('.banner.-on');
    await ann.page.unroute('**/api/**');
    // It may have tried by itself in that moment.
    await ann.page.click('.banner-button', { timeout: 2000 }).catch(() => {});
    await talk_is(ann, bob, ['written on a bad line']);
  });
});

describe('a partner', () => {
  it('whose page is closed is away at once, then gone', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.settles();
    await ann.page.goto('about:blank');
    await bob.notes('away');
    await bob.notes('gone');
  });
});

describe('a message', () => {
  it('whose answers get lost is sent again with its nonce, and read once', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const nonces = [];
    await ann.page.route('**/api/send', async (route) => {
      nonces.push(route.request().postDataJSON().nonce);
      await route.fetch(); // the server has it; the page never hears so
      await route.abort();
    });
    await ann.says('once');
    await ann.says('twice');
    await ann.sees('.message.-failed .retry');
    await ann.page.unroute('**/api/send');
    const [request] = await Promise.all([
      ann.page.waitForRequest('**/api/send'), ann.page.click('.retry >> nth=0'),
    ]);
    assert.ok(nonces.length >= 2);
    assert.deepEqual([...new Set(nonces)], [request.postDataJSON().nonce]);
    await talk_is(ann, bob, ['once', 'twice']);
  });

  it('that meets a busy server waits as long as it is told', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    let refused = 0;
    await ann.page.route('**/api/send', (route) => (refused++ ? route.continue() : route.fulfill({
      status: 429, headers: { 'Retry-After': '1' }, json: { error: { code: 'too_many', message: '' } },
    })));
    const begun = Date.now();
    await ann.says('patience');
    await talk_is(ann, bob, ['patience']);
    assert.ok(Date.now() - begun >= 1000);
  });

  it('that comes after the end is shown as not delivered', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.context().setOffline(true);
    await ann.sees('.banner.-on');
    await ann.says('too late');
    await bob.page.click('#stop');
    await bob.notes('me');
    await ann.page.context().setOffline(false);
    await ann.notes('left');
    await ann.until(() => /Not delivered/.test(document.querySelector('.message.-me').textContent));
    assert.equal(await ann.page.locator('.retry').count(), 0);
    assert.deepEqual(await bob.talk(), []);
  });
});

describe('a command that gets lost', () => {
  it('is repeated once a poll shows that it is missing: next', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    let lost = 0;
    await ann.page.route('**/api/next', (route) => (lost++ ? route.continue() : route.abort()));
    await ann.page.click('#next');
    await ann.sees('#wait');
    await bob.notes('next');
    assert.equal(lost, 2);
  });

  it('is repeated once a poll shows that it is missing: leave', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    let lost = 0;
    await ann.page.route('**/api/leave', (route) => (lost++ ? route.continue() : route.abort()));
    await ann.page.click('#stop');
    await ann.notes('me');
    await bob.notes('left');
  });

  it('is not repeated when only its answer was lost', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const cy = await town.window();
    await cy.enter('Cy');
    await cy.sees('#wait');
    let sent = 0;
    await ann.page.route('**/api/next', async (route) => {
      sent++;
      await route.fetch();
      await route.abort();
    });
    await ann.page.click('#next');
    await bob.notes('next');
    await ann.meets('Cy');
    await cy.meets('Ann');
    await ann.says('hello');
    await cy.reads('hello');
    assert.equal(sent, 1);
  });
});
