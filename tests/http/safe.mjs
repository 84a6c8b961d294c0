// What every answer carries, whoever made it; and the table of all routes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { header } from './raw.mjs';
import { root } from './server.mjs';

// The routes as the program has them: [{method, path}]. One that this does not
// understand is an error, so that none is left out.
export function routes(text = readFileSync(path.join(root, 'fcgi/api/routes.c'), 'utf8')) {
  const found = [...text.matchAll(/\.method = "(\w+)",\s*\.path = "([^"]+)"/g)].map(([, method, where]) => ({ method, path: where }));
  const rows = text.match(/\.run = \w+/g).length;
  if (found.length !== rows) throw new Error(`${rows} routes, of which ${found.length} are understood`);
  return found;
}

const always = {
  'x-content-type-options': /^nosniff$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'referrer-policy': /^no-referrer$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'permissions-policy': /^camera=\(\), microphone=\(\), geolocation=\(\), display-capture=\(\), payment=\(\), usb=\(\)$/,
};

// What is wrong with an answer to this target: sentences, none if it is safe.
// A header that stands there twice is wrong: browsers read both as one value.
export function faults(reply, target) {
  const wrong = [];
  const says = (name, wanted) => {
    const value = header(reply, name);
    if (!wanted.test(value ?? '')) wrong.push(`${name}: ${value}`);
  };
  const inFrames = target.startsWith('/plain/') && /frame-ancestors 'self'/.test(header(reply, 'content-security-policy'));
  says('content-security-policy', inFrames ? /^default-src 'none';[^+]*frame-ancestors 'self'[^+]*$/ : /^default-src 'none';[^+]*frame-ancestors 'none'[^+]*$/);
  if (/unsafe|\*|https?:/.test(header(reply, 'content-security-policy'))) wrong.push(`a policy that lets in: ${header(reply, 'content-security-policy')}`);
  for (const [name, wanted] of Object.entries(always)) says(name, wanted);
  for (const [name, value] of reply.headers) {
    if (/^(access-control-|timing-allow-|x-powered-by|set-cookie)/.test(name)) wrong.push(`${name}: ${value}`);
    if (name === 'server' && value !== 'nginx') wrong.push(`${name}: ${value}`);
  }
  if (reply.status >= 400 || /^\/(api|plain|healthz|metrics)(\/|\?|$)/.test(target)) says('cache-control', reply.status === 301 ? /^$/ : /^no-store$/);
  // What is text says how it is written: text/..., ...+xml; nginx's own few words of a redirect are ASCII.
  const isText = reply.status !== 301 && /^text\/|\+xml|^$/.test(header(reply, 'content-type') ?? '');
  if (reply.text.length > 0) says('content-type', isText ? /^[\w/+.-]+; charset=utf-8$/ : /^[\w/+.-]+(; charset=utf-8)?$/);
  return wrong.map((what) => `${reply.status} ${target}: ${what}`);
}
