/*
 * The conversation as a page shows it. There is no script to remember it, so
 * the session's queue is the log: events are acknowledged only when newer ones
 * have pushed them out of the page, and what its own person writes is told to
 * the session as well (`own`).
 */
#ifndef API_PLAIN_LOG_H
#define API_PLAIN_LOG_H

#include "api/call.h"

enum { LOG_LINES_MAX = 100 };

/* One line: where it stands in the text, and its event. */
struct log_line {
	size_t from, to;
	int64_t seq;
};

struct log_view {
	const struct call *call;
	struct buf text; /* the lines one after the other; owned */
	struct log_line lines[LOG_LINES_MAX]; /* a ring: n % LOG_LINES_MAX */
	int64_t n;       /* lines since the last `matched` */
	int64_t newest;  /* seq of the last event that can be seen */
	int64_t visited; /* seq of the last event at all */
	int64_t id;      /* of the event that is being looked at */
	char partner[SESSION_NAME_MAX]; /* the last one's name, or "" */
};

/*
 * log_read reads the lines of the last chat; log_free releases them. It also
 * notes in call->wait.acked which events the page needs no more.
 */
enum found log_read(struct call *c, struct log_view *v);
void log_free(struct log_view *v);

/* Adds up to max lines to the answer, the newest one first. */
void log_write(struct call *c, const struct log_view *v, int max);

#endif
