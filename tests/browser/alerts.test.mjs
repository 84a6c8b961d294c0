// Silence and its opposite: the icebreaker, the sound, the notification.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let town;
inTown({ env: { PARLEY_AWAY_S: '60', PARLEY_GONE_S: '120' } }, (s, t) => { town = t; });

// Two who chat; Ann's clock can be put forward.
async function pair_with_clock() {
  const [ann, bob] = [await town.window(), await town.window()];
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.enter('Ann');
  await ann.sees('#wait');
  await bob.enter('Bob');
  await ann.meets('Bob');
  await bob.meets('Ann');
  await ann.until(() => window.Parley.icebreaker);
  await ann.settles();
  return [ann, bob];
}

const questions = (person) => person.page.evaluate(() =>
  Array.from({ length: 10 }, (_, i) => window.Parley.t(`ice.${i + 1}`)));

describe('the icebreaker', () => {
  it('offers a question after 20 s of silence, which goes into the box and no further', async () => {
    const [ann, bob] = await pair_with_clock();
    await ann.page.clock.fastForward(15000);
    assert.equal(await ann.page.locator('.ice').count(), 0);
    await ann.page.clock.fastForward(6000);
    await ann.sees('.ice');
    const offered = await ann.page.textContent('.ice bdi');
    assert.ok((await questions(ann)).includes(offered));
    assert.match(await ann.page.textContent('#aloud'), /Silence\?/);
    await ann.page.focus('.ice');
    await ann.page.keyboard.press('Enter');
    assert.equal(await ann.page.inputValue('#box'), offered);
    assert.equal(await ann.focus(), 'box');
    assert.equal(await ann.page.locator('.ice').count(), 0);
    assert.deepEqual(await bob.talk(), []);
    await ann.page.keyboard.press('Enter');
    await bob.reads(offered);
  });

  it('comes once for each silence, and goes when somebody speaks or types', async () => {
    const [ann, bob] = await pair_with_clock();
    await ann.page.clock.fastForward(21000);
    await ann.sees('.ice');
    const first = await ann.page.textContent('.ice bdi');
    await bob.page.fill('#box', 'hm'); // types
    await ann.misses('.ice');
    await bob.page.press('#box', 'Enter');
    await ann.reads('hm');
    await ann.page.clock.fastForward(21000);
    await ann.sees('.ice');
    assert.notEqual(await ann.page.textContent('.ice bdi'), first);
    await ann.page.clock.fastForward(21000);
    assert.equal(await ann.page.locator('.ice').count(), 1);
    await ann.page.type('#box', 'I think');
    await ann.misses('.ice');
    await ann.page.clock.fastForward(21000);
    assert.equal(await ann.page.locator('.ice').count(), 0, 'there is something in the box');
    await ann.page.click('#stop');
    await ann.page.clock.fastForward(21000);
    assert.equal(await ann.page.locator('.ice').count(), 0, 'the chat is over');
  });
});

// Counts what the real thing is asked to play.
const count_tones = () => {
  window.tones = 0;
  const start = window.OscillatorNode.prototype.start;
  window.OscillatorNode.prototype.start = function (at) { window.tones += 1; return start.call(this, at); };
};

describe('the sound', () => {
  it('is off at first; switched on it is heard at once, for each message, and after a reload', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.context().addInitScript(count_tones);
    await ann.page.reload();
    await ann.meets('Bob');
    await bob.says('quiet');
    await ann.reads('quiet');
    assert.equal(await ann.page.evaluate(() => window.tones), 0);
    await ann.sets({ 'set-sound': true });
    await ann.until(() => window.tones === 2);
    await bob.says('loud');
    await ann.until(() => window.tones === 4);
    await ann.says('my own make none');
    await bob.reads('my own make none');
    await ann.page.reload();
    await ann.meets('Bob');
    await bob.says('still loud');
    await ann.until(() => window.tones === 2);
    await ann.sets({ 'set-sound': false });
    await bob.says('quiet again');
    await ann.reads('quiet again');
    assert.equal(await ann.page.evaluate(() => window.tones), 2);
  });
});

// A browser that can be asked: `answer` is what the person says there.
const stub_notifications = (answer) => {
  window.shown = [];
  window.asked = 0;
  window.Notification = class {
    constructor(title, options) { window.shown.push({ title, ...options }); this.title = title; }

    close() { window.shown.push('closed'); }

    static permission = 'default';

    static requestPermission(told) {
      window.asked += 1;
      window.Notification.permission = answer;
      told(answer);
      return Promise.resolve(answer);
    }
  };
};

describe('the notification', () => {
  it('is asked for on the switch alone, names who wrote but not what, and only while nobody looks', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.context().addInitScript(stub_notifications, 'granted');
    await ann.page.reload();
    await ann.meets('Bob');
    await ann.hides(true);
    await bob.says('before');
    await ann.reads('before');
    await ann.hides(false);
    assert.deepEqual(await ann.page.evaluate(() => [window.asked, window.shown.length]), [0, 0]);
    await ann.sets({ 'set-notify': true });
    await ann.until(() => window.asked === 1);
    await bob.says('seen');
    await ann.reads('seen');
    assert.equal(await ann.page.evaluate(() => window.shown.length), 0);
    await ann.hides(true);
    await bob.says('a secret');
    await ann.until(() => window.shown.length === 1);
    const [note] = await ann.page.evaluate(() => window.shown);
    assert.deepEqual([note.title, note.body, note.tag], ['Bob', 'New message', 'parley']);
    await ann.hides(false);
    assert.equal(await ann.page.evaluate(() => window.shown[1]), 'closed');
  });

  it('that the browser refuses is told of, and the switch goes back', async () => {
    const ann = await town.window();
    await ann.page.context().addInitScript(stub_notifications, 'denied');
    await ann.page.reload();
    await ann.page.click('#settings-open');
    await ann.until(() => window.Parley.alerts);
    await ann.page.click('#set-notify');
    await ann.until(() => /does not allow/.test(document.getElementById('say').textContent));
    assert.equal(await ann.page.isChecked('#set-notify'), false);
    assert.equal(await ann.page.evaluate(() => window.localStorage.getItem('parley.notify')), 'off');
  });
});
