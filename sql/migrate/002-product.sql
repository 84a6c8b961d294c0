-- From version 1 to version 2, whole or not at all. What it makes is what
-- schema.sql makes: test_migrate.c compares the two.

-- Matching by tags and language, blocks, and Next taken back.
ALTER TABLE session ADD COLUMN lang TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN tags INTEGER NOT NULL DEFAULT 0;
ALTER TABLE waiting ADD COLUMN widen_ms INTEGER;
CREATE INDEX waiting_widen ON waiting (widen_ms) WHERE widen_ms IS NOT NULL;
CREATE TABLE tag (
  session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  place   INTEGER NOT NULL,
  folded  TEXT    NOT NULL,
  typed   TEXT    NOT NULL,
  ticket  INTEGER,
  PRIMARY KEY (session, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_waiting ON tag (folded, ticket) WHERE ticket IS NOT NULL;
ALTER TABLE chat ADD COLUMN next_by INTEGER;
CREATE TABLE blocked (
  session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  partner INTEGER NOT NULL,
  PRIMARY KEY (session, partner)
) STRICT, WITHOUT ROWID;

-- The queues become chains.
CREATE TABLE queue (
  session INTEGER PRIMARY KEY,
  seq     INTEGER NOT NULL,
  last    INTEGER NOT NULL,
  sent    INTEGER NOT NULL
) STRICT;
INSERT INTO queue (session, seq, last, sent)
SELECT id, seq,
       coalesce((SELECT max(e.id) FROM event e WHERE e.session = s.id), 0), sent
FROM session s;
ALTER TABLE session DROP COLUMN seq;
ALTER TABLE session DROP COLUMN sent;
ALTER TABLE host ADD COLUMN event INTEGER NOT NULL DEFAULT 0;
UPDATE host SET event = coalesce(
  (SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0);
CREATE TABLE event_chain (
  id      INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  prev    INTEGER NOT NULL,
  seq     INTEGER NOT NULL,
  chat    INTEGER NOT NULL,
  type    TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  body    TEXT    NOT NULL
) STRICT;
INSERT INTO event_chain (id, session, prev, seq, chat, type, at, body)
SELECT id, session,
       coalesce(lag(id) OVER (PARTITION BY session ORDER BY seq), 0),
       seq, chat, type, at, body
FROM event;
DROP TABLE event;
ALTER TABLE event_chain RENAME TO event;

-- Pictures.
CREATE TABLE image (
  message INTEGER PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
  address TEXT    NOT NULL UNIQUE,
  type    TEXT    NOT NULL CHECK (type IN ('jpeg', 'png', 'gif', 'webp')),
  width   INTEGER NOT NULL,
  height  INTEGER NOT NULL,
  len     INTEGER NOT NULL
) STRICT;
CREATE INDEX image_session ON image (session);
CREATE TABLE image_bytes (
  message INTEGER PRIMARY KEY,
  chat    INTEGER NOT NULL,
  len     INTEGER NOT NULL,
  bytes   BLOB    NOT NULL
) STRICT;
CREATE INDEX image_bytes_chat ON image_bytes (chat, len);

-- Pages without JavaScript.
CREATE TABLE page (
  session  INTEGER PRIMARY KEY REFERENCES session ON DELETE CASCADE,
  key_hash BLOB    NOT NULL UNIQUE,
  form_hash BLOB   UNIQUE,
  lang     TEXT    NOT NULL,
  step     INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Receipts, messages taken back, and typing that ends by itself. (Who types
-- just now does so since the year dot: that is over at once.)
ALTER TABLE session RENAME COLUMN typing TO typing_ms;
ALTER TABLE session ADD COLUMN receipts INTEGER NOT NULL DEFAULT 1;
ALTER TABLE session ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sent ADD COLUMN chat INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sent ADD COLUMN retracted INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 2;
