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

test('every endpoint, error code and type of event of the sources stands there', async () => {
  const files = (await readdir(path.join(root, 'fcgi'), { recursive: true })).filter((name) => /^(api|chat)\/.*\.c$/.test(name));
  const text = (await Promise.all(files.map((name) => readFile(path.join(root, 'fcgi', name), 'utf8')))).join('\n');
  const all = (pattern) => [...new Set([...text.matchAll(pattern)].map((found) => found[1]))];
  const endpoints = [...text.matchAll(/\.method = "(\w+)",\s*\.path = "([^"]+)"/g)].map(([, method, where]) => `${method} ${where}`)
    .filter((endpoint) => !endpoint.includes(' /plain/')); // pages, for people
  const codes = all(/(?:call_)?refuse\(c, \d+,\s*"(\w+)"/g);
  const types = all(/tell\(t, "(\w+)"/g);
  assert.ok(endpoints.length >= 9 && codes.length >= 8 && types.length >= 5, `${endpoints} ${codes} ${types}`);
  for (const endpoint of endpoints) assert.ok(doc.includes(`\n## ${endpoint.replace('/image/*', '/image/{id}')}\n`), endpoint);
  for (const word of [...codes, ...types]) assert.ok(doc.includes(`\`${word}\``), word);
});
