// All that the fuzzers' corpora hold, through their targets: examples, and all that
// was ever found. And the targets notice a fault: each of these, made to order
// (broken.c), must end a replay of the same files.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';

const BUILD = process.env.FUZZ ?? 'build/fuzz';

const faults = {
  image: ['image_clean'],
  records: ['gate_read', 'records_begin'],
  calls: ['caller_find', 'html_text', 'store_waiting_drop', 'store_chat_end'],
  json: ['json_in_parse'],
  query: ['percent_next'],
  form: ['html_text'],
  text: ['text_name'],
  whence: ['address_parse'],
  conf: ['conf_row_read'],
};
const more = { image: ['tests/unit/images'] };

function replay(target, broken) {
  const folders = [`tests/fuzz/corpus/${target}`, ...(more[target] ?? [])];
  // A crash that was asked for need not say how it came.
  const env = { ...process.env, BROKEN: broken ?? '', ...(broken && { ASAN_OPTIONS: 'symbolize=0' }) };
  const run = spawnSync(`${BUILD}/replay_${target}`, folders, { env, encoding: 'utf8', timeout: 60_000 });
  return { ...run, tail: run.stderr.split('\n').slice(-20).join('\n') };
}

describe('fuzz', () => {
  const targets = readdirSync('tests/fuzz').map((f) => /^fuzz_(\w+)\.c$/.exec(f)?.[1]).filter(Boolean);

  test('every target has a corpus, a dictionary and a fault that it must notice', () => {
    for (const t of targets) {
      assert.ok(existsSync(`tests/fuzz/corpus/${t}`) && existsSync(`tests/fuzz/${t}.dict`) && faults[t], t);
    }
  });

  for (const target of targets) {
    test(`${target}: what holds for any bytes holds for the corpus`, () => {
      const run = replay(target);
      assert.equal(run.status, 0, run.tail);
      assert.ok(Number(/^(\d+) files$/m.exec(run.stdout)[1]) > 5, run.stdout);
    });

    for (const fault of faults[target] ?? []) {
      test(`${target}: a broken ${fault} is noticed`, () => {
        const run = replay(target, fault);
        assert.notEqual(run.status, 0, 'it was not');
        assert.equal(run.error, undefined);
      });
    }
  }
});
