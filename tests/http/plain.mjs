// A browser without JavaScript, as far as the tests of the pages need one: it
// asks for a page, fills in its forms, and follows where they lead.
import assert from 'node:assert/strict';
import { alone, call, Person, until } from './client.mjs';

const entities = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
export const unescape = (html) => html.replace(/&(lt|gt|amp|quot|#39);/g, (all, name) => entities[name]);

// The forms of a page: [{action, fields: {name: value}}].
export function forms(html) {
  return [...html.matchAll(/(<form[^>]*>)([^]*?)<\/form>/g)].map(([, head, inside]) => {
    const action = unescape(/action="([^"]*)"/.exec(head)?.[1] ?? '');
    const fields = {};
    for (const [tag] of inside.matchAll(/<input [^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(tag);
      if (name) fields[name[1]] = unescape(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
    }
    return { action, fields };
  });
}

export const encode = (fields) => new URLSearchParams(fields).toString();

export function post(base, path, fields, { headers = {}, ...options } = {}) {
  return call(base, 'POST', path, {
    body: typeof fields === 'string' || Buffer.isBuffer(fields) ? fields : encode(fields),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, ...options,
  });
}

// A body of multipart/form-data and its type; a part may have {filename, bytes}.
export function multipart(parts, boundary = 'x-parley-test') {
  const pieces = Object.entries(parts).flatMap(([name, value]) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    value.bytes ? `; filename="${value.filename}"\r\nContent-Type: application/octet-stream` : '',
    '\r\n\r\n', value.bytes ?? value, '\r\n',
  ]);
  return {
    body: Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece))),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

export class Page {
  constructor(base, path) {
    this.base = base;
    this.path = path; // /plain/KEY/
  }

  static async begin(base, name, fields = {}) {
    const [form] = forms((await call(base, 'GET', '/plain/')).text);
    const reply = await post(base, '/plain/', { ...form.fields, name, ...fields });
    assert.equal(reply.status, 303, reply.text);
    const page = new Page(base, reply.headers.location);
    page.form = form;
    return page;
  }

  get key() { return this.path.split('/')[2]; }

  get(what = '', options) { return call(this.base, 'GET', this.path + what, options); }

  post(what, fields, options) { return post(this.base, this.path + what, fields, options); }

  async form_of(action, where = '') {
    const { text } = await this.get(where);
    const form = forms(text).find((found) => found.action === action);
    assert.ok(form, `no form ${action} in ${text}`);
    return form.fields;
  }

  // Presses a button of the page as it is now.
  async press(action) { return this.post(action, await this.form_of(action)); }

  async say(text) {
    const reply = await this.post('say', { ...await this.form_of('say', 'say'), text });
    assert.equal(reply.status, 303, reply.text);
    return reply;
  }

  reads(text, ms) {
    return until(async () => unescape((await this.get('log')).text).includes(text), `${text} in the log`, ms);
  }
}

// A page that chats with a person of the JSON interface.
export const mixed = (base) => alone(base, async () => {
  const ann = await Page.begin(base, 'Ann');
  const bob = await Person.join(base, 'Bob');
  await bob.next();
  await bob.until('matched');
  await ann.reads('Bob');
  return [ann, bob];
});

export function isPage(reply, status = 200) {
  assert.equal(reply.status, status, reply.text);
  assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(reply.headers['cache-control'], 'no-store');
  assert.equal(reply.headers['referrer-policy'], 'no-referrer');
  assert.equal(reply.headers['x-content-type-options'], 'nosniff');
  assert.match(reply.headers['content-security-policy'], /^default-src 'none';.*form-action 'self'.*frame-ancestors 'self'/);
  assert.doesNotMatch(reply.headers['content-security-policy'], /script-src|unsafe/);
  assert.equal(reply.headers['set-cookie'], undefined);
  assert.match(reply.text, /^<!DOCTYPE html>[^]*<\/html>\n$/);
  assert.doesNotMatch(reply.text, /<script|\sstyle=|\son\w+=/);
}
