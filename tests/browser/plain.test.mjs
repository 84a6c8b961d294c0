// The pages without JavaScript in real browsers: w3m and Lynx in a terminal,
// Chromium with scripts off; and chats between them and the page with scripts.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { call, Person, until } from '../http/client.mjs';
import { root, startServer } from '../http/server.mjs';
import { Town, PATIENCE } from './people.mjs';
import { Screen } from './screen.mjs';
import { Terminal } from './terminal.mjs';

const shots = `${root}/build/screenshots`;
let server, town, guests = [];

before(async () => {
  mkdirSync(shots, { recursive: true });
  server = await startServer({ env: { PARLEY_HOLD_S: '5' } }); // Playwright's pictures wait for a page that waits
  town = await Town.open(server.base);
});
// Playwright waits for no text while a page is about to refresh itself: the
// number of those who wait shows as well how far it has come.
const waiting = (n) => until(async () =>
  (await call(server.base, 'GET', '/api/stats')).body.waiting === n, `${n} waiting`, PATIENCE);

afterEach(async () => {
  for (const guest of guests.splice(0)) await guest();
  await town.clear();
  await waiting(0); // whoever has waited in a window that is closed is passed over then
});
after(async () => {
  await town?.close();
  await server?.stop();
});

const address = () => `${server.base}/plain/`;

async function terminal(...argv) {
  const it = await Terminal.open(...argv, address());
  guests.push(() => it.close());
  await it.sees('What should they call you?');
  return it;
}

// A person of the JSON interface, who is gone when the test is over.
async function person(name) {
  const it = await Person.join(server.base, name);
  guests.push(() => it.end().catch(() => {}));
  return it;
}

// A window of Chromium without scripts, on the first page.
async function scriptless(options = {}) {
  const context = await town.browser.newContext({ javaScriptEnabled: false, locale: 'en-US', viewport: { width: 800, height: 700 }, ...options });
  guests.push(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(address());
  return page;
}

async function begin(page, name) {
  await page.fill('#name', name);
  await page.click('input[type=submit]');
}

async function w3m_begin(it, name) {
  await it.keys({ text: '/call you' }, 'Enter', 'Tab', 'Enter');
  await it.sees('TEXT:');
  await it.keys({ text: name }, 'Enter');
  await it.sees(`[${name}`);
  await it.keys({ text: '/Start talking' }, 'Enter', 'Enter');
}

async function w3m_say(it, text) {
  await it.keys({ text: 'g' }, { text: '/Message' }, 'Enter', 'Tab', 'Enter');
  await it.sees('TEXT:');
  await it.keys({ text }, 'Enter');
  await it.sees(`[${text}`);
  await it.keys({ text: '/Send' }, 'Enter', 'Enter');
  await it.sees(`You: ${text}`);
}

async function lynx_begin(it, name) {
  await it.keys({ text: name }, 'Tab', 'Tab');
  await it.sees('(Form submit button)');
  await it.keys('Enter');
}

describe('without JavaScript', () => {
  test('Chromium with scripts and w3m talk', async () => {
    const ann = await town.window();
    await ann.enter('Ann');
    await ann.sees('#wait');
    const w3m = await terminal('w3m');
    await w3m_begin(w3m, 'Wanda');
    await ann.meets('Wanda');
    await w3m.sees('You are talking with Ann');
    await w3m_say(w3m, 'Hello from w3m');
    await ann.reads('Hello from w3m');
    await ann.says('<b>Hello</b> from Chromium');
    await w3m.keys({ text: 'g' }, { text: '/Wait for' }, 'Enter', 'Enter');
    await w3m.sees('Ann: <b>Hello</b> from Chromium');
    // What comes while w3m waits lets it go on.
    await w3m.keys({ text: 'g' }, { text: '/Wait for' }, 'Enter', 'Enter');
    await ann.says('And again');
    await w3m.sees('Ann: And again');
    await w3m.keys({ text: 'g' }, { text: '/Stop' }, 'Enter', 'Enter');
    await ann.notes('left');
    await w3m.sees('Next person');
  });

  test('Lynx and w3m talk, and part', async () => {
    const lynx = await terminal('lynx');
    await lynx_begin(lynx, 'Lynn');
    await lynx.sees('Looking for someone');
    const w3m = await terminal('w3m');
    await w3m_begin(w3m, 'Wanda');
    await w3m.sees('You are talking with Lynn');
    await lynx.sees(/Parley without JavaScript|Looking for/);
    await lynx.keys('C-r'); // it does not follow Refresh: reload
    await lynx.sees('You are talking with Wanda');
    await w3m_say(w3m, 'from w3m');
    await lynx.keys('C-r');
    await lynx.sees('Wanda: from w3m');
    for (let i = 0; i < 12 && !/\(Textfield/.test(await lynx.screen()); i++) {
      await lynx.keys(i === 0 ? 'Home' : 'Down');
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
    await lynx.sees('(Textfield');
    await lynx.keys({ text: 'from Lynx' }, 'Tab');
    await lynx.sees('(Form submit button)');
    await lynx.keys('Enter');
    await lynx.sees('You: from Lynx');
    await w3m.keys({ text: 'g' }, { text: '/Wait for' }, 'Enter', 'Enter');
    await w3m.sees('Lynn: from Lynx');
    await w3m.keys({ text: 'g' }, { text: '/Next' }, 'Enter', 'Enter');
    await w3m.sees('Looking for someone');
    await lynx.keys('C-r');
    await lynx.sees('Wanda went on to someone else');
    await w3m.keys({ text: 'g' }, { text: '/Stop looking' }, 'Enter', 'Enter');
    await w3m.sees('Next person');
  });

  test('Dillo, which has no frames either', async () => {
    const dillo = await Screen.open('dillo', '-g', '880x740+0+0', address());
    guests.push(() => dillo.close());
    await dillo.window('Dillo');
    await dillo.shot(`${shots}/plain-dillo-start.png`);
    const bob = await person('Bob');
    await bob.next();
    // Where things stand does not change: the words are ours.
    const matched = () => bob.events.find((event) => event.type === 'matched');
    await until(async () => {
      await dillo.click(120, 172);
      await dillo.type('Dilys');
      await dillo.click(60, 251);
      await bob.poll({ wait: 2 });
      return matched();
    }, 'Dillo in a chat', PATIENCE);
    assert.match(matched().partner.name, /^Dilys/);
    await bob.send('Hello <b>Dillo</b>');
    await dillo.key('ctrl+r');
    await until(async () => {
      await dillo.click(600, 320);
      await dillo.type('from Dillo');
      await dillo.key('Return');
      await bob.poll({ wait: 1 });
      return bob.events.some((event) => event.type === 'message');
    }, 'a message from Dillo', PATIENCE);
    assert.match((await bob.until('message')).text, /from Dillo/);
    await dillo.shot(`${shots}/plain-dillo-chat.png`);
  });

  test('Chromium without scripts: what comes takes away nothing that is being typed', async () => {
    const page = await scriptless();
    const wrong = [];
    page.on('console', (message) => wrong.push(message.text()));
    await page.screenshot({ path: `${shots}/plain-start.png` });
    await begin(page, 'Ann');
    await waiting(1);
    await page.screenshot({ path: `${shots}/plain-wait.png` });
    const bob = await person('Bob');
    await bob.next();
    // The page goes on by itself, to two frames.
    const log = page.frameLocator('iframe.log');
    const say = page.frameLocator('iframe.say');
    await log.getByText('You are talking with Bob').waitFor();
    await say.locator('#text').fill('half a sen');
    for (const text of ['one', 'two https://example.org/x?a=1', 'שלום', 'three']) await bob.send(text);
    await log.getByText('three').waitFor();
    assert.equal(await say.locator('#text').inputValue(), 'half a sen');
    await say.locator('#text').fill('a whole sentence\nin two lines');
    await say.locator('input[type=submit]').click();
    assert.equal((await bob.until('message')).text, 'a whole sentence\nin two lines');
    await log.getByText('a whole sentence').waitFor();
    await until(async () => await say.locator('#text').inputValue() === '', 'an empty form');
    await page.screenshot({ path: `${shots}/plain-chat.png` });
    for (const [name, options] of [['dark', { colorScheme: 'dark' }], ['light', { colorScheme: 'light' }]]) {
      await page.emulateMedia(options);
      await page.setViewportSize({ width: 320, height: 640 });
      await page.screenshot({ path: `${shots}/plain-chat-320-${name}.png` });
    }
    await bob.leave();
    await log.getByText('Bob left the chat').waitFor();
    await page.screenshot({ path: `${shots}/plain-over.png` });
    await log.getByRole('button', { name: 'Leave' }).click(); // leads the whole window
    await page.locator('#name').waitFor();
    assert.deepEqual(wrong.filter((text) => /Refused|Content Security|violat/.test(text)), []);
  });

  test('the key of the page is in no Referer', async () => {
    const page = await scriptless();
    const heard = [];
    page.context().on('request', (request) => heard.push(request.headers()));
    await begin(page, 'Ann');
    const bob = await person('Bob');
    await bob.next();
    const elsewhere = `${server.base}/api/stats`; // stands for another host
    await bob.send(`look: ${elsewhere}`);
    const link = page.frameLocator('iframe.log').getByText(elsewhere);
    const [warning] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await warning.getByText('A stranger wrote this address').waitFor();
    assert.doesNotMatch(warning.url(), /plain\/[\w-]{43}/);
    await warning.getByText('Go there').click();
    await warning.getByText('"online"').waitFor();
    assert.ok(heard.length > 3);
    for (const headers of heard) assert.equal(headers.referer || '', '');
  });

  test('a chat goes from the page with scripts to the one without, and back', async () => {
    const ann = await town.window();
    await ann.enter('Ann');
    await ann.sees('#wait');
    const bob = await person('Bob');
    await bob.next();
    await ann.meets('Bob');
    await bob.send('first');
    await ann.reads('first');
    await ann.page.click('#settings-open');
    await ann.page.click('#plain button');
    const log = ann.page.frameLocator('iframe.log');
    await log.locator('body').waitFor();
    assert.match(ann.page.url(), /\/plain\/[\w-]{43}\/$/);
    await bob.send('second');
    await log.getByText('second').waitFor();
    const say = ann.page.frameLocator('iframe.say');
    await say.locator('#text').fill('without a script');
    await say.locator('input[type=submit]').click();
    await bob.until('message', (event) => event.text === 'without a script');
    await log.getByText('without a script').waitFor();
    await ann.page.getByRole('button', { name: 'On with JavaScript' }).click();
    await ann.meets('Bob');
    await ann.reads('second');
    assert.equal(new URL(ann.page.url()).pathname, '/');
    await ann.says('with a script');
    await bob.until('message', (event) => event.text === 'with a script');
    assert.ok((await ann.talk()).includes('me: without a script'));
    assert.equal(bob.events.filter((event) => event.type === 'left').length, 0);
  });

  test('where no script runs, the way back stays open', async () => {
    const page = await scriptless();
    await begin(page, 'Ann');
    const bob = await person('Bob');
    await bob.next();
    await page.getByRole('button', { name: 'On with JavaScript' }).click();
    await page.getByText('JavaScript is off here').waitFor();
    await page.getByText('Back').click();
    await bob.send('still here?');
    await page.frameLocator('iframe.log').getByText('still here?').waitFor();
  });

  test('without scripts the first page of all leads there', async () => {
    const page = await scriptless();
    await page.goto(server.base);
    await page.locator('.noscript a').first().click();
    await page.locator('input[name=once]').waitFor({ state: 'attached' });
    assert.equal((await call(server.base, 'GET', '/plain.css')).status, 200);
  });

  test('with scripts a link on the first page leads there as well', async () => {
    const { page } = await town.window();
    await page.click('.more-plain');
    await page.waitForURL('**/plain/');
    assert.equal(await page.locator('script').count(), 0);
  });

  test('right to left, in Arabic', async () => {
    const page = await scriptless({ locale: 'ar' });
    await begin(page, 'سلمى');
    const bob = await person('Bob');
    await bob.next();
    const log = page.frameLocator('iframe.log');
    await bob.send('Hello (LTR).');
    await log.getByText('Hello (LTR).').waitFor();
    assert.equal(await page.locator('html').getAttribute('dir'), 'rtl');
    await page.screenshot({ path: `${shots}/plain-chat-ar.png` });
  });
});
