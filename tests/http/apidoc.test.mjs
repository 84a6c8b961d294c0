// fcgi/API.md: its examples run, and its tables name what the code knows.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { root, startServer } from './server.mjs';

const doc = await readFile(path.join(root, 'fcgi/API.md'), 'utf8');

// Runs a shell script from its standard input.
function shell(script, env) {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-eu'], { env: { ...process.env, ...env } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { said += part; });
    child.on('close', (code) => resolve({ code, said }));
    child.stdin.end(script);
  });
}

for (const mode of ['fcgi', 'cgi']) {
  test(`${mode}: the examples run, in order, in one shell`, { timeout: 60_000 }, async () => {
    const blocks = [...doc.matchAll(/^```sh\n([^]*?)^```$/gm)].map((found) => found[1]);
    assert.ok(blocks.length >= 10, `${blocks.length} blocks`);
    const server = await startServer({ mode });
    try {
      const script = blocks.map((block, i) => `echo "--- example ${i + 1}"\n${block}`).join('');
      const { code, said } = await shell(`${script}\necho "--- end"\n`, { BASE: server.base });
      assert.equal(code, 0, said);
      assert.match(said, /--- end\n$/);
    } finally {
      await server.stop();
    }
  });
}

test('an example that fails is noticed', async () => {
  assert.notEqual((await shell('curl -sS -f "$BASE/api/stats" | grep online\n', { BASE: 'http://127.0.0.1:1' })).code, 0);
});

const names = (await readdir(path.join(root, 'fcgi'), { recursive: true })).filter((name) => /^(api|chat)\/.*\.c$/.test(name));
const source = (await Promise.all(names.map((name) => readFile(path.join(root, 'fcgi', name), 'utf8')))).join('\n');
const all = (pattern) => [...source.matchAll(pattern)].map(([, ...parts]) => parts);
const unique = (list) => [...new Set(list)];

// What the sources know: calls, [status, code] of errors, types of events, and
// of each call what the comment above its handler says that it may answer.
const calls = all(/\.method = "(\w+)",\s*\.path = "([^"]+)"/g).map(([method, where]) => `${method} ${where.replace('/image/*', '/image/{id}')}`)
  .filter((call) => !call.includes(' /plain/')); // pages, for people
const errors = unique([...all(/refuse\(c, (\d+),\s*"(\w+)"/g), ...all(/\{(\d{3}), (?:\d+, )?"(\w+)",\s*"[A-Z]/g)].map((pair) => pair.join(' '))).map((pair) => pair.split(' '));
const types = unique(all(/tell\(t, "(\w+)"/g).flat());
const codes = unique(errors.map(([, code]) => code));
const told = all(/\/\*\n \* ((?:GET|POST) \/api\/[a-z/{}]+)([^]*?)\*\//g).map(([call, comment]) => [call,
  [...comment.replaceAll(/\s+\*\s+/g, ' ').matchAll(/\b([45]\d\d) (\w+)((?:(?:,|;| or) \w+)*)/g)]
    .flatMap(([, status, ...words]) => words.join(' ').match(/\w+/g).filter((word) => codes.includes(word)).map((code) => [status, code]))]);
// Members of what stands beside an error.
const beside = all(/json_out_object\(&j, "(work)"\);\s+json_out_text\(&j, "(\w+)", text\);\s+json_out_int\(&j, "(\w+)", t->bits\);\s+json_out_int\(&j, "(\w+)"/g).flat();
const plainly = ['bad_request', 'no_session', 'too_large', 'wrong_type', 'not_found', 'unavailable']; // by the status alone

function complaints(text) {
  const wrong = [];
  const want = (what, found) => { if (!found) wrong.push(what); };
  const section = (call) => text.split(`\n## ${call}\n`)[1]?.split('\n## ')[0] ?? '';
  for (const call of calls) want(call, text.includes(`\n## ${call}\n`));
  for (const [status, code] of errors) want(`${status} ${code} in the table`, new RegExp(`^\\| [\\d, ]*${status}[\\d, ]* \\|[^|]*\`${code}\``, 'm').test(text));
  for (const type of types) want(type, new RegExp(`(^\\| |event )\`${type}\``, 'm').test(text));
  for (const [call, replies] of told) {
    for (const [status, code] of replies) want(`${status} ${code} of ${call}`, section(call).includes(status) && (plainly.includes(code) || section(call).includes(`\`${code}\``)));
  }
  for (const name of beside) want(`"${name}"`, text.includes(`"${name}"`));
  return wrong;
}

test('every endpoint, error code and type of event of the sources stands there', () => {
  assert.ok(calls.length >= 9 && codes.length >= 15 && types.length >= 5 && beside.length === 4, `${calls} ${codes} ${types} ${beside}`);
  assert.ok(told.length >= 15 && told.flatMap(([, replies]) => replies).length >= 30, JSON.stringify(told));
  assert.deepEqual(complaints(doc), []);
});

test('control: what is left out is noticed', () => {
  for (const left of [/^\| 429 \| `work`.*\n/m, /^\| 503 \| `full`.*\n/m, /, 429 `too_many`\nor `work`, 503 `full`/, /, 429 `too_many`, 503 `full` \(nobody/,
    / "expires_s": 600/, /`pictures_full` \(30/, /^## POST \/api\/retract$/m, /^\| `left`.*\n/m]) {
    const less = doc.replace(left, '');
    assert.notEqual(less, doc, String(left));
    assert.notDeepEqual(complaints(less), [], String(left));
  }
});
