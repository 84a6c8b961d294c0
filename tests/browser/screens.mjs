// A tour of all screens of the page, on a real server: visit(name, person) is
// called on each, and may look, shrink or paint the page as it likes.
// `words` is what is said on the way.
export const NICE = {
  me: 'Mira',
  name: 'Jonas',
  them: ['Hello there! Where has this day found you?'],
  mine: ['On a train, crossing the Alps. The tunnels keep cutting me off, but nothing gets lost here.', '🏔️'],
  last: 'Lovely. I am on a night shift in a bakery in Porto, مرحبا from here!',
};

// The longest words that people can think of.
export const LONG = {
  me: 'Mira',
  name: 'Wolfeschlegelsteinhausenbergerdorffmüll',
  them: ['W'.repeat(300), 'مرحبا بالعالم, hello 123 שלום'],
  mine: ['A test, and a train through the mountains 🏔️', '🏔️'],
  last: 'So what brings you here?',
};

export const AWAY = { PARLEY_UNLOAD_S: '120', PARLEY_AWAY_S: '3', PARLEY_GONE_S: '120' };

// A picture worth looking at, drawn by the browser: a JPEG.
export async function landscape(browser, width = 1200, height = 900) {
  const page = await browser.newPage();
  const url = await page.evaluate(([w, h]) => {
    const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
    const shade = (top, bottom, from, to) => {
      const fill = pen.createLinearGradient(0, from * h, 0, to * h);
      fill.addColorStop(0, top);
      fill.addColorStop(1, bottom);
      pen.fillStyle = fill;
    };
    const ridge = (...points) => {
      pen.beginPath();
      pen.moveTo(0, h);
      for (const [x, y] of points) pen.lineTo(x * w, y * h);
      pen.lineTo(w, h);
      pen.fill();
    };
    [canvas.width, canvas.height] = [w, h];
    shade('#2b4c7e', '#f7c59f', 0, 0.7);
    pen.fillRect(0, 0, w, h);
    pen.fillStyle = '#fff3d6';
    pen.beginPath();
    pen.arc(w * 0.7, h * 0.42, h * 0.07, 0, 7);
    pen.fill();
    shade('#7d8fb3', '#b9a7ad', 0.3, 0.8);
    ridge([0, 0.55], [0.18, 0.34], [0.3, 0.48], [0.47, 0.26], [0.66, 0.52], [0.82, 0.4], [1, 0.58]);
    shade('#3d5a6c', '#54707a', 0.5, 0.9);
    ridge([0, 0.72], [0.2, 0.58], [0.42, 0.7], [0.6, 0.6], [0.8, 0.7], [1, 0.62]);
    shade('#12343b', '#1d4a4a', 0.7, 1);
    ridge([0, 0.84], [0.35, 0.78], [0.7, 0.86], [1, 0.8]);
    return canvas.toDataURL('image/jpeg', 0.85);
  }, [width, height]);
  await page.close();
  return { name: 'alps.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(url.split(',')[1], 'base64') };
}

async function beginning(ann, visit) {
  await visit('start', ann);
  await ann.page.click('.more summary');
  await visit('privacy', ann);
  await ann.page.click('.more summary');
  await ann.page.click('#start-go');
  await ann.sees('#start-notice');
  await visit('no-name', ann);
  await ann.page.click('#settings-open');
  await visit('settings', ann);
  await ann.page.click('#settings-close');
}

async function talking(ann, bob, words, visit) {
  for (const text of words.them) await bob.says(text);
  await ann.reads(words.them[words.them.length - 1]);
  for (const text of words.mine) await ann.says(text);
  await ann.delivered();
  await bob.reads(words.mine[words.mine.length - 1]);
  await bob.says(words.last);
  await ann.reads(words.last);
  await bob.page.type('#box', 'hm');
  await ann.sees('#dots');
  await visit('chat', ann);
  await bob.page.fill('#box', '');
  await ann.page.click('#emoji');
  await ann.sees('#picker');
  await visit('picker', ann);
  await ann.page.fill('#box', 'x'.repeat(2010));
  await visit('too-long', ann);
  await ann.page.click('#emoji');
  await ann.page.fill('#box', '');
  await ann.page.click('#person-open');
  await ann.page.click('#block');
  await visit('block', ann);
  await ann.page.click('#block-no');
  await ann.page.keyboard.press('Escape');
}

async function pictures(ann, bob, file, visit) {
  await ann.page.setInputFiles('#picture-file', file);
  await ann.sees('#preview img');
  await visit('preview', ann);
  await ann.page.click('#preview .button.-quiet');
  await bob.page.setInputFiles('#picture-file', file);
  await bob.page.click('#preview .button:not(.-quiet)');
  await ann.sees('.tile');
  await visit('blurred', ann);
  await ann.page.click('.tile .button');
  await ann.until(() => document.querySelector('.picture-img')?.complete);
  await visit('picture', ann);
  await ann.page.click('.picture-open');
  await ann.sees('.view');
  await visit('view', ann);
  await ann.page.keyboard.press('Escape');
  await ann.misses('.view');
}

async function trouble(ann, visit) {
  await ann.page.route('**/api/send', (route) => route.abort());
  await ann.says('Bad luck');
  await ann.sees('.retry');
  await visit('failed', ann);
  await ann.page.unroute('**/api/send');
  await ann.page.context().setOffline(true);
  await ann.sees('.banner.-on');
  await visit('reconnecting', ann);
  await ann.page.context().setOffline(false);
  await ann.sees('.banner.-good');
  await visit('reconnected', ann);
  await ann.delivered();
}

async function parting(ann, bob, visit) {
  await bob.page.goto('about:blank');
  await ann.notes('away');
  await visit('away', ann);
  await bob.page.goto(bob.home);
  await ann.notes('here');
  await bob.page.click('#next');
  await ann.notes('next');
  await visit('ended', ann);
  await ann.page.evaluate(() => window.Parley.app.send({ type: 'superseded', on: true }));
  await visit('elsewhere', ann);
  await ann.page.evaluate(() => window.Parley.app.send({ type: 'superseded', on: false }));
}

export async function tour(town, { options, words = NICE, visit }) {
  const [ann, bob] = await Promise.all([town.window(options), town.window({ locale: options?.locale })]);
  bob.home = town.base;
  await beginning(ann, visit);
  await ann.enter(words.me);
  await ann.sees('#wait');
  await visit('waiting', ann);
  await bob.enter(words.name);
  await ann.meets(words.name);
  await talking(ann, bob, words, visit);
  await pictures(ann, bob, await landscape(town.browser), visit);
  await trouble(ann, visit);
  await parting(ann, bob, visit);
}

// The same without JavaScript: /plain/, whose partner is on the other page. The
// held requests by which these pages refresh themselves get no page here, since
// the driver waits for them: each screen is asked for anew.
export async function plain_tour(town, { options, words = NICE, visit }) {
  const context = await town.browser.newContext({ locale: 'en-US', javaScriptEnabled: false, ...options });
  const page = await context.newPage();
  const fresh = async () => page.goto(page.url().replace(/\?.*/, ''));
  const say = page.frameLocator('iframe[name=say]'), log = page.frameLocator('iframe[name=log]');
  await page.route(/seen=/, (route) => route.fulfill({ status: 204 })); // the page stays
  try {
    await page.goto(`${town.base}/plain/`);
    await visit('plain-start', { page });
    await page.fill('#name', words.me);
    await page.press('#name', 'Enter');
    await page.waitForURL(/plain\/.+/);
    await visit('plain-waiting', { page });
    const bob = await town.window();
    await bob.enter(words.name);
    await bob.meets(words.me);
    for (const text of words.them) await bob.says(text);
    await bob.delivered();
    await fresh();
    for (const text of words.mine) {
      await say.locator('#text').fill(text);
      await say.locator('[type=submit]').click();
      await bob.reads(text);
    }
    await bob.says(words.last);
    await bob.delivered();
    await fresh();
    await log.getByText(words.last).waitFor();
    await visit('plain-chat', { page });
    await bob.page.click('#next');
    await bob.sees('#wait');
    await bob.until(() => window.Parley.act.is_settled());
    await fresh();
    await page.locator('form[action=end]').waitFor();
    await visit('plain-ended', { page });
  } finally {
    await context.close();
  }
}
