-- What only SQLite has: how a connection is set up, and its housekeeping.

-- name: sqlite_setup
-- Every connection, the command line included. Checkpoints are made only under
-- Parley's write lock: two passive ones at once can lose rows (SQLite up to
-- 3.51.2). What is deleted is overwritten, also where a whole page is set free.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 0;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -16384;
PRAGMA trusted_schema = OFF;

-- name: sqlite_version
PRAGMA user_version;

-- name: sqlite_check
-- Reads every page; says 'ok', or the first thing that is wrong.
PRAGMA quick_check(1);

-- name: sqlite_check_all
-- And its indexes; the ten first things that are wrong, or 'ok'.
PRAGMA integrity_check(10);

-- name: sqlite_check_references
-- A row for each that names a row that is not there.
PRAGMA foreign_key_check;

-- name: sqlite_data_version
-- Changes when another connection has committed.
PRAGMA data_version;

-- name: sqlite_checkpoint
-- The log is written from its start again, over what it held: quicker than
-- making the file grow anew.
PRAGMA wal_checkpoint(RESTART);

-- name: sqlite_truncate
-- And this leaves nothing of it.
PRAGMA wal_checkpoint(TRUNCATE);

-- name: sqlite_begin_read
BEGIN;

-- name: sqlite_begin_write
BEGIN IMMEDIATE;

-- name: sqlite_commit
COMMIT;

-- name: sqlite_rollback
ROLLBACK;

-- name: sqlite_savepoint
SAVEPOINT handler;

-- name: sqlite_release
RELEASE handler;

-- name: sqlite_rollback_to
ROLLBACK TO handler;

-- name: door_row
-- What is needed to let somebody in, and the number of the newest session.
SELECT secret, secret_ms, minute_ms, minute_first, minute_before,
       coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'session'), 0)
FROM host WHERE id = 1;

-- name: totals
-- How many rows there have ever been, by table: AUTOINCREMENT counts them, and
-- we the events.
SELECT name, seq FROM sqlite_sequence
UNION ALL
SELECT 'event', max(event, coalesce((SELECT max(id) FROM event), 0))
FROM host WHERE id = 1;
