// What comes to the pages without JavaScript and is no form of theirs, or one
// that is filled in wrongly.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call } from './client.mjs';
import { both, inModes } from './modes.mjs';
import { encode, forms, isPage, mixed, multipart, post } from './plain.mjs';

inModes(both, { env: { PARLEY_CGI_DELAY_MS: '0' } }, (at) => {
  test('forms that are none', async () => {
    const [ann] = await mixed(at.base);
    const bad = [
      [{}, 400], ['step', 400], ['step=%', 400], ['step=%0', 400], ['step=%zz', 400], ['step=0%00', 400], ['step=%ff', 400],
      ['step=0&step=0', 400], [{ step: '' }, 400], [{ step: '-1' }, 400], [{ step: '1x' }, 400], [{ step: '9'.repeat(30) }, 400],
      [encode(Array.from({ length: 40 }, (_, i) => [`f${i}`, 'x'])), 400], ['x'.repeat(2000), 413],
    ];
    for (const [body, status] of bad) isPage(await ann.post('next', body), status);
    for (const type of ['application/json', 'text/plain', 'multipart/form-data', 'text/html']) {
      isPage(await ann.post('next', 'step=0', { headers: { 'content-type': type } }), type.startsWith('multipart') ? 400 : 415);
    }
    isPage(await post(at.base, '/plain/', { name: 'Ann' }), 400);
    isPage(await post(at.base, '/plain/', { name: 'Ann', once: 'x' }), 400);
    isPage(await post(at.base, '/plain/', `name=${'x'.repeat(33_000)}`), 413);
    isPage(await ann.post('say', { text: 'x' }), 400);
    assert.match((await ann.get()).text, /<h1><bdi>Bob/);
  });

  test('names that cannot be, in the form again', async () => {
    for (const [name, word] of [['', 'choose a name'], ['x'.repeat(41), 'too long'], ['a\u202eb', 'cannot be used'], ['a\u0007', 'cannot be used']]) {
      const [form] = forms((await call(at.base, 'GET', '/plain/')).text);
      const reply = await post(at.base, '/plain/', { ...form.fields, name });
      isPage(reply, 400);
      assert.match(reply.text, new RegExp(`role="alert">[^<]*${word}`));
    }
  });

  test('a form as multipart', async () => {
    const [ann, bob] = await mixed(at.base);
    const fields = { ...await ann.form_of('say', 'say'), text: 'a\r\nb "é"' };
    const good = multipart(fields);
    assert.equal((await ann.post('say', good.body, good)).status, 303);
    assert.equal((await bob.until('message')).text, 'a\nb "é"');
    const text = good.body.toString();
    const type = good.headers['content-type'];
    const broken = [
      ['', type], [text.slice(0, -20), type], [text.slice(5), type], [text.replaceAll('name=', 'nome='), type],
      [text.replaceAll('\r\n\r\n', '\r\n'), type], [text.replace('é', '\0'), type], [text, 'multipart/form-data'],
      [text, 'multipart/form-data; boundary='], [text, `multipart/form-data; boundary=${'y'.repeat(300)}`], [`x${text}`, type],
      [text.replace('form-data', `form-data; x="${'y'.repeat(600)}"`), type], [text.replace('--x-parley-test\r\n', '--x-parley-testX\r\n'), type],
    ];
    for (const [body, content] of broken) isPage(await ann.post('say', body || '--', { headers: { 'content-type': content } }), 400);
    const file = multipart({ ...fields, nonce: 'f1', file: { filename: 'a', bytes: Buffer.from('x') }, more: { filename: 'b', bytes: Buffer.from('y') } });
    isPage(await ann.post('say', file.body, file), 400);
  });
});
