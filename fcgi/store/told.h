/*
 * Whom the last write transaction has told what: to wake them, and so that the
 * events, which most often go straight out again, need not be read back.
 */
#ifndef STORE_TOLD_H
#define STORE_TOLD_H

#include <stdbool.h>

#include "base/buf.h"

struct event {
	int64_t id, session, seq, chat, at;
	const char *type; /* matched, message, ...; a constant */
	const char *body; /* a JSON object of body_len bytes */
	size_t body_len;
};

struct told_event {
	struct event event;
	size_t body_at; /* in `bodies`, where its body stands */
	bool is_erased; /* it has changed: only the database knows it */
};

struct told {
	struct told_event *events;
	size_t n, cap;
	struct buf bodies;
	bool has_gaps; /* something could not be remembered: no memory */
	size_t mark, bodies_mark; /* at the last savepoint */
};

void told_free(struct told *t);
void told_clear(struct told *t);

/* Without memory the look at the database's version wakes the session. */
void told_add(struct told *t, const struct event *ev);

/* Forgets what an event said, if it is here. */
void told_erase(struct told *t, int64_t id);

/* A part of the transaction begins; and was undone. */
void told_mark(struct told *t);
void told_undo(struct told *t);

/*
 * Calls visit for a session's events beyond its cursor until it returns false,
 * for up to max. False: not all of them are known here.
 */
bool told_after(const struct told *t, int64_t session, int64_t cursor, int max,
    bool (*visit)(const struct event *, void *arg), void *arg);

#endif
