// Every screen fits: from 320 px on, at 200 % zoom, with the text alone twice
// as large, in every language; with the longest words that people can think of.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';
import { AWAY, LONG, tour } from './screens.mjs';

const SIZES = {
  '320 px': { width: 320, height: 640 },
  '320 px, text 200 %': { width: 320, height: 640, text: '200%' },
  '1280 px at 200 % zoom': { width: 640, height: 400 }, // what is left of it
  '1280 px at 400 % zoom': { width: 320, height: 200 },
  '1280 px': { width: 1280, height: 800 },
  '1280 px, text 200 %': { width: 1280, height: 800, text: '200%' },
};

let town;
inTown({ env: AWAY }, (s, t) => { town = t; });

// What sticks out sideways, or is cut off where nobody meant it (a name may end
// in an ellipsis, what only screen readers hear is tiny, and a blur has no edge).
function misfits(page) {
  return page.evaluate(() => {
    const wide = document.documentElement.clientWidth, said = [];
    const look = (el) => {
      const box = el.getBoundingClientRect(), style = getComputedStyle(el);
      if (box.width <= 1 || style.visibility === 'hidden' || el.closest('svg, .aloud, .tile-blur')) return;
      if (box.right > wide + 1 || box.left < -1) said.push('sticks out');
      if (style.overflowX !== 'visible' && el.scrollWidth > el.clientWidth + 2 &&
        style.textOverflow !== 'ellipsis' && !el.matches('input, select, .tile')) said.push('is cut off');
    };
    return [...document.querySelectorAll('#app, #app *')].flatMap((el) => {
      said.length = 0;
      look(el);
      return said.map((what) => `${what}: ${el.tagName} #${el.id} .${el.className}`);
    }).concat(document.documentElement.scrollWidth > wide ? ['the page scrolls sideways'] : []);
  });
}

async function fit(screen, { page }, sizes, wrong) {
  const before = page.viewportSize();
  for (const name of sizes) {
    const { width, height, text = '' } = SIZES[name];
    await page.setViewportSize({ width, height });
    await page.evaluate((size) => { document.documentElement.style.fontSize = size; }, text);
    for (const what of await misfits(page)) wrong.push(`${screen}, ${name}: ${what}`);
  }
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
  await page.setViewportSize(before);
}

describe('every screen fits', () => {
  for (const locale of ['en-US', 'es-ES', 'ar-EG', 'ja-JP']) {
    const sizes = locale === 'en-US' ? Object.keys(SIZES) : ['320 px', '320 px, text 200 %'];
    it(`in ${locale} at ${sizes.join(', ')}`, async () => {
      const wrong = [];
      await tour(town, { words: LONG, options: { locale }, visit: (screen, person) => fit(screen, person, sizes, wrong) });
      assert.deepEqual(wrong, []);
    });
  }

  it('above a phone\'s keyboard, and the box and some of the log stay in sight', async () => {
    const [ann] = await town.pair('Ann', 'Bob', { viewport: { width: 320, height: 260 } });
    assert.deepEqual(await misfits(ann.page), []);
    const box = await ann.page.locator('#box').boundingBox();
    assert.ok(box.y + box.height <= 260, 'the box is out of sight');
    const log = await ann.page.locator('#scroll').boundingBox();
    assert.ok(log.height >= 60, 'nothing is left of the log');
  });

  it('and the end of the log stays in sight when the room shrinks', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob', { viewport: { width: 390, height: 844 } });
    for (let i = 0; i < 12; i++) await bob.says(`line ${i}\n`.repeat(3));
    await ann.until(() => document.querySelectorAll('.message.-them').length === 12);
    await ann.page.setViewportSize({ width: 320, height: 300 });
    await ann.until(() => {
      const s = document.getElementById('scroll');
      return s.clientHeight < 300 && s.scrollHeight - s.scrollTop - s.clientHeight < 2;
    });
  });
});
