// Puts the last full run into the README, between its two marks, and the charts
// beside this file: node tests/bench/readme.mjs
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, root } from './load.mjs';

const from = path.join(build, 'bench');
const to = path.join(root, 'tests/bench/charts');
const readme = path.join(root, 'README.md');

const report = await readFile(path.join(from, 'bench.md'), 'utf8');
const [rows, goals] = report.split('### Goals\n');
if (!goals || /a quick run/i.test(rows)) throw new Error('the last run was no full one');

await mkdir(to, { recursive: true });
const order = ['throughput.svg', 'latency.svg', 'held.svg', 'growth.svg'];
const charts = (await readdir(from)).filter((name) => name.endsWith('.svg')).sort((a, b) => order.indexOf(a) - order.indexOf(b));
for (const name of charts) await copyFile(path.join(from, name), path.join(to, name));

const shown = charts.map((name) => `![${name.replace('.svg', '')}](tests/bench/charts/${name})`).join('\n\n');
const section = `${shown}\n\n${goals.trim()}\n\n<details>\n<summary>All rows of that run</summary>\n\n${rows.trim()}\n\n</details>\n`;
const text = await readFile(readme, 'utf8');
await writeFile(readme, text.replace(/(<!-- bench -->\n)[^]*(<!-- \/bench -->)/, (_, begin, end) => begin + section + end));
