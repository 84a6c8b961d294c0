#include "front.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "serve/listener.h"

enum { BODY_LONGEST = 16 << 10, ACCEPT_MAX = 16 };

static struct front *front; /* one process, one front */

static size_t
body_max(const struct request *rq)
{
	(void)rq;
	return BODY_LONGEST;
}

static void
close_link(struct link *l)
{
	gate_close(&l->gate);
	free(l);
}

void
front_answer(struct link *l, const struct reply *rp)
{
	static struct buf out;

	buf_clear(&out);
	gate_answer(&l->gate, reply_render(rp, &out));
	if (l->gate.fd < 0)
		free(l);
}

static void
ready(struct watch *w, uint32_t events)
{
	struct link *l = (struct link *)w;
	struct request rq;

	if (l->holder != NULL) {
		front->hung_up(l);
		close_link(l);
	} else if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0 &&
	    gate_hung_up(&l->gate)) {
		close_link(l);
	} else if (gate_read(&l->gate, &rq, body_max) == GATE_CLOSED) {
		close_link(l);
	} else {
		front->request(l, &rq);
		request_free(&rq);
	}
}

static void
accept_some(struct watch *w, uint32_t events)
{
	(void)events;
	for (int i = 0; i < ACCEPT_MAX; i++) {
		struct link *l;
		int fd = gate_accept(w->fd);

		if (fd < 0)
			return;
		l = calloc(1, sizeof(*l));
		if (l == NULL) {
			close(fd);
			return;
		}
		l->watch = (struct watch){.fd = fd, .ready = ready};
		l->gate.fd = fd;
		loop_watch(&front->loop, &l->watch, EPOLLIN | EPOLLRDHUP);
	}
}

static const char *
option(int argc, char **argv, const char *name)
{
	for (int i = 1; i + 1 < argc; i += 2)
		if (strcmp(argv[i], name) == 0)
			return argv[i + 1];
	return "";
}

int
front_serve(struct front *f, int argc, char **argv,
    void (*before_sleep)(void *))
{
	char why[512];
	int fd;

	front = f;
	descriptors_raise();
	if (gate_init() != 0 || loop_open(&f->loop, before_sleep, f) != 0)
		return 1;
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	fd = listener_open(option(argc, argv, "--listen"), 0660, why,
	    sizeof(why));
	if (fd < 0) {
		fprintf(stderr, "relay: %s\n", why);
		return 1;
	}
	f->listener = (struct watch){.fd = fd, .ready = accept_some};
	loop_watch(&f->loop, &f->listener, EPOLLIN);
	loop_run(&f->loop);
	return 0;
}
