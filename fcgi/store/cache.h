/*
 * Sessions as they were read last, so that a busy one is not read three times
 * for each message. It holds only what the database holds as well: the store's
 * own writes change or drop an entry, and somebody else's commit, a rollback or
 * a lack of memory drops them all.
 */
#ifndef STORE_CACHE_H
#define STORE_CACHE_H

#include "base/map.h"
#include "base/token.h"
#include "store/sessions.h"

struct cache {
	struct map by_id, by_token, by_partner;
};

void cache_free(struct cache *c);
void cache_clear(struct cache *c);

/* The session, or NULL; until the next call that changes the cache. */
const struct session *cache_by_id(const struct cache *c, int64_t id);
const struct session *cache_by_token(const struct cache *c,
    const unsigned char hash[TOKEN_HASH_LEN]);

void cache_put(struct cache *c, const unsigned char hash[TOKEN_HASH_LEN],
    const struct session *s);

/* A session's row has changed: it and whoever chats with it are forgotten. */
void cache_drop(struct cache *c, int64_t id);

#endif
