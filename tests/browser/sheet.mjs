// `make sheet`: every screen of the page in light and dark, on three sizes of
// screen, on a real server: build/screenshots/*.png, and all of them on one
// sheet, index.html and sheet.png. Look at it when the looks have changed.
// SAVE=1 keeps five of them for the README, in tests/browser/shots/.
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root, startServer } from '../http/server.mjs';
import { Town } from './people.mjs';
import { AWAY, plain_tour, tour } from './screens.mjs';

const out = path.join(root, 'build/screenshots');
const SIZES = [[320, 640], [390, 844], [1280, 800]];
const SCHEMES = ['light', 'dark'];
const KEPT = ['start-390x844-light', 'chat-390x844-dark', 'blurred-390x844-light', 'view-390x844-dark', 'plain-chat-390x844-light'];
const columns = SIZES.flatMap(([width, height]) => SCHEMES.map((scheme) => ({ width, height, scheme })));
const file = (screen, { width, height, scheme }) => `${screen}-${width}x${height}-${scheme}.png`;

await mkdir(out, { recursive: true });
for (const old of await readdir(out)) if (/-\d+x\d+-\w+\.png$/.test(old)) await rm(path.join(out, old));

const server = await startServer({ env: AWAY });
const town = await Town.open(server.base);
const screens = [];

// Two frames: one that lays out, one that is painted. Pages without JavaScript
// have nobody who could tell; nothing of theirs moves.
const painted = (page) => /\/plain\//.test(page.url()) || page.evaluate(() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(done));
}));

async function shoot(screen, { page }) {
  const { width, height } = page.viewportSize();
  screens.push(screen);
  for (const look of columns) {
    await page.setViewportSize({ width: look.width, height: look.height });
    await page.emulateMedia({ colorScheme: look.scheme });
    await painted(page);
    await page.screenshot({ path: path.join(out, file(screen, look)) });
  }
  await page.setViewportSize({ width, height });
}

const row = (screen) => `<tr><th>${screen}</th>${columns.map((look) =>
  `<td><a href="${file(screen, look)}"><img src="${file(screen, look)}" alt="${screen}, ${look.width} × ${look.height}, ${look.scheme}" height="400"></a></td>`).join('')}</tr>`;

const sheet = () => `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Parley: all screens</title>
<style>
  body { margin: 16px; background: #8a9a99; font: 16px/1.4 system-ui, sans-serif; }
  table { border-spacing: 12px; }
  th { text-align: start; vertical-align: top; }
  img { display: block; border-radius: 6px; }
</style>
<h1>Parley: all screens</h1>
<table>
<tr><th></th>${columns.map((c) => `<th>${c.width} × ${c.height}, ${c.scheme}</th>`).join('')}</tr>
${screens.map(row).join('\n')}
</table>
</html>
`;

try {
  await tour(town, { options: { viewport: { width: 390, height: 844 } }, visit: shoot });
  await town.clear();
  await plain_tour(town, { options: { viewport: { width: 390, height: 844 } }, visit: shoot });
  await writeFile(path.join(out, 'index.html'), sheet());
  const page = await town.browser.newPage({ viewport: { width: 2360, height: 800 } });
  await page.goto(`file://${path.join(out, 'index.html')}`);
  await page.waitForFunction(() => [...document.images].every((img) => img.complete));
  await page.screenshot({ path: path.join(out, 'sheet.png'), fullPage: true });
  if (process.env.SAVE) {
    const shots = path.join(root, 'tests/browser/shots');
    await mkdir(shots, { recursive: true });
    for (const name of KEPT) await copyFile(path.join(out, `${name}.png`), path.join(shots, `${name.split('-390')[0]}.png`));
  }
  console.log(`${screens.length} screens, ${screens.length * columns.length} pictures: build/screenshots/index.html`);
} finally {
  await town.clear();
  await town.close();
  await server.stop();
}
