-- Parley's database, version 1 (PRAGMA user_version).
--
-- Two clocks. Columns named `at` are milliseconds since 1970 UTC, for people to
-- read. Columns ending in `_ms` are milliseconds of the machine's steady clock
-- (CLOCK_BOOTTIME), for leases: it never jumps, and `host` tells which boot it
-- counts from. Ids are never used twice (AUTOINCREMENT): a late command can
-- not hit a newer chat, and "events after N" never misses one.

-- The machine, one row.
CREATE TABLE host (
  id         INTEGER PRIMARY KEY CHECK (id = 1), -- always 1
  boot_id    TEXT    NOT NULL, -- the boot that the _ms columns count from
  checked_at INTEGER NOT NULL  -- when a health check last wrote here
) STRICT;

-- A person in one browser tab.
CREATE TABLE session (
  id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never shown to the partner
  token_hash BLOB    NOT NULL UNIQUE,           -- BLAKE2b-256 of the token
  name       TEXT    NOT NULL,                  -- as typed, trimmed
  state      INTEGER NOT NULL DEFAULT 0         -- 0 idle, 1 waiting, 2 chatting
             CHECK (state IN (0, 1, 2)),
  chat       INTEGER, -- the chat it is in, while chatting
  partner    INTEGER, -- the session it chats with, while chatting
  away       INTEGER NOT NULL DEFAULT 0, -- 1: the partner was told "away"
  typing     INTEGER NOT NULL DEFAULT 0, -- 1: the partner was told "typing"
  seq        INTEGER NOT NULL DEFAULT 0, -- the last event's number
  acked      INTEGER NOT NULL DEFAULT 0, -- the highest cursor it has polled with
  born_ms    INTEGER NOT NULL, -- when it began
  seen_ms    INTEGER NOT NULL, -- its lease: it was, or a held poll says it
                               -- will be, here until then
  unload_ms  INTEGER NOT NULL DEFAULT 0, -- when its page was last closed: what
                               -- was noticed of it before counts no more
  CHECK ((state = 2) = (chat IS NOT NULL)),
  CHECK ((chat IS NULL) = (partner IS NULL))
) STRICT;

-- Who waits for a partner.
CREATE TABLE waiting (
  ticket  INTEGER PRIMARY KEY, -- a random number: the pool is in random order
  session INTEGER NOT NULL UNIQUE REFERENCES session ON DELETE CASCADE, -- who
  since_ms INTEGER NOT NULL    -- when it began to wait
) STRICT;

-- A conversation of two sessions.
CREATE TABLE chat (
  id       INTEGER PRIMARY KEY AUTOINCREMENT, -- on every event and command
  a        INTEGER NOT NULL, -- the session that waited
  b        INTEGER NOT NULL, -- the session that came
  began_at INTEGER NOT NULL, -- when they met
  ended_ms INTEGER           -- when it ended; NULL while it goes on
) STRICT;
CREATE INDEX chat_ended ON chat (ended_ms) WHERE ended_ms IS NOT NULL;

-- Whom a session has met last, so as not to meet again while others wait.
CREATE TABLE met (
  session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE, -- who
  partner INTEGER NOT NULL, -- whom; may have gone since
  chat    INTEGER NOT NULL, -- in which chat: the order of meeting
  PRIMARY KEY (session, partner)
) STRICT, WITHOUT ROWID;

-- What a session is to be told: one queue per session, without gaps.
CREATE TABLE event (
  id      INTEGER PRIMARY KEY AUTOINCREMENT, -- in commit order; a message's id
  session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE, -- for whom
  seq     INTEGER NOT NULL, -- 1, 2, 3 ... within the session
  chat    INTEGER NOT NULL, -- the chat it belongs to
  type    TEXT    NOT NULL, -- message, matched, typing, presence, left, ...
  at      INTEGER NOT NULL, -- when it happened
  body    TEXT    NOT NULL  -- its further members, a JSON object
) STRICT;
CREATE UNIQUE INDEX event_queue ON event (session, seq);

-- What a session's repeated sends are answered with. The key begins with a
-- span of time, so that old ones are one end of the tree.
CREATE TABLE nonce (
  epoch   INTEGER NOT NULL, -- the span of time in which it came
  session INTEGER NOT NULL, -- the sender
  nonce   TEXT    NOT NULL, -- as the client chose it
  message INTEGER NOT NULL, -- the message's id: the answer of the first time
  at      INTEGER NOT NULL, -- and its time
  PRIMARY KEY (epoch, session, nonce)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 1;
