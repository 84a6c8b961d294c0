/* What a repeated send is answered with. */
#ifndef STORE_NONCES_H
#define STORE_NONCES_H

#include "store/store.h"

struct sent {
	int64_t message, at;
};
enum found store_nonce_find(struct store *st, int64_t session,
    const char *nonce, int64_t now_ms, struct sent *out);
enum found store_nonce_add(struct store *st, int64_t session, const char *nonce,
    int64_t now_ms, const struct sent *sent);
/* A few that are too old; STORE_FOUND if there may be more. */
enum found store_nonce_purge(struct store *st, int64_t now_ms);

#endif
