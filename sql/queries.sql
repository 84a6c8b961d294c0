-- Every statement that Parley runs. `-- name: event_add` becomes SQL_EVENT_ADD
-- at build time. Parameters are $1, $2 ... as PostgreSQL has them.
-- On the hot path no RETURNING and no IN: SQLite makes a temporary table for
-- each (20 and 10 microseconds).

-- name: host_boot
-- The boot that the leases count from; no row in a new database.
SELECT boot_id FROM host WHERE id = 1;

-- name: host_boot_set
-- Notes the boot. Times of an earlier one say nothing: keys begin anew.
INSERT INTO host (id, boot_id, checked_at) VALUES (1, $1, 0)
ON CONFLICT (id) DO UPDATE
SET boot_id = excluded.boot_id, secret = x'', minute_ms = 0;

-- name: address_reboot
UPDATE address SET full_ms = 0;

-- name: spent_reboot
DELETE FROM spent;

-- name: door_secret
UPDATE host SET secret = $1, secret_ms = $2 WHERE id = 1;

-- name: door_minute
UPDATE host SET minute_ms = $1, minute_first = $2, minute_before = $3
WHERE id = 1;

-- name: door_crowd
-- How many sessions there are, and how many of them wait.
SELECT (SELECT count(*) FROM session), (SELECT count(*) FROM waiting);

-- name: address_row
SELECT id, sessions, full_ms FROM address WHERE hash = $1;

-- name: address_add
INSERT INTO address (hash, sessions, full_ms) VALUES ($1, 1, $2);

-- name: address_came
UPDATE address SET sessions = sessions + 1, full_ms = $2 WHERE id = $1;

-- name: address_went
-- A session is about to be removed.
UPDATE address SET sessions = sessions - 1
WHERE id = (SELECT address FROM session WHERE id = $1);

-- name: address_purge
-- Those of whom there is nothing to be known any more, at most $2.
DELETE FROM address WHERE id IN (
  SELECT id FROM address WHERE sessions = 0 AND full_ms < $1 LIMIT $2);

-- name: spend
-- Nothing, if it was spent before.
INSERT INTO spent (until_ms, nonce) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: spent_purge
DELETE FROM spent WHERE until_ms < $1;

-- name: host_check
-- The health check's write.
UPDATE host SET checked_at = $1 WHERE id = 1 RETURNING checked_at;

-- name: lease_newest
-- The last moment at which anybody is known to have been served.
SELECT coalesce(max(seen_ms), 0) FROM session;

-- name: lease_shift
-- Moves all leases: a time in which nobody could poll is not held against them.
-- Who typed types no more.
UPDATE session SET seen_ms = seen_ms + $1, born_ms = born_ms + $1,
       unload_ms = unload_ms + $1, typing_ms = min(typing_ms, 1);

-- name: waiting_shift
UPDATE waiting SET since_ms = since_ms + $1, widen_ms = widen_ms + $1;

-- name: chat_shift
UPDATE chat SET ended_ms = ended_ms + $1 WHERE ended_ms IS NOT NULL;

-- name: sent_shift
UPDATE sent SET sent_ms = sent_ms + $1;

-- name: session_add
INSERT INTO session (token_hash, name, born_ms, seen_ms)
VALUES ($1, $2, $3, $3);

-- name: session_from
UPDATE session SET address = $2 WHERE id = $1;

-- name: session_wish
-- What it would like its partners to have.
UPDATE session SET lang = $2, tags = $3 WHERE id = $1;

-- name: session_by_token
-- Who asks, and what a handler wants to know of the partner.
SELECT s.id, s.state, coalesce(s.chat, 0), coalesce(s.partner, 0), s.away,
       s.typing_ms, s.acked, s.born_ms, s.seen_ms, s.unload_ms,
       s.name, p.name, coalesce(p.away, 0), coalesce(p.acked, 0),
       s.lang, s.tags
FROM session s LEFT JOIN session p ON p.id = s.partner
WHERE s.token_hash = $1;

-- name: session_by_id
-- The same for a parked call, whose session is known.
SELECT s.id, s.state, coalesce(s.chat, 0), coalesce(s.partner, 0), s.away,
       s.typing_ms, s.acked, s.born_ms, s.seen_ms, s.unload_ms,
       s.name, p.name, coalesce(p.away, 0), coalesce(p.acked, 0),
       s.lang, s.tags
FROM session s LEFT JOIN session p ON p.id = s.partner
WHERE s.id = $1;

-- name: session_drop
-- Takes its place in the pool and its memory of others along.
DELETE FROM session WHERE id = $1;

-- name: session_state
-- Into a chat, or out of one: nobody is away or typing at first.
UPDATE session SET state = $2, chat = nullif($3, 0), partner = nullif($4, 0),
       away = 0, typing_ms = 0
WHERE id = $1;

-- name: session_away
UPDATE session SET away = $2 WHERE id = $1;

-- name: session_asks
-- Notes a request by the front server's id, and that its sender is here; a
-- request that was noted already changes nothing. Without an id it is new.
UPDATE session SET asked = $2, seen_ms = max(seen_ms, $3)
WHERE id = $1 AND (asked <> $2 OR $2 = '');

-- name: session_typing
UPDATE session SET typing_ms = $2 WHERE id = $1;

-- name: receipts_set
UPDATE session SET receipts = $2 WHERE id = $1;

-- name: receipts_of
-- Are there any between two, and up to which message is the first one's partner
-- told already?
SELECT a.receipts * b.receipts, a.shown FROM session a, session b
WHERE a.id = $1 AND b.id = $2;

-- name: receipts_shown
UPDATE session SET shown = $2 WHERE id = $1;

-- name: session_seen
-- A lease is only made longer ...
UPDATE session SET seen_ms = max(seen_ms, $2), acked = max(acked, $3)
WHERE id = $1;

-- name: session_hold
-- ... or made anew by a held poll, so that whoever gave the one before cannot
-- take this one back ...
UPDATE session SET seen_ms = $2, acked = max(acked, $3)
WHERE id = $1;

-- name: session_unseen
-- ... or taken back by whoever made it ($2 is the lease it gave).
UPDATE session SET seen_ms = $3, acked = max(acked, $4)
WHERE id = $1 AND seen_ms = $2;

-- name: session_unload
-- Its page says that it is being closed: its lease is what the caller says.
UPDATE session SET seen_ms = $2, unload_ms = $3 WHERE id = $1;

-- name: queue_row
SELECT seq, last, sent FROM queue WHERE session = $1;

-- name: queue_set
INSERT INTO queue (session, seq, last, sent) VALUES ($1, $2, $3, $4)
ON CONFLICT (session) DO UPDATE
SET seq = excluded.seq, last = excluded.last, sent = excluded.sent;

-- name: queue_drop
DELETE FROM queue WHERE session = $1;

-- name: session_due
-- Whose time has come, by the presence rules: away, gone, expired, or no more
-- typing.
SELECT id FROM session
WHERE (state = 2 AND away = 0 AND seen_ms < $1)
   OR (state <> 0 AND seen_ms < $2)
   OR seen_ms < $3 OR born_ms < $4
   OR (typing_ms > 0 AND typing_ms < $5)
LIMIT $6;

-- name: session_census
-- How many are here ($6: seen since), and how many of them wait or chat; and
-- for how many the time of session_due has come.
SELECT count(*) FILTER (WHERE seen_ms >= $6),
       count(*) FILTER (WHERE seen_ms >= $6 AND state = 1),
       count(*) FILTER (WHERE seen_ms >= $6 AND state = 2),
       count(*) FILTER (WHERE (state = 2 AND away = 0 AND seen_ms < $1)
                           OR (state <> 0 AND seen_ms < $2)
                           OR seen_ms < $3 OR born_ms < $4
                           OR (typing_ms > 0 AND typing_ms < $5)),
       count(*)
FROM session;

-- name: session_retoken
-- Another token; the one before is worth nothing from now on.
UPDATE session SET token_hash = $2 WHERE id = $1;

-- name: page_set
-- A session has one page: an older address of it ends.
INSERT INTO page (session, key_hash, form_hash, lang) VALUES ($1, $2, $3, $4)
ON CONFLICT (session) DO UPDATE
SET key_hash = excluded.key_hash, form_hash = excluded.form_hash,
    lang = excluded.lang, step = step + 1;

-- name: page_by_key
SELECT session, step, lang FROM page WHERE key_hash = $1;

-- name: page_by_form
SELECT session, step, lang FROM page WHERE form_hash = $1;

-- name: page_by_session
SELECT session, step, lang FROM page WHERE session = $1;

-- name: page_step
-- The form with this value was used; no row: it was used before.
UPDATE page SET step = step + 1 WHERE session = $1 AND step = $2;

-- name: waiting_add
-- Somebody who waits already keeps the place. $4: until when for its wish.
INSERT INTO waiting (ticket, session, since_ms, widen_ms)
VALUES ($1, $2, $3, nullif($4, 0))
ON CONFLICT (session) DO NOTHING;

-- name: waiting_drop
DELETE FROM waiting WHERE session = $1;

-- name: waiting_until
-- Until when somebody waits for a wish; 0: takes anybody.
SELECT coalesce(widen_ms, 0) FROM waiting WHERE session = $1;

-- name: waiting_open
-- Somebody waits for a wish no longer.
UPDATE waiting SET ticket = abs(ticket), widen_ms = NULL
WHERE session = $1 AND widen_ms IS NOT NULL;

-- name: waiting_due
-- Is anybody's time for that over? This costs much less than ...
SELECT session FROM waiting WHERE widen_ms <= $1 LIMIT 1;

-- name: waiting_widen
-- ... this, from which on they take anybody.
UPDATE waiting SET ticket = abs(ticket), widen_ms = NULL WHERE widen_ms <= $1;

-- name: waiting_next
-- When the next one's time will be over.
SELECT min(widen_ms) FROM waiting WHERE widen_ms IS NOT NULL;

-- name: waiting_pick
-- Of those whom no tag keeps from the seeker ($2), and whose lease is fresh,
-- the first from a random ticket ($1) on; rather somebody of the seeker's
-- language ($4), and only if there is nobody else somebody it has met lately.
WITH fit AS NOT MATERIALIZED (
  SELECT w.ticket, w.session, s.lang,
         EXISTS (SELECT 1 FROM met m
                 WHERE m.session = $2 AND m.partner = w.session)
         OR EXISTS (SELECT 1 FROM met m
                    WHERE m.session = w.session AND m.partner = $2) AS again
  FROM waiting w JOIN session s ON s.id = w.session
  WHERE w.ticket > 0 AND w.session <> $2 AND s.seen_ms >= $3
    AND NOT EXISTS (SELECT 1 FROM blocked b
                    WHERE b.session = $2 AND b.partner = w.session))
SELECT * FROM (SELECT session, 0 FROM fit
  WHERE $4 <> '' AND lang = $4 AND NOT again AND ticket >= $1
  ORDER BY ticket LIMIT 1)
UNION ALL SELECT * FROM (SELECT session, 0 FROM fit
  WHERE $4 <> '' AND lang = $4 AND NOT again AND ticket < $1
  ORDER BY ticket LIMIT 1)
UNION ALL SELECT * FROM (SELECT session, 0 FROM fit
  WHERE NOT again AND ticket >= $1 ORDER BY ticket LIMIT 1)
UNION ALL SELECT * FROM (SELECT session, 0 FROM fit
  WHERE NOT again AND ticket < $1 ORDER BY ticket LIMIT 1)
UNION ALL SELECT * FROM (SELECT session, 1 FROM fit
  WHERE again ORDER BY ticket LIMIT 1);

-- name: waiting_other
-- Does anybody wait with a fresh lease whom $1 has not met lately?
SELECT w.session FROM waiting w JOIN session s ON s.id = w.session
WHERE w.session <> $1 AND s.seen_ms >= $2
  AND NOT EXISTS (SELECT 1 FROM met m
                  WHERE m.session = $1 AND m.partner = w.session)
  AND NOT EXISTS (SELECT 1 FROM met m
                  WHERE m.session = w.session AND m.partner = $1)
  AND NOT EXISTS (SELECT 1 FROM blocked b
                  WHERE b.session = $1 AND b.partner = w.session)
LIMIT 1;

-- name: waiting_fresh
-- Those with a fresh lease whom no tag keeps from anybody.
SELECT w.session FROM waiting w JOIN session s ON s.id = w.session
WHERE w.ticket > 0 AND s.seen_ms >= $1 ORDER BY w.ticket LIMIT $2;

-- name: tag_add
INSERT INTO tag (session, place, folded, typed) VALUES ($1, $2, $3, $4);

-- name: tag_ticket
-- A session's tags wait with it, or (0) no longer.
UPDATE tag SET ticket = nullif($2, 0) WHERE session = $1;

-- name: waiting_pick_common
-- As waiting_pick, of those who wait with a tag of the seeker's.
WITH fit AS NOT MATERIALIZED (
  SELECT t.ticket, t.session, s.lang,
         EXISTS (SELECT 1 FROM met m
                 WHERE m.session = $2 AND m.partner = t.session)
         OR EXISTS (SELECT 1 FROM met m
                    WHERE m.session = t.session AND m.partner = $2) AS again
  FROM tag mine JOIN tag t ON t.folded = mine.folded
                JOIN session s ON s.id = t.session
  WHERE mine.session = $2 AND t.ticket IS NOT NULL AND t.session <> $2
    AND s.seen_ms >= $3
    AND NOT EXISTS (SELECT 1 FROM blocked b
                    WHERE b.session = $2 AND b.partner = t.session))
SELECT * FROM (SELECT session, 0 FROM fit
  WHERE $4 <> '' AND lang = $4 AND NOT again AND ticket >= $1 LIMIT 1)
UNION ALL SELECT * FROM (SELECT session, 0 FROM fit
  WHERE $4 <> '' AND lang = $4 AND NOT again AND ticket < $1 LIMIT 1)
UNION ALL SELECT * FROM (SELECT session, 0 FROM fit
  WHERE NOT again AND ticket >= $1 LIMIT 1)
UNION ALL SELECT * FROM (SELECT session, 0 FROM fit
  WHERE NOT again AND ticket < $1 LIMIT 1)
UNION ALL SELECT * FROM (SELECT session, 1 FROM fit WHERE again LIMIT 1);

-- name: tag_common
-- The tags that $1 shares with $2, as $1 has typed them.
SELECT mine.typed FROM tag mine
WHERE mine.session = $1 AND EXISTS (SELECT 1 FROM tag t
  WHERE t.session = $2 AND t.folded = mine.folded)
ORDER BY mine.place;

-- name: chat_add
INSERT INTO chat (a, b, began_at) VALUES ($1, $2, $3);

-- name: chat_end
UPDATE chat SET ended_ms = $2, next_by = nullif($3, 0)
WHERE id = $1 AND ended_ms IS NULL;

-- name: chat_partner
-- With whom $1 was in chat $2, if that was lately.
SELECT partner FROM met WHERE session = $1 AND chat = $2
UNION ALL SELECT b FROM chat WHERE id = $2 AND a = $1
UNION ALL SELECT a FROM chat WHERE id = $2 AND b = $1;

-- name: chat_left
-- Whom $1 has left last, if that was with Next, and since $2.
SELECT m.partner FROM met m JOIN chat c ON c.id = m.chat
WHERE m.session = $1 AND c.next_by = $1 AND c.ended_ms >= $2
ORDER BY m.chat DESC LIMIT 1;

-- name: chat_purge
-- Chats that ended before $1, a few at a time.
DELETE FROM chat WHERE id IN (SELECT id FROM chat WHERE ended_ms < $1 LIMIT $2);

-- name: met_add
INSERT INTO met (session, partner, chat) VALUES ($1, $2, $3)
ON CONFLICT (session, partner) DO UPDATE SET chat = excluded.chat;

-- name: met_many
-- Does it remember more than $2?
SELECT partner FROM met WHERE session = $1 LIMIT 1 OFFSET $2;

-- name: met_purge
-- Only the last $2 are remembered.
DELETE FROM met WHERE session = $1 AND chat <= (
  SELECT chat FROM met WHERE session = $1 ORDER BY chat DESC LIMIT 1 OFFSET $2);

-- name: blocked_add
-- One direction; nothing if that session has ended.
INSERT INTO blocked (session, partner)
SELECT id, $2 FROM session WHERE id = $1
ON CONFLICT DO NOTHING;

-- name: blocked_find
SELECT partner FROM blocked WHERE session = $1 AND partner = $2;

-- name: event_add
INSERT INTO event (id, session, prev, seq, chat, type, at, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: event_row
-- A link of a session's chain.
SELECT prev, seq, chat, type, at, body FROM event WHERE id = $1;

-- name: event_drop
DELETE FROM event WHERE id = $1;

-- name: event_newest
-- The highest id that there has ever been.
SELECT max(event, coalesce((SELECT max(id) FROM event), 0))
FROM host WHERE id = 1;

-- name: event_removed
-- Notes it before an event is removed: it may be the newest one.
UPDATE host SET event = max(event, $1) WHERE id = 1;

-- name: event_news
-- Who has been told something since event $1.
SELECT id, session FROM event WHERE id > $1 ORDER BY id LIMIT $2;

-- name: sent_row
SELECT session, prev, at, nonce FROM sent WHERE message = $1;

-- name: sent_add
INSERT INTO sent (message, session, prev, nonce, at, sent_ms, chat)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: sent_purge
-- Those before $1, as far as the $2 lowest ids go.
DELETE FROM sent WHERE sent_ms < $1
  AND message < $2 + (SELECT min(message) FROM sent);

-- name: image_add
INSERT INTO image (message, session, address, type, width, height, len)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: image_bytes_add
INSERT INTO image_bytes (message, chat, len, bytes) VALUES ($1, $2, $3, $4);

-- name: image_row
SELECT session, address, type, width, height, len FROM image
WHERE message = $1;

-- name: image_read
-- The picture at an address.
SELECT i.type, b.bytes FROM image i JOIN image_bytes b ON b.message = i.message
WHERE i.address = $1;

-- name: image_of_chat
-- How many pictures a chat has, and how many bytes they are.
SELECT count(*), coalesce(sum(len), 0) FROM image_bytes WHERE chat = $1;

-- name: image_all
-- How many bytes all pictures are.
SELECT coalesce(sum(len), 0) FROM image_bytes;

-- name: image_ended
-- A picture whose chat ended before $1.
SELECT b.message FROM chat c JOIN image_bytes b ON b.chat = c.id
WHERE c.ended_ms < $1 LIMIT 1;

-- name: image_erase
DELETE FROM image_bytes WHERE message = $1;

-- name: message_row
SELECT session, chat, sent_ms, retracted FROM sent WHERE message = $1;

-- name: message_retract
UPDATE sent SET retracted = 1 WHERE message = $1;

-- name: message_erase
-- Its place in the queue remains.
UPDATE event SET type = 'retracted', body = $2 WHERE id = $1;
