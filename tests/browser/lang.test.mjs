// Languages: every file in www/lang/ has the same words, all of them are used,
// and none that is used is missing. And the page's habits that a search shows.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import vm from 'node:vm';

const www = new URL('../../www/', import.meta.url);
const read = (name) => readFileSync(new URL(name, www), 'utf8');
const files = (dir, end) => readdirSync(new URL(dir, www)).filter((f) => f.endsWith(end)).map((f) => `${dir}/${f}`);

const langs = [];
const world = vm.createContext({ Parley: { lang: { add: (lang) => langs.push(lang) } } });
for (const file of files('lang', '.js')) vm.runInContext(read(file), world);
const keys = (lang) => Object.keys(lang.words).sort();
const en = langs.find((lang) => lang.code === 'en');

const html = read('index.html');
const scripts = files('js', '.js').map(read).join('\n');
vm.runInContext(read('js/emoji.js'), world);

// Keys that stand in full somewhere, and the families 'note.' + something.
const used = new Set([...html.matchAll(/data-t(?:-label|-hint)?="([^"]+)"/g)].map((m) => m[1]));
for (const m of scripts.matchAll(/'([a-z]+\.[a-z_]+)'/g)) used.add(m[1]);
// The pages without JavaScript say theirs in C.
const pages = new URL('../../fcgi/api/plain/', import.meta.url);
for (const file of readdirSync(pages)) {
  const source = readFileSync(new URL(file, pages), 'utf8');
  for (const m of source.matchAll(/WORD_PLAIN_([A-Z_]+)|"(plain\.[a-z]+)"/g)) used.add(m[2] ?? `plain.${m[1].toLowerCase()}`);
}
const families = [...scripts.matchAll(/'([a-z]+\.)' \+/g)].map((m) => m[1]);
for (const m of scripts.matchAll(/t_count\('([a-z]+)'/g)) families.push(`${m[1]}.`);

describe('languages', () => {
  it('are offered as they are there', () => {
    const offered = [...html.matchAll(/<option value="(\w+)" lang="(\w+)"/g)].map((m) => m[1]);
    assert.deepEqual(offered.sort(), langs.map((lang) => lang.code).sort());
  });

  for (const lang of langs) {
    it(`${lang.code} has every word, with the same places to fill`, () => {
      assert.deepEqual(keys(lang), keys(en));
      const holes = (s) => [...s.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort().join();
      for (const key of keys(en)) {
        assert.ok(lang.words[key].trim(), `${key} is empty`);
        if (!key.endsWith('.one')) assert.equal(holes(lang.words[key]), holes(en.words[key]), key);
      }
      for (const n of [0, 1, 2, 5, 21]) assert.match(lang.plural(n), /^(one|many)$/);
    });
  }

  it('have no word that nobody uses', () => {
    const idle = keys(en).filter((key) => !used.has(key) && !families.some((f) => key.startsWith(f)));
    assert.deepEqual(idle, []);
  });

  it('miss no word that is used', () => {
    const known = new Set(keys(en));
    const groups = new Set(keys(en).map((key) => key.split('.')[0]));
    const missing = [...used].filter((key) => groups.has(key.split('.')[0]) && !known.has(key));
    assert.deepEqual(missing, []);
  });

  it('name every reason, every state of a message and every group of emoji', () => {
    const wanted = [
      ...['matched', 'away', 'here', 'next', 'left', 'gone', 'banned', 'asleep', 'over', 'me', 'block'].map((k) => `note.${k}`),
      ...['sending', 'sent', 'failed', 'lost'].map((k) => `log.${k}`),
      ...Array.from({ length: 10 }, (_, i) => `ice.${i + 1}`),
      ...Array.from(world.Parley.emoji, (group) => `emoji.${group.name}`), 'error.expired',
    ];
    assert.deepEqual(wanted.filter((key) => !(key in en.words)), []);
  });
});

describe('the words by which emoji are found', () => {
  const all = Array.from(world.Parley.emoji).flatMap((group) => Array.from(group.all));
  for (const file of files('lang/emoji', '.js')) vm.runInContext(read(file), world);
  for (const [code, words] of Object.entries(world.Parley.emoji_words)) {
    it(`${code}: every emoji of the picker has some, and no other`, () => {
      const entries = words.split('|').map((entry) => entry.split(' '));
      assert.deepEqual(entries.map((entry) => entry[0]), all);
      assert.deepEqual(entries.filter((entry) => !entry[1]), []);
      assert.ok(langs.some((lang) => lang.code === code));
    });
  }
});

describe('the page', () => {
  it('has at least 75 emoji, none twice', () => {
    const all = Array.from(world.Parley.emoji).flatMap((group) => Array.from(group.all));
    assert.ok(all.length >= 75, String(all.length));
    assert.equal(new Set(all).size, all.length);
  });

  it('puts text in as text, and runs nothing from strings', () => {
    assert.doesNotMatch(scripts, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/);
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/);
  });

  it('needs nothing that an old browser lacks', () => {
    const code = scripts.replace(/\/\*[^]*?\*\/|\/\/ .*/g, '');
    assert.doesNotMatch(code, /WebSocket|\bfetch\(|Promise|\.classList|=>|`|\b(?:let|const|class|async|await)\s+[\w{[]/);
    assert.doesNotMatch(html, /user-scalable|maximum-scale/);
  });

  it('loads every script it has, and has every script it loads', () => {
    const loaded = [...(html + read('link.html')).matchAll(/src="(js\/[^"]+)"/g), ...scripts.matchAll(/'(js\/[^']+\.js)'/g)].map((m) => m[1]);
    assert.deepEqual([...new Set(loaded)].sort(), files('js', '.js').sort());
  });

  it('keeps its files short', () => {
    for (const file of [...files('js', '.js'), ...files('css', '.css')]) {
      const lines = read(file).split('\n').length - 1;
      assert.ok(lines < 150, `${file}: ${lines} lines`);
    }
  });
});
