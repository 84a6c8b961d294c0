/*
 * What each session's queue has come to: numbers that every message changes.
 * A transaction changes them here, as often as it likes; each row is stored
 * once, when it ends. What was read or stored is remembered until somebody else
 * commits.
 */
#ifndef STORE_QUEUES_H
#define STORE_QUEUES_H

#include "base/map.h"
#include "store/store.h"

struct queue {
	int64_t seq;  /* the last event's number; 0: none yet */
	int64_t last; /* that event; those before it follow by event.prev */
	int64_t sent; /* its last message; 0: none */
};

enum { QUEUE_RECENT = 32 }; /* a power of two */

struct queue_entry;

struct queues {
	struct map by_session;
	struct queue_entry *changed; /* to be stored, a list */
};

void queues_free(struct queues *qs);

/* Forgets all, stored or not. */
void queues_clear(struct queues *qs);

/* STORE_NONE: there is no such session. */
enum found queues_read(struct store *st, int64_t session, struct queue *out);

/* Stored by queues_store, or at once if there is no memory. */
enum found queues_write(struct store *st, int64_t session,
    const struct queue *queue);

/*
 * Notes which event a session's last number is; and tells which one has number
 * seq: 0 if it is not among the last few that were noted.
 */
void queues_note(struct queues *qs, int64_t session, int64_t seq, int64_t id);
int64_t queues_event(const struct queues *qs, int64_t session, int64_t seq);
/* The events up to that number are gone. */
void queues_forget(struct queues *qs, int64_t session, int64_t seq);

/* Stores what has changed: at the end of a transaction, or of a part of it. */
enum found queues_store(struct store *st);

/* A session begins, with an empty queue; and ends. */
enum found queues_add(struct store *st, int64_t session);
enum found queues_drop(struct store *st, int64_t session);

#endif
