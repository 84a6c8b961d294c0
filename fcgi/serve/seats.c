#include "serve/seats.h"

#include <stddef.h>
#include <stdlib.h>

void
seats_init(struct seats *ss)
{
	*ss = (struct seats){.woken_end = &ss->woken};
}

static struct seat *
of_node(struct map_node *n)
{
	return n == NULL
	    ? NULL
	    : (struct seat *)((char *)n - offsetof(struct seat, node));
}

static void
free_seat(struct map_node *n, void *arg)
{
	struct seats *ss = arg;

	map_drop(&ss->by_session, n);
	free(of_node(n));
}

void
seats_free(struct seats *ss)
{
	map_each(&ss->by_session, free_seat, ss);
	map_free(&ss->by_session);
}

struct seat *
seats_find(const struct seats *ss, int64_t session)
{
	return of_node(map_find(&ss->by_session, session));
}

struct seat *
seats_take(struct seats *ss, int64_t session)
{
	struct seat *s = seats_find(ss, session);

	if (s != NULL)
		return s;
	s = calloc(1, sizeof(*s));
	if (s == NULL || map_add(&ss->by_session, &s->node, session) != 0) {
		free(s);
		return NULL;
	}
	s->glimpse.session = session;
	return s;
}

void
seats_tidy(struct seats *ss, struct seat *s)
{
	if (s->conn != NULL || s->woken != WOKEN_NOT || s->is_listed)
		return;
	map_drop(&ss->by_session, &s->node);
	free(s);
}

void
seats_wake(struct seats *ss, struct seat *s, enum woken why)
{
	if (s->conn == NULL)
		return;
	if (s->woken == WOKEN_NOT) {
		s->next_woken = NULL;
		*ss->woken_end = s;
		ss->woken_end = &s->next_woken;
	}
	if (why > s->woken)
		s->woken = why;
}

void
seats_tell(struct seats *ss, int64_t session)
{
	struct seat *s = seats_find(ss, session);

	if (s != NULL)
		seats_wake(ss, s, WOKEN_NEWS);
}

struct seat *
seats_next_woken(struct seats *ss)
{
	struct seat *s = ss->woken;

	if (s == NULL)
		return NULL;
	ss->woken = s->next_woken;
	if (ss->woken == NULL)
		ss->woken_end = &ss->woken;
	return s;
}

void
seats_note(struct seats *ss, struct seat *s, int64_t seen_ms, int64_t acked)
{
	s->glimpse.seen_ms = seen_ms;
	s->glimpse.is_over = false;
	if (acked > s->glimpse.acked)
		s->glimpse.acked = acked;
	s->is_dirty = true;
	if (s->is_listed)
		return;
	s->is_listed = true;
	s->next_dirty = ss->dirty;
	ss->dirty = s;
}

/* The session has ended, or its page was closed: nothing is left to store. */
static void
forget(struct seats *ss, int64_t session)
{
	struct seat *s = seats_find(ss, session);

	if (s == NULL)
		return;
	s->is_dirty = false;
	seats_wake(ss, s, WOKEN_NEWS);
}

bool
seats_see(struct seats *ss, const struct call *c)
{
	struct seat *s;

	if (c->presence == PRESENCE_FORGET)
		forget(ss, c->me.id);
	if (c->presence != PRESENCE_SEEN)
		return false;
	s = seats_take(ss, c->me.id);
	if (s == NULL)
		return false; /* no memory: its next call is seen, too */
	s->glimpse.noted_ms = c->began_ms;
	seats_note(ss, s, c->now.ms + c->here_ms, c->wait.acked);
	return c->urgent;
}

struct seat *
seats_next_dirty(struct seats *ss)
{
	struct seat *s;

	while ((s = ss->dirty) != NULL) {
		ss->dirty = s->next_dirty;
		s->next_dirty = ss->flushing;
		ss->flushing = s;
		if (s->is_dirty)
			return s;
	}
	return NULL;
}

void
seats_flushed(struct seats *ss, bool durable)
{
	struct seat *s, *next;

	for (s = ss->flushing; s != NULL; s = next) {
		next = s->next_dirty;
		s->is_listed = false;
		if (!durable && s->is_dirty) {
			seats_note(ss, s, s->glimpse.seen_ms, 0);
			continue;
		}
		s->glimpse.lease_ms = s->glimpse.seen_ms;
		s->is_dirty = false;
		seats_tidy(ss, s);
	}
	ss->flushing = NULL;
}
