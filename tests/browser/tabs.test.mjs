// One session in two tabs, and one tab that slept.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown, Person } from './people.mjs';

let server, town;
inTown({ env: { PARLEY_UNLOAD_S: '60', PARLEY_AWAY_S: '3' } }, (s, t) => { [server, town] = [s, t]; });

// A tab that a page opens of itself has a copy of its sessionStorage.
async function double(person) {
  await person.settles();
  const [page] = await Promise.all([
    person.page.context().waitForEvent('page'),
    person.page.evaluate(() => { window.open(window.location.href); }),
  ]);
  return new Person(page, town);
}

describe('a doubled tab', () => {
  it('is told that the chat is open elsewhere, which goes on there undisturbed', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const copy = await double(ann);
    await copy.sees('#elsewhere');
    assert.equal(await copy.focus(), 'elsewhere-here');
    assert.match(await copy.page.textContent('#elsewhere'), /another tab/);
    await bob.says('still there?');
    await ann.reads('still there?');
    await copy.page.reload();
    await copy.sees('#elsewhere');
    await copy.page.close();
    await ann.says('yes');
    await bob.reads('yes');
    assert.equal(await bob.page.locator('.note.-away').count(), 0);
  });

  it('can take it over, and back, and neither lacks a line', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('one');
    await bob.reads('one');
    const copy = await double(ann);
    await copy.sees('#elsewhere');
    await bob.says('two');
    await ann.reads('two');
    await ann.settles(); // the server has forgotten it
    await copy.page.click('#elsewhere-here');
    await copy.meets('Bob');
    await ann.sees('#elsewhere');
    assert.deepEqual(await copy.talk(), ['me: one', 'them: two']);
    await copy.says('three');
    await bob.reads('three');
    await copy.settles();
    await ann.page.click('#elsewhere-here');
    await ann.meets('Bob');
    await copy.sees('#elsewhere');
    await bob.says('four');
    await ann.reads('four');
    assert.deepEqual(await ann.talk(), ['me: one', 'them: two', 'me: three', 'them: four']);
    assert.equal(await bob.page.locator('.note.-away').count(), 0);
  });

  it('goes on by itself where the first one has ended', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const copy = await double(ann);
    await copy.sees('#elsewhere');
    await ann.page.close();
    await copy.page.reload();
    await copy.meets('Bob');
    await bob.says('hello?');
    await copy.reads('hello?');
  });

  it('without BroadcastChannel: the older one gives way, and can take it back', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.context().addInitScript(() => { delete window.BroadcastChannel; });
    await ann.page.reload();
    await ann.meets('Bob');
    await ann.settles();
    await ann.hides(true); // as a new tab does to the old one
    const copy = await double(ann);
    await ann.sees('#elsewhere');
    await copy.meets('Bob');
    await copy.settles();
    await copy.hides(true);
    await ann.hides(false);
    await ann.page.click('#elsewhere-here');
    await ann.meets('Bob');
    await copy.sees('#elsewhere');
    await bob.says('where are you?');
    await ann.reads('where are you?');
    await copy.page.goto('about:blank'); // says nothing to the server: the chat is not here
    await ann.says('here');
    await bob.reads('here');
  });
});

describe('a phone that locks', () => {
  // Its network goes, its timers and answers stand still; nobody tells the page.
  async function sleeps(person, wire, on) {
    await person.hides(on);
    await person.page.context().setOffline(on);
    await wire.send('Page.setWebLifecycleState', { state: on ? 'frozen' : 'active' });
  }

  it('comes back into the same chat at once; it was away meanwhile', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('one moment');
    await bob.reads('one moment');
    await ann.settles();
    const wire = await ann.page.context().newCDPSession(ann.page);
    await sleeps(ann, wire, true);
    await bob.notes('away');
    await bob.says('take your time');
    await bob.delivered();
    await sleeps(ann, wire, false);
    await ann.reads('take your time');
    await bob.notes('here');
    await ann.says('back');
    await bob.reads('back');
    assert.deepEqual(await ann.talk(), ['me: one moment', 'them: take your time', 'me: back']);
  });

  it('does not wait for a request that died in its sleep', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.settles();
    // The answer to the held poll never comes, as after a change of network.
    const stuck = new Promise((resolve) => { ann.page.route('**/api/poll?*wait=25', () => resolve()); });
    await ann.page.evaluate(() => window.Parley.poll.try_now());
    await stuck;
    await ann.hides(true);
    await new Promise((resolve) => { setTimeout(resolve, 5500); }); // longer than a glance elsewhere
    await bob.says('are you there?');
    await bob.delivered();
    await ann.page.unroute('**/api/poll?*wait=25');
    const begun = Date.now();
    await ann.hides(false);
    await ann.reads('are you there?');
    assert.ok(Date.now() - begun < 20000, 'only when the request had run out of time');
  });
});
