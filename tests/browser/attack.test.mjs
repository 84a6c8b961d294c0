// A hostile stranger against the page and the pages without JavaScript, in a
// real browser: whatever is in a name, a message, a tag or a picture, no script
// runs and no request leaves. The same attack on a page that was broken on
// purpose must be noticed.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { alone, call, expect, Person, until } from '../http/client.mjs';
import { file, png } from '../http/pictures.mjs';
import { forms, multipart, Page } from '../http/plain.mjs';
import { startServer } from '../http/server.mjs';
import { lair, links, messages, names, tags, Watch } from './attacks.mjs';
import { PATIENCE, shut, Town } from './people.mjs';

let server, town, den, contexts = [];
before(async () => {
  [server, den] = [await startServer(), await lair()];
  town = await Town.open(server.base);
});
afterEach(async () => {
  den.hits.length = 0;
  for (const context of contexts.splice(0)) await shut(context);
});
after(async () => {
  await town?.close();
  await server?.stop();
  den?.close();
});

// A window under watch. break_it(page) may spoil what the server answers.
async function victim(path = '/', break_it = () => {}) {
  const context = await town.browser.newContext({ locale: 'en-US', viewport: { width: 800, height: 700 }, reducedMotion: 'reduce', acceptDownloads: true });
  contexts.push(context);
  const watch = new Watch(context, server.base, den);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await break_it(page);
  await page.goto(server.base + path);
  return { context, page, watch, quiet: async () => assert.deepEqual(await watch.offences(), []) };
}

// The stranger needs no page.
async function stranger(name, wishes) {
  const it = await Person.join(server.base, 'x');
  await it.end();
  const body = expect(await call(server.base, 'POST', '/api/session', { body: { name, tags: wishes } }), 201);
  Object.assign(it, { token: body.token });
  await it.next();
  return it;
}

async function enter(page, name, wishes = []) {
  await page.locator('#start').waitFor();
  await page.fill('#name', name);
  for (const tag of wishes) {
    await page.fill('#tags', tag);
    await page.press('#tags', 'Enter');
  }
  await page.press('#name', 'Enter');
  await page.locator('#chat').waitFor();
}

// A press so soon after the last one does not count.
const again = (page) => until(async () => {
  await page.click('#over-next', { timeout: 500 }).catch(() => {});
  return !await page.locator('#over-next').isVisible();
}, 'the next one is sought', PATIENCE);

const shown = (page, text) => page.waitForFunction((wanted) =>
  [...document.querySelectorAll('.message.-them .bubble')].some((el) => el.textContent === wanted), text, { timeout: PATIENCE });

// Pictures that are something else as well. {what: [bytes, may it be stored?]}
function pictures() {
  const html = Buffer.from('<html><script>top.__pwned=1</script>');
  const gif = file('still.gif');
  return {
    svg: [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="top.__pwned=1"/>'), false],
    html: [html, false],
    'HTML that begins as a GIF': [Buffer.concat([Buffer.from('GIF89a/*'), html, Buffer.from('*/=1;top.__pwned=1')]), false],
    'a GIF with a page behind it': [Buffer.concat([gif, html]), null],
    'a GIF with a script as its comment': [Buffer.concat([gif.subarray(0, -1), Buffer.from([0x21, 0xfe, html.length]), html, Buffer.from([0, 0x3b])]), null],
    'a PNG with a script in a text': [png(8, 8, undefined, [['tEXt', Buffer.concat([Buffer.from('Title\0'), html])]]), null],
    'a PNG with a script as its pixels': [png(100, 100, Buffer.concat([html, Buffer.from('*/=1;top.__pwned=1//')])), true],
  };
}

async function sendPictures(person) {
  const urls = [];
  for (const [what, [bytes, stored]] of Object.entries(pictures())) {
    const reply = await person.call('POST', `/api/image?chat=${person.chat}&nonce=${encodeURIComponent(what).replace(/%20/g, '-').slice(0, 60)}`,
      { body: bytes, headers: { 'content-type': 'text/html' } });
    if (stored !== null) assert.equal(reply.status === 200, stored, `${what}: ${reply.text}`);
    if (reply.status === 200) urls.push([what, reply.body.url]);
  }
  return urls;
}

// Both come into one chat; the stranger polls meanwhile, or would be passed over.
const meet = (name, wishes, come) => alone(server.base, async () => {
  const it = await stranger(name, wishes);
  await Promise.all([come(), it.until('matched', undefined, PATIENCE)]);
  return it;
});

// The whole attack on the page; it ends early if something was noticed.
async function assault(page, watch, thorough = true) {
  const wishes = tags.slice(0, 3);
  const it = await meet(names[0], wishes, () => enter(page, names[1], wishes));
  for (const text of messages(den.url)) await it.send(text);
  await it.send('the last one');
  if (!thorough) {
    await until(async () => (await watch.offences()).length > 0, 'the attack was noticed', PATIENCE);
    return it;
  }
  await shown(page, 'the last one');
  for (const text of messages(den.url)) await shown(page, text.replace('[em_1]', '🙂'));
  return it;
}

describe('the page', () => {
  test('names, tags and messages stay text', async () => {
    const { page, watch, quiet } = await victim();
    const it = await assault(page, watch);
    assert.equal(await page.textContent('#peer-name'), names[0]);
    assert.equal(await page.textContent('.common-tag'), tags[0]);
    for (const message of await page.$$('.message')) { // what is under the mouse, and what has the focus
      await message.hover({ timeout: 2000 }).catch(() => {});
    }
    await it.typing(true);
    await it.leave(); // a note with the name
    await page.locator('.note.-left').waitFor();
    await page.reload(); // all of it again, from what the tab remembers
    await page.locator('.note.-left').waitFor();
    await shown(page, 'the last one');
    await quiet();
    await it.end();
  });

  test('every name, in every place that shows one', async () => {
    const { page, quiet } = await victim();
    for (const name of names.slice(1)) {
      const it = await meet(name, [], () => (name === names[1] ? enter(page, 'Bob') : again(page)));
      await page.waitForFunction((wanted) => document.getElementById('peer-name').textContent === wanted, name, { timeout: PATIENCE });
      await page.waitForFunction((wanted) => document.title.includes(wanted), name, { timeout: PATIENCE });
      await it.send('hi');
      await shown(page, 'hi');
      if (/\u05d0/.test(name)) { // an RTL name stands alone also where there is no markup
        assert.match(await page.title(), /^\u2068[^]*\u2069 · Parley$/);
        assert.match(await page.getAttribute('.message.-them .actions', 'aria-label'), /^\u2068[^]*\u2069, /);
      } else assert.doesNotMatch(await page.title(), /\u2068/);
      assert.equal(await page.locator('.note.-matched bdi').last().textContent(), name);
      await it.end();
      await page.locator('.note.-left').last().waitFor();
    }
    await quiet();
  });

  test('pictures are pictures: in the chat, in a tab of their own, and as a script', async () => {
    const { page, context, quiet } = await victim();
    const it = await meet('Eve', [], () => enter(page, 'Bob'));
    const urls = await sendPictures(it);
    assert.ok(urls.length > 0);
    await page.locator('.tile').nth(urls.length - 1).waitFor();
    for (const tile of await page.$$('.tile')) await tile.click({ timeout: 5000 }).catch(() => {});
    await page.keyboard.press('Escape');
    await page.setInputFiles('#picture-file', { name: '"><img src=x onerror=top.__pwned=1>.png', mimeType: 'image/png', buffer: file('rgb.png') });
    await page.locator('#preview').waitFor();
    for (const [what, url] of urls) {
      const tab = await context.newPage();
      const reply = await tab.goto(server.base + url);
      const headers = reply.headers();
      assert.match(headers['content-type'], /^image\/(png|gif)$/, what);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(headers['content-security-policy'], /default-src 'none'/);
      assert.equal(await tab.evaluate(() => document.contentType.slice(0, 6)), 'image/', what);
      await tab.close();
    }
    await quiet();
    for (const [what, url] of urls) { // what a page of ours would never do
      assert.equal(await page.evaluate((src) => new Promise((resolve) => {
        const script = document.createElement('script');
        script.onload = () => resolve('ran');
        script.onerror = () => resolve('refused');
        script.src = src.slice(1);
        document.head.appendChild(script);
      }), url), 'refused', what);
    }
    assert.equal(await page.evaluate(() => window.__pwned), undefined);
    await it.end();
  });

  test('the way to a stranger\'s link leads nowhere by itself, and to http alone', async () => {
    const { page, quiet } = await victim('/link.html');
    for (const link of links) {
      await page.goto('about:blank');
      await page.goto(`${server.base}/link.html#en,${link}`);
      await page.locator('#leaving').waitFor();
      const href = await page.evaluate(() => { const a = document.getElementById('leaving-go'); return a.hidden ? '' : a.protocol; });
      assert.match(href, /^https:/.test(link) ? /^https:$/ : /^(http:)?$/, link); // "//x" is http, as here
    }
    await quiet();
  });

  test('an answer that tries to change all objects changes none', async () => {
    let spoiled = 0;
    const { page, quiet } = await victim('/', (p) => p.route(/\/api\/poll/, async (route) => {
      const reply = await route.fetch().catch(() => null);
      if (!reply) { await route.abort().catch(() => {}); return; }
      let text = await reply.text();
      if (/"type":"message"/.test(text)) {
        spoiled++;
        text = text.replace('{', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},').replace(/"events":\[\{"seq":(\d+)/,
          (all, seq) => all.replace('{', `${['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((type, i) =>
            `{"seq":${seq - 0.9 + i / 10},"type":"${type}","chat":"x","at":1,"__proto__":{"polluted":1}}`).join()},{`));
      }
      await route.fulfill({ response: reply, body: text }).catch(() => {});
    }));
    const it = await meet('Eve', [], () => enter(page, 'Bob'));
    await it.send('hello');
    await until(() => spoiled > 0, 'an answer was spoiled', PATIENCE);
    await page.fill('#box', 'still here');
    await page.press('#box', 'Enter');
    await it.until('message', (e) => e.text === 'still here');
    assert.equal(await page.evaluate(() => ({}).polluted), undefined);
    await quiet();
    await it.end();
  });
});

describe('the pages without JavaScript', () => {
  // In a browser that would run scripts, if there were any.
  async function begin(break_it) {
    const found = await victim('/plain/', break_it);
    const it = await meet(names[0], tags.slice(0, 2), async () => {
      await found.page.fill('[name=name]', names[2]);
      await found.page.fill('[name="tags[]"]', tags.slice(0, 2).join(', '));
      await found.page.click('[type=submit]');
    });
    return { ...found, it };
  }
  const log = (page) => page.frames().find((frame) => /\/log/.test(frame.url()));
  const reads = (page, text) => until(async () =>
    (await log(page)?.evaluate(() => document.body.textContent).catch(() => ''))?.includes(text), `${text} in the log`, PATIENCE);

  test('names, tags and messages stay text', async () => {
    const { page, quiet, it } = await begin();
    for (const text of messages(den.url)) await it.send(text);
    await it.send('the last one');
    await reads(page, 'the last one');
    await reads(page, '<svg onload=');
    await reads(page, names[0]);
    await sendPictures(it);
    await it.send('behind the pictures');
    await reads(page, 'behind the pictures');
    for (const link of links) {
      const reply = await call(server.base, 'GET', `/plain/link?to=${encodeURIComponent(decodeURIComponent(link.replace(/%E0.*/, '')))}`);
      if (!/^https:/.test(link)) assert.equal(reply.status, 400, link);
      assert.doesNotMatch(reply.text, /<img|" ?onfocus|href="(?!https:|\/|\.)[a-z]+:/i);
    }
    await it.leave();
    await reads(page, names[0]);
    await quiet();
    await it.end();
  });

  test('a picture\'s name and a form that is sent back are text', async () => {
    const bob = await Person.join(server.base, 'Bob');
    const page = await alone(server.base, async () => {
      await bob.next();
      return Page.begin(server.base, names[1]);
    });
    const [form] = forms((await page.get('picture')).text);
    const { body, headers } = multipart({ ...form.fields, picture: { filename: '"><script>top.__pwned=1</script>.svg', bytes: Buffer.from('<svg onload=top.__pwned=1>') } });
    const reply = await page.post('picture', body, { headers });
    assert.ok(reply.status >= 400);
    for (const text of [`${'<b onfocus=top.__pwned=1>'.repeat(90)}`, '</textarea><script>top.__pwned=1</script>\u0001']) {
      const again = await page.post('say', { ...await page.form_of('say', 'say'), text });
      assert.equal(again.status, 400);
      assert.doesNotMatch(again.text, /<b onfocus|<script/);
    }
    assert.doesNotMatch(reply.text, /<script|<svg/);
    await bob.end();
  });

  test('negative control: a log that is not escaped is noticed', async () => {
    const { watch, it } = await begin((page) => page.route(/\/plain\/.*\/log/, async (route) => {
      const reply = await route.fetch().catch(() => null);
      if (!reply) { await route.abort().catch(() => {}); return; }
      const headers = reply.headers();
      delete headers['content-security-policy'];
      await route.fulfill({ status: reply.status(), headers, body: (await reply.text()).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"') }).catch(() => {});
    }));
    for (const text of messages(den.url)) await it.send(text);
    await until(async () => (await watch.offences()).length > 0, 'noticed', PATIENCE);
    await it.end();
  });
});

describe('negative controls', () => {
  // A text put in as HTML, under the policy or without it.
  const spoil = (strict) => async (page) => {
    await page.route(/\/js\/log-text\.js/, async (route) => {
      const reply = await route.fetch();
      const body = (await reply.text()).replace('el.appendChild(document.createTextNode(plain(text)))', 'el.insertAdjacentHTML("beforeend", plain(text))');
      assert.match(body, /insertAdjacentHTML/);
      await route.fulfill({ response: reply, body });
    });
    if (strict) return;
    await page.route(/\/$/, async (route) => {
      const reply = await route.fetch();
      const headers = reply.headers();
      delete headers['content-security-policy'];
      await route.fulfill({ response: reply, headers });
    });
  };

  test('a page that takes texts for HTML is noticed by its canary', async () => {
    const { page, watch } = await victim('/', spoil(false));
    const it = await assault(page, watch, false);
    await until(async () => (await watch.offences()).some((line) => /a script has run|reached/.test(line)), 'a script ran', PATIENCE);
    await it.end();
  });

  test('and under the policy by what the policy refuses', async () => {
    const { page, watch } = await victim('/', spoil(true));
    const it = await assault(page, watch, false);
    await until(async () => (await watch.offences()).some((line) => /Content Security Policy/.test(line)), 'the policy spoke', PATIENCE);
    assert.equal((await watch.offences()).some((line) => /a script has run/.test(line)), false);
    await it.end();
  });
});
