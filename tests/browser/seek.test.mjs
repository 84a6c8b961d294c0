// Before a chat: interests, the countdown until anybody is taken, and the way
// back after Next.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let server, town;
inTown({}, (s, t) => { [server, town] = [s, t]; });

const chips = (person) => person.page.$$eval('#tags-chips .chip', (all) => all.map((el) => el.textContent));

// Answers that the test makes up.
const answers = (person, path, json, status = 200) =>
  person.page.route(`**/api/${path}`, (route) => route.fulfill({ status, json }));

describe('interests', () => {
  it('become chips by comma and Enter, in any script, each once; a click removes one', async () => {
    const ann = await town.window();
    await ann.page.focus('#tags');
    await ann.page.keyboard.type('Music, 足球，');
    assert.deepEqual(await chips(ann), ['Music', '足球']);
    await ann.page.keyboard.type('#شعر');
    await ann.page.keyboard.press('Enter');
    await ann.page.keyboard.type('ＭＵＳＩＣ,music,');
    assert.deepEqual(await chips(ann), ['Music', '足球', 'شعر']);
    assert.ok(await ann.page.isVisible('#start'), 'Enter made a chip and no more');
    assert.equal(await ann.page.getAttribute('#tags-chips .chip >> nth=0', 'aria-label'), 'Remove Music');
    await ann.page.click('#tags-chips .chip >> nth=0');
    assert.deepEqual(await chips(ann), ['足球', 'شعر']);
    assert.equal(await ann.focus(), 'tags');
    await ann.page.keyboard.press('Backspace');
    assert.deepEqual(await chips(ann), ['足球']);
  });

  it('go to the server with the language, also those that are just typed, and are kept for the next time', async () => {
    const ann = await town.window({ locale: 'zh-CN' });
    await ann.page.fill('#tags', 'a');
    await ann.page.press('#tags', ',');
    await ann.page.fill('#tags', 'b, c');
    const [request] = await Promise.all([ann.page.waitForRequest('**/api/session'), ann.enter('Ann')]);
    assert.deepEqual(request.postDataJSON(), { name: 'Ann', tags: ['a', 'b', 'c'], lang: 'zh' });
    await ann.sees('#wait');
    await ann.page.click('#wait-stop');
    await ann.page.reload();
    await ann.sees('#start');
    assert.deepEqual(await chips(ann), ['a', 'b', 'c']);
  });

  it('are checked: five, of 24 characters', async () => {
    const ann = await town.window();
    await ann.page.fill('#tags', '1,2,3,4,5,6');
    await ann.enter('Ann');
    await ann.until(() => /5 interests/.test(document.getElementById('tags-wrong').textContent));
    assert.equal(await ann.focus(), 'tags');
    for (const _ of '12') await ann.page.click('#tags-chips .chip >> nth=0');
    await ann.page.fill('#tags', '😀'.repeat(25));
    await ann.page.press('#tags', 'Enter');
    await ann.until(() => /too long/.test(document.getElementById('tags-wrong').textContent));
    await ann.page.click('#tags-chips .chip >> nth=-1');
    await ann.page.fill('#tags', '😀'.repeat(24));
    await ann.enter('Ann');
    await ann.sees('#wait');
  });
});

// A window whose person has interests.
async function fond_of(name, tags) {
  const person = await town.window();
  await person.page.fill('#tags', tags);
  await person.enter(name);
  return person;
}

describe('who meets', () => {
  it('reads what both like, each as they wrote it', async () => {
    const ann = await fond_of('Ann', 'ＭＵＳＩＣ, 足球');
    await ann.sees('#wait');
    const bob = await fond_of('Bob', 'cats, Music');
    await ann.meets('Bob');
    await bob.meets('Ann');
    const common = (person) => person.page.$$eval('.common-tag', (all) => all.map((el) => el.textContent));
    assert.deepEqual(await common(ann), ['ＭＵＳＩＣ']);
    assert.deepEqual(await common(bob), ['Music']);
    assert.match(await ann.page.textContent('.note.-matched'), /You both like:/);
  });

  it('with nothing in common does so after the countdown, or by the button', async () => {
    const ann = await fond_of('Ann', 'chess');
    await ann.sees('#wait-fit');
    const bob = await fond_of('Bob', 'football');
    await bob.sees('#wait-fit');
    assert.ok(await ann.page.isVisible('#wait'));
    await ann.page.click('#wait-widen');
    await bob.page.click('#wait-widen').catch(() => {}); // unless they have met by then
    await ann.meets('Bob');
    assert.equal(await ann.page.locator('.common').count(), 0);
  });

  it('again is told so', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    assert.doesNotMatch(await ann.page.textContent('.note.-matched'), /before/);
    await ann.page.click('#stop');
    await bob.notes('left');
    await ann.page.click('#over-next');
    await ann.sees('#wait');
    await bob.page.click('#over-next');
    await ann.meets('Bob');
    for (const person of [ann, bob]) {
      await person.until(() => /You have met before/.test(document.querySelector('.note.-matched').textContent));
    }
  });

  it('has blocked nobody: they are never met again', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.click('#person-open');
    await ann.page.click('#block');
    await ann.page.click('#block-yes');
    await bob.notes('left');
    await ann.until(() => window.Parley.app.state().block === null);
    for (const person of [ann, bob]) {
      await person.page.click('#over-next');
      await person.sees('#wait');
    }
    const cy = await town.window();
    await cy.enter('Cy');
    await cy.sees('#chat');
    assert.ok(await ann.page.isVisible('#wait') !== await bob.page.isVisible('#wait'));
  });
});

describe('the wait for somebody who fits', () => {
  it('counts down in sight, and then anybody is asked for', async () => {
    const ann = await town.window();
    const asked = [];
    await ann.page.route('**/api/next', async (route) => {
      asked.push(route.request().postDataJSON());
      const response = await route.fetch();
      await route.fulfill({ json: { widen_ms: asked.length === 1 ? 2500 : undefined, ...await response.json() } });
    });
    await ann.enter('Ann');
    await ann.sees('#wait-fit');
    await ann.until(() => /anyone in [23] s/.test(document.getElementById('wait-count').textContent));
    await ann.until(() => /anyone in 1 s/.test(document.getElementById('wait-count').textContent));
    await ann.misses('#wait-fit');
    assert.deepEqual(asked, [{}, { widen: true }]);
  });

  it('ends by a button, which leaves the focus in the page', async () => {
    const ann = await town.window();
    // She does wait, but for nothing that fits: the first answer says otherwise.
    await ann.page.route('**/api/next', async (route) => {
      const response = await route.fetch();
      const more = route.request().postDataJSON().widen ? {} : { widen_ms: 60000 };
      await route.fulfill({ json: { ...more, ...await response.json() } });
    });
    await ann.enter('Ann');
    await ann.sees('#wait-fit');
    await ann.page.focus('#wait-widen');
    const [request] = await Promise.all([
      ann.page.waitForRequest('**/api/next'), ann.page.keyboard.press('Enter'),
    ]);
    assert.deepEqual(request.postDataJSON(), { widen: true });
    await ann.misses('#wait-fit');
    assert.equal(await ann.focus(), 'wait-stop');
  });
});

describe('the way back after Next', () => {
  it('is offered for five seconds', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await ann.page.click('#next');
    await ann.sees('#undo');
    assert.equal(await ann.page.textContent('#undo'), 'Back to Bob');
    await ann.page.focus('#undo');
    await ann.misses('#undo');
    assert.equal(await ann.focus(), 'wait-stop');
  });

  it('brings the partner back, with what was said', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('hello');
    await bob.reads('hello');
    await ann.delivered();
    await ann.page.click('#next');
    await bob.notes('next');
    await ann.page.click('#undo');
    await ann.meets('Bob');
    for (const person of [ann, bob]) {
      await person.until(() => /the chat goes on/.test(document.getElementById('log').textContent));
    }
    await ann.misses('#undo');
    await bob.says('there you are');
    await ann.reads('there you are');
    await ann.says('sorry');
    await bob.reads('sorry');
    assert.deepEqual(await ann.talk(), ['me: hello', 'them: there you are', 'me: sorry']);
    assert.deepEqual(await bob.talk(), ['them: hello', 'me: there you are', 'them: sorry']);
  });

  it('also out of the next chat, whose partner is told', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const cy = await town.window();
    await cy.enter('Cy');
    await cy.sees('#wait');
    await ann.page.click('#next');
    await ann.meets('Cy');
    await ann.page.click('#undo');
    await ann.meets('Bob');
    await bob.until(() => /the chat goes on/.test(document.getElementById('log').textContent));
    await cy.notes('next');
  });

  it('says so if the partner is taken', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await answers(ann, 'back', { error: { code: 'partner_taken', message: '' } }, 409);
    await ann.page.click('#next');
    await ann.page.click('#undo');
    await ann.until(() => /Bob has gone on/.test(document.getElementById('say').textContent));
    await ann.misses('#undo');
    assert.ok(await ann.page.isVisible('#wait'));
  });

  it('says so if it is too late', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await answers(ann, 'back', { error: { code: 'too_late', message: '' } }, 409);
    await ann.page.click('#next');
    await ann.page.click('#undo');
    await ann.until(() => /Too late to go back/.test(document.getElementById('say').textContent));
    await ann.misses('#undo');
    assert.ok(await ann.page.isVisible('#wait'));
  });
});
