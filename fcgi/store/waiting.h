/* The pool of those who wait. */
#ifndef STORE_WAITING_H
#define STORE_WAITING_H

#include "store/store.h"

enum found store_waiting_add(struct store *st, int64_t session, int64_t now_ms);
enum found store_waiting_drop(struct store *st, int64_t session);
/*
 * A random one of those who wait, with a lease of at least fresh_ms; not
 * `seeker`, and, unless again, nobody the seeker has just met.
 */
enum found store_waiting_pick(struct store *st, int64_t seeker,
    int64_t fresh_ms, bool again, int64_t *session);
/* Those who wait with a fresh lease, the longest first. */
enum found store_waiting_fresh(struct store *st, int64_t fresh_ms, int64_t *ids,
    size_t max, size_t *n);

#endif
