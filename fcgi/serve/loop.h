/*
 * Descriptors, deadlines, and one function that runs before each sleep. Knows
 * nothing of requests or of the database.
 */
#ifndef SERVE_LOOP_H
#define SERVE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/heap.h"

/* A watched descriptor; embedded in what it belongs to. */
struct watch {
	int fd;
	void (*ready)(struct watch *w, uint32_t events); /* EPOLL* */
};

/* A deadline; embedded in what it belongs to. The node comes first. */
struct timer {
	struct heap_node node;
	void (*due)(struct timer *t);
};

struct loop {
	int epoll_fd;
	struct heap timers;
	void (*before_sleep)(void *arg);
	void *arg;
	bool again; /* set it for a further turn without sleep */
	bool stop;  /* set it to leave loop_run after this turn */
};

/* 0, or -1 with errno. */
int loop_open(struct loop *lp, void (*before_sleep)(void *), void *arg);
void loop_close(struct loop *lp);

/* Level-triggered; events are EPOLLIN | ... 0, or -1 with errno. */
int loop_watch(struct loop *lp, struct watch *w, uint32_t events);
void loop_unwatch(struct loop *lp, struct watch *w);

/* Sets or moves a timer. 0, or -1 on no memory. */
int loop_set(struct loop *lp, struct timer *t, int64_t at_ms);
void loop_unset(struct loop *lp, struct timer *t);

/*
 * One turn: sleep until the nearest deadline or a ready descriptor, call what
 * is ready, call what is due, call before_sleep. Until stop is set.
 */
void loop_run(struct loop *lp);

#endif
