/* The floor's people and what they are to be told, all in memory. */
#ifndef RELAY_CROWD_H
#define RELAY_CROWD_H

#include <stdint.h>

#include "base/buf.h"
#include "serve/loop.h"

enum { PEOPLE_MAX = 1 << 17, QUEUE_MAX = 32 };

struct link;

struct person {
	struct timer late; /* comes first: when a held poll ends */
	struct link *link; /* its held poll, or NULL */
	struct person *partner, *next_woken;
	int64_t chat, cursor;
	int64_t seq;                  /* of the last event */
	int64_t acked;                /* events up to it have been dropped */
	struct buf events[QUEUE_MAX]; /* of seq n in place n % QUEUE_MAX */
	uint32_t number;
	bool is_used, is_waiting, is_woken;
};

/* A new person, or NULL. */
struct person *crowd_add(void);
void crowd_drop(struct person *p);
/* Who has this token? */
struct person *crowd_find(const char *token);

/* An event for p: {"seq", "type", "chat", "at", ...}; more are its further
 * members, as text. False: the queue is full. */
bool crowd_tell(struct person *p, const char *type, const char *more,
    size_t more_len);

/* Leaves the chat, and is paired with whoever waits; p->chat tells. */
void crowd_seek(struct person *p);
void crowd_leave(struct person *p);

/* Who has been told something since the last call, one after the other. */
struct person *crowd_woken(void);

#endif
