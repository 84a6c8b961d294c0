// Negative controls of the whole: the same people, the real nginx, workers and
// database, one of which is broken on purpose. The checker has to see it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { check } from '../history/checker.mjs';
import { simulate } from '../history/crowd.mjs';
import { HABITS } from '../history/person.mjs';
import { randomFrom } from '../history/random.mjs';
import { sleep } from '../http/client.mjs';
import { startServer } from '../http/server.mjs';
import { Havoc } from './havoc.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e6);
const short = { PARLEY_AWAY_S: '2', PARLEY_GONE_S: '6', PARLEY_FLUSH_MS: '200' };

const DEEDS = 300; // that are to be done when it is broken

// People use it while it is broken by `sabotage`; what the checker says.
async function complaints(sabotage, { people = 24, ms = 3000, deeds = DEEDS, ...options } = {}) {
  const server = await startServer({ workers: 2, env: short });
  const history = [];
  try {
    let isOver = false;
    const crowd = simulate(server.base, { people, seed, history, until: () => (isOver ? 0 : Infinity), ...options });
    try {
      await sleep(1000);
      await sabotage(server, history);
      const before = history.length;
      const done = () => history.slice(before).filter((h) => h.what === 'ask' && h.call !== 'poll' && h.outcome === 'ok').length;
      await sleep(ms);
      for (const end = performance.now() + 30_000; done() < deeds && performance.now() < end;) await sleep(200);
    } finally {
      isOver = true;
      await crowd;
    }
    return check(history).join('\n');
  } finally {
    await server.stop();
  }
}

// nginx with other rules for sending: some requests it answers itself, and every
// request reaches the handlers a second time, as another one.
async function spoilNginx(server) {
  const file = path.join(server.run, 'nginx.conf');
  const conf = await readFile(file, 'utf8');
  await writeFile(file, conf.replace(/^ {4}server \{$/m, `
    split_clients $request_id $lie { 10% 1; * ""; }
    server {
        location = /api/send {
            default_type application/json;
            mirror /echo;
            if ($lie) { return 200 '{"id":"9$connection$connection_requests","at":1}'; }
            fastcgi_pass parley;
        }
        location = /echo {
            internal;
            fastcgi_param REQUEST_METHOD POST;
            fastcgi_param PATH_INFO /api/send;
            fastcgi_param CONTENT_TYPE application/json;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param HTTP_AUTHORIZATION $http_authorization;
            fastcgi_param REQUEST_ID echo$request_id;
            fastcgi_pass parley;
        }`));
  process.kill(await server.pid('nginx'), 'SIGHUP');
}

// A database that does not keep what it was told.
const triggers = {
  forget_message: `AFTER INSERT ON event WHEN new.type = 'message' AND new.id % 10 = 0
    BEGIN UPDATE event SET type = 'typing', body = '{"on":false}' WHERE id = new.id; END`,
  change_message: `AFTER INSERT ON event WHEN new.type = 'message' AND new.id % 10 = 5
    BEGIN UPDATE event SET body = '{"id":"' || id || '","text":"999:0"}' WHERE id = new.id; END`,
  forget_nonce: `AFTER INSERT ON sent WHEN new.nonce <> ''
    BEGIN UPDATE sent SET nonce = 'x' WHERE message = new.message; END`,
  forget_block: 'AFTER INSERT ON blocked BEGIN DELETE FROM blocked; END',
  forget_meeting: 'AFTER INSERT ON met BEGIN DELETE FROM met; END',
  forget_session: `AFTER INSERT ON sent WHEN new.message % 20 = 0
    BEGIN DELETE FROM session WHERE id = new.session; END`,
  forget_waiting: 'AFTER INSERT ON waiting BEGIN DELETE FROM waiting WHERE session = new.session; END',
  forget_leaving: `AFTER UPDATE OF state ON session WHEN old.state = 2 AND new.state = 0
    BEGIN UPDATE session SET state = 2, chat = old.chat, partner = old.partner WHERE id = new.id; END`,
  marry_again: `AFTER UPDATE OF state ON session WHEN new.state = 2 AND new.id % 3 = 0
    BEGIN UPDATE session SET state = 1, chat = NULL, partner = NULL WHERE id = new.id;
      INSERT INTO waiting (ticket, session, since_ms) VALUES (abs(random()), new.id, 0); END`,
};

const spoil = (server, which) => execFileSync('sqlite3', [path.join(server.run, 'parley.db'),
  `PRAGMA busy_timeout = 5000; PRAGMA wal_autocheckpoint = 0; ${which.map((name) => `CREATE TRIGGER ${name} ${triggers[name]};`).join('\n')}`]);

const sees = (found, ...words) => { for (const word of words) assert.match(found.slice(0, 9e6), word, `SEED=${seed}`); };

describe(`what is broken on purpose is seen (SEED=${seed})`, { concurrency: 4 }, () => {
  test('nginx acknowledges what it does not hand on, and hands on twice', async () => {
    sees(await complaints(spoilNginx), /acknowledged and lost/, /was shown 2 times/);
  });

  test('the database loses and changes messages, and forgets nonces', async () => {
    sees(await complaints((server) => spoil(server, ['forget_message', 'change_message', 'forget_nonce'])),
      /acknowledged and lost/, /arrived as 999:0/, /stored more than once/);
  });

  test('the database forgets sessions', async () => {
    sees(await complaints((server) => spoil(server, ['forget_session'])), /was forgotten: its \w+ got 401/);
  });

  test('the database forgets who waits: they are stranded', async () => {
    sees(await complaints((server) => spoil(server, ['forget_waiting']), { ms: 6000 }), /both waited for \d{4,} ms/);
  });

  test('who has left a chat is put back into it', async () => {
    const habits = { ...HABITS, leave: 30, end: 0 };
    sees(await complaints((server) => spoil(server, ['forget_leaving']), { habits }), /was accepted after chat \d+ was left/);
  });

  test('who has a partner gets a second one', async () => {
    sees(await complaints((server) => spoil(server, ['marry_again'])), /matched in chat \d+ while in/);
  });

  test('the database forgets who has blocked whom', async () => {
    const habits = { ...HABITS, block: 30, next: 20, vanish: 0, end: 0 };
    sees(await complaints((server) => spoil(server, ['forget_block', 'forget_meeting']), { people: 8, habits, ms: 6000 }), /blocked people have met again/);
  });

  test('the service is killed and starts from an older copy of its database', async () => {
    const found = await complaints(async (server, history) => {
      const db = path.join(server.run, 'parley.db');
      execFileSync('sqlite3', [db, `PRAGMA wal_autocheckpoint = 0; PRAGMA busy_timeout = 5000;`, `.backup ${db}.old`]);
      await sleep(2500);
      const restore = ['kill -9 the supervisor', [1, true, async (havoc) => {
        await havoc.killSupervisor();
        for (const end of ['-wal', '-shm']) await rm(db + end, { force: true });
        await copyFile(`${db}.old`, db);
      }]];
      await new Havoc(server, randomFrom(seed), history, Object.fromEntries([restore])).strike(restore[0]);
    }, { ms: 2000 });
    sees(found, /acknowledged and lost|event \d+ after|must not be/);
  });

  test('a rolling restart that is none: all are killed at once, nginx as well', async () => {
    const found = await complaints(async (server, history) => {
      const t0 = performance.now();
      const havoc = new Havoc(server, randomFrom(seed), history, {
        'rough and called gentle': [1, false, async (h) => { await h.killNginx(); await h.killSupervisor(); }],
      });
      await havoc.strike('rough and called gentle');
      history.push({ what: 'phase', t0, t1: performance.now() });
    }, { ms: 1000 });
    sees(found, /in a rolling restart/, /no fault explains it/);
  });

  // Nobody says anything, so that polls are held.
  test('a reload of nginx that cuts held polls', async () => {
    const found = await complaints(async (server, history) => {
      const file = path.join(server.run, 'nginx.conf');
      const t0 = performance.now();
      await writeFile(file, (await readFile(file, 'utf8')).replace(/worker_shutdown_timeout \w+/, 'worker_shutdown_timeout 1s'));
      for (let i = 0; i < 8; i++) {
        process.kill(await server.pid('nginx'), 'SIGHUP');
        await sleep(1500);
      }
      history.push({ what: 'phase', t0, t1: performance.now() });
    }, { ms: 500, deeds: 0, habits: { seen: 1 } });
    sees(found, /a poll of \d+ got ECONNRESET in a rolling restart/);
  });
});
