// The menu about a partner: it opens and closes by mouse and keys; Block asks once, ends the
// chat and goes on until the server knows.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let server, town;
inTown({}, (s, t) => { [server, town] = [s, t]; });

describe('the menu beside the name', () => {
  it('opens with keys, closes with Escape (no half of a Next), and by a click elsewhere', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await ann.page.focus('#person-open');
    await ann.page.keyboard.press('Enter');
    await ann.sees('#person-panel');
    assert.equal(await ann.page.getAttribute('#person-open', 'aria-expanded'), 'true');
    await ann.page.keyboard.press('Tab');
    assert.equal(await ann.focus(), 'block');
    await ann.page.keyboard.press('Escape');
    await ann.misses('#person-panel');
    assert.equal(await ann.focus(), 'person-open');
    assert.equal(await ann.page.textContent('#say'), '');
    await ann.page.click('#person-open');
    await ann.sees('#person-panel');
    await ann.page.click('#scroll');
    await ann.misses('#person-panel');
    await ann.page.click('#person-open');
    await ann.page.focus('#box');
    await ann.misses('#person-panel');
  });
});

describe('block', () => {
  it('asks first, and Cancel changes nothing', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.click('#person-open');
    await ann.page.click('#block');
    assert.match(await ann.page.textContent('#block-words'), /Bob/);
    assert.equal(await ann.focus(), 'block-no');
    await ann.page.keyboard.press('Enter');
    assert.equal(await ann.focus(), 'block');
    await ann.page.keyboard.press('Escape');
    await ann.says('still here');
    await bob.reads('still here');
  });

  it('by keys: ends the chat for both, and says so', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const chat = await ann.page.evaluate(() => window.Parley.app.state().chat);
    await ann.page.focus('#person-open');
    for (const key of ['Enter', 'Tab', 'Enter', 'Tab']) await ann.page.keyboard.press(key);
    assert.equal(await ann.focus(), 'block-yes');
    const [request] = await Promise.all([
      ann.page.waitForRequest('**/api/block'), ann.page.keyboard.press('Enter'),
    ]);
    assert.deepEqual(request.postDataJSON(), { chat });
    await ann.notes('block');
    await bob.notes('left');
    assert.equal(await ann.focus(), 'over-next');
    await ann.until(() => window.Parley.app.state().block === null);
  });

  it('that got lost is said again, also after a reload', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await ann.page.route('**/api/block', (route) => route.abort());
    await ann.page.click('#person-open');
    await ann.page.click('#block');
    await ann.page.click('#block-yes');
    await ann.notes('block');
    await ann.page.unroute('**/api/block');
    await Promise.all([ann.page.waitForRequest('**/api/block'), ann.page.reload()]);
    await ann.until(() => window.Parley.app.state().block === null);
  });
});
