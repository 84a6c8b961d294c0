// Light, dark, high contrast, e-ink, print, forced colours, reduced motion: what
// the system asks for, and what somebody chooses and the page remembers.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let town;
inTown({}, (s, t) => { town = t; });

const LIGHT = 'rgb(238, 243, 242)', DARK = 'rgb(15, 24, 25)', BLACK = 'rgb(0, 0, 0)', WHITE = 'rgb(255, 255, 255)';
const paper = ({ page }) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const moves = ({ page }) => page.evaluate(() => document.getAnimations().length);

describe('the theme', () => {
  it('is what the system asks for', async () => {
    const ann = await town.window();
    assert.equal(await paper(ann), LIGHT);
    await ann.page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await paper(ann), DARK);
    await ann.page.emulateMedia({ colorScheme: 'dark', contrast: 'more' });
    assert.equal(await paper(ann), BLACK);
    await ann.page.emulateMedia({ colorScheme: 'light', contrast: 'more' });
    assert.equal(await paper(ann), WHITE);
  });

  it('or what is chosen, which is remembered, and can be given back to the system', async () => {
    const ann = await town.window({ colorScheme: 'dark' });
    await ann.sets({ 'set-theme': 'light' });
    assert.equal(await paper(ann), LIGHT);
    await ann.page.reload();
    await ann.sees('#start');
    assert.equal(await paper(ann), LIGHT);
    await ann.sets({ 'set-contrast': true });
    assert.equal(await paper(ann), WHITE);
    await ann.sets({ 'set-theme': 'dark' });
    assert.equal(await paper(ann), BLACK);
    await ann.page.reload();
    await ann.sees('#start');
    assert.equal(await paper(ann), BLACK);
    await ann.sets({ 'set-theme': 'auto', 'set-contrast': false });
    await ann.page.emulateMedia({ colorScheme: 'light' });
    assert.equal(await paper(ann), LIGHT);
  });

  it('keeps the two sides of a talk apart where the system has the colours', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob', { forcedColors: 'active' });
    await bob.says('hello');
    await ann.reads('hello');
    await ann.says('hi');
    const borders = await ann.page.$$eval('.bubble', (all) => all.map((el) => {
      const style = getComputedStyle(el);
      return style.borderTopColor !== style.backgroundColor && style.borderTopStyle === 'solid';
    }));
    assert.deepEqual(borders, [true, true]);
  });
});

describe('who wants no movement', () => {
  it('sees none', async () => {
    const ann = await town.window({ reducedMotion: 'no-preference' });
    await ann.enter('Ann');
    await ann.sees('#wait');
    assert.ok(await moves(ann) > 0, 'nothing would move anyway');
    await ann.page.emulateMedia({ reducedMotion: 'reduce' });
    assert.equal(await moves(ann), 0);
  });
});

describe('e-ink', () => {
  it('is still, light and strong, and remembered', async () => {
    const ann = await town.window({ reducedMotion: 'no-preference', colorScheme: 'dark' });
    await ann.sets({ 'set-eink': true });
    await ann.page.reload();
    await ann.enter('Ann');
    await ann.sees('#wait');
    assert.equal(await paper(ann), WHITE);
    assert.equal(await moves(ann), 0);
    await ann.sets({ 'set-eink': false });
    assert.equal(await paper(ann), DARK);
  });

  it('shows in beats what others do, and at once what one does oneself', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.sets({ 'set-eink': true });
    await ann.page.evaluate(() => {
      window.beats = [];
      new MutationObserver((changes) => {
        const added = changes.flatMap((change) => [...change.addedNodes]).filter((el) => /-them/.test(el.className));
        if (added.length) window.beats.push({ at: performance.now(), n: added.length });
      }).observe(document.getElementById('log'), { childList: true });
    });
    for (let i = 0; i < 12; i++) await bob.says(`line ${i}`);
    await ann.until(() => window.Parley.app.state().lines.some((line) => line.who === 'them'));
    const own = await ann.page.evaluate(() => {
      const before = document.querySelectorAll('.message.-me').length;
      window.Parley.act.say('mine');
      return document.querySelectorAll('.message.-me').length - before;
    });
    assert.equal(own, 1);
    await ann.page.evaluate(() => { window.beats = []; });
    for (let i = 12; i < 24; i++) await bob.says(`line ${i}`);
    await ann.reads('line 23');
    const beats = await ann.page.evaluate(() => window.beats);
    beats.slice(1).forEach((beat, i) => assert.ok(beat.at - beats[i].at > 3500, JSON.stringify(beats)));
    assert.deepEqual(await ann.talk().then((all) => all.filter((line) => /them/.test(line)).length), 24);
  });
});

describe('on paper', () => {
  it('stands the whole talk, black on white, and nothing to press', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob', { viewport: { width: 800, height: 400 }, colorScheme: 'dark' });
    await ann.sets({ 'set-theme': 'dark' });
    for (let i = 0; i < 8; i++) await bob.says(`line ${i}\n`.repeat(3));
    await ann.until(() => document.querySelectorAll('.message.-them').length === 8);
    await ann.page.emulateMedia({ media: 'print', colorScheme: 'light' });
    const seen = await ann.page.evaluate(() => ({
      first: document.querySelector('.message').getBoundingClientRect().top + window.scrollY > 0,
      whole: document.documentElement.scrollHeight > document.getElementById('log').scrollHeight,
      buttons: [...document.querySelectorAll('button, textarea')].filter((el) => el.offsetWidth).map((el) => el.id),
    }));
    assert.deepEqual(seen, { first: true, whole: true, buttons: [] });
    assert.equal(await paper(ann), 'rgba(0, 0, 0, 0)');
  });
});

describe('languages', () => {
  it('cost only the file that is wanted', async () => {
    const ann = await town.window();
    const asked = [];
    ann.page.on('request', (request) => {
      if (/\/lang\//.test(request.url())) asked.push(request.url().replace(/.*\/lang\//, ''));
    });
    await ann.page.reload();
    await ann.sees('#start');
    await ann.sets({ lang: 'es' });
    await ann.until(() => document.documentElement.lang === 'es');
    await ann.sets({ lang: 'en' });
    await ann.until(() => document.documentElement.lang === 'en');
    assert.deepEqual(asked, ['en.js', 'es.js']);
  });

  it('from right to left turn the page round, and each text keeps its own direction', async () => {
    const [ann, bob] = await town.pair('Ann', 'سلمى', { locale: 'ar-EG' });
    assert.equal(await ann.page.getAttribute('html', 'dir'), 'rtl');
    await bob.says('hello (world)!');
    await bob.says('مرحبا, hello');
    await ann.reads('مرحبا, hello');
    await ann.says('mine');
    const seen = await ann.page.evaluate(() => {
      const box = (css) => document.querySelector(css).getBoundingClientRect();
      return {
        sides: box('.message.-me .bubble').left < box('.message.-them .bubble').left,
        send: box('#send').left < box('#box').left,
        arrow: /matrix\(-1/.test(getComputedStyle(document.querySelector('#send .icon')).transform),
        texts: [...document.querySelectorAll('.message.-them .bubble')].map((el) => getComputedStyle(el).direction),
        name: getComputedStyle(document.querySelector('.note.-matched bdi')).unicodeBidi,
      };
    });
    assert.deepEqual(seen, { sides: true, send: true, arrow: true, texts: ['ltr', 'rtl'], name: 'isolate' });
    const name = await bob.page.evaluate(() => { // stands beside its face
      const face = document.getElementById('peer-face').getBoundingClientRect();
      const range = document.createRange();
      range.selectNodeContents(document.getElementById('peer-name'));
      return Math.round(face.left - range.getBoundingClientRect().right);
    });
    assert.ok(name >= 0 && name < 24, `${name} px`);
  });
});
