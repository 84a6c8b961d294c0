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

// What would make a document, an address or a program of a text, as the syntax
// tree has it: names of members, calls, and attributes that are handlers.
const MAKERS = /^(innerHTML|outerHTML|insertAdjacentHTML|setHTML|setHTMLUnsafe|srcdoc|createContextualFragment|parseFromString|execScript|importScripts)$/;

function makers(node, found = []) {
  if (!node || typeof node !== 'object') return found;
  if (Array.isArray(node)) { node.forEach((one) => makers(one, found)); return found; }
  const name = (n) => (n?.type === 'Identifier' ? n.name : n?.type === 'Literal' ? String(n.value) : n?.type === 'MemberExpression' ? name(n.property) : '');
  if (node.type === 'MemberExpression' && MAKERS.test(name(node.property))) found.push(name(node.property));
  if (node.type === 'MemberExpression' && name(node.object) === 'document' && /^write/.test(name(node.property))) found.push('write');
  if (node.type === 'CallExpression' || node.type === 'NewExpression') {
    const [first] = node.arguments;
    if (/^(eval|Function|DOMParser|Range)$/.test(name(node.callee))) found.push(name(node.callee));
    if (/^set(Timeout|Interval)$/.test(name(node.callee)) && !/^(FunctionExpression|Identifier|MemberExpression)$/.test(first?.type)) found.push(name(node.callee));
    // A computed attribute could be any: there is none.
    if (/^setAttribute(NS)?$/.test(name(node.callee)) && (node.arguments.at(-2).type !== 'Literal' || /^on|^src/i.test(node.arguments.at(-2).value))) found.push('setAttribute');
    if (name(node.callee) === 'createElement' && /^(iframe|object|embed|base|style)$/i.test(name(first))) found.push(name(first));
  }
  if (node.type === 'AssignmentExpression' && /^(location|action|formAction)$/.test(name(node.left))) found.push(name(node.left));
  for (const value of Object.values(node)) makers(value, found);
  return found;
}

const made = (text) => makers(parse(text, { ecmaVersion: 5 }));

describe('no script makes a document or a program of a text', () => {
  for (const name of [...scripts, 'plain.js']) {
    it(name, () => assert.deepEqual(made(readFileSync(new URL(name, www), 'utf8')), []));
  }

  it('and one that does is noticed', () => {
    for (const bad of ['a.innerHTML = b', 'a["outerHTML"] = b', 'a.insertAdjacentHTML("beforeend", b)', 'document.write(a)', 'eval(a)', 'new Function(a)', 'root.eval(a)',
      'setTimeout("a()", 1)', 'root.setInterval(a + b, 1)', 'a.setAttribute("onclick", b)', 'a.setAttribute(b, c)', 'a.srcdoc = b', 'document.createElement("iframe")',
      'root.location = a', 'root.document.writeln(a)', 'new DOMParser().parseFromString(a, b)']) {
      assert.ok(made(bad).length > 0, bad);
    }
    assert.deepEqual(made('a.textContent = b; a.setAttribute("title", b); setTimeout(f, 1); setTimeout(function () {}, 1)'), []);
  });
});
