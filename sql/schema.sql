-- Parley's database, version 3 (PRAGMA user_version).
--
-- Two clocks. Columns named `at` are milliseconds since 1970 UTC, for people to
-- read. Columns ending in `_ms` are milliseconds of the machine's steady clock
-- (CLOCK_BOOTTIME), for leases: it never jumps, and `host` tells which boot it
-- counts from. Ids are never used twice (AUTOINCREMENT, or host.event): a late
-- command can not hit a newer chat, and "events after N" never misses one.

-- The machine, one row.
CREATE TABLE host (
  id         INTEGER PRIMARY KEY CHECK (id = 1), -- always 1
  boot_id    TEXT    NOT NULL, -- the boot that the _ms columns count from
  checked_at INTEGER NOT NULL, -- when a health check last wrote here
  event      INTEGER NOT NULL DEFAULT 0, -- the highest event's id when an event
                                        -- was last removed
  secret     BLOB    NOT NULL DEFAULT x'', -- the keys are made of it; of this
                                        -- day and boot alone
  secret_ms  INTEGER NOT NULL DEFAULT 0, -- when it was made
  minute_ms  INTEGER NOT NULL DEFAULT 0, -- when this minute began, for counting
                                        -- new sessions
  minute_first INTEGER NOT NULL DEFAULT 0, -- the newest session's id then
  minute_before INTEGER NOT NULL DEFAULT 0 -- how many came the minute before
) STRICT;

-- A person in one browser tab.
CREATE TABLE session (
  id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never shown to the partner
  token_hash BLOB    NOT NULL UNIQUE,           -- BLAKE2b-256 of the token
  name       TEXT    NOT NULL,                  -- as typed, trimmed
  state      INTEGER NOT NULL DEFAULT 0         -- 0 idle, 1 waiting, 2 chatting
             CHECK (state BETWEEN 0 AND 2), -- IN would make a table each time
  chat       INTEGER, -- the chat it is in, while chatting
  partner    INTEGER, -- the session it chats with, while chatting
  away       INTEGER NOT NULL DEFAULT 0, -- 1: the partner was told "away"
  typing_ms  INTEGER NOT NULL DEFAULT 0, -- the partner was told "typing", which
                               -- is over then; 0: it was not
  asked      TEXT    NOT NULL DEFAULT '', -- the front server's id of its last
                                          -- `next`, which may be repeated
  acked      INTEGER NOT NULL DEFAULT 0, -- the highest cursor it has polled with
  born_ms    INTEGER NOT NULL, -- when it began
  seen_ms    INTEGER NOT NULL, -- its lease: it was, or a held poll says it
                               -- will be, here until then
  unload_ms  INTEGER NOT NULL DEFAULT 0, -- when its page was last closed: what
                               -- was noticed of it before counts no more
  lang       TEXT    NOT NULL DEFAULT '', -- the language it would like, as a
                               -- BCP 47 primary subtag; '': any
  tags       INTEGER NOT NULL DEFAULT 0,  -- how many rows of `tag` it has
  receipts   INTEGER NOT NULL DEFAULT 1, -- 0: it tells and is told no "seen"
  shown      INTEGER NOT NULL DEFAULT 0, -- the last message of a partner that
                                         -- it has told "seen" of
  address    INTEGER,                    -- from where it came; NULL: not asked
  CHECK ((state = 2) = (chat IS NOT NULL)),
  CHECK ((chat IS NULL) = (partner IS NULL))
) STRICT;

-- Who waits for a partner.
CREATE TABLE waiting (
  ticket  INTEGER PRIMARY KEY, -- a random number: the pool is in random order.
                               -- Below 0: only a common tag will do as yet
  session INTEGER NOT NULL UNIQUE REFERENCES session ON DELETE CASCADE, -- who
  since_ms INTEGER NOT NULL,   -- when it began to wait
  widen_ms INTEGER             -- until then it waits for a common tag; NULL:
                               -- takes anybody
) STRICT;
CREATE INDEX waiting_widen ON waiting (widen_ms) WHERE widen_ms IS NOT NULL;

-- What a session likes to talk about.
CREATE TABLE tag (
  session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE, -- who
  place   INTEGER NOT NULL, -- 0, 1, 2 ... as they were given
  folded  TEXT    NOT NULL, -- NFKC, case folded: what is compared
  typed   TEXT    NOT NULL, -- as typed, trimmed
  ticket  INTEGER,          -- of its place in the pool; NULL: it does not wait
  PRIMARY KEY (session, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_waiting ON tag (folded, ticket) WHERE ticket IS NOT NULL;

-- A conversation of two sessions.
CREATE TABLE chat (
  id       INTEGER PRIMARY KEY AUTOINCREMENT, -- on every event and command
  a        INTEGER NOT NULL, -- the session that waited
  b        INTEGER NOT NULL, -- the session that came
  began_at INTEGER NOT NULL, -- when they met
  ended_ms INTEGER,          -- when it ended; NULL while it goes on
  next_by  INTEGER           -- who ended it with Next, and may take that back
) STRICT;
CREATE INDEX chat_ended ON chat (ended_ms) WHERE ended_ms IS NOT NULL;

-- Whom a session has met last, so as not to meet again while others wait.
CREATE TABLE met (
  session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE, -- who
  partner INTEGER NOT NULL, -- whom; may have gone since
  chat    INTEGER NOT NULL, -- in which chat: the order of meeting
  PRIMARY KEY (session, partner)
) STRICT, WITHOUT ROWID;

-- Who is never to meet again: a row for each direction.
CREATE TABLE blocked (
  session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE, -- who
  partner INTEGER NOT NULL, -- whom; may have gone since
  PRIMARY KEY (session, partner)
) STRICT, WITHOUT ROWID;

-- What a session's events and messages have come to. Apart from the session,
-- since every message changes it: there are many to a page.
CREATE TABLE queue (
  session INTEGER PRIMARY KEY, -- whose
  seq     INTEGER NOT NULL, -- its last event's number
  last    INTEGER NOT NULL, -- that event; those before it follow by event.prev
  sent    INTEGER NOT NULL  -- its last message; 0: none
) STRICT;

-- What a session is to be told: one queue per session, without gaps. Rows are
-- added at one end, so that a turn's events stand together in few pages; a
-- session's own ones are a chain, from queue.last back.
CREATE TABLE event (
  id      INTEGER PRIMARY KEY, -- in commit order; a message's id
  session INTEGER NOT NULL, -- for whom
  prev    INTEGER NOT NULL, -- the event before it; 0, or one that is gone: none
  seq     INTEGER NOT NULL, -- 1, 2, 3 ... within the session
  chat    INTEGER NOT NULL, -- the chat it belongs to
  type    TEXT    NOT NULL, -- message, matched, typing, presence, left, ...
  at      INTEGER NOT NULL, -- when it happened
  body    TEXT    NOT NULL  -- its further members, a JSON object
) STRICT;

-- Who sent a message, and what a repeated send is answered with. Rows are added
-- at one end and removed at the other; a session's own ones are a chain, from
-- queue.sent back.
CREATE TABLE sent (
  message INTEGER PRIMARY KEY, -- the message: its event's id
  session INTEGER NOT NULL,    -- the sender
  prev    INTEGER NOT NULL,    -- its message before this one; 0: none
  nonce   TEXT    NOT NULL,    -- as the client chose it; empty: none
  at      INTEGER NOT NULL,    -- the answer of the first time
  sent_ms INTEGER NOT NULL,    -- when it came
  chat    INTEGER NOT NULL DEFAULT 0, -- the chat it belongs to
  retracted INTEGER NOT NULL DEFAULT 0 -- 1: its sender took it back
) STRICT;

-- A picture that was sent in a chat: what is told about it. Its address is not
-- hashed, as a token is: whoever reads it here can read the picture as well, and
-- a repeated send is answered with it.
CREATE TABLE image (
  message INTEGER PRIMARY KEY, -- the message: its event's id
  session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE, -- the sender
  address TEXT    NOT NULL UNIQUE, -- 256 random bits: who has them may look
  type    TEXT    NOT NULL CHECK (type IN ('jpeg', 'png', 'gif', 'webp')),
  width   INTEGER NOT NULL, -- in pixels, as it is shown
  height  INTEGER NOT NULL, -- in pixels, as it is shown
  len     INTEGER NOT NULL  -- in bytes
) STRICT;
CREATE INDEX image_session ON image (session);

-- And the picture itself, until its chat has been over for a while.
CREATE TABLE image_bytes (
  message INTEGER PRIMARY KEY, -- its row in `image`, if its sender is there
  chat    INTEGER NOT NULL,    -- in which chat
  len     INTEGER NOT NULL,    -- in bytes
  bytes   BLOB    NOT NULL     -- as it is served: without metadata
) STRICT;
CREATE INDEX image_bytes_chat ON image_bytes (chat, len);

-- A session's page without JavaScript (/plain/KEY/), if it has one.
CREATE TABLE page (
  session  INTEGER PRIMARY KEY REFERENCES session ON DELETE CASCADE, -- whose
  key_hash BLOB    NOT NULL UNIQUE, -- BLAKE2b-256 of the key in its address
  form_hash BLOB   UNIQUE,          -- of the form that began it; NULL: carried
  lang     TEXT    NOT NULL,        -- the language it is written in
  step     INTEGER NOT NULL DEFAULT 0 -- the value of its next form
) STRICT;

-- From where sessions came lately. Never the address: a hash, for which one needs
-- a key that is changed every day.
CREATE TABLE address (
  id       INTEGER PRIMARY KEY,
  hash     BLOB    NOT NULL UNIQUE, -- BLAKE2b-128 with a key from host.secret
  sessions INTEGER NOT NULL, -- how many of them there are
  full_ms  INTEGER NOT NULL  -- when it has its whole allowance of new ones again
) STRICT;
CREATE INDEX address_idle ON address (full_ms) WHERE sessions = 0;

-- Tickets that were used (chat/ticket.h), until they expire.
CREATE TABLE spent (
  until_ms INTEGER NOT NULL,
  nonce    BLOB    NOT NULL,
  PRIMARY KEY (until_ms, nonce)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
