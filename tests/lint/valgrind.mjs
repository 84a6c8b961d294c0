// A supervisor and two workers under memcheck, while two people chat: node
// valgrind.mjs. Says nothing when all is well.
import assert from 'node:assert/strict';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bin, inFolder, start } from '../faults/bare.mjs';
import { root } from '../http/server.mjs';

const post = (parley, uri, token, body) => parley.ask('POST', uri, { HTTP_X_PARLEY_TOKEN: token ?? '' }, JSON.stringify(body));

async function chat(parley) {
  const tokens = [];
  for (const name of ['Ann', 'Bea']) {
    tokens.push(JSON.parse((await post(parley, '/api/session', '', { name, tags: ['tea'] })).text).token);
    assert.equal((await post(parley, '/api/next', tokens.at(-1), {})).status, 200);
  }
  for (let n = 0; n < 20; n++) {
    const [a, b] = n % 2 ? tokens : [...tokens].reverse();
    assert.equal((await post(parley, '/api/send', a, { text: `m${n}`, nonce: `n${n}` })).status, 200);
    assert.equal((await parley.ask('GET', '/api/poll?cursor=0&wait=1', { HTTP_X_PARLEY_TOKEN: b })).status, 200);
  }
  for (const uri of ['/metrics', '/plain/', '/api/stats', '/nowhere']) await parley.ask('GET', uri);
  for (const token of tokens) assert.equal((await post(parley, '/api/session/end', token, {})).status, 204);
}

await inFolder(async (folder) => {
  const program = path.join(folder, 'parley');
  // The sandbox lets through what Parley calls, and not what valgrind does.
  await writeFile(program, `#!/bin/sh
exec valgrind -q --trace-children=yes --leak-check=full --errors-for-leak-kinds=definite \\
  --suppressions='${root}/tests/lint/valgrind.supp' --log-file=memcheck.%p '${bin}' --sandbox 0 --stuck-ms 60000 "$@"
`);
  await chmod(program, 0o755);
  const parley = await start(folder, ['--workers', '2'], program);
  let exit;
  try {
    await chat(parley);
  } finally {
    exit = await parley.stop();
  }
  assert.equal(exit, 0);
  const names = (await readdir(folder)).filter((name) => name.startsWith('memcheck.'));
  const found = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  assert.ok(names.length >= 3, 'three processes were looked at');
  assert.equal(found.join(''), '');
});
