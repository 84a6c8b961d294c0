// Two people in two windows, from the name to the last word.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let server, town;
inTown({ env: { PARLEY_UNLOAD_S: '60' } }, (s, t) => { [server, town] = [s, t]; });

describe('the name', () => {
  it('is asked for, kindly, and kept short', async () => {
    const ann = await town.window();
    await ann.page.click('#start-go');
    await ann.sees('#start-notice');
    assert.equal(await ann.focus(), 'name');
    await ann.page.fill('#name', '😀'.repeat(41));
    await ann.sees('#name-count.-over');
    await ann.page.press('#name', 'Enter');
    assert.match(await ann.page.textContent('#start-notice'), /too long/);
    await ann.enter('😀'.repeat(40)); // 80 units, 160 bytes, 40 characters
    await ann.sees('#wait');
  });

  it('that the server refuses is told of', async () => {
    const ann = await town.window();
    await ann.enter('\u202eevil'); // turns the line round
    await ann.until(() => /cannot be used/.test(document.getElementById('start-notice').textContent));
  });
});

describe('waiting', () => {
  it('shows how many are here, and can be stopped', async () => {
    const ann = await town.window();
    await ann.enter('Ann');
    await ann.sees('#wait');
    assert.equal(await ann.focus(), 'wait-stop');
    await ann.until(() => /^\d+ (person|people) here$/.test(document.getElementById('wait-online').textContent));
    await ann.page.click('#wait-stop');
    await ann.sees('#start');
    assert.equal(await ann.page.inputValue('#name'), 'Ann');
  });
});

describe('a chat', () => {
  it('carries words both ways, in order; Enter sends, Shift+Enter breaks', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.notes('matched');
    assert.equal(await ann.focus(), 'box');
    await ann.page.keyboard.type('one');
    await ann.page.keyboard.press('Shift+Enter');
    await ann.page.keyboard.type('two');
    await ann.page.keyboard.press('Enter');
    await bob.reads('one\ntwo');
    assert.equal(await ann.page.inputValue('#box'), '');
    for (const word of ['a', 'b', 'c', 'd']) await bob.says(word);
    await ann.reads('d');
    await bob.delivered();
    const talk = ['one\ntwo', 'a', 'b', 'c', 'd'];
    assert.deepEqual(await ann.talk(), talk.map((t, i) => (i ? 'them: ' : 'me: ') + t));
    assert.deepEqual(await bob.talk(), talk.map((t, i) => (i ? 'me: ' : 'them: ') + t));
  });

  it('leaves the Enter of an input method alone', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await ann.page.fill('#box', 'nihao');
    const sent = await ann.page.evaluate(() => {
      const box = document.getElementById('box');
      const press = (more) => box.dispatchEvent(new KeyboardEvent('keydown', {
        key: 'Enter', bubbles: true, cancelable: true, ...more,
      }));
      press({ isComposing: true });
      press({ keyCode: 229 });
      box.dispatchEvent(new CompositionEvent('compositionstart'));
      press({});
      box.dispatchEvent(new CompositionEvent('compositionend'));
      return window.Parley.app.state().lines.some((line) => line.who === 'me');
    });
    assert.equal(sent, false);
    assert.equal(await ann.page.inputValue('#box'), 'nihao');
  });

  it('shows that the other one types, until the word or the silence', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.type('#box', 'hm');
    await bob.sees('#dots');
    assert.equal(await bob.page.textContent('#peer-state'), 'typing…');
    await ann.page.fill('#box', '');
    await bob.misses('#dots');
    await ann.page.type('#box', 'hm');
    await bob.sees('#dots');
    await ann.page.press('#box', 'Enter');
    await bob.reads('hm');
    await bob.misses('#dots');
  });

  it('takes emoji at the caret, several in a row, by mouse and by keys', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.fill('#box', 'ab');
    await ann.page.press('#box', 'ArrowLeft');
    await ann.page.click('#emoji');
    await ann.sees('#picker');
    assert.ok(await ann.page.locator('#picker button').count() >= 75);
    const [picker, box] = await Promise.all(['#picker', '#box'].map((s) => ann.page.locator(s).boundingBox()));
    assert.ok(picker.y + picker.height <= box.y, 'the picker covers the box');
    await ann.page.click('#picker button >> nth=0');
    await ann.page.click('#picker button >> nth=1');
    assert.equal(await ann.page.inputValue('#box'), 'a😀😃b');
    await ann.page.keyboard.press('Escape');
    await ann.misses('#picker');
    assert.equal(await ann.focus(), 'box');

    await ann.page.focus('#emoji');
    await ann.page.keyboard.press('Enter');
    await ann.page.keyboard.press('ArrowRight');
    await ann.page.keyboard.press('Enter');
    await ann.page.keyboard.press('ArrowDown');
    await ann.page.keyboard.press('ArrowUp');
    await ann.page.keyboard.press('Enter');
    assert.equal(await ann.page.inputValue('#box'), 'a😀😃😃😃b');
    await ann.page.keyboard.press('Escape');
    await ann.page.keyboard.press('Enter');
    await bob.reads('a😀😃😃😃b');
  });

  it('shows what people type as text, whatever it looks like', async () => {
    const evil = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>&amp;{name}';
    const [ann, bob] = await town.pair('<b>Ann</b>{name}', 'Bob "><i>');
    await ann.says(evil);
    await bob.reads(evil);
    assert.equal(await bob.page.locator('#log img, #log script, #log b, #log i').count(), 0);
    assert.doesNotMatch(await bob.page.title(), /owned/);
    assert.match(await bob.page.textContent('.note.-matched'), /<b>Ann<\/b>\{name\}/);
  });

  it('counts when a message gets long, and does not send too much', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.fill('#box', '😀'.repeat(1990));
    assert.equal(await ann.page.textContent('#box-count'), '10 left');
    await ann.page.fill('#box', 'x'.repeat(2001));
    assert.equal(await ann.page.textContent('#box-count'), '1 too many');
    assert.ok(await ann.page.isDisabled('#send'));
    await ann.page.press('#box', 'Enter');
    assert.equal((await ann.page.inputValue('#box')).length, 2001);
    await ann.page.fill('#box', '😀'.repeat(2000));
    await ann.page.press('#box', 'Enter');
    await bob.reads('😀'.repeat(2000));
  });
});

describe('the end of a chat', () => {
  it('by Next: the one meets a third, the other is told', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await bob.page.fill('#box', 'a draft for Ann');
    const cy = await town.window();
    await cy.enter('Cy');
    await cy.sees('#wait');
    await ann.page.click('#next');
    await ann.meets('Cy');
    await cy.meets('Ann');
    await bob.notes('next');
    await bob.until(() => document.activeElement.id === 'over-next');
    assert.deepEqual(await ann.talk(), []);
    await bob.page.keyboard.press('Enter');
    await bob.sees('#wait');
    const dee = await town.window();
    await dee.enter('Dee');
    await bob.meets('Dee');
    assert.equal(await bob.page.inputValue('#box'), '');
  });

  it('by Stop: the log stays, both are told', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('bye');
    await bob.reads('bye');
    await ann.page.click('#stop');
    await ann.notes('me');
    await bob.notes('left');
    assert.deepEqual(await ann.talk(), ['me: bye']);
    await ann.page.click('#over-done');
    await ann.sees('#start');
  });

  it('by Escape twice: the next one; also when it has ended, and never while one waits', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.keyboard.press('Escape');
    await ann.until(() => /Esc/.test(document.getElementById('say').textContent));
    await ann.page.keyboard.press('Escape');
    await ann.sees('#wait');
    await bob.notes('next');
    for (let i = 0; i < 4; i++) await ann.page.keyboard.press('Escape');
    assert.ok(await ann.page.isVisible('#wait'));
    await bob.page.keyboard.press('Escape');
    await bob.page.keyboard.press('Escape');
    await bob.meets('Ann');
    await ann.meets('Bob');
  });

  // What a tab still holds of these words, anywhere.
  const held = (person, words) => person.page.evaluate((all) => {
    const places = { session: JSON.stringify(sessionStorage), local: JSON.stringify(localStorage), page: document.documentElement.outerHTML, title: document.title };
    return Object.keys(places).flatMap((place) => all.filter((word) => places[place].includes(word)).map((word) => `${word} in ${place}`));
  }, words);

  it('for good: nothing of the talk, and no key, is left in the tab or good for anything', async () => {
    for (const by of ['done', 'expiry']) {
      const [ann, bob] = await town.pair('Ann', 'Bobby');
      await ann.says('a secret');
      await bob.reads('a secret');
      await bob.says('another one');
      await ann.reads('another one');
      await ann.delivered();
      await ann.page.fill('#box', 'not sent');
      const token = await ann.page.evaluate(() => window.Parley.app.state().token);
      const auth = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
      const words = [token, 'a secret', 'another one', 'Bobby', 'not sent'];
      const before = await held(ann, words);
      assert.ok(before.includes(`${token} in session`) && before.includes('a secret in page'), before.join()); // so the search finds
      if (by === 'done') {
        await ann.page.click('#stop');
        await ann.page.click('#over-done');
      } else await fetch(`${server.base}/api/session/end`, { method: 'POST', body: '{}', headers: auth });
      await ann.sees('#start');
      assert.deepEqual(await held(ann, words), [], by);
      assert.equal((await fetch(`${server.base}/api/poll?wait=0`, { headers: auth })).status, 401);
      await town.clear();
    }
  });

  it('by an expired session: back to the name, which is kept', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const token = await ann.page.evaluate(() => window.Parley.app.state().token);
    await fetch(`${server.base}/api/session/end`, {
      method: 'POST', body: '{}',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    });
    await ann.sees('#start-notice');
    assert.match(await ann.page.textContent('#start-notice'), /expired/);
    assert.equal(await ann.page.inputValue('#name'), 'Ann');
    await bob.notes('left');
  });
});

describe('a tab', () => {
  it('that is reloaded keeps the chat, its lines and the draft', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('hello');
    await bob.reads('hello');
    await bob.says('hi');
    await ann.reads('hi');
    await ann.page.fill('#box', 'not yet sent');
    await ann.page.reload();
    await ann.meets('Bob');
    assert.deepEqual(await ann.talk(), ['me: hello', 'them: hi']);
    assert.equal(await ann.page.inputValue('#box'), 'not yet sent');
    await bob.notes('here'); // away, and back
    await ann.page.press('#box', 'Enter');
    await bob.reads('not yet sent');
    await bob.says('still here');
    await ann.reads('still here');
    assert.equal((await ann.talk()).length, 4);
  });

  it('that is reloaded while it waits goes on waiting', async () => {
    const ann = await town.window();
    await ann.enter('Ann');
    await ann.sees('#wait');
    await ann.page.reload();
    await ann.sees('#wait');
    const bob = await town.window();
    await bob.enter('Bob');
    await ann.meets('Bob');
  });

  it('is not doubled by a late request of its own', async () => {
    const ann = await town.window(), bob = await town.window();
    let late = 1;
    await ann.page.route('**/api/poll?*', (route) => (late-- > 0 ? route.fulfill({
      json: { cursor: 0, state: 'waiting', online: 1, events: [], superseded: true },
    }) : route.continue()));
    await ann.enter('Ann');
    await ann.sees('#wait');
    await bob.enter('Bob');
    await ann.meets('Bob');
    assert.ok(late <= 0);
  });

  it('that is hidden shows in title and icon what has come', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.hides(true);
    await bob.says('psst');
    await bob.says('hey');
    await ann.until(() => document.title === '(2) Bob · Parley');
    assert.equal(await ann.page.getAttribute('#icon', 'href'), 'img/icon-unread.svg');
    await ann.hides(false);
    await ann.until(() => document.title === 'Bob · Parley');
    assert.equal(await ann.page.getAttribute('#icon', 'href'), 'img/icon.svg');
  });
});

describe('languages', () => {
  it('follow the browser, and the switch, and are remembered', async () => {
    const ann = await town.window({ locale: 'zh-TW' });
    assert.equal(await ann.page.textContent('#start-go'), '开始聊天');
    assert.equal(await ann.page.getAttribute('html', 'lang'), 'zh');
    await ann.sets({ lang: 'en' });
    await ann.until(() => document.getElementById('start-go').textContent === 'Start talking');
    await ann.page.reload();
    await ann.until(() => document.getElementById('start-go').textContent === 'Start talking');
    const bob = await town.window({ locale: 'fr-FR' });
    assert.equal(await bob.page.textContent('#start-go'), 'Start talking');
  });

  it('turn the lines of a running chat as well', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('hello');
    await bob.reads('hello');
    await ann.sets({ lang: 'zh' });
    await ann.until(() => /聊天/.test(document.querySelector('.note.-matched').textContent));
    assert.equal(await ann.page.textContent('.note.-matched bdi'), 'Bob');
    assert.deepEqual(await ann.talk(), ['me: hello']);
    assert.match(await ann.page.textContent('.message.-me .status'), /已发送|已读/); // or seen, by now
  });
});
