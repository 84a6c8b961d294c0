// Under pressure: the page works for its session while it lives on, and who has
// no scripts waits.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let town;
inTown({ env: {
  PARLEY_RATES: 'on', PARLEY_WORK: 'always', PARLEY_WORK_BITS: '12', PARLEY_WORK_BITS_MAX: '12', PARLEY_WAIT_S: '1',
} }, (s, t) => { town = t; });

const scripts = (page) => page.evaluate(() => [...document.scripts].map((script) => script.src.replace(/.*\//, '')));

describe('proof of work', () => {
  it('is fetched when it is asked for, is told, and leads into a chat', async () => {
    const ann = await town.window();
    assert.ok(!(await scripts(ann.page)).includes('work.js'));
    await ann.page.evaluate(() => {
      window.told = [];
      new MutationObserver(() => window.told.push(document.getElementById('say').textContent))
        .observe(document.getElementById('say'), { childList: true, characterData: true, subtree: true });
    });
    await ann.enter('Ann');
    await ann.sees('#wait');
    assert.ok((await scripts(ann.page)).includes('work.js'));
    assert.ok((await ann.page.evaluate(() => window.told)).some((text) => /^Many people are coming/.test(text)));
    const bob = await town.window();
    await bob.enter('Bob');
    await ann.meets('Bob');
    await bob.says('worth the work');
    await ann.reads('worth the work');
  });

  it('is right for texts of every length', async () => {
    const ann = await town.window();
    const wrong = await ann.page.evaluate(async () => {
      await new Promise((resolve) => { window.Parley.need('js/work.js', () => !!window.Parley.work, resolve); });
      for (let n = 0; n < 200; n++) {
        const text = 'x'.repeat(n) + n;
        const sum = new Uint32Array(8), bytes = new DataView(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
        for (let i = 0; i < 8; i++) sum[i] = bytes.getUint32(i * 4);
        if (window.Parley.work.hash(text).some((word, i) => word >>> 0 !== sum[i])) return n;
      }
      return -1;
    });
    assert.equal(wrong, -1);
  });

  it('lets the page live on: slices stay short', async () => {
    const ann = await town.window();
    const longest = await ann.page.evaluate(async () => {
      await new Promise((resolve) => { window.Parley.need('js/work.js', () => !!window.Parley.work, resolve); });
      let last = performance.now(), most = 0;
      const timer = setInterval(() => { most = Math.max(most, performance.now() - last); last = performance.now(); }, 10);
      const answer = await new Promise((resolve) => { window.Parley.work.solve('never', 32, 1500, resolve); });
      clearInterval(timer);
      return answer === null ? most : -1;
    });
    assert.ok(longest > 0 && longest < 1000, `${longest} ms without the page`);
  });

  it('control: without the script nobody is let in, and is told so', async () => {
    const ann = await town.window();
    await ann.page.route('**/js/work.js*', (route) => route.abort());
    await ann.enter('Ann');
    await ann.until(() => /a little fast/.test(document.getElementById('start-notice').textContent));
    assert.equal(await ann.page.isEnabled('#start-go'), true);
  });
});

describe('without JavaScript', () => {
  it('somebody waits, presses again, and is in', async () => {
    const context = await town.browser.newContext({ javaScriptEnabled: false, locale: 'en-US' });
    const page = await context.newPage();
    await page.goto(`${town.base}/plain/`);
    await page.fill('#name', 'Old Ann');
    await page.click('input[type=submit]');
    await page.getByText(/press the button again in 1 seconds/).waitFor();
    assert.equal(await page.inputValue('#name'), 'Old Ann');
    for (let tries = 0; /\/plain\/$/.test(page.url()); tries++) {
      assert.ok(tries < 20, 'never let in');
      await new Promise((resolve) => { setTimeout(resolve, 600); });
      await page.click('input[type=submit]');
      await page.waitForLoadState();
    }
    assert.match(page.url(), /\/plain\/[\w-]{43}\/$/);
    await context.close();
  });
});
