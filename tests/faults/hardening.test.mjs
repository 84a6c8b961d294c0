// The program as it is installed has every protection that gcc 12 can give.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { root } from '../http/server.mjs';
import { inFolder } from './bare.mjs';

const readelf = (file, ...args) => execFileSync('readelf', ['-W', ...args, file], { encoding: 'utf8' });

// What the program must show; each line fails on the unprotected one below.
const protections = {
  'position independent': (file) => /Type:\s+DYN/.test(readelf(file, '-h')),
  'everything bound at the start': (file) => /\bBIND_NOW\b|\bNOW\b/.test(readelf(file, '-d')),
  'tables read-only after it': (file) => /GNU_RELRO/.test(readelf(file, '-l')),
  'no code on the stack': (file) => /GNU_STACK.*\bRW\s/.test(readelf(file, '-l')),
  'guarded stack frames': (file) => /__stack_chk_fail/.test(readelf(file, '--dyn-syms')),
  'checked library calls': (file) => /__memcpy_chk|__vsnprintf_chk|__snprintf_chk|__strcpy_chk/.test(readelf(file, '--dyn-syms')),
  'checked jumps': (file) => process.arch !== 'x64' || /endbr64/.test(execFileSync('objdump', ['-d', '--disassemble=main', file], { encoding: 'utf8' })),
  'no library paths of its own': (file) => !/RPATH|RUNPATH/.test(readelf(file, '-d')),
};

// The tests may run on a sanitized one: this is about the other.
function plain() {
  execFileSync('make', ['-s', 'all', 'SANITIZER=', 'BUILD=build'], { cwd: root, stdio: 'pipe' });
  return path.join(root, 'build/parley');
}

test('the program is built with every protection', () => {
  const file = plain();
  for (const [name, holds] of Object.entries(protections)) assert.ok(holds(file), name);
});

test('and the checks notice when they are missing', () => inFolder((folder) => {
  const [c, file] = [path.join(folder, 'bare.c'), path.join(folder, 'bare')];
  writeFileSync(c, 'int main(int n, char **a) { return n + a[0][0]; }\n');
  execFileSync(process.env.CC ?? 'gcc', ['-O2', '-fno-stack-protector', '-fcf-protection=none', '-no-pie',
    '-Wl,-z,norelro,-z,lazy,-z,execstack,-rpath,/nowhere', '-o', file, c]);
  for (const [name, holds] of Object.entries(protections)) assert.ok(!holds(file), name);
}));
