// Every script of the page is ECMAScript 5, to the letter: a real parser that
// knows no later edition reads them.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';

const { parse } = createRequire(new URL('../package.json', import.meta.url))('acorn');
const www = new URL('../../www/', import.meta.url);
const scripts = ['js', 'lang', 'lang/emoji'].flatMap((dir) => readdirSync(new URL(dir, www))
  .filter((name) => name.endsWith('.js')).map((name) => `${dir}/${name}`));

describe('the scripts are ES5', () => {
  it('all that there are', () => assert.ok(scripts.length > 25, String(scripts.length)));

  for (const name of scripts) {
    it(name, () => { parse(readFileSync(new URL(name, www), 'utf8'), { ecmaVersion: 5 }); });
  }

  it('and what is newer is noticed', () => {
    for (const newer of ['let a;', 'x => x', '`a`', 'f({a})', 'var {a} = b;', 'for (x of y) ;', 'f(a,)', 'a ?? b', '2 ** 3']) {
      assert.throws(() => parse(newer, { ecmaVersion: 5 }), SyntaxError, newer);
    }
  });
});
