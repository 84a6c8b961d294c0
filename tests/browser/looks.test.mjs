// What the page weighs, and that an old browser can use it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTown } from './people.mjs';

let server, town;
inTown({}, (s, t) => { [server, town] = [s, t]; });

// All that comes over the wire, headers and all, with HTTP/1.1.
describe('the weight', () => {
  it('is under 60 KB in all', async () => {
    const ann = await town.window();
    const wire = await ann.page.context().newCDPSession(ann.page);
    const parts = new Map();
    let weight = 0;
    await wire.send('Network.enable');
    await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
    wire.on('Network.responseReceived', (e) => parts.set(e.requestId, e.response));
    wire.on('Network.loadingFinished', (e) => {
      const part = parts.get(e.requestId);
      if (/\/api\//.test(part.url)) return;
      assert.ok(part.url.startsWith(server.base), `from another host: ${part.url}`);
      if (process.env.V) console.log(`# ${e.encodedDataLength} ${part.url.slice(server.base.length)}`);
      weight += e.encodedDataLength;
    });
    await ann.page.reload({ waitUntil: 'networkidle' });
    console.log(`# ${weight} bytes over the wire`);
    assert.ok(weight > 10000 && weight < 60000, `${weight} bytes`);
  });
});

describe('an old browser', () => {
  it('without the inventions of later years can chat, and reload', async () => {
    const ann = await town.window(), bob = await town.window();
    await ann.page.context().addInitScript(() => {
      delete window.WebSocket;
      delete window.fetch;
      delete window.visualViewport;
      delete window.ResizeObserver;
      delete window.BroadcastChannel;
      delete window.AudioContext;
      delete window.Notification;
      delete String.prototype.normalize;
      delete Navigator.prototype.sendBeacon;
      delete Element.prototype.classList;
      delete Element.prototype.closest;
      for (const store of ['sessionStorage', 'localStorage']) {
        Object.defineProperty(window, store, { get() { throw new Error('no storage'); } });
      }
      const { Promise } = window; // the driver wants it; our scripts must not
      Object.defineProperty(window, 'Promise', { get() {
        if (/\/(js|lang)\//.test(new Error().stack)) throw new Error('no Promise');
        return Promise;
      } });
    });
    await ann.page.reload();
    await ann.sees('#start');
    await ann.enter('Ann');
    await ann.sees('#wait');
    await bob.enter('Bob');
    await ann.meets('Bob');
    await ann.says('from the past');
    await bob.reads('from the past');
    await bob.says('to the past');
    await ann.reads('to the past');
    await ann.page.click('#emoji');
    await ann.page.click('#picker button >> nth=0');
    await ann.page.press('#box', 'Enter');
    await bob.reads('😀');
    await ann.page.reload(); // forgets, since it may not remember
    await ann.sees('#start');
    await bob.notes('away');
  });
});
