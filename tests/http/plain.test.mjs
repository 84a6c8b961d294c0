// The pages without JavaScript, through FastCGI and CGI.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alone, call, expect, Person } from './client.mjs';
import { both, inModes } from './modes.mjs';
import { forms, isPage, mixed, multipart, Page, post } from './plain.mjs';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=', 'base64');

// Two pages in one chat.
const pair = (base, names = ['Ann', 'Bob']) => alone(base, async () => {
  const a = await Page.begin(base, names[0]);
  const b = await Page.begin(base, names[1]);
  await a.reads(names[1]);
  return [a, b];
});

inModes(both, { env: { PARLEY_CGI_DELAY_MS: '0' } }, (at) => {
  test('the first page, in the language that is asked for', async () => {
    const first = await call(at.base, 'GET', '/plain/');
    isPage(first);
    assert.match(first.text, /<html lang="en" dir="ltr">/);
    const ask = async (languages, query = '') =>
      /<html lang="(\w+)" dir="(\w+)">/.exec((await call(at.base, 'GET', `/plain/${query}`, { headers: { 'accept-language': languages } })).text).slice(1, 3).join();
    assert.equal(await ask('zh-CN,zh;q=0.9,en;q=0.8'), 'zh,ltr');
    assert.equal(await ask('xx, ar;q=0.5'), 'ar,rtl');
    assert.equal(await ask('ar', '?lang=zh'), 'zh,ltr');
    assert.equal(await ask('ar', '?lang=%22%3E'), 'ar,rtl');
    assert.equal(await ask('z'.repeat(300)), 'en,ltr');
    assert.equal((await call(at.base, 'GET', '/plain')).headers.location, '/plain/');
  });

  test('two pages talk; what people typed is text and nothing else', async () => {
    const names = ['<i>A"&\'</i>', 'שלום <b>'];
    const [a, b] = await pair(at.base, names);
    isPage(await a.get());
    isPage(await a.get('log'));
    isPage(await a.get('say'));
    assert.match((await b.get()).text, /<bdi>&lt;i&gt;A&quot;&amp;&#39;&lt;\/i&gt;<\/bdi>/);
    await a.say('<script>alert(1)</script>\r\n"\'&amp; \u202eevil');
    await b.reads('<script>alert(1)</script><br>"\'&amp; evil');
    const log = (await b.get('log')).text;
    assert.match(log, /<bdi>&lt;i&gt;.*<\/bdi>:<\/b> <span dir="auto">&lt;script&gt;.*&amp;amp; evil<\/span>/);
    assert.doesNotMatch(log, /<script/);
    await a.reads('You:</b> <span dir="auto"><script');
    // The newest stands first, and every line once.
    await b.say('second');
    await a.reads('second');
    const lines = [...(await a.get('log')).text.matchAll(/dir="auto">(.)/g)].map((m) => m[1]);
    assert.deepEqual(lines, ['s', '&']);
  });

  test('a chat of a page and the JSON interface', async () => {
    const [ann, bob] = await mixed(at.base);
    await ann.say('from the page');
    assert.equal((await bob.until('message')).text, 'from the page');
    await bob.send('from the script');
    await ann.reads('from the script');
    await bob.leave();
    await ann.reads('Bob</bdi> left');
    const room = await ann.get();
    isPage(room);
    assert.match(room.text, /from the script/); // it can still be read
    assert.equal((await ann.press('end')).headers.location, '/plain/');
    isPage(await ann.get(), 401);
  });

  test('a held page answers when there is news, and asks for itself again', async () => {
    const [ann, bob] = await mixed(at.base);
    const log = await ann.get('log');
    const seen = /^0; url=(log\?seen=\d+)$/.exec(log.headers.refresh)?.[1];
    assert.ok(seen, log.headers.refresh);
    assert.match(log.text, new RegExp(`<meta http-equiv="refresh" content="0; url=${seen.replace('?', '\\?')}">`));
    let answered = false;
    const held = ann.get(seen).then((reply) => { answered = true; return reply; });
    await bob.typing(true); // that is no news
    await new Promise((resolve) => { setTimeout(resolve, 600); });
    assert.equal(answered, false);
    await bob.send('news');
    assert.match((await held).text, /news/);
    // A number of a future or of nobody is answered at once.
    for (const n of ['99999', '-1', 'x', '', '99999999999999999999']) isPage(await ann.get(`log?seen=${n}`));
  });

  test('a wait without news ends, and the page says the same again', async () => {
    const [ann] = await mixed(at.base);
    const seen = (await ann.get('log')).headers.refresh.split('url=')[1];
    const from = Date.now();
    isPage(await ann.get(seen)); // 25 s, or 5 s under CGI
    assert.ok(Date.now() - from > 3000);
  });

  test('who waits reads it, and is taken along when somebody comes', async () => {
    await alone(at.base, async () => {
      const ann = await Page.begin(at.base, 'Ann');
      const room = await ann.get();
      isPage(room);
      assert.match(room.headers.refresh, /^1; url=\.\/\?seen=0$/);
      const held = ann.get('?seen=0');
      await new Promise((resolve) => { setTimeout(resolve, 300); });
      const bob = await Person.join(at.base, 'Bob');
      assert.equal((await bob.next()).state, 'chatting');
      assert.match((await held).text, /<h1><bdi>Bob/);
      await bob.end();
    });
  });

  test('a second held page takes the first one\'s place, and so does a poll', async () => {
    const [ann] = await mixed(at.base);
    const seen = (await ann.get('log')).headers.refresh.split('url=')[1];
    const first = ann.get(seen);
    await new Promise((resolve) => { setTimeout(resolve, 400); });
    const second = ann.get(seen);
    const reply = await first;
    isPage(reply);
    assert.match(reply.text, /<a href="log">/);
    assert.equal(reply.headers.refresh, undefined);
    await ann.say('so that it ends');
    assert.match((await second).text, /so that it ends/);
  });

  test('a form sent twice: a message is stored once, a button is pressed once', async () => {
    const [ann, bob] = await mixed(at.base);
    const fields = { ...await ann.form_of('say', 'say'), text: 'once' };
    for (let i = 0; i < 3; i++) assert.equal((await ann.post('say', fields)).headers.location, 'say');
    await ann.say('twice');
    await bob.until('message', (event) => event.text === 'twice');
    assert.equal(bob.events.filter((event) => event.type === 'message' && event.text === 'once').length, 1);
    assert.equal((await ann.get('log')).text.match(/>once</g).length, 1);

    const next = await ann.form_of('next');
    await alone(at.base, async () => {
      assert.equal((await ann.post('next', next)).status, 303);
      assert.equal((await bob.until('left')).reason, 'next');
      const cleo = await Person.join(at.base, 'Cleo');
      assert.equal((await cleo.next()).state, 'chatting');
      assert.equal((await ann.post('next', next)).status, 303);
      assert.equal((await ann.post('stop', next)).status, 303);
      assert.match((await ann.get()).text, /<h1><bdi>Cleo/); // still
      await ann.press('stop');
      assert.equal((await cleo.until('left')).reason, 'left');
    });
  });

  test('the first form sent twice is one person', async () => {
    await alone(at.base, async () => {
      const first = await Page.begin(at.base, 'Ann');
      const again = await post(at.base, '/plain/', { ...first.form.fields, name: 'Ann' });
      assert.equal(again.status, 303);
      assert.notEqual(again.headers.location, first.path);
      isPage(await first.get(), 401);
      const page = new Page(at.base, again.headers.location);
      isPage(await page.get());
      assert.equal((await call(at.base, 'GET', '/plain/')).status, 200);
      await page.press('stop');
    });
  });

  test('a message for a chat that is over, or too long, stays in the form', async () => {
    const [ann, bob] = await mixed(at.base);
    const long = 'x'.repeat(2001);
    let fields = await ann.form_of('say', 'say');
    const refused = await ann.post('say', { ...fields, text: `${long}"<` });
    isPage(refused, 400);
    assert.match(refused.text, /role="alert">That is too long[^]*<textarea[^>]*>\nx+&quot;&lt;<\/textarea>/);
    assert.equal((await ann.post('say', { ...fields, text: ' \r\n ' })).status, 303); // nothing to say
    isPage(await ann.post('say', { ...fields, text: 'a\u0007b' }), 400);
    await bob.leave();
    const over = await ann.post('say', { ...fields, text: 'late' });
    isPage(over, 409);
    assert.match(over.text, /late<\/textarea>/);
    fields = { ...fields, text: '字'.repeat(2000) };
    isPage(await ann.post('say', { ...fields, nonce: 'n1' }), 409); // encoded it is 18 KB
    await assert.rejects(bob.until('message', undefined, 500));
  });

  test('block: that one is never met again', async () => {
    const [ann, bob] = await mixed(at.base);
    const block = await ann.form_of('block');
    assert.equal((await ann.post('block', { ...block, chat: '99999' })).status, 404);
    assert.match((await ann.get()).text, /<h1><bdi>Bob/);
    await ann.press('block');
    assert.equal((await bob.until('left')).reason, 'left');
    await alone(at.base, async () => {
      assert.equal((await bob.next()).state, 'waiting');
      await ann.press('next');
      assert.match((await ann.get()).text, /<title>Looking/);
      await ann.press('stop');
      await bob.leave();
    });
  });

  test('interests: who shares one is met; too many are refused', async () => {
    await alone(at.base, async () => {
      const ann = await Page.begin(at.base, 'Ann', { 'tags[]': ' Jazz，chess; ' });
      const cleo = new Person(at.base);
      Object.assign(cleo, expect(await cleo.post('/api/session', { name: 'Cleo', tags: ['JAZZ'] }), 201));
      assert.equal((await cleo.next()).state, 'chatting');
      assert.deepEqual((await cleo.until('matched')).common, ['JAZZ']);
      await ann.reads('You both like: <bdi>Jazz</bdi>');
      await cleo.end();
    });
    const [form] = forms((await call(at.base, 'GET', '/plain/')).text);
    const reply = await post(at.base, '/plain/', { ...form.fields, name: 'Ann"', 'tags[]': 'a,b,c,d,e,f' });
    isPage(reply, 400);
    assert.match(reply.text, /role="alert">Up to 5 interests[^]*value="Ann&quot;"/);
  });

  test('a message that was taken back', async () => {
    const [ann, bob] = await mixed(at.base);
    const { id } = await bob.send('not meant so');
    await ann.reads('not meant so');
    assert.equal((await bob.post('/api/retract', { id })).status, 204);
    await ann.reads('(taken back)');
    await ann.say('well');
    assert.equal((await ann.get('log')).text.match(/taken back/g).length, 1);
    assert.doesNotMatch((await ann.get('log')).text, /not meant so/);
  });

  test('links of strangers lead over a page whose address has no key', async () => {
    const [ann, bob] = await mixed(at.base);
    await bob.send('(see https://example.org/a?b=1&c="x). HTTP://X.Y/é, xhttp://no javascript:alert(1) http:// https://');
    await ann.reads('see');
    const log = (await ann.get('log')).text;
    const links = [...log.matchAll(/<a href="([^"]*)"([^>]*)>([^<]*)<\/a>/g)];
    assert.deepEqual(links.map((m) => m[3]), ['https://example.org/a?b=1&amp;c=', 'HTTP://X.Y/é']);
    for (const [, href, rest] of links) {
      assert.match(href, /^\/plain\/link\?to=/);
      assert.match(rest, /rel="noopener noreferrer nofollow ugc"/);
      const warning = await call(at.base, 'GET', href);
      isPage(warning);
      assert.doesNotMatch(warning.text, new RegExp(ann.key));
    }
    assert.match((await call(at.base, 'GET', links[0][1])).text, /href="https:\/\/example\.org\/a\?b=1&amp;c="/);
    for (const to of ['javascript:alert(1)', 'data:text/html,x', '//evil', '', 'http://', 'http://a%0d%0ab', 'ftp://x/', '%ff', 'http://a b']) {
      isPage(await call(at.base, 'GET', `/plain/link?to=${encodeURIComponent(to).replace(/%25/g, '%')}`), 400);
    }
    isPage(await call(at.base, 'GET', '/plain/link'), 400);
  });

  test('a wrong, foreign or ended key: a page with 401; no such page: 404', async () => {
    const [ann] = await mixed(at.base);
    const flipped = (ann.key[0] === 'A' ? 'B' : 'A') + ann.key.slice(1);
    for (const key of [flipped, ann.key.slice(0, 42), `${ann.key}A`, 'x', "'", ann.key.repeat(2)]) {
      for (const what of ['', 'log', 'say']) {
        const reply = await call(at.base, 'GET', `/plain/${key}/${what}`);
        assert.ok([400, 401, 404].includes(reply.status), `${key}: ${reply.status}`);
        assert.match(reply.headers['content-type'], /^text\/html/);
      }
    }
    isPage(await call(at.base, 'GET', `/plain/${flipped}/`), 401);
    isPage(await post(at.base, `/plain/${flipped}/next`, { step: '0' }), 401);
    isPage(await call(at.base, 'GET', `${ann.path}nothing`), 404);
    isPage(await call(at.base, 'GET', '/plain/x'), 404);
    isPage(await ann.get('next'), 405);
    isPage(await ann.post('log', {}), 405);
    // The key is no token, and a token no key.
    expect(await call(at.base, 'GET', '/api/poll', { headers: { authorization: `Bearer ${ann.key}` } }), 401, 'no_session');
    const cleo = await Person.join(at.base, 'Cleo');
    isPage(await call(at.base, 'GET', `/plain/${cleo.token}/`), 401);
  });

  test('a picture', async () => {
    const [ann, bob] = await mixed(at.base);
    const page = await ann.get('picture?from=room');
    isPage(page);
    const [{ action }] = forms(page.text);
    assert.match(action, /from=room$/);
    const send = (bytes, what = action) => {
      const body = multipart({ file: { filename: 'p.png', bytes } });
      return ann.post(what, body.body, body);
    };
    isPage(await send(Buffer.from('<svg/>')), 415);
    isPage(await send(Buffer.alloc(0)), 415);
    isPage(await send(Buffer.alloc((5 << 20) + 2000)), 413);
    const nginx = await send(Buffer.alloc(7 << 20));
    assert.equal(nginx.status, 413);
    assert.match(nginx.headers['content-type'], /^text\/html/);
    assert.match(nginx.headers['content-security-policy'], /^default-src 'none'.*frame-ancestors 'self'$/);
    for (let i = 0; i < 2; i++) assert.equal((await send(PNG)).headers.location, './');
    const image = await bob.until('image');
    assert.deepEqual([image.width, image.height], [1, 1]);
    const own = new RegExp(`You:</b> <span dir="auto"><a href="${image.url}"[^]*?1 × 1, 1 KB`, 'g');
    assert.equal((await ann.get('log')).text.match(own).length, 1);
    expect(await bob.call('POST', `/api/image?chat=${bob.chat}`, { body: PNG, headers: { 'content-type': 'image/png' } }), 200);
    await ann.reads('Bob</bdi>:</b> <span dir="auto"><a href="/api/image/');
    isPage(await send(PNG, action.replace(/chat=\d+/, 'chat=99999').replace(/nonce=/, 'nonce=x')), 409);
  });

  test('a chat is carried from one kind of page to the other and back', async () => {
    const [ann, bob] = await mixed(at.base);
    await ann.say('before');
    const carried = await ann.press('script');
    assert.equal(carried.status, 200);
    assert.match(carried.headers['content-security-policy'], /script-src 'self'/);
    assert.match(carried.text, /<script src="\/plain\.js"><\/script>/);
    const { token, name, cursor } = forms(carried.text)[0].fields;
    assert.equal(name, 'Ann');
    const poll = expect(await call(at.base, 'GET', `/api/poll?cursor=${cursor}&wait=0`, { headers: { authorization: `Bearer ${token}` } }), 200);
    assert.equal(poll.state, 'chatting');
    assert.equal(poll.events.find((event) => event.type === 'own').text, 'before');
    expect(await call(at.base, 'POST', '/api/send', { body: { token, text: 'with a script' } }), 200);
    await bob.until('message', (event) => event.text === 'with a script');

    const back = await post(at.base, '/plain/carry', { token, lang: 'zh' });
    assert.equal(back.status, 303);
    assert.notEqual(back.headers.location, ann.path);
    isPage(await ann.get(), 401);
    const page = new Page(at.base, back.headers.location);
    assert.match((await page.get()).text, /<html lang="zh"[^]*<h1><bdi>Bob/);
    await page.say('and without');
    await bob.until('message', (event) => event.text === 'and without');
    for (const wrong of [{}, { token: 'x' }, { token: page.key }]) isPage(await post(at.base, '/plain/carry', wrong), 401);
  });

  test('a long chat keeps its last hundred lines, and is never full', async () => {
    const [ann, bob] = await mixed(at.base);
    for (let i = 0; i < 130; i++) await bob.send(`line ${i}.`);
    await ann.reads('line 129.');
    const log = (await ann.get('log')).text;
    assert.equal(log.match(/class="them"/g).length, 100);
    assert.match(log, /line 30\./);
    assert.doesNotMatch(log, /line 29\./);
  });

  test('neither key nor token stands in any log', async () => {
    const [ann] = await mixed(at.base);
    await ann.say('x');
    const { token } = forms((await ann.press('script')).text)[0].fields;
    await new Promise((resolve) => { setTimeout(resolve, 1500); }); // the access log is flushed every second
    const logs = await at.server.logs();
    assert.doesNotMatch(logs, new RegExp(ann.key));
    assert.doesNotMatch(logs, new RegExp(token));
    assert.match(logs, /\/api\/session/); // others are there
  });
});
