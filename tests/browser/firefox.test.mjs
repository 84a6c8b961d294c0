// The page in Firefox, by hand as it were: a screen, a mouse and keys.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Person, until } from '../http/client.mjs';
import { root, startServer } from '../http/server.mjs';
import { PATIENCE } from './people.mjs';
import { Screen } from './screen.mjs';

const shots = `${root}/build/screenshots`;
let server, firefox;

before(async () => {
  mkdirSync(shots, { recursive: true });
  server = await startServer();
  firefox = await Screen.open('firefox-esr', '--no-remote', '--kiosk', server.base);
});
after(async () => {
  await firefox?.close();
  await server?.stop();
});

const told = (person, type) => person.events.find((event) => event.type === type);

test('Firefox chats: a name, a partner, words both ways, and what was seen', async () => {
  const bob = await Person.join(server.base, 'Bob');
  await bob.next();
  await firefox.window('Parley');
  await until(async () => {
    await firefox.click(400, 361); // the name; where it stands does not change
    await firefox.type('Fox');
    await firefox.key('Return');
    await bob.poll({ wait: 2 });
    return told(bob, 'matched');
  }, 'Firefox in a chat', 2 * PATIENCE);
  assert.match(told(bob, 'matched').partner.name, /^Fox/);
  const { id } = await bob.send('Hello Firefox [em_1]');
  assert.equal((await bob.until('seen')).upto, id);
  await until(async () => {
    await firefox.type('from Firefox');
    await firefox.key('Return');
    await bob.poll({ wait: 2 });
    return told(bob, 'message');
  }, 'a message from Firefox', PATIENCE);
  assert.match(told(bob, 'message').text, /from Firefox/);
  await firefox.shot(`${shots}/firefox-chat.png`);
  await bob.end();
  // Its last word as the page goes is a beacon, which says "Origin: null".
  const log = () => readFileSync(`${server.run}/nginx.access.log`, 'utf8');
  await firefox.key('F5');
  await until(() => / 204 POST \/api\/session\/end /.test(log()), 'the beacon of Firefox is taken', PATIENCE);
  assert.doesNotMatch(log(), / 403 /);
});
