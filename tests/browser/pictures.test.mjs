// Pictures: from the file, the clipboard or the mouse of the one to the eyes of
// the other, who is asked first.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let server, town;
inTown({ env: { PARLEY_UNLOAD_S: '60' } }, (s, t) => { [server, town] = [s, t]; });

// A picture of so many pixels; noise is what no compression makes small.
const paint = (person, width, height, { type = 'image/png', noise = false } = {}) =>
  person.page.evaluate(([w, h, kind, noisy]) => {
    const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
    canvas.width = w;
    canvas.height = h;
    if (noisy) {
      const image = pen.createImageData(w, h);
      for (let i = 0; i < image.data.length; i += 4) {
        for (let j = 0; j < 3; j++) image.data[i + j] = Math.random() * 256;
        image.data[i + 3] = 255;
      }
      pen.putImageData(image, 0, 0);
    } else {
      pen.fillStyle = '#c60';
      pen.fillRect(0, 0, w / 2, h / 2);
    }
    return canvas.toDataURL(kind).split(',')[1];
  }, [width, height, type, noise]).then((data) => Buffer.from(data, 'base64'));

const file = (buffer, mimeType = 'image/png') => ({ name: 'holiday', mimeType, buffer });
const preview = (person, buffer, type) => person.page.setInputFiles('#picture-file', file(buffer, type))
  .then(() => person.sees('#preview img'));
const send = (person) => person.page.click('#preview .button:not(.-quiet)');
const cancel = (person) => person.page.click('#preview .button.-quiet');
const lines = (person) => person.page.evaluate(() => window.Parley.app.state().lines.filter((l) => l.picture));

// The pictures that a page has asked the server for.
function asked(person) {
  const urls = [];
  person.page.on('request', (r) => { if (r.method() === 'GET' && /api\/image/.test(r.url())) urls.push(r.url()); });
  return urls;
}

async function sent(options) {
  const [ann, bob] = await town.pair('Ann', 'Bob', options);
  const urls = asked(bob);
  await preview(ann, await paint(ann, 600, 400));
  await send(ann);
  await ann.delivered();
  await bob.sees('.tile');
  return { ann, bob, urls };
}

// What a paste or a drop brings along.
const give = (person, type, buffer, text) => person.page.evaluate(([kind, data, also]) => {
  const bag = new DataTransfer();
  bag.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], 'x.png', { type: 'image/png' }));
  if (also) bag.items.add(also, 'text/plain');
  const event = kind === 'paste' ? new ClipboardEvent(kind, { clipboardData: bag, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: bag, bubbles: true, cancelable: true });
  document.getElementById('box').dispatchEvent(event);
  return event.defaultPrevented;
}, [type, buffer.toString('base64'), text]);

describe('a picture is chosen', () => {
  it('by the file chooser, seen before it is sent, and cancelled by button or Escape', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const [chooser] = await Promise.all([ann.page.waitForEvent('filechooser'), ann.page.click('#picture')]);
    const picture = await paint(ann, 300, 200);
    await chooser.setFiles(file(picture));
    await ann.sees('#preview img');
    assert.match(await ann.page.textContent('#preview'), /300 × 200, \d+ KB/);
    assert.match(await ann.page.getAttribute('#preview img', 'alt'), /300 × 200/);
    assert.equal(await ann.page.evaluate(() => document.activeElement.textContent), 'Send');
    await cancel(ann);
    await ann.misses('#preview');
    assert.equal(await ann.focus(), 'box');
    await preview(ann, picture); // the same one again
    await ann.page.keyboard.press('Escape');
    await ann.misses('#preview');
    assert.equal(await ann.focus(), 'box');
    await ann.says('still here'); // that Escape was no half of a Next
    await bob.reads('still here');
    assert.equal(await bob.page.locator('.tile').count(), 0);
  });

  it('on a phone by the camera as well', async () => {
    const [ann] = await town.pair('Ann', 'Bob', { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
    for (const [i, id] of ['picture-file', 'picture-camera'].entries()) {
      await ann.page.click('#picture');
      const [chooser] = await Promise.all([ann.page.waitForEvent('filechooser'), ann.page.click(`#popup button >> nth=${i}`)]);
      assert.equal(await chooser.element().getAttribute('id'), id);
    }
    assert.equal(await ann.page.getAttribute('#picture-camera', 'capture'), 'environment');
  });

  it('by paste, unless text comes along', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    const picture = await paint(ann, 30, 20);
    assert.equal(await give(ann, 'paste', picture, 'words'), false);
    assert.equal(await give(ann, 'paste', picture), true);
    await ann.sees('#preview img');
  });

  it('by drag and drop, which the page announces', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    const picture = await paint(ann, 30, 20);
    assert.equal(await give(ann, 'dragover', picture), true);
    await ann.sees('#drop');
    assert.equal(await give(ann, 'drop', picture), true);
    await ann.misses('#drop');
    await ann.sees('#preview img');
  });

  it('and what is none, or too large, is refused kindly', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await ann.page.setInputFiles('#picture-file', file(Buffer.from('no picture'), 'image/png'));
    await ann.until(() => /no picture/.test(document.getElementById('say').textContent));
    const huge = Buffer.concat([Buffer.from('R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=', 'base64'), Buffer.alloc(6 << 20)]);
    await ann.page.setInputFiles('#picture-file', file(huge, 'image/gif'));
    await ann.until(() => /too large/.test(document.getElementById('say').textContent));
    assert.ok(await ann.page.isHidden('#preview'));
  });
});

describe('a picture is made smaller', () => {
  it('in the browser: at most 2048 pixels', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await preview(ann, await paint(ann, 3000, 1500));
    assert.match(await ann.page.textContent('#preview'), /2048 × 1024/);
    await send(ann);
    await bob.sees('.tile');
    const [line] = await lines(bob);
    assert.deepEqual([line.picture.width, line.picture.height], [2048, 1024]);
  });

  it('where that cannot be done it goes as it is', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.page.evaluate(() => { HTMLCanvasElement.prototype.getContext = () => null; });
    await preview(ann, await paint(bob, 2500, 10));
    assert.match(await ann.page.textContent('#preview'), /2500 × 10/);
    await send(ann);
    await bob.sees('.tile');
    assert.equal((await lines(bob))[0].picture.width, 2500);
  });
});

describe('the upload', () => {
  it('shows how far it is, and can be cancelled', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const held = [];
    await ann.page.route('**/api/image?*', (route) => { held.push(route); });
    await preview(ann, await paint(ann, 300, 200));
    await send(ann);
    await ann.sees('.message.-me.-sending .up-bar');
    assert.equal(await ann.page.getAttribute('.up-bar', 'aria-label'), 'Uploading');
    await ann.page.click('.up-cancel');
    await ann.until(() => !document.querySelector('.message.-me'));
    assert.equal(await ann.focus(), 'box');
    await Promise.all(held.map((route) => route.abort().catch(() => {})));
    await ann.says('no picture');
    await bob.reads('no picture');
    assert.equal(await bob.page.locator('.tile').count(), 0);
  });

  it('that fails can be repeated, and arrives once; words do not wait for it', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    const nonces = [];
    let fail = true;
    await ann.page.route('**/api/image?*', async (route) => {
      nonces.push(new URL(route.request().url()).searchParams.get('nonce'));
      if (!fail) { await route.continue(); return; }
      await route.fetch(); // it has come through, but nobody hears of it
      await route.abort();
    });
    await preview(ann, await paint(ann, 300, 200));
    await send(ann);
    await ann.sees('.message.-failed .retry');
    await ann.says('words');
    await bob.reads('words');
    fail = false;
    await ann.page.click('.retry');
    await ann.delivered();
    assert.equal(nonces.length, 2);
    assert.equal(nonces[0], nonces[1]);
    await ann.says('after');
    await bob.reads('after');
    assert.equal(await bob.page.locator('.tile').count(), 1);
  });

  it('that the server refuses is told of', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await ann.page.route('**/api/image?*', (route) => route.fulfill({ status: 415, body: '{"error":{"code":"wrong_type","message":""}}' }));
    await preview(ann, await paint(ann, 30, 20));
    await send(ann);
    await ann.sees('.message.-failed');
    assert.match(await ann.page.textContent('#say'), /no picture/);
    assert.equal(await ann.page.locator('.retry').count(), 0);
  });

  it('that a reload interrupts is lost, and says so', async () => {
    const [ann] = await town.pair('Ann', 'Bob');
    await ann.page.route('**/api/image?*', () => {});
    await preview(ann, await paint(ann, 30, 20));
    await send(ann);
    await ann.sees('.message.-sending');
    await ann.page.reload();
    await ann.sees('.message.-failed');
    assert.match(await ann.page.textContent('.message.-me .meta'), /Not delivered/);
  });
});

describe('the receiver', () => {
  it('sees a tile with the measures, and no byte is fetched before he chooses to look', async () => {
    const { bob, urls } = await sent();
    assert.match(await bob.page.textContent('.tile'), /Picture, 600 × 400, \d+ KB/);
    assert.match(await bob.page.textContent('#heard'), /Ann: Picture, 600 × 400/);
    assert.equal(await bob.page.locator('#log img').count(), 0);
    await bob.page.reload(); // nor after a reload
    await bob.sees('.tile');
    assert.deepEqual(urls, []);
    await bob.page.click('.tile .button');
    await bob.until(() => document.querySelector('.picture-img').naturalWidth === 600);
    assert.equal(urls.length, 1);
    assert.match(await bob.page.getAttribute('.picture-img', 'alt'), /^Ann: Picture, 600 × 400/);
    assert.equal(await bob.page.evaluate(() => document.activeElement.className), 'picture-open');
    await bob.page.reload(); // chosen is chosen
    await bob.until(() => document.querySelector('.picture-img')?.naturalWidth === 600);
  });

  it('may choose it for the whole chat, and for no other', async () => {
    const { ann, bob } = await sent();
    await bob.page.click('.tile-always');
    await bob.sees('.picture-img');
    await preview(ann, await paint(ann, 100, 100));
    await send(ann);
    await bob.until(() => document.querySelectorAll('.picture-img').length === 2);
    await bob.page.click('#next');
    await ann.page.click('#over-next');
    await bob.meets('Ann');
    await preview(ann, await paint(ann, 100, 100));
    await send(ann);
    await bob.sees('.tile');
  });

  it('is told when it cannot be fetched, and can try again', async () => {
    const { bob } = await sent();
    await bob.page.route('**/api/image/*', (route) => route.abort());
    await bob.page.click('.tile .button');
    await bob.until(() => /could not be loaded/.test(document.getElementById('log').textContent));
    await bob.page.unroute('**/api/image/*');
    await bob.page.click('.tile-words button');
    await bob.until(() => document.querySelector('.picture-img')?.naturalWidth === 600);
  });
});

describe('the full view', () => {
  async function look() {
    const { bob } = await sent({ viewport: { width: 390, height: 600 } });
    await bob.page.click('.tile .button');
    await bob.sees('.picture-img');
    await bob.page.click('.picture-open');
    await bob.sees('.view');
    return bob;
  }
  const size = (bob) => bob.page.evaluate(() => document.querySelector('.view-img').clientWidth);

  it('zooms and scrolls', async () => {
    const bob = await look();
    const small = await size(bob);
    assert.ok(small <= 390);
    await bob.page.click('.view-button >> nth=0');
    assert.ok(await size(bob) > small * 1.4);
    await bob.page.keyboard.press('+');
    while (!await bob.page.evaluate(() => document.activeElement.className === 'view-stage')) {
      await bob.page.keyboard.press('Tab');
    }
    const at = () => bob.page.evaluate(() => document.querySelector('.view-stage').scrollLeft);
    const before = await at();
    assert.ok(before > 0, 'the middle stays in the middle');
    await bob.page.keyboard.press('ArrowLeft');
    await bob.until((was) => document.querySelector('.view-stage').scrollLeft < was, before);
    await bob.page.keyboard.press('0');
    assert.equal(await size(bob), small);
    assert.match(await bob.page.getAttribute('.view-img', 'alt'), /Ann: Picture/);
  });

  for (const [how, close] of [
    ['Escape', (bob) => bob.page.keyboard.press('Escape')],
    ['a click', (bob) => bob.page.click('.view-stage')],
    ['Back', (bob) => bob.page.goBack()],
  ]) {
    it(`is closed by ${how}, and the focus goes back`, async () => {
      const bob = await look();
      await bob.page.keyboard.press('Shift+Tab');
      assert.ok(await bob.page.evaluate(() => document.querySelector('.view').contains(document.activeElement)));
      await close(bob);
      await bob.misses('.view');
      assert.equal(await bob.page.evaluate(() => document.activeElement.className), 'picture-open');
      assert.ok(await bob.page.isVisible('#chat'), 'the chat goes on');
      await bob.page.click('.picture-open'); // and again
      await bob.sees('.view');
    });
  }

  it('closes with its chat', async () => {
    const bob = await look();
    await bob.page.evaluate(() => window.Parley.act.next());
    await bob.misses('.view');
    await bob.sees('#wait');
  });
});

it('a picture is taken back: gone from both screens and from the server', async () => {
  const { ann, bob } = await sent();
  await bob.page.click('.tile .button');
  await bob.sees('.message.-them .picture img, .message.-them img');
  const [{ picture }] = await lines(ann);
  assert.equal((await fetch(server.base + picture.url)).status, 200);
  assert.equal(await bob.page.isVisible('.message.-them .actions'), false);
  await ann.page.focus('.message.-me .actions');
  await ann.page.keyboard.press('Enter');
  await ann.sees('#popup');
  assert.deepEqual(await ann.page.locator('#popup button').allTextContents(), ['Take back']);
  await ann.page.keyboard.press('Enter');
  await ann.sees('.message.-me.-gone');
  await bob.sees('.message.-them.-gone');
  assert.equal(await bob.page.locator('.message.-them img').count(), 0);
  assert.equal((await fetch(server.base + picture.url)).status, 404);
});
