-- A million events that nobody has acknowledged: a thousand idle sessions with
-- a thousand each. @NOW_MS@ is the steady clock: fresh leases, so nobody expires.
PRAGMA wal_autocheckpoint = 0;
PRAGMA cache_size = -65536;
BEGIN IMMEDIATE;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO session (token_hash, name, seq, born_ms, seen_ms)
SELECT randomblob(32), 'Absent ' || i, @EACH@, @NOW_MS@, @NOW_MS@ FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @EACH@)
INSERT INTO event (session, seq, chat, type, at, body)
SELECT s.id, n.i, 1, 'message', 1753900000000,
       '{"text":"' || substr('mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm', 1, 64) || '"}'
FROM n, (SELECT id FROM session WHERE name LIKE 'Absent %') s;
COMMIT;
