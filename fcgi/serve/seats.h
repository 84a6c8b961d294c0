/*
 * What a worker remembers of a session: its held poll, and what it has noticed
 * of it and not stored yet. All of it can be lost and comes back by itself.
 */
#ifndef SERVE_SEATS_H
#define SERVE_SEATS_H

#include "api/call.h"
#include "base/map.h"
#include "chat/presence.h"
#include "serve/loop.h"

struct conn;

struct seat {
	struct timer late;    /* the held poll's deadline; comes first */
	struct map_node node; /* by session id */
	struct worker *worker;
	struct conn *conn;  /* the held poll's connection; NULL: none held */
	struct wait wait;   /* of the held poll */
	int64_t held_since; /* clock_steady_ns() of then */
	enum woken woken;   /* why it is in the list of the woken */
	struct seat *next_woken;
	struct glimpse glimpse; /* to be stored, if is_dirty */
	bool is_dirty, is_listed;
	struct seat *next_dirty;
};

struct seats {
	struct map by_session;
	struct seat *woken, **woken_end; /* a queue */
	struct seat *dirty;              /* a stack */
	struct seat *flushing;           /* taken from it, not yet durable */
	size_t n_held;
};

void seats_init(struct seats *ss);
void seats_free(struct seats *ss); /* also frees every seat */

struct seat *seats_find(const struct seats *ss, int64_t session);
/* Finds or makes the seat; NULL on no memory. */
struct seat *seats_take(struct seats *ss, int64_t session);
/* Forgets a seat that holds nothing, is not woken and not dirty. */
void seats_tidy(struct seats *ss, struct seat *s);

/* Queues a seat that holds a poll to be run again; once is enough. */
void seats_wake(struct seats *ss, struct seat *s, enum woken why);
/* The same for a session, if it holds a poll here: it was told something. */
void seats_tell(struct seats *ss, int64_t session);
/* The next woken seat, taken from the queue, or NULL. */
struct seat *seats_next_woken(struct seats *ss);

/*
 * Notes that the session was seen, or (a held poll) will be here until
 * seen_ms, and has polled with a cursor (0: it has not).
 */
void seats_note(struct seats *ss, struct seat *s, int64_t seen_ms,
    int64_t acked);
/*
 * Remembers what a finished call says of its session's presence. True if that
 * must be stored at once.
 */
bool seats_see(struct seats *ss, const struct call *c);
/*
 * The next seat whose glimpse is to be stored, or NULL. It counts as stored
 * only when seats_flushed says so.
 */
struct seat *seats_next_dirty(struct seats *ss);
/* The transaction with the taken glimpses is durable, or was undone. */
void seats_flushed(struct seats *ss, bool durable);

#endif
