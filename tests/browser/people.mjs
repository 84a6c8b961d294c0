// People for the browser tests: each is a Chromium window of its own with the
// page open, and the words in which the tests talk about what they do and see.
import { createRequire } from 'node:module';
import { after, afterEach, before } from 'node:test';
import { startServer } from '../http/server.mjs';

const { chromium } = createRequire(new URL('../package.json', import.meta.url))('playwright-core');

const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
export const PATIENCE = 30000; // no test waits for time, only for conditions

export class Town {
  constructor(base, browser) {
    this.base = base;
    this.browser = browser;
    this.people = [];
    this.complaints = []; // errors of scripts, breaches of the CSP
  }

  static async open(base) {
    return new Town(base, await chromium.launch({ executablePath: CHROMIUM, args: FLAGS }));
  }

  // A window; options are Playwright's: viewport, locale, colorScheme, ...
  async window(options = {}) {
    const context = await this.browser.newContext({
      locale: 'en-US', viewport: { width: 800, height: 700 }, reducedMotion: 'reduce', ...options,
    });
    const person = new Person(await context.newPage(), this);
    await person.page.goto(this.base);
    await person.sees('#start');
    return person;
  }

  async pair(a, b, options) {
    const [one, two] = await Promise.all([this.window(options), this.window(options)]);
    await one.enter(a);
    await one.sees('#wait');
    await two.enter(b);
    await one.meets(b);
    await two.meets(a);
    return [one, two];
  }

  // Ends every visit, so that nobody of one test is met in the next.
  async clear() {
    for (const person of this.people.splice(0)) {
      const token = await person.page.evaluate(() => window.Parley?.app.state().token).catch(() => null);
      await shut(person.page.context());
      if (token) {
        await fetch(`${this.base}/api/session/end`, {
          method: 'POST', body: '{}',
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        });
      }
    }
    const said = this.complaints.splice(0);
    if (said.length) throw new Error(said.join('\n'));
  }

  close() { return this.browser.close(); }
}

// Closes a context. An answer that is being changed in that moment (page.route)
// is nobody's any more: that it cannot be read is no failure. Two tabs may share
// it: then it is closed already.
export async function shut(context) {
  for (const it of [...context.pages(), context]) await it.unrouteAll({ behavior: 'ignoreErrors' }).catch(() => {});
  await context.close();
}

export class Person {
  constructor(page, town) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => town.complaints.push(`${error.stack}`));
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) town.complaints.push(message.text());
    });
    this.poll = null; // the one under way
    page.on('request', (request) => {
      if (/\/api\/poll/.test(request.url())) this.poll = request;
    });
    for (const end of ['requestfinished', 'requestfailed']) {
      page.on(end, (request) => { if (this.poll === request) this.poll = null; });
    }
    town.people.push(this);
  }

  // Until the page holds its long poll: no request of a busier moment, still
  // under way, overtakes what comes next.
  async settles() {
    const limit = Date.now() + PATIENCE;
    while (!/wait=25/.test(this.poll?.url())) {
      if (Date.now() > limit) throw new Error(`still polls ${this.poll?.url()}`);
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  }

  sees(selector) { return this.page.locator(selector).first().waitFor({ state: 'visible' }); }
  misses(selector) { return this.page.locator(selector).first().waitFor({ state: 'hidden' }); }

  async enter(name) {
    await this.page.fill('#name', name);
    await this.page.press('#name', 'Enter');
  }

  async meets(name) {
    await this.sees('#chat');
    await this.until((wanted) => document.getElementById('peer-name').textContent === wanted, name);
  }

  async says(text) {
    await this.page.fill('#box', text);
    await this.page.press('#box', 'Enter');
  }

  // Waits until fn(arg) holds in the page.
  until(fn, arg) { return this.page.waitForFunction(fn, arg, { timeout: PATIENCE }); }

  reads(text) {
    return this.until((wanted) => [...document.querySelectorAll('.message.-them .bubble')]
      .some((el) => el.textContent === wanted), text);
  }

  // In the settings: {lang: 'zh', 'set-theme': 'dark', 'set-eink': true}.
  async sets(wanted) {
    await this.page.click('#settings-open');
    for (const [id, value] of Object.entries(wanted)) {
      if (typeof value === 'boolean') await this.page.setChecked(`#${id}`, value);
      else await this.page.selectOption(`#${id}`, value);
    }
    await this.page.click('#settings-close');
  }

  notes(kind) { return this.sees(`.note.-${kind}`); }

  // All that is sent has been acknowledged.
  delivered() {
    return this.until(() => {
      const lines = window.Parley.app.state().lines.filter((line) => line.who === 'me');
      return lines.length && lines.every((line) => line.status === 'sent');
    });
  }

  // The texts of the log, each as "me: ..." or "them: ...".
  talk() {
    return this.page.$$eval('.message', (all) => all.map((el) =>
      `${el.className.includes('-me') ? 'me' : 'them'}: ${el.querySelector('.bubble').textContent}`));
  }

  focus() { return this.page.evaluate(() => document.activeElement.id); }

  // Headless tabs are never hidden, so the page is told so.
  async hides(hidden) {
    await this.page.evaluate((now) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => now });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  }
}

// For a whole test file: a server with these options and a town at it, handed
// over before the first test; nobody is left over from one test to the next.
export function inTown(options, ready) {
  let server, town;
  before(async () => {
    server = await startServer(options);
    town = await Town.open(server.base);
    ready(server, town);
  });
  afterEach(() => town.clear());
  after(async () => {
    await town?.close();
    await server?.stop();
  });
}
