-- Ann (1) and Bea (2) chat, Cem (3) waits; Ann has sent Bea two messages.
INSERT INTO session (token_hash, name, state, chat, partner, acked, born_ms, seen_ms)
VALUES (x'01', 'Ann', 2, 1, 2, 1, 1000000000, 1000000000),
       (x'02', 'Bea', 2, 1, 1, 0, 1000000000, 1000000000),
       (x'03', 'Cem', 1, NULL, NULL, 0, 1000000000, 1000000000);
INSERT INTO waiting VALUES (7, 3, 1000000000, NULL);
INSERT INTO chat (a, b, began_at) VALUES (1, 2, 1700000000000);
INSERT INTO met VALUES (1, 2, 1), (2, 1, 1);
INSERT INTO queue VALUES (1, 0, 0, 4), (2, 2, 4, 0), (3, 0, 0, 0);
INSERT INTO event (id, session, prev, seq, chat, type, at, body)
VALUES (3, 2, 0, 1, 1, 'message', 1700000000000, '{"text":"one"}'),
       (4, 2, 3, 2, 1, 'message', 1700000000001, '{"text":"two"}');
INSERT INTO sent (message, session, prev, nonce, at, sent_ms, chat)
VALUES (3, 1, 0, 'a', 1700000000000, 1000000000, 1),
       (4, 1, 3, 'b', 1700000000000, 1000000000, 1);
INSERT INTO host (id, boot_id, checked_at, event) VALUES (1, 'another boot', 0, 4);
