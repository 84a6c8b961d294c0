// Makes the README's picture, tests/browser/screenshot.png: one chat, seen by
// both. Run it when the look has changed: node tests/browser/screenshot.mjs
import { fileURLToPath } from 'node:url';
import { startServer } from '../http/server.mjs';
import { Town } from './people.mjs';

const TALK = [
  ['Jonas', 'Hello there! Where has this day found you?'],
  ['Mira', 'On a train, crossing the Alps. The tunnels keep cutting me off, but nothing gets lost here.'],
  ['Mira', '🏔️'],
  ['Jonas', 'Lovely. I am on a night shift in a bakery in Porto.'],
  ['Jonas', 'The first bread comes out in ten minutes 🥐'],
  ['Mira', 'Now I am hungry. What is the best thing you bake?'],
];

const server = await startServer();
const town = await Town.open(server.base);
const look = { colorScheme: 'light', reducedMotion: 'reduce' };
const mira = await town.window({ ...look, viewport: { width: 1060, height: 700 } });
const jonas = await town.window({ ...look, viewport: { width: 320, height: 660 } });
const people = { Mira: mira, Jonas: jonas };

await mira.enter('Mira');
await mira.sees('#wait');
await jonas.enter('Jonas');
await mira.meets('Jonas');
await jonas.meets('Mira');
for (const [who, text] of TALK) {
  await people[who].says(text);
  await people[who === 'Mira' ? 'Jonas' : 'Mira'].reads(text);
  await people[who].delivered();
}
await jonas.page.type('#box', 'Bro');
await mira.sees('#dots');
const [wide, slim] = await Promise.all([mira, jonas].map((p) => p.page.screenshot()));

// Both side by side, on a quiet ground.
const sheet = await town.browser.newPage({ viewport: { width: 1500, height: 780 } });
const picture = (png, style) =>
  `<img style="position:absolute;border-radius:18px;box-shadow:0 10px 40px #0a323240;${style}" src="data:image/png;base64,${png.toString('base64')}">`;
await sheet.setContent(`<body style="margin:0;background:#cfe0dd">
  ${picture(wide, 'left:40px;top:40px')}${picture(slim, 'right:40px;top:54px;border:6px solid #14282b;border-radius:28px')}`);
await sheet.waitForFunction(() => [...document.images].every((img) => img.complete));
await sheet.screenshot({ path: fileURLToPath(new URL('screenshot.png', import.meta.url)) });
await town.clear();
await town.close();
await server.stop();
