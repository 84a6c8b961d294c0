#include "store/cache.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 4096 }; /* some 2 MB; then it begins anew */

struct entry {
	struct map_node id, token, partner;
	unsigned char hash[TOKEN_HASH_LEN];
	struct session session;
};

static struct entry *
of(struct map_node *n, size_t member)
{
	return n == NULL ? NULL : (struct entry *)((char *)n - member);
}

static struct entry *
find(const struct cache *c, int64_t id)
{
	return of(map_find(&c->by_id, id), offsetof(struct entry, id));
}

/*
 * A hash is random: eight bytes of it will do to find, all to be sure. How long
 * a look-up takes, here or in the database's index, tells of hashes alone, and
 * nobody can choose a token's.
 */
static int64_t
token_key(const unsigned char hash[TOKEN_HASH_LEN])
{
	int64_t key;

	memcpy(&key, hash, sizeof(key));
	return (int64_t)((uint64_t)key >> 2) + 1;
}

static void
drop(struct cache *c, struct entry *e)
{
	map_drop(&c->by_id, &e->id);
	map_drop(&c->by_token, &e->token);
	if (e->session.partner != 0)
		map_drop(&c->by_partner, &e->partner);
	free(e);
}

static void
drop_node(struct map_node *n, void *cache)
{
	drop(cache, of(n, offsetof(struct entry, id)));
}

void
cache_clear(struct cache *c)
{
	map_each(&c->by_id, drop_node, c);
}

void
cache_free(struct cache *c)
{
	cache_clear(c);
	map_free(&c->by_id);
	map_free(&c->by_token);
	map_free(&c->by_partner);
}

const struct session *
cache_by_id(const struct cache *c, int64_t id)
{
	const struct entry *e = find(c, id);

	return e == NULL ? NULL : &e->session;
}

const struct session *
cache_by_token(const struct cache *c, const unsigned char hash[TOKEN_HASH_LEN])
{
	const struct entry *e = of(map_find(&c->by_token, token_key(hash)),
	    offsetof(struct entry, token));

	if (e == NULL || !token_same(e->hash, hash))
		return NULL;
	return &e->session;
}

/* In all three maps, or in none. */
static bool
add(struct cache *c, struct entry *e)
{
	if (map_add(&c->by_id, &e->id, e->session.id) != 0)
		return false;
	if (map_add(&c->by_token, &e->token, token_key(e->hash)) != 0) {
		map_drop(&c->by_id, &e->id);
		return false;
	}
	if (e->session.partner == 0 ||
	    map_add(&c->by_partner, &e->partner, e->session.partner) == 0)
		return true;
	map_drop(&c->by_id, &e->id);
	map_drop(&c->by_token, &e->token);
	return false;
}

void
cache_put(struct cache *c, const unsigned char hash[TOKEN_HASH_LEN],
    const struct session *s)
{
	struct entry *e = find(c, s->id);

	if (e != NULL)
		drop(c, e);
	if (c->by_id.n >= ENTRIES_MAX)
		cache_clear(c);
	if (map_find(&c->by_token, token_key(hash)) != NULL ||
	    map_find(&c->by_partner, s->partner) != NULL)
		return;
	e = calloc(1, sizeof(*e));
	if (e == NULL)
		return;
	memcpy(e->hash, hash, TOKEN_HASH_LEN);
	e->session = *s;
	if (!add(c, e))
		free(e);
}

static struct entry *
find_partner(const struct cache *c, int64_t id)
{
	return of(map_find(&c->by_partner, id),
	    offsetof(struct entry, partner));
}

void
cache_drop(struct cache *c, int64_t id)
{
	struct entry *e = find(c, id), *partner = find_partner(c, id);

	if (e != NULL)
		drop(c, e);
	if (partner != NULL && partner != e)
		drop(c, partner);
}
