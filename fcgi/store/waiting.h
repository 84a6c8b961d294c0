/* The pool of those who wait. */
#ifndef STORE_WAITING_H
#define STORE_WAITING_H

#include "store/sessions.h"

/* Who was found in the pool. */
struct pick {
	int64_t session;
	bool again; /* one of the two has met the other lately */
};

/*
 * Puts somebody into the pool: until_ms, until when a common tag is waited for;
 * 0: anybody will do.
 */
enum found store_waiting_add(struct store *st, const struct session *who,
    int64_t until_ms, int64_t now_ms);
/* Takes somebody out of the pool. */
enum found store_waiting_drop(struct store *st, const struct session *who);
/* Until when somebody waits for a common tag; 0: no longer. */
enum found store_waiting_until(struct store *st, int64_t session,
    int64_t *until_ms);
/* From now on anybody will do. */
enum found store_waiting_open(struct store *st, int64_t session);
/* The same for all whose time is over; STORE_FOUND if there were any. */
enum found store_waiting_widen(struct store *st, int64_t now_ms);
/* When the next one's time is over; 0: nobody waits for a tag. */
enum found store_waiting_next(struct store *st, int64_t *until_ms);

/*
 * A random one of those whom no tag keeps from the seeker, with a lease of at
 * least fresh_ms: rather one whom it has not met lately, and rather of the
 * seeker's language. Never the seeker, nor whom it is not to meet again.
 */
enum found store_waiting_pick(struct store *st, const struct session *seeker,
    int64_t fresh_ms, struct pick *out);
/* The same of those who wait with a tag of the seeker's. */
enum found store_waiting_pick_common(struct store *st,
    const struct session *seeker, int64_t fresh_ms, struct pick *out);
/* STORE_FOUND: somebody waits whom the seeker has not met lately. */
enum found store_waiting_other(struct store *st, int64_t seeker,
    int64_t fresh_ms);
/* Those with a fresh lease whom no tag keeps from anybody, in any order. */
enum found store_waiting_fresh(struct store *st, int64_t fresh_ms, int64_t *ids,
    size_t max, size_t *n);

#endif
