-- From version 2 to version 3, whole or not at all. What it makes is what
-- schema.sql makes: test_migrate.c compares the two.

-- Limits by address, and tickets for new sessions.
ALTER TABLE host ADD COLUMN secret BLOB NOT NULL DEFAULT x'';
ALTER TABLE host ADD COLUMN secret_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE host ADD COLUMN minute_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE host ADD COLUMN minute_first INTEGER NOT NULL DEFAULT 0;
ALTER TABLE host ADD COLUMN minute_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN address INTEGER;
CREATE TABLE address (
  id       INTEGER PRIMARY KEY,
  hash     BLOB    NOT NULL UNIQUE,
  sessions INTEGER NOT NULL,
  full_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX address_idle ON address (full_ms) WHERE sessions = 0;
CREATE TABLE spent (
  until_ms INTEGER NOT NULL,
  nonce    BLOB    NOT NULL,
  PRIMARY KEY (until_ms, nonce)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
