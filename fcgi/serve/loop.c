#include "serve/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"

enum { READY_MAX = 256 }; /* descriptors that one turn handles */

int
loop_open(struct loop *lp, void (*before_sleep)(void *), void *arg)
{
	*lp = (struct loop){.before_sleep = before_sleep, .arg = arg};
	lp->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	return lp->epoll_fd < 0 ? -1 : 0;
}

void
loop_close(struct loop *lp)
{
	close(lp->epoll_fd);
	heap_free(&lp->timers);
}

int
loop_watch(struct loop *lp, struct watch *w, uint32_t events)
{
	struct epoll_event ev = {.events = events, .data.ptr = w};

	return epoll_ctl(lp->epoll_fd, EPOLL_CTL_ADD, w->fd, &ev);
}

void
loop_unwatch(struct loop *lp, struct watch *w)
{
	epoll_ctl(lp->epoll_fd, EPOLL_CTL_DEL, w->fd, NULL);
}

int
loop_set(struct loop *lp, struct timer *t, int64_t at_ms)
{
	return heap_put(&lp->timers, &t->node, at_ms);
}

void
loop_unset(struct loop *lp, struct timer *t)
{
	heap_drop(&lp->timers, &t->node);
}

static int
sleep_ms(const struct loop *lp)
{
	const struct heap_node *first = heap_first(&lp->timers);
	int64_t ms;

	if (lp->again)
		return 0;
	if (first == NULL)
		return -1;
	ms = first->at_ms - clock_steady_ms();
	if (ms < 0)
		return 0;
	return ms > 60000 ? 60000 : (int)ms;
}

static void
run_due(struct loop *lp)
{
	int64_t now_ms = clock_steady_ms();
	struct heap_node *n;

	while ((n = heap_first(&lp->timers)) != NULL && n->at_ms <= now_ms) {
		struct timer *t = (struct timer *)n;

		heap_drop(&lp->timers, n);
		t->due(t);
	}
}

void
loop_run(struct loop *lp)
{
	struct epoll_event ready[READY_MAX];

	while (!lp->stop) {
		int n = epoll_wait(lp->epoll_fd, ready, READY_MAX,
		    sleep_ms(lp));

		lp->again = false;
		for (int i = 0; i < n; i++) {
			struct watch *w = ready[i].data.ptr;

			w->ready(w, ready[i].events);
		}
		run_due(lp);
		lp->before_sleep(lp->arg);
	}
}
