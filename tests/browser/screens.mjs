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
  await trouble(ann, visit);
  await parting(ann, bob, visit);
}
