// The plug is pulled. What Parley writes is recorded once, by LD_PRELOAD, with
// its syncs and its answers in one order; then the power is cut at thousands of
// moments of it, with what no sync had made safe lost, torn and reordered
// (power/disk.h), and each time the database must open, be whole, and hold
// every message that was acknowledged or shown by then, and its nonce; and what
// was taken back stays away.
//
// SEED=… and CUTS=… replay; SOAK=1 makes it 10,000 cuts. A failing run leaves
// its recording in build/faults/power/failed and says how to cut it again.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { bin, inFolder, run as runToEnd, start } from './bare.mjs';
import { countCheckpoints, KIND, record, records, Talker } from './power/scene.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const cuts = Number(process.env.CUTS ?? (process.env.SOAK ? 10_000 : 500));
const tools = path.join(path.dirname(bin), 'faults/power');
const RESUMES = process.env.SOAK ? 20 : 3;

const run = promisify(execFile);

describe('a power cut', () => {
  let folder, disk, right, wrong;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'parley-power-'));
    // In memory: thousands of small databases are made and thrown away.
    disk = await mkdtemp('/dev/shm/power-cut-').catch(() => path.join(folder, 'disk'));
    for (const name of ['right', 'wrong']) await mkdir(path.join(folder, name));
    await mkdir(disk, { recursive: true });
    const recorder = path.join(tools, 'recorder.so');
    const isEnough = async (recording) => {
      const { emptied, begun } = await countCheckpoints(recording);
      return emptied >= 2 && begun >= 12;
    };
    [right, wrong] = await Promise.all([
      record(path.join(folder, 'right'), { program: bin, recorder, seed, isEnough }),
      record(path.join(folder, 'wrong'), { program: path.join(tools, 'normal/parley'), recorder, seed }),
    ]);
  });
  after(async () => {
    for (const one of [folder, disk]) await rm(one, { recursive: true, force: true });
  });

  const replay = async (take, n, deaf = 'none', only = []) => {
    const { stdout, stderr } = await run(path.join(tools, 'replay'), [take.recording, take.said, disk, seed, n, deaf, ...only].map(String));
    return { ...JSON.parse(stdout), complaints: stderr };
  };

  // A recording is of one run alone: it is kept with its seed.
  const keep = async (take) => {
    const kept = path.join(tools, 'failed');
    await mkdir(kept, { recursive: true });
    for (const name of ['recording', 'said']) await copyFile(take[name], path.join(kept, name));
    return `SEED=${seed}; again: mkdir -p disk && ${tools}/replay ${kept}/recording ${kept}/said disk ${seed} ${cuts} none NUMBER`;
  };

  // Of the files that the recording gives without a cut, those that are not as they are.
  const differing = async (take) => {
    const found = [];
    await replay(take, 0);
    for (const name of ['parley.db', 'parley.db-wal']) {
      const [told, is] = await Promise.all([disk, right.house].map((place) => readFile(path.join(place, name))));
      if (!told.equals(is)) found.push(name);
    }
    return found;
  };

  test('the recording is whole: without a cut it gives the files as they are', async () => {
    assert.deepEqual(await differing(right), []);
  });

  test('control: a recording that misses a write, or knows of a call that it cannot follow, is noticed', async () => {
    const bytes = await readFile(right.recording), less = { ...right, recording: path.join(folder, 'less') };
    const last = [...records(bytes)].filter(({ kind }) => kind === KIND.WRITE).at(-1);
    await writeFile(less.recording, Buffer.concat([bytes.subarray(0, last.from), bytes.subarray(last.to)]));
    assert.equal((await differing(less)).length, 1);
    bytes.writeUInt32LE(KIND.STRANGE, last.from + 4);
    await writeFile(less.recording, bytes);
    await assert.rejects(replay(less, 0), /a call that the replay does not know/);
  });

  test(`${cuts} cuts: it opens, is whole, and holds what was promised`, async (t) => {
    const { emptied, begun } = await countCheckpoints(right.recording);
    const found = await replay(right, cuts);
    t.diagnostic(`seed ${seed}, checkpoints ${begun}, of which ${emptied} empty the log: ${JSON.stringify(found)}`);
    if (found.bad > 0) assert.fail(`${found.complaints}${await keep(right)}`);
    assert.equal(found.opened, cuts);
    // Or it has shown nothing.
    assert.ok(emptied > 0 && begun > 5, `checkpoints: ${emptied} and ${begun}`);
    assert.ok(right.taken > 20, 'too little was taken back');
    assert.ok(found.answers > 900 && found.checked > cuts * 100, 'too little was promised');
    assert.ok(found.early > cuts / 20, 'no cut in the making of the database');
    for (const harm of ['dropped', 'torn', 'reordered', 'names']) assert.ok(found[harm] > 0, `nothing was ${harm}`);
  });

  test('and Parley goes on from there: an acknowledged nonce is answered as the first time', async (t) => {
    let early = 0, late = 0, again = 0;
    for (let number = 0; number < cuts && (early < RESUMES || late < RESUMES); number++) {
      const { promised } = await replay(right, cuts, 'none', [number]);
      if (promised.length === 0 ? early++ < RESUMES : late++ < RESUMES) again += await resume(right, promised);
    }
    t.diagnostic(`${RESUMES} cuts before the first message, ${RESUMES} later ones, ${again} messages sent again`);
    assert.ok(early > 0 && late > 0 && again > 0);
  });

  // Sends again what was acknowledged, to a Parley that begins with this disk.
  async function resume(take, promised) {
    const service = await start(disk, ['--db', path.join(disk, 'parley.db'), '--nonce-s', '86400', '--session-idle-s', '86400']);
    const ids = new Set(promised.map(String));
    const mine = take.lines.filter(({ id, text }) => ids.has(id) && text !== '*');
    const voices = new Map();
    try {
      for (const { id, at, nonce, who } of mine) {
        if (!voices.has(who)) voices.set(who, new Talker(disk, who.name, who.token));
        const answer = await voices.get(who).insist(200, 'POST', '/api/send', JSON.stringify({ text: 'again', nonce, chat: who.chat }));
        assert.deepEqual([answer.id, answer.at], [id, at], `${nonce} was stored twice; SEED=${seed}`);
      }
    } finally {
      for (const voice of voices.values()) voice.leave();
      await service.stop();
    }
    return mine.length;
  }

  // The controls: the same checks must complain where Parley is made worse.
  test('control: with synchronous=NORMAL acknowledged messages are lost', async (t) => {
    const found = await replay(wrong, Math.min(cuts, 500));
    t.diagnostic(`seed ${seed}: ${found.lost} of ${found.checked} lost, in ${found.bad} of ${found.cuts} cuts`);
    assert.ok(found.lost > 0 && found.forgotten > 0, 'nothing was lost');
    // It is honest about what it does: the rest is whole.
    assert.equal(found.opened, found.cuts);
    // And Parley goes on from there with another message of the same number (a
    // picture is not sent again).
    const [, number] = found.complaints.match(/^cut (\d+), .* lost message \d+: \w+\.\d+$/m);
    const { promised } = await replay(wrong, found.cuts, 'none', [number]);
    await assert.rejects(resume(wrong, promised), /stored twice|401/);
  });

  test('control: what was said otherwise, and what was never taken back, is noticed', async () => {
    const lines = (await readFile(right.said, 'utf8')).split('\n');
    const doctored = lines.map((line, i) => {
      const [id, nonce, seq, gone, text] = line.split('\t');
      if (i % 97 === 10) return [id, `${nonce}x`, seq, gone, text].join('\t');
      if (i % 97 === 30) return [id, nonce, 0, gone, 'something else'].join('\t');
      return i % 97 === 50 ? [id, nonce, seq, id, text].join('\t') : line;
    });
    const said = path.join(folder, 'doctored');
    await writeFile(said, doctored.join('\n'));
    const { lost, forgotten, returned, broken } = await replay({ ...right, said }, 100);
    assert.ok(lost > 0 && forgotten > 0 && returned > 0 && broken === 0, JSON.stringify({ lost, forgotten, returned, broken }));
  });

  const faults = { folder: 'the folder is not synced', log: 'syncs of the log do nothing', main: 'syncs of the database do nothing' };
  for (const [deaf, what] of Object.entries(faults)) {
    test(`control: ${what}: messages are lost`, async (t) => {
      const found = await replay(right, Math.min(cuts, 200), deaf);
      t.diagnostic(`seed ${seed}: ${found.lost} of ${found.checked} lost, ${found.broken} of ${found.cuts} do not open`);
      assert.ok(found.lost > 0, 'nothing was lost');
    });
  }
});

test('a folder that cannot be synced: Parley does not begin to promise', async (t) => {
  const strace = (error) => inFolder((folder) => runToEnd(['-f', '-o', '/dev/null', '-e', 'trace=fsync', '-e', `inject=fsync:error=${error}`,
    bin, '--listen', path.join(folder, 'p.sock'), '--db', path.join(folder, 'p.db')], { ASAN_OPTIONS: 'detect_leaks=0' }, 'strace'));
  if ((await runToEnd(['-o', '/dev/null', 'true'], {}, 'strace')).code !== 0) return t.skip('no strace, or it may not trace');
  const { code, err } = await strace('EIO');
  assert.equal(code, 1, err);
  assert.match(err, /p\.db: cannot sync its folder: Input\/output error/);
});
