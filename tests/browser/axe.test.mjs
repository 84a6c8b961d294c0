// WCAG 2.2 AA, as far as a machine can tell: axe-core finds nothing on any
// screen in any theme.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';
import { AWAY, plain_tour, tour } from './screens.mjs';

const axe = readFileSync(createRequire(new URL('../package.json', import.meta.url)).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// The settings, by their ids, and what the system asks for.
const THEMES = {
  light: { theme: 'light' },
  dark: { theme: 'dark' },
  'light, high contrast': { theme: 'light', contrast: true },
  'dark, high contrast': { theme: 'dark', contrast: true },
  'e-ink': { eink: true },
  'forced colours': { media: { forcedColors: 'active' } },
  'dark by the system': { media: { colorScheme: 'dark', contrast: 'more' } },
};

let server, town;
inTown({ env: AWAY }, (s, t) => { [server, town] = [s, t]; });

// Whatever is open stays open: nobody walks through the panel for this.
async function dress(page, { theme = 'auto', contrast = false, eink = false, media = {} }) {
  await page.emulateMedia({ colorScheme: 'light', contrast: 'no-preference', forcedColors: 'none', ...media });
  await page.evaluate((wanted) => {
    const set = (id, member, value) => {
      const el = document.getElementById(id);
      el[member] = value;
      el.dispatchEvent(new Event('change', { bubbles: true }));
    };
    set('set-theme', 'value', wanted.theme);
    set('set-contrast', 'checked', wanted.contrast);
    set('set-eink', 'checked', wanted.eink);
  }, { theme, contrast, eink });
}

// All rules in the first theme; in the others those that colours can break.
async function complaints(page, all, tags = TAGS) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  const found = await page.evaluate((run) => window.axe.run(document, run), all
    ? { runOnly: tags, iframes: false } : { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } });
  assert.ok(!all || found.passes.length, 'axe looked at nothing');
  return found.violations.flatMap((v) => v.nodes.map((n) =>
    `${v.id}: ${n.html.slice(0, 150)} ${n.any[0]?.message || v.help}`));
}

describe('axe-core finds nothing', () => {
  it('on any screen in any theme', async () => {
    const wrong = [];
    let looks = 0;
    await tour(town, { visit: async (screen, { page }) => {
      for (const [name, theme] of Object.entries(THEMES)) {
        await dress(page, theme);
        for (const what of await complaints(page, name === 'light')) wrong.push(`${screen}, ${name}: ${what}`);
        looks++;
      }
      await dress(page, {});
    } });
    assert.ok(looks >= 13 * Object.keys(THEMES).length, `${looks} looks`);
    assert.deepEqual(wrong, []);
  });

  it('on any screen that is written from right to left', async () => {
    const wrong = [];
    await tour(town, { options: { locale: 'ar' }, visit: async (screen, { page }) => {
      for (const what of await complaints(page, true)) wrong.push(`${screen}: ${what}`);
    } });
    assert.deepEqual(wrong, []);
  });

  // Each frame is looked at by itself; what is best for a whole page is asked
  // of the page. The log's frame is a new one now and then. That the page of those
  // who wait asks anew after a second is the exception that WCAG 2.2.1 makes for
  // what happens in real time: some browsers show nothing of a page that goes on
  // at once.
  async function frames(page) {
    for (let tries = 0; ; tries++) {
      try {
        const all = await Promise.all(page.frames().map((frame) =>
          complaints(frame, true, frame.parentFrame() ? TAGS.filter((tag) => tag !== 'best-practice') : TAGS)));
        return all.flat().filter((what) => !/^meta-refresh: .*content="1; url=\.\/\?seen=0"/.test(what));
      } catch (failure) {
        if (tries === 10 || !/navigat|destroyed|detached/.test(failure.message)) throw failure;
      }
    }
  }

  it('on any page without JavaScript, light or dark', async () => {
    const wrong = [];
    await plain_tour(town, { options: { javaScriptEnabled: true }, visit: async (screen, { page }) => {
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        for (const what of await frames(page)) wrong.push(`${screen}, ${colorScheme}: ${what}`);
      }
    } });
    assert.deepEqual(wrong, []);
  });

  it('on the page before a stranger\'s link, as the system asks for it', async () => {
    const wrong = [], { page } = await town.window();
    const asked = [{}, { colorScheme: 'dark' }, { contrast: 'more' }, { colorScheme: 'dark', contrast: 'more' }, { forcedColors: 'active' }];
    for (const [lang, media] of ['en', 'ar'].flatMap((code) => asked.map((one) => [code, one]))) {
      await page.emulateMedia({ colorScheme: 'light', contrast: 'no-preference', forcedColors: 'none', ...media });
      await page.goto('about:blank'); // another fragment alone would be no other page
      await page.goto(`${server.base}/link.html#${lang},${encodeURIComponent('https://you@example.org/a?b=c')}`);
      await page.waitForSelector('#leaving:not([hidden])');
      for (const what of await complaints(page, true)) wrong.push(`${lang} ${JSON.stringify(media)}: ${what}`);
    }
    assert.deepEqual(wrong, []);
  });

  it('but a fault it does find', async () => {
    const { page } = await town.window();
    await page.evaluate(() => { document.getElementById('start-go').style.color = '#2a8a88'; });
    assert.match((await complaints(page, false)).join(), /color-contrast/);
  });
});
