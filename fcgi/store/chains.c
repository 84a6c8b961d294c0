#include "store/chains.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
	CAP_MIN = 16,
	CHAINS_MAX = 8192, /* then it begins anew: they are but a copy */
};

static struct chain *
of(struct map_node *n)
{
	return n == NULL
	    ? NULL
	    : (struct chain *)((char *)n - offsetof(struct chain, node));
}

static void
drop_node(struct map_node *n, void *chains)
{
	struct chains *cs = chains;
	struct chain *c = of(n);

	map_drop(&cs->by_session, n);
	free(c->young.places);
	free(c->old.places);
	free(c);
}

void
chains_clear(struct chains *cs)
{
	map_each(&cs->by_session, drop_node, cs);
}

void
chains_free(struct chains *cs)
{
	chains_clear(cs);
	map_free(&cs->by_session);
}

void
chains_drop(struct chains *cs, int64_t session)
{
	struct map_node *n = map_find(&cs->by_session, session);

	if (n != NULL)
		drop_node(n, cs);
}

struct chain *
chains_take(struct chains *cs, int64_t session)
{
	struct chain *c = of(map_find(&cs->by_session, session));

	if (c != NULL)
		return c;
	if (cs->by_session.n >= CHAINS_MAX)
		chains_clear(cs);
	c = calloc(1, sizeof(*c));
	if (c == NULL || map_add(&cs->by_session, &c->node, session) != 0) {
		free(c);
		return NULL;
	}
	return c;
}

/*
 * FNV-1a, 64 bits, and the last steps of MurmurHash3: nonces that count up
 * differ in their last bytes, and FNV alone leaves such neighbours in a heap.
 * Whoever makes two nonces collide has but lost a nonce.
 */
uint64_t
chain_hash(const char *nonce)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *nonce != '\0'; nonce++)
		h = (h ^ (unsigned char)*nonce) * UINT64_C(1099511628211);
	h = (h ^ (h >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ (h >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	h ^= h >> 33;
	return h == 0 ? 1 : h;
}

/* The place of a hash, or the empty one where it would stand. */
static struct link *
place(const struct chain_half *half, uint64_t hash)
{
	uint32_t i = (uint32_t)(hash >> 32) & (half->cap - 1);

	while (half->places[i].hash != 0 && half->places[i].hash != hash)
		i = (i + 1) & (half->cap - 1);
	return &half->places[i];
}

static int64_t
find_in(const struct chain_half *half, uint64_t hash)
{
	if (half->n == 0)
		return 0;
	return place(half, hash)->message; /* 0 in an empty place */
}

int64_t
chain_find(const struct chain *c, uint64_t hash)
{
	int64_t message = find_in(&c->young, hash);

	return message != 0 ? message : find_in(&c->old, hash);
}

/* At most three quarters full, so that a search is short. */
static bool
grow(struct chain_half *half)
{
	struct chain_half larger = {
	    .cap = half->cap == 0 ? CAP_MIN : half->cap * 2};

	if ((half->n + 1) * 4 <= half->cap * 3)
		return true;
	larger.places = calloc(larger.cap, sizeof(*larger.places));
	if (larger.places == NULL)
		return false;
	for (uint32_t i = 0; i < half->cap; i++)
		if (half->places[i].hash != 0)
			*place(&larger, half->places[i].hash) = half->places[i];
	larger.n = half->n;
	free(half->places);
	*half = larger;
	return true;
}

bool
chain_add(struct chain *c, uint64_t hash, int64_t message)
{
	struct link *l;

	if (c->young.n >= CHAIN_HALF) {
		free(c->old.places);
		c->old = c->young;
		c->young = (struct chain_half){0};
	}
	if (!grow(&c->young))
		return false;
	l = place(&c->young, hash);
	c->young.n += l->hash == 0;
	*l = (struct link){hash, message};
	c->last = message;
	return true;
}
