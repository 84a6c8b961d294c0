-- Ann (1) and Bea (2) chat, Cem (3) waits; Ann has sent Bea three messages, of
-- which Bea has acknowledged the first.
INSERT INTO session (token_hash, name, state, chat, partner, seq, sent, acked, born_ms, seen_ms)
VALUES (x'01', 'Ann', 2, 1, 2, 1, 4, 1, 1000000000, 1000000000),
       (x'02', 'Bea', 2, 1, 1, 4, 0, 2, 1000000000, 1000000000),
       (x'03', 'Cem', 1, NULL, NULL, 0, 0, 0, 1000000000, 1000000000);
INSERT INTO waiting VALUES (7, 3, 1000000000);
INSERT INTO chat (a, b, began_at) VALUES (1, 2, 1700000000000);
INSERT INTO met VALUES (1, 2, 1), (2, 1, 1);
INSERT INTO event (id, session, seq, chat, type, at, body)
VALUES (4, 2, 3, 1, 'message', 1700000000000, '{"text":"one"}'),
       (5, 2, 4, 1, 'message', 1700000000001, '{"text":"two"}');
INSERT INTO sent (message, session, prev, nonce, at, sent_ms)
VALUES (3, 1, 0, 'a', 1700000000000, 1000000000),
       (4, 1, 3, 'b', 1700000000000, 1000000000);
INSERT INTO host VALUES (1, 'another boot', 0);
