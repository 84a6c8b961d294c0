/*
 * Who is let in: what is remembered of those who come, for all processes.
 * An address is known here as a hash alone.
 */
#ifndef STORE_DOOR_H
#define STORE_DOOR_H

#include "base/seal.h"
#include "store/store.h"

struct door {
	unsigned char secret[SEAL_KEY_LEN];
	int64_t secret_ms; /* when it was made; 0: there is none */
	int64_t minute_ms, minute_first, minute_before;
	int64_t newest; /* the number of the newest session ever */
};

enum found store_door_read(struct store *st, struct door *out);
/* A new secret, in whose place nothing of the old one stays. */
enum found store_door_secret(struct store *st, const struct door *d);
enum found store_door_minute(struct store *st, const struct door *d);

/* Counts them: for processes that take no census. */
enum found store_door_crowd(struct store *st, int64_t *sessions,
    int64_t *waiting);

struct visitor {
	int64_t id;       /* 0: it is not known */
	int64_t sessions; /* that it has now */
	int64_t full_ms;  /* see chat/rates.h */
};

enum found store_visitor_read(struct store *st,
    const unsigned char hash[SEAL_HASH_LEN], struct visitor *out);
/* A session has come from there; the visitor's allowance is full_ms now. */
enum found store_visitor_came(struct store *st, struct visitor *v,
    const unsigned char hash[SEAL_HASH_LEN], int64_t session);

/* STORE_FOUND: it is spent now; STORE_NONE: it was before. */
enum found store_door_spend(struct store *st, int64_t until_ms,
    const unsigned char *nonce, size_t nonce_len);

/* What needs to be known no more, a little at a time: FOUND: there is more. */
enum found store_door_purge(struct store *st, int64_t now_ms);

#endif
