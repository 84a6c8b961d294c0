// The program as it is installed has every protection that gcc 12 can give.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { root } from '../http/server.mjs';
import { inFolder } from './bare.mjs';

const readelf = (file, ...args) => execFileSync('readelf', ['-W', ...args, file], { encoding: 'utf8', maxBuffer: 1 << 24 });

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

// What the OpenSSF guide asks of gcc 12; the compiler notes in each unit what it
// was told. -Wl,-z,nodlopen and -D_FORTIFY_SOURCE leave no such note.
const FLAGS = ['-O2', '-fstack-protector-strong', '-fstack-clash-protection', '-fPIE', '-fno-delete-null-pointer-checks', '-fno-strict-overflow',
  '-fno-strict-aliasing', '-ftrivial-auto-var-init=zero', ...(process.arch === 'x64' ? ['-fcf-protection=full'] : [])];
const TOLD = [...FLAGS, '-Wformat=2', '-Wconversion', '-Wimplicit-fallthrough', '-Wtrampolines', '-Wbidi-chars=any', '-Werror=format-security', '-Werror=implicit',
  '-Werror=incompatible-pointer-types', '-Werror=int-conversion', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=3'];
const LINKED = ['-pie', '-Wl,-z,relro,-z,now,-z,noexecstack,-z,nodlopen,--as-needed,--no-copy-dt-needed-entries'];

// {units, missing: ['FLAG in N units']} of a program with its notes.
function units(file) {
  const notes = readelf(file, '--debug-dump=info', '--dwarf-depth=1').match(/DW_AT_producer.*GNU C.*/g) ?? [];
  const lacks = (flag) => notes.filter((note) => !note.split(/\s/).includes(flag)).length;
  return { units: notes.length, missing: FLAGS.filter(lacks).map((flag) => `${flag} in ${lacks(flag)} units`) };
}

// What make would say to the compiler and the linker: [those that a command lacks].
function untold(variables = []) {
  const said = execFileSync('make', ['-B', '-n', 'V=1', 'SANITIZER=', 'BUILD=build', ...variables, 'build/parley'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 24 });
  const lines = said.replaceAll('\\\n', ' ').split('\n').map((line) => line.split(/\s+/));
  const compiled = lines.filter((words) => words.includes('-c') && words.some((word) => /^fcgi\/.*\.c$/.test(word)));
  const linked = lines.filter((words) => words.includes('build/parley') && words.includes('-lsqlite3'));
  if (compiled.length < 80 || linked.length !== 1) throw new Error(`${compiled.length} units, linked ${linked.length} times`);
  return [...TOLD.filter((flag) => !compiled.every((words) => words.includes(flag))), ...LINKED.filter((flag) => !linked[0].includes(flag))];
}

// The tests may run on a sanitized one: this is about the other.
function plain() {
  execFileSync('make', ['-s', 'all', 'SANITIZER=', 'BUILD=build'], { cwd: root, stdio: 'pipe' });
  return path.join(root, 'build/parley');
}

test('the program is built with every protection', () => {
  const file = plain();
  for (const [name, holds] of Object.entries(protections)) assert.ok(holds(file), name);
});

test('every unit of it is compiled, and it is linked, as the OpenSSF guide says', (t) => {
  const { units: n, missing } = units(plain());
  assert.ok(n > 80, `${n} units`);
  assert.deepEqual(missing, []);
  assert.deepEqual(untold(), []);
  t.diagnostic(`${n} units, ${TOLD.length + LINKED.length} options`);
});

test('and the checks notice when they are missing', () => inFolder((folder) => {
  const [c, file] = [path.join(folder, 'bare.c'), path.join(folder, 'bare')];
  writeFileSync(c, 'int main(int n, char **a) { return n + a[0][0]; }\n');
  execFileSync(process.env.CC ?? 'gcc', ['-g', '-O1', '-fno-stack-protector', '-fcf-protection=none', '-no-pie', '-fno-pie',
    '-Wl,-z,norelro,-z,lazy,-z,execstack,-rpath,/nowhere', '-o', file, c]);
  for (const [name, holds] of Object.entries(protections)) assert.ok(!holds(file), name);
  assert.equal(units(file).missing.length, FLAGS.length);
  assert.deepEqual(untold(['HARDEN=-U_FORTIFY_SOURCE', 'HARDEN_LD=-pie']).sort(),
    [...TOLD, ...LINKED].filter((flag) => !['-O2', '-Wformat=2', '-Wconversion', '-U_FORTIFY_SOURCE', '-pie'].includes(flag)).sort());
}));
