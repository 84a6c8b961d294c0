// SECURITY.md names tests: each is there, under that name.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { root } from './server.mjs';

const read = (file) => readFileSync(path.join(root, file), 'utf8');
const page = read('SECURITY.md');
const settings = read('README.md');

const places = {
  http: (name) => `tests/http/${name}.test.mjs`, faults: (name) => `tests/faults/${name}.test.mjs`, browser: (name) => `tests/browser/${name}.test.mjs`,
  unit: (name) => `tests/unit/test_${name}.c`,
  fuzz: (name) => (existsSync(path.join(root, `tests/fuzz/${name}.test.mjs`)) ? `tests/fuzz/${name}.test.mjs` : `tests/fuzz/fuzz_${name}.c`),
};

// Complaints about what a text names: tests, numbers of the standard, settings.
function complaints(text) {
  const found = [], seen = new Set();
  for (const [whole, place, name, , words] of text.matchAll(/`(http|faults|browser|unit|fuzz)\/([a-z0-9_]+)(: ([^`]+))?`/g)) {
    const file = places[place](name);
    if (!existsSync(path.join(root, file))) found.push(`no ${file}`);
    else if (words && !read(file).includes(place === 'unit' ? words.replaceAll(' ', '_') : words)) found.push(`not in ${file}: ${words}`);
    seen.add(whole);
  }
  for (const [, file] of text.matchAll(/`?((?:fcgi|nginx|sql|www)\/[\w./-]+\.\w+)/g)) if (!existsSync(path.join(root, file))) found.push(`no ${file}`);
  for (const [, name, value] of text.matchAll(/`--([a-z-]+)` \((\d+)/g)) {
    const [, is] = settings.match(new RegExp(`^\\| \`--${name}\` .*\`([^\`]*)\` \\|$`, 'm')) ?? [];
    if (is !== value) found.push(`--${name} is ${is}, not ${value}`);
  }
  return { found, tests: seen.size };
}

// The numbers of the first column, `1.3.4, 1.3.5` among them.
const items = (text) => [...text.matchAll(/^\| v5\.0\.0-([0-9., ]+) \|/gm)].flatMap(([, list]) => list.split(', '));

// The items of levels 1 and 2 of 5.0.0: how many of each section come first in it,
// and those of level 3 among them. Chapters 6, 9, 10 and 17 do not apply as a whole.
const LEVELS = {
  1: { 1: 2, 2: 9, 3: 11, 4: 3, 5: 2 }, 2: { 1: 3, 2: 3, 3: 4, 4: 1 }, 3: { 2: 2, 3: 4, 4: 6, 5: 5, 7: 2 }, 4: { 1: 3, 2: 1, 3: 2, 4: 4 },
  5: { 1: 1, 2: 3, 3: 2, 4: 3 }, 7: { 1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2 }, 8: { 1: 2, 2: 3, 3: 1, 4: 1 }, 11: { 1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1 },
  12: { 1: 3, 2: 2, 3: 4 }, 13: { 1: 1, 2: 5, 3: 2, 4: 5 }, 14: { 1: 2, 2: 4, 3: 3 }, 15: { 1: 3, 2: 3, 3: 7 }, 16: { 1: 1, 2: 5, 3: 4, 4: 3, 5: 3 },
};
const wanted = Object.entries(LEVELS).flatMap(([chapter, sections]) => Object.entries(sections).flatMap(([section, n]) =>
  Array.from({ length: n }, (_, i) => `${chapter}.${section}.${i + 1}`)));

// Which of them a text neither answers nor says why not.
function unanswered(text) {
  const [, rest] = text.split('What does not apply');
  const named = new Set([...items(text), ...(rest.match(/\d+\.\d+\.\d+/g) ?? [])]);
  return wanted.filter((item) => !named.has(item));
}

describe('SECURITY.md', () => {
  test('every test, file and setting that it names is as it says', () => {
    const { found, tests } = complaints(page);
    assert.deepEqual(found, []);
    assert.ok(tests > 80, `${tests} tests`);
  });

  test('no item of the standard is there twice, and each row says how or why not', () => {
    const all = items(page);
    assert.deepEqual(all.filter((item, i) => all.indexOf(item) !== i), []);
    assert.ok(all.length > 100, `${all.length} items`);
    for (const item of all) assert.match(item, /^([1-9]|1[0-7])\.[1-8]\.([1-9]|10|11|12)$/);
    for (const [line, , , here, shown] of page.matchAll(/^\| (v5[^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*)\|$/gm)) {
      assert.ok(here.trim() !== '' && (shown.includes('`') || /\*\*|deps\.sh/.test(here)), line);
    }
  });

  test('every item of levels 1 and 2 is answered, or it is said why it does not apply', () => {
    assert.ok(wanted.length > 130, `${wanted.length} items`);
    assert.deepEqual(unanswered(page), []);
    const twice = items(page).filter((item) => page.split('What does not apply')[1].split(/[^\d.]+/).includes(item));
    assert.deepEqual(twice, [], 'answered, and does not apply');
    // And it is noticed where one is missing.
    assert.deepEqual(unanswered(page.replace(/^\| v5\.0\.0-3\.7\.1 .*$/m, '').replace('LDAP (1.2.6)', 'LDAP')), ['1.2.6', '3.7.1']);
  });

  test('what is not there is noticed', () => {
    const wrong = '`http/nosuch` `unit/token: no such test` `http/send: and no such words` `fcgi/api/nosuch.c` `--gone-s` (91 s) `--nosuch` (1)';
    assert.equal(complaints(wrong).found.length, 6);
    assert.deepEqual(complaints('`http/send: order is the order of the answers` `--gone-s` (90 s)').found, []);
  });
});
