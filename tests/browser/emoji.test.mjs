// The picker: search in the page's language, those used last, arrow keys.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let town;
inTown({}, (s, t) => { town = t; });

const seen = (person) => person.page.$$eval('#picker .emoji', (all) =>
  all.filter((el) => el.offsetParent).map((el) => el.textContent));
const shows = (person, ...wanted) => person.until((all) => {
  const now = [...document.querySelectorAll('#picker .emoji')].filter((el) => el.offsetParent);
  return now.length && all.every((text) => now.some((el) => el.textContent === text)) && now.length < 60;
}, wanted);
const at = (person) => person.page.evaluate(() => document.activeElement.textContent);

describe('the picker', () => {
  it('finds by words, and says when there is nothing', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await ann.page.click('#emoji');
    await ann.page.fill('.picker-search', 'PIZZ');
    await shows(ann, '🍕');
    assert.deepEqual(await seen(ann), ['🍕']);
    await ann.page.fill('.picker-search', 'red heart');
    await shows(ann, '❤️');
    await ann.page.fill('.picker-search', 'izza'); // no word begins so
    await ann.until(() => /None found/.test(document.getElementById('picker').textContent));
    await ann.page.fill('.picker-search', '');
    await ann.until(() => document.querySelectorAll('#picker .emoji:not([hidden])').length >= 75);
    assert.equal(await ann.page.locator('.picker-title:visible').count(), 6, 'nothing was used yet');
  });

  for (const [locale, word, wanted] of [['zh-CN', '猫', '🐱'], ['es-ES', 'corazon', '❤️'], ['ja-JP', 'ピザ', '🍕'], ['ar', 'قلب', '❤️']]) {
    it(`finds ${wanted} in ${locale}`, async () => {
      const [ann] = await town.pair('Ann', 'Bob', { locale });
      await ann.page.click('#emoji');
      await ann.page.fill('.picker-search', word);
      await shows(ann, wanted);
    });
  }

  it('by keys: letters go to the search, arrows along what is found, Enter takes it', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    const keys = ann.page.keyboard;
    await ann.page.focus('#emoji');
    await keys.press('Enter');
    await ann.until(() => document.activeElement.className === 'emoji');
    await ann.until(() => window.Parley.emoji_words);
    await keys.type('cat');
    assert.equal(await ann.page.inputValue('.picker-search'), 'cat');
    await shows(ann, '🐱');
    await keys.press('Enter'); // the first one found
    const first = await ann.page.inputValue('#box');
    assert.equal(first, (await seen(ann))[0]);
    await keys.press('Control+a');
    await keys.type('face');
    await keys.press('Control+a');
    await keys.type('heart');
    await shows(ann, '❤️', '💔');
    const found = await seen(ann);
    await keys.press('ArrowDown');
    assert.equal(await at(ann), found[0]);
    await keys.press('ArrowRight');
    assert.equal(await at(ann), found[1]);
    await keys.press('End');
    assert.equal(await at(ann), found[found.length - 1]);
    await keys.press('Home');
    await keys.press('ArrowUp');
    assert.ok(await ann.page.evaluate(() => document.activeElement.type === 'search'));
    await keys.press('Tab');
    assert.equal(await at(ann), found[0]);
    await keys.press('Shift+Tab');
    assert.ok(await ann.page.evaluate(() => document.activeElement.type === 'search'));
    await keys.press('Escape');
    await ann.misses('#picker');
    assert.equal(await ann.focus(), 'box');
    assert.equal(await ann.page.textContent('#say'), '');
  });

  it('shows those used last first, the newest in front, also after a reload', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await ann.page.click('#emoji');
    await ann.page.click('#picker .emoji:text-is("🍕")');
    await ann.page.click('#picker .emoji:text-is("🐱")');
    assert.equal((await seen(ann))[0], '😀', 'nothing jumps while it is open');
    await ann.page.click('#emoji');
    await ann.page.reload();
    await ann.meets('Bob');
    await ann.page.click('#emoji');
    await ann.sees('#picker .emoji');
    assert.deepEqual((await seen(ann)).slice(0, 3), ['🐱', '🍕', '😀']);
    assert.equal(await ann.page.textContent('.picker-title:visible >> nth=0'), 'Used last');
  });
});
