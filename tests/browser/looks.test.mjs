// How the page looks, fits, weighs and is reached: every screen at 320 px and
// on a desktop (kept in build/screenshots/), keys alone, old browsers.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { root, startServer } from '../http/server.mjs';
import { Town } from './people.mjs';

const shots = path.join(root, 'build/screenshots');
const PHONE = { width: 320, height: 640 }, DESKTOP = { width: 1280, height: 800 };

let server, town;
before(async () => {
  await mkdir(shots, { recursive: true });
  server = await startServer();
  town = await Town.open(server.base);
});
afterEach(() => town.clear());
after(async () => {
  await town?.close();
  await server?.stop();
});

// Nothing sticks out sideways, and what is seen is kept as a picture.
async function shoot(person, name) {
  const out = await person.page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    return [...document.querySelectorAll('#app *')].filter((el) => {
      const box = el.getBoundingClientRect();
      return box.width > 1 && (box.right > wide + 1 || box.left < -1) && !el.closest('svg, .aloud');
    }).map((el) => el.outerHTML.slice(0, 80)).concat(
      document.documentElement.scrollWidth > wide ? ['the page scrolls sideways'] : []);
  });
  assert.deepEqual(out, [], name);
  await person.page.screenshot({ path: path.join(shots, `${name}.png`) });
}

// Through all screens, with the longest words that people can think of.
async function walk(prefix, options) {
  const long_name = 'Wolfeschlegelsteinhausenbergerdorffmüll';
  const [ann, bob] = await Promise.all([town.window(options), town.window()]);
  await shoot(ann, `${prefix}-start`);
  await ann.page.click('.more summary');
  await shoot(ann, `${prefix}-privacy`);
  await ann.page.click('#start-go');
  await shoot(ann, `${prefix}-no-name`);
  await ann.enter('Mira');
  await ann.sees('#wait');
  await shoot(ann, `${prefix}-wait`);
  await bob.enter(long_name);
  await ann.meets(long_name);
  await bob.says('W'.repeat(300));
  await bob.says('مرحبا بالعالم, hello 123 שלום');
  await bob.says('So what brings you here?');
  await ann.reads('So what brings you here?');
  await ann.says('A test, and a train through the mountains 🏔️');
  await ann.says('🏔️');
  await ann.delivered();
  await bob.page.type('#box', 'hm');
  await ann.sees('#dots');
  await shoot(ann, `${prefix}-chat`);
  await ann.page.click('#emoji');
  await ann.sees('#picker');
  await ann.page.fill('#box', 'x'.repeat(2010));
  await shoot(ann, `${prefix}-picker`);
  await ann.page.click('#emoji');
  await ann.page.fill('#box', '');
  await ann.page.route('**/api/send', (route) => route.abort());
  await ann.says('Bad luck');
  await ann.sees('.retry');
  await shoot(ann, `${prefix}-failed`);
  await ann.page.context().setOffline(true);
  await ann.sees('.banner.-on');
  await shoot(ann, `${prefix}-lost`);
  await ann.page.context().setOffline(false);
  await ann.sees('.banner.-good');
  await bob.page.click('#next');
  await ann.notes('next');
  await shoot(ann, `${prefix}-ended`);
  await ann.page.evaluate(() => window.Parley.app.send({ type: 'superseded', on: true }));
  await shoot(ann, `${prefix}-elsewhere`);
  await ann.page.evaluate(() => window.Parley.app.send({ type: 'superseded', on: false }));
}

describe('every screen fits', () => {
  it('at 320 px', () => walk('320-light', { viewport: PHONE, colorScheme: 'light' }));
  it('on a desktop, dark, in Chinese', () =>
    walk('1280-dark', { viewport: DESKTOP, colorScheme: 'dark', locale: 'zh-CN' }));

  it('above a phone\'s keyboard', async () => {
    const [ann] = await town.pair('Ann', 'Bob', { viewport: { width: 320, height: 260 } });
    await shoot(ann, '320-keyboard');
    const box = await ann.page.locator('#box').boundingBox();
    assert.ok(box.y + box.height <= 260, 'the box is out of sight');
    const log = await ann.page.locator('#scroll').boundingBox();
    assert.ok(log.height >= 60, 'nothing is left of the log');
  });
});

// All that comes over the wire, headers and all, with HTTP/1.1.
describe('the weight', () => {
  it('is under 60 KB in all', async () => {
    const ann = await town.window();
    const wire = await ann.page.context().newCDPSession(ann.page);
    const parts = new Map();
    let weight = 0;
    await wire.send('Network.enable');
    await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
    wire.on('Network.responseReceived', (e) => parts.set(e.requestId, e.response));
    wire.on('Network.loadingFinished', (e) => {
      const part = parts.get(e.requestId);
      if (/\/api\//.test(part.url)) return;
      assert.ok(part.url.startsWith(server.base), `from another host: ${part.url}`);
      if (process.env.V) console.log(`# ${e.encodedDataLength} ${part.url.slice(server.base.length)}`);
      weight += e.encodedDataLength;
    });
    await ann.page.reload({ waitUntil: 'networkidle' });
    console.log(`# ${weight} bytes over the wire`);
    assert.ok(weight > 10000 && weight < 60000, `${weight} bytes`);
  });
});

// Presses Tab (or another key) until the element has the focus, and sees to it
// that whatever had it on the way shows so and has a name.
async function go_to(person, id, key = 'Tab') {
  for (let i = 0; i < 12; i++) {
    const at = await person.page.evaluate(() => {
      const el = document.activeElement, style = getComputedStyle(el);
      const shown = style.outlineStyle !== 'none';
      const name = el.getAttribute('aria-label') || el.textContent.trim() ||
        (el.labels && el.labels.length && el.labels[0].textContent);
      return { id: el.id, fine: el === document.body || (shown && name), html: el.outerHTML.slice(0, 120) };
    });
    assert.ok(at.fine, `no name or no visible focus: ${at.html}`);
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
    await bob.enter('Bob');
    await ann.meets('Bob');
    await go_to(ann, 'box');
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

  it('a screen reader is told what happens', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    assert.equal(await ann.page.getAttribute('#scroll', 'role'), 'log');
    await bob.says('hello');
    await ann.reads('hello');
    assert.equal(await ann.page.textContent('.message.-them .aloud'), 'Bob: ');
    const nameless = await ann.page.$$eval('button, select, input, textarea, [role=log]', (all) => all.filter((el) =>
      !el.getAttribute('aria-label') && !el.textContent.trim() && !(el.labels && el.labels.length)).map((el) => el.id));
    assert.deepEqual(nameless, []);
    await ann.page.route('**/api/send', (route) => route.abort());
    await ann.says('lost');
    await ann.until(() => document.getElementById('aloud').textContent === 'Not sent');
  });
});

describe('an old browser', () => {
  it('without the inventions of later years can chat, and reload', async () => {
    const ann = await town.window(), bob = await town.window();
    await ann.page.context().addInitScript(() => {
      delete window.WebSocket;
      delete window.fetch;
      delete window.visualViewport;
      delete window.ResizeObserver;
      delete Navigator.prototype.sendBeacon;
      delete Element.prototype.classList;
      delete Element.prototype.closest;
      for (const store of ['sessionStorage', 'localStorage']) {
        Object.defineProperty(window, store, { get() { throw new Error('no storage'); } });
      }
      const { Promise } = window; // the driver wants it; our scripts must not
      Object.defineProperty(window, 'Promise', { get() {
        if (/\/(js|lang)\//.test(new Error().stack)) throw new Error('no Promise');
        return Promise;
      } });
    });
    await ann.page.reload();
    await ann.sees('#start');
    await ann.enter('Ann');
    await ann.sees('#wait');
    await bob.enter('Bob');
    await ann.meets('Bob');
    await ann.says('from the past');
    await bob.reads('from the past');
    await bob.says('to the past');
    await ann.reads('to the past');
    await ann.page.click('#emoji');
    await ann.page.click('#picker button >> nth=0');
    await ann.page.press('#box', 'Enter');
    await bob.reads('😀');
    await ann.page.reload(); // forgets, since it may not remember
    await ann.sees('#start');
    await bob.notes('away');
  });
});
