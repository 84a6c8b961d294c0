// Wrong settings are refused at the start: with the name, the value and what
// would be right. The table is the program's own --help.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../http/server.mjs';
import { inFolder, run } from './bare.mjs';

// [{option, env, kind, range, min, max, fallback}] from --help.
async function settings() {
  const { code, out } = await run(['--help']);
  assert.equal(code, 0);
  return [...out.matchAll(/^ {2}(--[a-z-]+) (\S+) +\S.*\n {4,}(.+) \[(.*)\]$/gm)].map(([, option, kind, range, fallback]) => {
    const numbers = (range.match(/\d+/g) ?? []).map((n) => parseInt(n, kind === 'MODE' ? 8 : 10));
    return { option, kind, range, fallback, min: numbers[0], max: numbers[1],
      env: `PARLEY_${option.slice(2).replaceAll('-', '_').toUpperCase()}` };
  });
}

function wrongValues({ kind, min, max }) {
  if (kind === 'N') return [String(min - 1), String(max + 1), 'x', '', ' 1', '1 ', '1.5', '0x1', '9'.repeat(40)];
  if (kind === 'MODE') return ['888', '1000', '-1', 'rw', ''];
  if (kind === 'WORD') return ['2', '', 'On'];
  if (kind === 'LIST') return ['localhost', '10.0.0.0/33', '10.0.0.1,', 'p'.repeat(2000)];
  if (kind === 'LEVEL') return ['loud', '', 'INFO', '2'];
  return [...(min > 0 ? [''] : []), 'p'.repeat(max + 1)];
}

test('every setting of the table, with every kind of wrong value, as option and as variable', async () => {
  const all = await settings();
  assert.ok(all.length >= 20, `${all.length} settings in --help`);
  for (const s of all) {
    assert.ok(['PATH', 'N', 'MODE', 'LEVEL', 'WORD', 'LIST'].includes(s.kind), s.kind);
    for (const value of wrongValues(s)) {
      for (const { code, out, err } of await Promise.all([run([`${s.option}=${value}`]), run([], { [s.env]: value })])) {
        assert.equal(code, 2, `${s.option}=${value}`);
        assert.equal(out, '');
        assert.equal(err.split('\n').length, 2, `one line: ${err}`);
        assert.ok(err.includes(s.option) && err.includes(s.env), err);
        assert.ok(err.includes(`"${value.slice(0, 60)}`), err);
        assert.ok(err.includes(s.range), err);
      }
    }
  }
});

test('the README has the table of --help, and names no setting that there is not', async () => {
  const made = execFileSync('awk', ['-f', path.join(root, 'tests/lint/settings.awk')], { input: (await run(['--help'])).out, encoding: 'utf8' });
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const complain = (text) => (text.includes(`\n${made}`) ? [] : ['the table is another one']);
  assert.deepEqual(complain(readme), []);
  assert.notDeepEqual(complain(readme.replace(/^\| `--rates` .*\n/m, '')), []); // the control
  const known = new Set((await settings()).map((s) => s.option.slice(2)));
  const [part] = readme.match(/^## Limits and work\n[^]*?^## /m);
  const named = [...part.matchAll(/`(?:--)?([a-z]+(?:-[a-z]+)+|--[a-z]+)[` ]/g), ...part.matchAll(/ --([a-z-]+) /g)].map(([, name]) => name.replace(/^--/, ''));
  assert.ok(named.length > 20, `${named}`);
  assert.deepEqual(named.filter((name) => !known.has(name)), []);
});

test('--check shows every setting; options go before variables, variables before defaults', async () => {
  const all = await settings();
  const { code, out } = await run(['--check', '--workers', '3'], { PARLEY_WORKERS: '4', PARLEY_AWAY_S: '7' });
  assert.equal(code, 0);
  const shown = Object.fromEntries(out.trim().split('\n').map((line) => line.split(/ = ?/)));
  assert.deepEqual(Object.keys(shown).sort(), all.map((s) => s.env.slice(7).toLowerCase()).sort());
  for (const s of all) {
    const name = s.env.slice(7).toLowerCase();
    assert.equal(shown[name], { workers: '3', away_s: '7' }[name] ?? s.fallback, name);
  }
});

test('settings that do not fit together, and options that are none', async () => {
  for (const [args, ...words] of [
    [['--away-s', '60', '--gone-s', '60'], '--gone-s (60)', '--away-s (60)'],
    [['--gone-s', '200', '--nonce-s', '180'], '--nonce-s (180)', '--gone-s (200)'],
    [['--hold-s', '30', '--hold-max-s', '29'], '--hold-max-s (29)', '--hold-s (30)'],
    [['--lock-wait-ms', '9000', '--stuck-ms', '9000'], '--stuck-ms (9000)', '--lock-wait-ms (9000)'],
    [['--nonsense'], '--nonsense'],
    [['--worker', '2'], '--worker'],
    [['--workers'], '--workers needs a value'],
    [['--db', '--check'], '--db needs a value'],
    [['stray'], 'stray'],
    [['-h'], '-h'],
  ]) {
    const { code, err } = await run(args);
    assert.equal(code, 2, args.join(' '));
    for (const word of words) assert.ok(err.includes(word), err);
  }
});

test('--help and --version are what people expect; with nothing to serve it says so', async () => {
  assert.match((await run(['--version'])).out, /^parley \d+\.\d+\.\d+\n$/);
  assert.match((await run(['--workers', '2', '--help'])).out, /^usage: parley /);
  const { code, err } = await inFolder((folder) => run(['--db', `${folder}/x.db`]));
  assert.equal(code, 2);
  assert.match(err, /nothing to serve/);
});

test('under CGI wrong settings are an error, and the address is no option', async () => {
  const { code, err } = await run(['--help'], { GATEWAY_INTERFACE: 'CGI/1.1', PARLEY_WORKERS: '99' });
  assert.equal(code, 2);
  assert.match(err, /PARLEY_WORKERS/);
});
