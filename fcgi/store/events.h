/* The queues: what each session is to be told. */
#ifndef STORE_EVENTS_H
#define STORE_EVENTS_H

#include "store/store.h"

/* Adds an event to its session's queue; sets ev->id and ev->seq. */
enum found store_event_add(struct store *st, struct event *ev);

/*
 * Calls visit for up to max events beyond the cursor, in order, until it
 * returns false. The event's text is lent for the call.
 */
enum found store_event_after(struct store *st, int64_t session, int64_t cursor,
    int max, bool (*visit)(const struct event *, void *arg), void *arg);
enum found store_event_newest(struct store *st, int64_t *id);
/*
 * Calls visit for each session told something after *newest, which moves on;
 * up to max events: STORE_FOUND if there may be more.
 */
enum found store_event_news(struct store *st, int64_t *newest, int max,
    void (*visit)(int64_t session, void *arg), void *arg);
/* Removes a session's events up to acked; those beyond it remain. */
enum found store_event_purge(struct store *st, int64_t session, int64_t acked);

#endif
