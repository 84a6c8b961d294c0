-- A million events that nobody has acknowledged: a thousand idle sessions with
-- a thousand each. @NOW_MS@ is the steady clock: fresh leases, so nobody expires.
PRAGMA wal_autocheckpoint = 0;
PRAGMA cache_size = -65536;
BEGIN IMMEDIATE;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO session (token_hash, name, born_ms, seen_ms)
SELECT randomblob(32), 'Absent ' || i, @NOW_MS@, @NOW_MS@ FROM n;
-- They are told one after the other, a thousand times: `prev` is a round ago.
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @EACH@)
INSERT INTO event (id, session, prev, seq, chat, type, at, body)
SELECT base + (n.i - 1) * 1000 + s.place, s.id,
       iif(n.i = 1, 0, base + (n.i - 2) * 1000 + s.place),
       n.i, 1, 'message', 1753900000000,
       '{"text":"' || substr('mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm', 1, 64) || '"}'
FROM n,
     (SELECT id, row_number() OVER (ORDER BY id) AS place
      FROM session WHERE name LIKE 'Absent %') s,
     (SELECT coalesce(max(id), 0) AS base FROM event)
ORDER BY n.i, s.place;
INSERT INTO queue (session, seq, last, sent)
SELECT session, max(seq), max(id), 0 FROM event GROUP BY session
HAVING session IN (SELECT id FROM session WHERE name LIKE 'Absent %');
COMMIT;
