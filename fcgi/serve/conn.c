/* Connections from the front server: accepted, read, answered, closed. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "api/guard.h"
#include "api/routes.h"
#include "base/log.h"
#include "serve/worker.h"

enum {
	ACCEPT_MAX = 16,       /* connections that one turn accepts */
	ACCEPT_PAUSE_MS = 200, /* after running out of descriptors */
};

void
conn_close(struct conn *cn)
{
	struct worker *w = cn->worker;

	if (cn->gate.fd >= 0)
		gate_close(&cn->gate);
	if (cn->prev != NULL)
		cn->prev->next = cn->next;
	else
		w->conns = cn->next;
	if (cn->next != NULL)
		cn->next->prev = cn->prev;
	w->n_conns--;
	free(cn);
	if (w->draining && w->n_conns == 0)
		w->loop.stop = true;
}

void
conn_answer(struct conn *cn, const struct reply *rp)
{
	struct worker *w = cn->worker;

	if (w->draining)
		cn->gate.keep = false;
	gate_answer(&cn->gate, reply_render(rp, &w->out));
	buf_clear(&w->out);
	if (cn->gate.fd < 0)
		conn_close(cn);
}

/* A held poll's connection has become ready: its client went away. */
static void
hang_up(struct conn *cn)
{
	struct worker *w = cn->worker;
	struct seat *s = cn->seat;

	loop_unset(&w->loop, &s->late);
	s->conn = NULL;
	w->seats.n_held--;
	seats_note(&w->seats, s, clock_steady_ms(), 0);
	s->glimpse.is_over = true;
	conn_close(cn);
}

/*
 * Reads a request into the next slot; what is refused is answered at once. Who
 * has gone already wants no answer: only what was to be stored counts.
 */
static void
read_request(struct conn *cn, bool has_gone)
{
	struct worker *w = cn->worker;
	struct slot *s = &w->slots[w->n_slots];
	struct call *c = &s->call;

	if (gate_read(&cn->gate, &s->request, routes_body_max) == GATE_CLOSED) {
		conn_close(cn);
		return;
	}
	reply_clear(&c->reply);
	*c = (struct call){.house = &w->house,
	    .request = &s->request,
	    .reply = c->reply};
	s->conn = cn;
	if (!guard_prepare(c)) {
		conn_answer(cn, &c->reply);
	} else if (has_gone && !c->route->writes) {
		conn_close(cn);
	} else {
		log_debug("worker: %s %s", c->route->method, c->route->path);
		w->n_slots++;
		w->n_heavy += c->route->is_heavy;
		return;
	}
	call_clear(c);
	request_free(&s->request);
}

static void
conn_ready(struct watch *watch, uint32_t events)
{
	struct conn *cn = (struct conn *)watch;
	bool has_gone = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;

	if (cn->seat != NULL)
		hang_up(cn);
	else if (has_gone && gate_hung_up(&cn->gate))
		conn_close(cn);
	else if (cn->worker->n_slots < TURN_MAX &&
	    cn->worker->n_heavy < HEAVY_MAX)
		read_request(cn, has_gone);
}

static void
open_conn(struct worker *w, int fd)
{
	struct conn *cn = calloc(1, sizeof(*cn));

	if (cn == NULL) {
		close(fd);
		return;
	}
	cn->watch = (struct watch){.fd = fd, .ready = conn_ready};
	cn->gate.fd = fd;
	cn->worker = w;
	cn->next = w->conns;
	if (w->conns != NULL)
		w->conns->prev = cn;
	w->conns = cn;
	w->n_conns++;
	if (loop_watch(&w->loop, &cn->watch, EPOLLIN | EPOLLRDHUP) != 0)
		conn_close(cn);
}

static void
accept_again(struct timer *t)
{
	struct worker *w = (struct worker *)((char *)t -
	    offsetof(struct worker, accept_again));

	if (!w->draining &&
	    loop_watch(&w->loop, &w->listener, EPOLLIN | EPOLLEXCLUSIVE) != 0)
		loop_set(&w->loop, t, clock_steady_ms() + ACCEPT_PAUSE_MS);
}

/* Out of descriptors: the connection waits in the backlog for a while. */
static void
pause_accepting(struct worker *w)
{
	log_warn("worker: no new connections for a moment: %m");
	w->accept_again.due = accept_again;
	/* Without the timer nobody would look at the listener again. */
	if (loop_set(&w->loop, &w->accept_again,
		clock_steady_ms() + ACCEPT_PAUSE_MS) == 0)
		loop_unwatch(&w->loop, &w->listener);
}

void
accept_ready(struct watch *watch, uint32_t events)
{
	struct worker *w = (struct worker *)((char *)watch -
	    offsetof(struct worker, listener));

	(void)events;
	for (int i = 0; i < ACCEPT_MAX; i++) {
		int fd = gate_accept(watch->fd);

		if (fd >= 0)
			open_conn(w, fd);
		else if (errno == EMFILE || errno == ENFILE ||
		    errno == ENOMEM || errno == ENOBUFS)
			return pause_accepting(w);
		else if (errno != EINTR && errno != ECONNABORTED)
			return;
	}
}
