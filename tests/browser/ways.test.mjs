// A hostile name and hostile words on every way through the page, in every
// language it speaks: notes, titles, labels, questions, offers, notifications,
// alternative texts, the saved talk, the pages without JavaScript and the one
// about links. Nothing of it runs, and the name stands there as it was typed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { alone, call, expect, Person, until } from '../http/client.mjs';
import { file } from '../http/pictures.mjs';
import { startServer } from '../http/server.mjs';
import { lair, links, messages, names, tags, Watch } from './attacks.mjs';
import { PATIENCE, shut, Town } from './people.mjs';

const LANGS = readdirSync(new URL('../../www/lang/', import.meta.url)).filter((name) => name.endsWith('.js')).map((name) => name.slice(0, -3));
const ENDS = process.env.SOAK ? LANGS : [LANGS[0], LANGS.at(-1)]; // where the server speaks, in a bounded run
const SAMPLE = [0, 1, 8, 30, 31]; // of the messages: attack.test.mjs has all of them

let server, town, den, contexts = [];
before(async () => {
  [server, den] = [await startServer({ env: { PARLEY_AWAY_S: '2', PARLEY_GONE_S: '120' } }), await lair()];
  town = await Town.open(server.base);
});
afterEach(async () => {
  den.hits.length = 0;
  for (const context of contexts.splice(0)) await shut(context);
});
after(async () => {
  await town?.close();
  await server?.stop();
  den?.close();
});

// What a browser would show of notifications, noted.
const stub = () => {
  window.notified = [];
  window.Notification = class {
    constructor(title, options) { window.notified.push([title, options.body]); }

    close() {}

    static permission = 'granted';

    static requestPermission(told) { told('granted'); return Promise.resolve('granted'); }
  };
};

async function victim(lang, address, break_it = () => {}) {
  const context = await town.browser.newContext({ locale: lang, viewport: { width: 800, height: 700 }, reducedMotion: 'reduce', acceptDownloads: true });
  contexts.push(context);
  const watch = new Watch(context, server.base, den);
  await context.addInitScript(stub);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await break_it(page);
  await page.goto(server.base + address);
  assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
  return { page, watch };
}

// The stranger, who meets who comes.
const meet = (name, come) => alone(server.base, async () => {
  const it = new Person(server.base);
  it.token = expect(await it.post('/api/session', { name, tags: tags.slice(0, 2) }), 201).token;
  await it.next();
  await Promise.all([come(), it.until('matched', undefined, PATIENCE)]);
  return it;
});

const enter = async (page) => {
  await page.fill('#name', names[1]);
  await page.press('#name', 'Enter');
  await page.locator('#chat').waitFor();
};

// Without what keeps a name from turning its sentence round.
const bare = (text) => text.replace(/[\u2068\u2069]/g, '');
const holds = (page, what, read, wanted) => until(async () => bare(String(await read().catch(() => ''))).includes(wanted), what, PATIENCE);

// The page, on the ways that lead past a name. (`only`: up to the first note.)
async function walk(page, lang, name, only = false) {
  const it = await meet(name, () => enter(page));
  const note = (kind) => holds(page, `${lang}: the note ${kind}`, () => page.locator(`.note.-${kind}`).last().textContent({ timeout: 500 }), name);
  await page.locator('.note.-matched').waitFor();
  if (only) return it;
  await note('matched');
  await holds(page, `${lang}: the title`, () => page.title(), name);
  assert.equal(await page.getAttribute('#peer-name', 'title'), name);
  for (const i of SAMPLE) await it.send(messages(den.url)[i]);
  await holds(page, `${lang}: a message`, () => page.textContent('#log'), messages(den.url)[1]);
  await holds(page, `${lang}: the label of its menu`, () => page.locator('.message.-them .actions').last().getAttribute('aria-label'), name);
  await notification(page, it, lang, name);
  await page.fill('#box', messages(den.url)[0]); // and what one says oneself
  await page.press('#box', 'Enter');
  const said = await it.until('message');
  await it.typing(true);
  await page.locator('#dots').waitFor();
  expect(await it.post('/api/seen', { seq: said.seq, id: said.id, chat: it.chat }), 204);
  await picture(page, it, lang, name);
  const { id } = await it.send(messages(den.url)[1]); // taken back
  await until(async () => await page.locator('.message.-them').count() > SAMPLE.length + 2, 'it has come', PATIENCE);
  expect(await it.post('/api/retract', { id, chat: it.chat }), 204);
  await note('away'); // it does not poll
  await it.poll();
  await note('here');
  await page.click('#person-open');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
  assert.match(saved.suggestedFilename(), /^[\w. -]+\.txt$/);
  assert.ok(readFileSync(await saved.path(), 'utf8').includes(messages(den.url)[1]));
  if (!await page.isVisible('#block')) await page.click('#person-open');
  await page.click('#block');
  await holds(page, `${lang}: the question`, () => page.textContent('#block-words'), name);
  await page.click('#block-no');
  await page.click('#next');
  await holds(page, `${lang}: the way back`, () => page.textContent('#undo', { timeout: 500 }), name);
  await page.click('#undo');
  await until(async () => await page.locator('.note.-matched').count() > 1, `${lang}: back again`, PATIENCE);
  await note('matched');
  await it.until('matched', undefined, PATIENCE);
  await it.leave();
  await note('left');
  return it;
}

async function notification(page, it, lang, name) {
  const hide = (hidden) => page.evaluate((now) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => now });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  await page.click('#settings-open');
  await page.setChecked('#set-notify', true);
  await page.click('#settings-close');
  await hide(true);
  await it.send(messages(den.url)[0]);
  await until(() => page.evaluate(() => window.notified.length > 0), `${lang}: a notification`, PATIENCE);
  const [[title, body]] = await page.evaluate(() => window.notified);
  assert.equal(bare(title), name);
  assert.doesNotMatch(body, /</);
  await hide(false);
}

async function picture(page, it, lang, name) {
  expect(await it.call('POST', `/api/image?chat=${it.chat}&nonce=p`, { body: file('rgb.png'), headers: { 'content-type': 'image/png' } }), 200);
  const tile = page.locator('.tile').last();
  await tile.click();
  await holds(page, `${lang}: what stands for the picture`, () => page.locator('.message.-them img').last().getAttribute('alt', { timeout: 500 }), name);
}

for (const [at, lang] of LANGS.entries()) {
  describe(lang, () => {
    test('the page', async () => {
      const { page, watch } = await victim(lang, '/');
      const it = await walk(page, lang, names[at % names.length]);
      assert.deepEqual(await watch.offences(), []);
      await it.end();
    });

    if (!ENDS.includes(lang)) return;

    test('the page without JavaScript, in a browser that has it', async () => {
      const { page, watch } = await victim(lang, `/plain/?lang=${lang}`);
      const name = names[(at + 1) % names.length];
      const it = await meet(name, async () => {
        await page.fill('[name=name]', names[2]);
        await page.fill('[name="tags[]"]', tags.slice(0, 2).join(', '));
        await page.click('[type=submit]');
      });
      const log = () => page.frames().find((frame) => /\/log/.test(frame.url()));
      const reads = (text) => until(async () => (await log()?.evaluate(() => document.body.textContent).catch(() => ''))?.includes(text), `${lang}: ${text} in the log`, PATIENCE);
      await until(async () => await log()?.evaluate(() => document.documentElement.lang).catch(() => '') === lang, `${lang}: a log`, PATIENCE);
      for (const i of SAMPLE) await it.send(messages(den.url)[i]);
      await reads(messages(den.url)[1]);
      await reads(name);
      const { id } = await it.send('oops');
      await reads('oops');
      expect(await it.post('/api/retract', { id, chat: it.chat }), 204);
      expect(await it.call('POST', `/api/image?chat=${it.chat}&nonce=p`, { body: file('rgb.png'), headers: { 'content-type': 'image/png' } }), 200);
      await it.poll();
      await it.leave();
      await until(async () => !(await log()?.evaluate(() => document.body.textContent).catch(() => 'oops')).includes('oops'), 'taken back', PATIENCE);
      assert.deepEqual(await watch.offences(), []);
      await it.end();
    });

    test('the pages about a link', async () => {
      const { page, watch } = await victim(lang, `/plain/?lang=${lang}`);
      for (const link of [...links.slice(0, 3), links[5]]) {
        await page.goto('about:blank');
        await page.goto(`${server.base}/link.html#${lang},${link}`);
        await page.locator('#leaving').waitFor();
        assert.match(await page.evaluate(() => { const a = document.getElementById('leaving-go'); return a.hidden ? '' : a.protocol; }), /^(https?:)?$/);
        assert.doesNotMatch(await page.title(), /[<>]/);
      }
      const plain = await call(server.base, 'GET', `/plain/link?lang=${lang}&to=${encodeURIComponent('https://a/"><svg onload=top.__pwned=1>')}`);
      assert.equal(plain.status, 400); // it has a space
      await page.goto(`${server.base}/plain/link?lang=${lang}&to=${encodeURIComponent('https://a/"><svg/onload=top.__pwned=1>')}`);
      assert.equal(await page.evaluate(() => document.querySelectorAll('svg').length), 0);
      assert.deepEqual(await watch.offences(), []);
    });
  });
}

// A translation that takes a name for HTML, in one language alone: the policy
// speaks, or without it the script runs.
test('negative control: a language whose notes are HTML is noticed', async () => {
  const lang = LANGS.at(-1);
  const { page, watch } = await victim(lang, '/', (p) => p.route(/\/js\/i18n\.js/, async (route) => {
    const reply = await route.fetch();
    const body = (await reply.text()).replace("P.make('bdi', '', params[name])", `document.createRange().createContextualFragment(now.code === '${lang}' ? params[name] : '')`);
    assert.match(body, /createContextualFragment/);
    await route.fulfill({ response: reply, body });
  }));
  const it = await walk(page, lang, names[0], true);
  await until(async () => (await watch.offences()).length > 0, 'it was noticed', PATIENCE);
  await it.end();
});
