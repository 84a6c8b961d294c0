// With keys alone, and for ears alone: the whole chat without a mouse, a focus
// that is seen and never lost, and news that a screen reader hears once.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';
import { AWAY, tour } from './screens.mjs';

let town;
inTown({ env: AWAY }, (s, t) => { town = t; });

// Presses Tab (or another key) until the element has the focus, and sees to it
// that whatever had it on the way shows so, has a name, and is not hidden
// behind something else.
async function go_to(person, id, key = 'Tab') {
  for (let i = 0; i < 20; i++) {
    const at = await person.page.evaluate(() => {
      const el = document.activeElement, style = getComputedStyle(el), box = el.getBoundingClientRect();
      const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
      const name = el.getAttribute('aria-label') || el.textContent.trim() ||
        (el.labels && el.labels.length && el.labels[0].textContent);
      const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const seen = !!top && (el.contains(top) || top.contains(el) || (el.labels && el.labels[0]?.contains(top)));
      return { id: el.id, fine: el === document.body || (shown && name && seen), html: el.outerHTML.slice(0, 120) };
    });
    assert.ok(at.fine, `no name, no visible focus, or out of sight: ${at.html}`);
    if (at.id === id) return;
    await person.page.keyboard.press(key);
  }
  assert.fail(`#${id} is not reached by ${key}`);
}

describe('with keys alone', () => {
  it('one can go all the way', async () => {
    const ann = await town.window(), bob = await town.window();
    const keys = ann.page.keyboard;
    await go_to(ann, 'name');
    await keys.type('Ann');
    await go_to(ann, 'start-go');
    await keys.press('Enter');
    await ann.sees('#wait');
    assert.equal(await ann.focus(), 'wait-stop');
    await bob.enter('Bob');
    await ann.meets('Bob');
    assert.equal(await ann.focus(), 'box');
    await keys.type('hello');
    await go_to(ann, 'send');
    await keys.press('Enter');
    await bob.reads('hello');
    await go_to(ann, 'emoji', 'Shift+Tab');
    await keys.press('Enter');
    await ann.until(() => document.activeElement.className === 'emoji');
    await keys.press('Space');
    await keys.press('Escape');
    await go_to(ann, 'box');
    await keys.press('Enter');
    await bob.reads('😀');
    await go_to(ann, 'scroll', 'Shift+Tab'); // the log can be scrolled
    await go_to(ann, 'next', 'Shift+Tab');
    await go_to(ann, 'stop', 'Shift+Tab');
    await keys.press('Enter');
    await ann.notes('me');
    await go_to(ann, 'over-next');
    await go_to(ann, 'over-done', 'Shift+Tab');
    await keys.press('Enter');
    await ann.sees('#start');
    await go_to(ann, 'name');
  });

  it('the settings open, are changed, and close: by Escape, by their button, by going on', async () => {
    const ann = await town.window();
    const keys = ann.page.keyboard;
    await go_to(ann, 'settings-open');
    await keys.press('Enter');
    await ann.sees('#settings');
    assert.equal(await ann.page.getAttribute('#settings-open', 'aria-expanded'), 'true');
    await go_to(ann, 'set-theme');
    await keys.press('End');
    await ann.until(() => getComputedStyle(document.documentElement).colorScheme === 'dark');
    await go_to(ann, 'set-contrast');
    await keys.press('Space');
    await ann.until(() => getComputedStyle(document.body).backgroundColor === 'rgb(0, 0, 0)');
    await keys.press('Escape');
    await ann.misses('#settings');
    assert.equal(await ann.focus(), 'settings-open');
    await keys.press('Enter');
    await go_to(ann, 'settings-close');
    await keys.press('Enter');
    await ann.misses('#settings');
    assert.equal(await ann.focus(), 'settings-open');
    await keys.press('Enter');
    await go_to(ann, 'start-go');
    await ann.misses('#settings');
  });

  it('the focus is never lost, and nothing to press is smaller than 24 px', async () => {
    const wrong = [];
    await tour(town, { options: { viewport: { width: 320, height: 640 } }, visit: async (screen, { page }) => {
      wrong.push(...await page.evaluate((name) => {
        const all = [...document.querySelectorAll('button, select, input, textarea, summary, a[href]')];
        const small = all.filter((el) => {
          const box = (el.labels?.[0]?.contains(el) ? el.labels[0] : el).getBoundingClientRect();
          return box.width && !el.closest('[hidden]') && (box.width < 24 || box.height < 24);
        }).map((el) => `${name}: small ${el.outerHTML.slice(0, 80)}`);
        const lost = name !== 'start' && document.activeElement === document.body ? [`${name}: no focus`] : [];
        return small.concat(lost);
      }, screen));
    } });
    assert.deepEqual(wrong, []);
  });
});

// Writes down what a screen reader would say: what is added to, or changed in,
// a live region.
async function listen(person) {
  await person.page.evaluate(() => {
    const LIVE = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log]';
    window.said = [];
    new MutationObserver((changes) => {
      for (const change of changes) {
        const target = change.target.nodeType === 1 ? change.target : change.target.parentNode;
        const region = target?.closest(LIVE);
        if (!region || region.getAttribute('aria-live') === 'off') continue;
        const added = change.type === 'characterData' ? [change.target] : [...change.addedNodes];
        for (const node of added) if (node.textContent) window.said.push(node.textContent);
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  return () => person.page.evaluate(() => window.said);
}

describe('for ears alone', () => {
  it('what comes is told once, and the log is not read again', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const said = await listen(ann);
    await bob.says('hello');
    await ann.reads('hello');
    await ann.says('hi there');
    await ann.delivered(); // the marks under the lines change
    await bob.page.type('#box', 'typing');
    await ann.sees('#dots');
    await bob.page.press('#box', 'Enter');
    await ann.reads('typing');
    await ann.sets({ lang: 'zh' }); // all lines are written again
    await ann.sets({ lang: 'en' });
    await bob.page.goto('about:blank');
    await ann.notes('away');
    assert.deepEqual(await said(), ['Bob: hello', 'Bob: typing', 'Bob is away. Your messages will wait.']);
  });

  it('what fails and what is looked for is told as well, and everything has a name', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    const said = await listen(ann);
    assert.equal(await ann.page.getAttribute('#scroll', 'role'), 'log');
    const nameless = await ann.page.$$eval('button, select, input:not([hidden]):not([type=hidden]), textarea, [role=log]', (all) => all.filter((el) =>
      !el.getAttribute('aria-label') && !el.textContent.trim() && !(el.labels && el.labels.length)).map((el) => el.id));
    assert.deepEqual(nameless, []);
    await ann.page.route('**/api/send', (route) => route.abort());
    await ann.says('lost');
    await ann.until(() => document.getElementById('aloud').textContent === 'Not sent');
    await ann.page.click('#next');
    await ann.sees('#wait');
    await ann.until(() => window.said.includes('Looking for someone…'));
    assert.equal((await said()).filter((text) => text === 'Looking for someone…').length, 1);
  });

  it('who said a line stands in it', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await bob.says('hello');
    await ann.reads('hello');
    await ann.says('hi');
    assert.equal(await ann.page.textContent('.message.-them .aloud'), 'Bob: ');
    assert.equal(await ann.page.textContent('.message.-me .aloud'), 'You: ');
  });
});
