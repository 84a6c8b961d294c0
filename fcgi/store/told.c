#include "store/told.h"

#include <stdlib.h>
#include <string.h>

void
told_free(struct told *t)
{
	free(t->events);
	buf_free(&t->bodies);
}

void
told_clear(struct told *t)
{
	t->n = t->mark = t->bodies_mark = 0;
	t->has_gaps = false;
	buf_clear(&t->bodies);
}

static bool
make_room(struct told *t)
{
	size_t cap = t->cap == 0 ? 64 : t->cap * 2;
	struct told_event *events;

	if (t->n < t->cap)
		return true;
	events = realloc(t->events, cap * sizeof(*events));
	if (events == NULL)
		return false;
	t->events = events;
	t->cap = cap;
	return true;
}

void
told_add(struct told *t, const struct event *ev)
{
	if (t->has_gaps || !make_room(t)) {
		t->has_gaps = true;
		return;
	}
	t->events[t->n] = (struct told_event){*ev, t->bodies.len, false};
	buf_add(&t->bodies, ev->body, ev->body_len);
	t->has_gaps = t->bodies.failed;
	/* One without its body would be erased where there is nothing. */
	t->n += !t->has_gaps;
}

/* For good: should it be undone, the database has it. */
void
told_erase(struct told *t, int64_t id)
{
	for (size_t i = 0; i < t->n; i++) {
		struct told_event *te = &t->events[i];

		if (te->event.id != id || te->is_erased)
			continue;
		memset(t->bodies.data + te->body_at, 0, te->event.body_len);
		te->is_erased = true;
	}
}

void
told_mark(struct told *t)
{
	t->mark = t->n;
	t->bodies_mark = t->bodies.len;
}

void
told_undo(struct told *t)
{
	t->n = t->mark;
	t->bodies.len = t->bodies_mark;
}

bool
told_after(const struct told *t, int64_t session, int64_t cursor, int max,
    bool (*visit)(const struct event *, void *arg), void *arg)
{
	bool found = false;

	for (size_t i = 0; !t->has_gaps && i < t->n && max > 0; i++) {
		const struct told_event *te = &t->events[i];
		struct event ev;

		if (te->event.session != session || te->event.seq <= cursor)
			continue;
		if (!found && te->event.seq != cursor + 1)
			return false;
		if (te->is_erased)
			break;
		found = true;
		max--;
		ev = te->event;
		ev.body = t->bodies.data + te->body_at;
		if (!visit(&ev, arg))
			break;
	}
	return found;
}
