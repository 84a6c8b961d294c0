/*
 * What a repeated send is answered with. The rows are only added at one end of
 * their table and removed at the other, so that a turn's writes lie side by
 * side; a session's own ones form a chain, back from session.sent. What has
 * been read of a chain is remembered: a send that is no repetition reads
 * nothing.
 */
#ifndef STORE_NONCES_H
#define STORE_NONCES_H

#include "store/sessions.h"

struct sent {
	int64_t message, at;
};

/*
 * The answer of the first time. `who` as it was read in this transaction. Known
 * are at least the last 500 nonces of a session, for nonce_ms each.
 */
enum found store_nonce_find(struct store *st, const struct session *who,
    const char *nonce, struct sent *out);
enum found store_nonce_add(struct store *st, const struct session *who,
    const char *nonce, int64_t now_ms, const struct sent *sent);
/* A few that are too old; STORE_FOUND if there may be more. */
enum found store_nonce_purge(struct store *st, int64_t now_ms);

#endif
