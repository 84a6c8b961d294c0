/*
 * The remembered part of store/nonces.h: of each session, which nonces its last
 * messages had, by a hash of them. It can be lost, and comes back from the
 * table.
 */
#ifndef STORE_CHAINS_H
#define STORE_CHAINS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"

enum { CHAIN_HALF = 512 }; /* links that are remembered at least */

struct link {
	uint64_t hash; /* of the nonce; 0: an empty place */
	int64_t message;
};

/* Two halves: when the young one is full, the old one is forgotten. */
struct chain {
	struct map_node node; /* by session */
	int64_t last;         /* the newest message in it; 0: none */
	struct chain_half {
		struct link *places; /* an open table of cap places */
		uint32_t n, cap;
	} young, old;
};

struct chains {
	struct map by_session;
};

void chains_clear(struct chains *cs);
void chains_free(struct chains *cs);

uint64_t chain_hash(const char *nonce); /* never 0 */

/* The chain of a session, made if need be; NULL on no memory. */
struct chain *chains_take(struct chains *cs, int64_t session);
void chains_drop(struct chains *cs, int64_t session);

/* The newest message whose nonce has this hash, or 0. */
int64_t chain_find(const struct chain *c, uint64_t hash);
/* A newer message; false on no memory. */
bool chain_add(struct chain *c, uint64_t hash, int64_t message);

#endif
