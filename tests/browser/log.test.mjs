// What the log does with messages that are there: marks, times, links, codes,
// copying, taking back, saving, printing; by mouse, keys and ears.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let server, town;
inTown({ env: { PARLEY_UNLOAD_S: '60' } }, (s, t) => { [server, town] = [s, t]; });

const seen = (person, n) => person.until((wanted) => document.querySelectorAll('.message.-me.-seen').length === wanted, n);
const shade = (person, selector) => person.page.evaluate((s) => getComputedStyle(document.querySelector(s)).opacity, selector);

describe('receipts', () => {
  it('come when the message is before the other one\'s eyes, and not earlier', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await bob.hides(true);
    await ann.says('one');
    await ann.says('two');
    await bob.reads('two');
    await ann.delivered();
    assert.equal(await ann.page.locator('.-seen').count(), 0);
    assert.match(await ann.page.textContent('.message.-me:last-child .meta'), /^Sent$/);
    await bob.hides(false);
    await seen(ann, 2);
    assert.match(await ann.page.textContent('.message.-me:last-child .meta'), /^Seen$/);
    await ann.page.reload(); // and stay
    await ann.meets('Bob');
    await seen(ann, 2);
  });

  it('can be switched off, and then neither side has them; the choice is kept', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const calls = [];
    bob.page.on('request', (r) => { if (/api\/(seen|receipts)/.test(r.url())) calls.push(r.url() + r.postData()); });
    await bob.sets({ 'set-receipts': false });
    await bob.until(() => !window.Parley.settings.get('receipts'));
    await ann.says('from Ann');
    await bob.reads('from Ann');
    await bob.says('from Bob');
    await ann.reads('from Bob');
    await ann.says('once more');
    await bob.reads('once more');
    await ann.delivered();
    assert.deepEqual(calls.map((c) => c.replace(/.*api\//, '')), ['receipts{"on":false}']);
    assert.equal(await ann.page.locator('.-seen').count() + await bob.page.locator('.-seen').count(), 0);
    await bob.page.click('#next');
    await ann.page.click('#over-next');
    await bob.meets('Ann');
    await bob.page.reload();
    await bob.meets('Ann');
    assert.equal(await bob.page.isChecked('#set-receipts'), false);
    await bob.sets({ 'set-receipts': true });
    await ann.says('again');
    await seen(ann, 1);
  });
});

describe('the time of a message', () => {
  it('shows on demand: by the mouse, a click, the keys, or always', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await bob.says('when?');
    await ann.reads('when?');
    assert.match(await ann.page.textContent('.message.-them .time'), /^\d\d:\d\d$/);
    assert.equal(await shade(ann, '.message.-them .time'), '0');
    await ann.page.hover('.message.-them .bubble');
    assert.equal(await shade(ann, '.message.-them .time'), '1');
    await ann.page.click('.message.-them .bubble');
    await ann.page.hover('#box');
    assert.equal(await shade(ann, '.message.-them .time'), '1');
    await ann.page.click('.message.-them .bubble');
    await ann.page.hover('#box');
    assert.equal(await shade(ann, '.message.-them .time'), '0');
    await ann.page.focus('.message.-them .actions');
    assert.equal(await shade(ann, '.message.-them .time'), '1');
    await ann.page.focus('#box');
    await ann.sets({ 'set-times': true });
    await ann.until(() => getComputedStyle(document.querySelector('.message.-them .time')).opacity === '1');
  });
});

describe('links', () => {
  it('are recognised, http and https only, and end where the sentence does', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const text = 'See (https://en.example.org/a_(b)?q=1&r=2#top), http://x.example. javascript:alert(1) ftp://no.example '
      + 'www.no.example 看https://中文.example和https://zh.example/路 data:text/html,x https://';
    await ann.says(text);
    await bob.reads(text);
    const links = await bob.page.$$eval('.message.-them .link', (all) => all.map((a) => [a.textContent, a.target, a.rel]));
    assert.deepEqual(links.map((l) => l[0]), ['https://en.example.org/a_(b)?q=1&r=2#top', 'http://x.example', 'https://zh.example/']);
    for (const l of links) assert.deepEqual(l.slice(1), ['_blank', 'noopener noreferrer nofollow ugc']);
    const own = await ann.page.$$eval('.message.-me .link', (all) => all.map((a) => a.href));
    assert.equal(own[0], 'https://en.example.org/a_(b)?q=1&r=2#top');
    assert.equal(await bob.page.locator('#log a:not(.link)').count(), 0);
  });

  it('of a stranger lead to a page that shows all of the address and asks; no server reads it', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob', { locale: 'zh-CN' });
    const evil = 'https://bank.example@evil.example/%E4%B8%AD?x=%3Cb%3E';
    await ann.says(evil);
    await bob.reads(evil);
    const urls = [];
    bob.page.context().on('request', (r) => urls.push(r.url()));
    const [page] = await Promise.all([bob.page.context().waitForEvent('page'), bob.page.click('.message.-them .link')]);
    await page.waitForSelector('#leaving', { state: 'visible' });
    assert.equal(await page.textContent('h1'), '即将离开 Parley');
    assert.equal(await page.textContent('#leaving-address'), evil);
    assert.equal(await page.textContent('#leaving-address strong'), 'evil.example');
    assert.equal(await page.getAttribute('#leaving-go', 'href'), evil);
    assert.match(await page.getAttribute('#leaving-go', 'rel'), /noopener noreferrer nofollow ugc/);
    assert.equal(await page.evaluate(() => window.opener), null);
    assert.ok(urls.every((url) => !new URL(url).pathname.includes('evil') && !new URL(url).search.includes('evil')), urls.join());
    await page.route('https://evil.example/**', (route) => route.fulfill({ body: 'there', contentType: 'text/html' }));
    const [request] = await Promise.all([page.waitForRequest(/evil\.example/), page.click('#leaving-go')]);
    assert.equal((await request.allHeaders()).referer, undefined);
  });

  it('that are none are not offered there', async () => {
    const ann = await town.window();
    for (const bad of ['', '#en', '#en,javascript%3Aalert(1)', '#en,%', '#en,data%3Atext%2Fhtml%2Cx', '#../x,https%3A%2F%2Fa.example']) {
      await ann.page.goto('about:blank');
      await ann.page.goto(`${server.base}/link.html${bad}`);
      await ann.sees('#leaving');
      assert.match(await ann.page.textContent('#leaving-lead'), /no link/, bad);
      assert.ok(await ann.page.isHidden('#leaving-go'), bad);
    }
  });
});

describe('the codes of old faces', () => {
  it('are shown as emoji, all 75 of them, and no others', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const codes = Array.from({ length: 75 }, (_, i) => `[em_${i + 1}]`).join('');
    await ann.says(codes);
    await bob.until(() => /👋/.test(document.getElementById('log').textContent));
    const shown = await bob.page.textContent('.message.-them .bubble');
    assert.doesNotMatch(shown, /em_/);
    assert.ok(shown.startsWith('🙂') && shown.endsWith('😚'));
    await ann.says('[em_0][em_76][em_01][em_1');
    await bob.reads('[em_0][em_76][em_01][em_1');
    await ann.says('[em_62]');
    await bob.sees('.message.-them.-big');
  });
});

describe('an own message', () => {
  it('is taken back, from both screens, by keys alone; the focus stays', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('a mistake');
    await ann.says('no mistake');
    await bob.reads('no mistake');
    await ann.delivered();
    await ann.page.focus('#scroll');
    await ann.page.keyboard.press('Tab');
    await ann.until(() => /no mistake/.test(document.activeElement.getAttribute('aria-label')));
    await ann.page.keyboard.press('ArrowUp');
    assert.match(await ann.page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^You, \d\d:\d\d: a mistake/);
    await ann.page.keyboard.press('Enter');
    await ann.sees('#popup');
    assert.equal(await ann.page.evaluate(() => document.activeElement.textContent), 'Copy');
    await ann.page.keyboard.press('Escape');
    await ann.misses('#popup');
    assert.match(await ann.page.evaluate(() => document.activeElement.className), /actions/);
    await ann.page.keyboard.press('Enter');
    await ann.page.keyboard.press('ArrowDown');
    assert.equal(await ann.page.evaluate(() => document.activeElement.textContent), 'Take back');
    await ann.page.keyboard.press('Enter');
    await ann.sees('.message.-me.-gone');
    assert.ok(await ann.page.evaluate(() => document.activeElement !== document.body));
    await bob.sees('.message.-them.-gone');
    for (const person of [ann, bob]) {
      assert.doesNotMatch(await person.page.textContent('#log'), /a mistake/);
      assert.doesNotMatch(await person.page.evaluate(() => JSON.stringify(sessionStorage)), /a mistake/);
      assert.doesNotMatch(await person.page.evaluate(() => document.documentElement.outerHTML), /a mistake/);
      assert.match(await person.page.textContent('#log'), /no mistake/);
    }
    assert.match(await bob.page.textContent('#heard p:last-child'), /^Ann: This message was taken back/);
  });

  it('cannot be taken back later, nor one of the partner', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('stays');
    await bob.reads('stays');
    await bob.says('so does this');
    await ann.reads('so does this');
    await ann.delivered();
    const offered = async (selector) => {
      await ann.page.click(`${selector} .actions`);
      const words = await ann.page.$$eval('#popup button', (all) => all.map((b) => b.textContent));
      await ann.page.keyboard.press('Escape');
      return words;
    };
    assert.deepEqual(await offered('.message.-them'), ['Copy']);
    assert.deepEqual(await offered('.message.-me'), ['Copy', 'Take back']);
    await ann.page.evaluate(() => {
      const real = Date.prototype.getTime;
      Date.prototype.getTime = function () { return real.call(this) + 121000; };
    });
    assert.deepEqual(await offered('.message.-me'), ['Copy']);
  });

  it('that the server keeps stays, with a word about it', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await ann.says('stays');
    await ann.delivered();
    await ann.page.route('**/api/retract', (route) => route.fulfill({ status: 409, body: '{"error":{"code":"too_late","message":""}}' }));
    await ann.page.click('.message.-me .actions');
    await ann.page.click('#popup button >> nth=1');
    await ann.until(() => /Too late/.test(document.getElementById('say').textContent));
    assert.equal(await ann.page.textContent('.message.-me .bubble'), 'stays');
  });
});

describe('a message is copied', () => {
  it('as it is shown', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await bob.says('two lines [em_37]');
    await ann.until(() => /👋/.test(document.getElementById('log').textContent));
    await ann.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await ann.page.click('.message.-them .actions');
    await ann.page.click('#popup button');
    await ann.until(() => document.getElementById('say').textContent === 'Copied.');
    assert.equal(await ann.page.evaluate(() => navigator.clipboard.readText()), 'two lines 👋');
  });
});

describe('the log', () => {
  async function saved(ann) {
    await ann.page.click('#person-open');
    const [download] = await Promise.all([ann.page.waitForEvent('download'), ann.page.click('#save')]);
    assert.match(download.suggestedFilename(), /^parley-\d{4}-\d\d-\d\d-\d\d-\d\d\.txt$/);
    return readFile(await download.path(), 'utf8');
  }

  it('is saved as a text file that the browser makes', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('hello, 你好');
    await bob.reads('hello, 你好');
    await bob.says('[em_37] hi');
    await ann.until(() => /👋/.test(document.getElementById('log').textContent));
    const lines = (await saved(ann)).replace(/^\ufeff/, '').trim().split('\r\n');
    assert.match(lines[0], /^\[\d{4}-\d\d-\d\d \d\d:\d\d\] \* You are talking with Bob/);
    assert.match(lines[1], /\] You: hello, 你好$/);
    assert.match(lines[2], /\] Bob: 👋 hi$/);
    await ann.page.evaluate(() => { delete window.Blob; }); // an older browser
    assert.match(await saved(ann), /Bob: 👋 hi/);
    await ann.page.evaluate(() => { delete HTMLAnchorElement.prototype.download; }); // an even older one
    await ann.page.click('#person-open');
    const [page] = await Promise.all([ann.page.context().waitForEvent('page'), ann.page.click('#save')]);
    assert.match(await page.textContent('pre'), /Bob: 👋 hi/);
  });

  it('is printed without what is no talk, and with its times', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await bob.says('on paper');
    await ann.reads('on paper');
    await ann.page.emulateMedia({ media: 'print' });
    for (const id of ['#box-form', '#settings-open', '.actions', '#person-open']) assert.ok(await ann.page.isHidden(id), id);
    assert.equal(await shade(ann, '.message.-them .time'), '1');
    assert.ok(await ann.page.isVisible('#peer-name'));
  });

  it('survives a part of the page that does not come: it is asked for again', async () => {
    const ann = await town.window(), bob = await town.window();
    await ann.page.route('**/js/log-line.js', (route) => route.abort());
    await ann.enter('Ann');
    await ann.sees('#start-notice');
    await ann.page.unroute('**/js/log-line.js');
    await ann.page.click('#start-go');
    await ann.sees('#wait');
    await bob.enter('Bob');
    await ann.meets('Bob');
    await bob.says('there you are');
    await ann.reads('there you are');
  });
});
