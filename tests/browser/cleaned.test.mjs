// A cleaned picture looks like the one that was sent: the same pixels, the same
// way up. Chromium decodes both.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pair } from '../http/client.mjs';
import { file, files } from '../http/pictures.mjs';
import { startServer } from '../http/server.mjs';
import { Town } from './people.mjs';

let server, town, page;
before(async () => {
  server = await startServer();
  town = await Town.open(server.base);
  page = await (await town.browser.newContext()).newPage(); // an empty one: no policy forbids data:
});
after(async () => {
  await town?.close();
  await server?.stop();
});

// The picture as a browser shows it: its size, and its pixels.
function look(bytes, type) {
  return page.evaluate(async (url) => {
    const img = new Image();
    img.src = url;
    await img.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [img.naturalWidth, img.naturalHeight];
    const paper = canvas.getContext('2d', { willReadFrequently: true });
    paper.drawImage(img, 0, 0);
    return { width: canvas.width, height: canvas.height, pixels: [...paper.getImageData(0, 0, canvas.width, canvas.height).data] };
  }, `data:${type};base64,${bytes.toString('base64')}`);
}

for (const [name, [type, width, height]] of Object.entries(files)) {
  test(`${name}: cleaned, it looks the same`, async () => {
    const [ann] = await pair(server.base);
    const reply = await ann.call('POST', `/api/image?chat=${ann.chat}`, { body: file(name) });
    assert.equal(reply.status, 200);
    assert.deepEqual([reply.body.width, reply.body.height], [width, height]);
    const { bytes } = await ann.call('GET', reply.body.url);
    const [sent, seen] = [await look(file(name), type), await look(bytes, type)];
    assert.deepEqual([seen.width, seen.height], [sent.width, sent.height]);
    assert.deepEqual([seen.width, seen.height], [width, height]);
    // A colour profile that goes may change a shade by one or two.
    const worst = seen.pixels.reduce((most, value, i) => Math.max(most, Math.abs(value - sent.pixels[i])), 0);
    assert.ok(worst <= 3, `a shade differs by ${worst}`);
  });
}
