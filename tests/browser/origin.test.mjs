// What a real browser says of where its requests come from: our own page may
// write in all the ways it has, a page of another site in none.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { describe, it } from 'node:test';
import { until } from '../http/client.mjs';
import { inTown, Person } from './people.mjs';

let server, town;
inTown({}, (s, t) => { [server, town] = [s, t]; });

const log = () => readFile(path.join(server.run, 'nginx.access.log'), 'utf8');
const sessions = async () => Number(/^parley_sessions_total (\d+)/m.exec(await (await fetch(`${server.base}/metrics`)).text())[1]);

// Another site, with a page that tries what needs no leave from us.
async function otherSite(work) {
  const html = '<!DOCTYPE html><title>other</title><script src="try.js"></script>';
  const script = `function go(base) {
    var body = JSON.stringify({ name: 'Eve' }), form = document.createElement('form'), frame = document.createElement('iframe');
    fetch(base + '/api/session', { method: 'POST', mode: 'no-cors', body: body });
    fetch(base + '/api/session', { method: 'POST', body: body, headers: { 'Content-Type': 'application/json' } }).catch(function () {});
    navigator.sendBeacon(base + '/api/session', body);
    navigator.sendBeacon(base + '/api/session/end', JSON.stringify({ token: 'x' }));
    frame.name = 'frame';
    document.body.appendChild(frame);
    form.action = base + '/plain/'; form.method = 'post'; form.target = 'frame';
    form.innerHTML = '<input name="name" value="Eve"><input name="once" value="${'A'.repeat(43)}">';
    document.body.appendChild(form);
    form.submit();
  }`;
  const site = http.createServer((request, response) => response.end(request.url.endsWith('.js') ? script : html));
  await new Promise((resolve) => { site.listen(0, '127.0.0.1', resolve); });
  try {
    return await work(`http://localhost:${site.address().port}/`);
  } finally {
    site.closeAllConnections();
    site.close();
  }
}

describe('where a request comes from', () => {
  it('lets our page write, up to its last word', async () => {
    const [ann, bob] = await town.pair('Ann', 'Bob');
    await ann.says('hello');
    await bob.reads('hello');
    await ann.page.goto('about:blank');
    await until(async () => / 204 POST \/api\/session\/end /.test(await log()), 'the beacon of a page that goes is taken');
    assert.doesNotMatch(await log(), / 403 /);
  });

  it('keeps another site from writing with its visitors\' browsers', () => otherSite(async (site) => {
    const before = await sessions();
    const context = await town.browser.newContext();
    const visitor = new Person(await context.newPage(), { people: [], complaints: [] });
    await visitor.page.goto(site);
    const form = visitor.page.waitForResponse((response) => response.url().endsWith('/plain/')); // no log has these pages
    await visitor.page.evaluate((base) => window.go(base), server.base);
    assert.equal((await form).status(), 403);
    const refused = (what) => until(async () => (await log()).split('\n').filter((line) => line.includes(what)).length, `nginx logs ${what}`);
    await refused(' 403 POST /api/session/end');
    await refused(' 405 OPTIONS /api/session');
    await until(async () => (await log()).split(' 403 POST /api/session ').length === 3, 'both requests that need no preflight are refused');
    assert.equal(await sessions(), before);
    await context.close();
  }));
});
