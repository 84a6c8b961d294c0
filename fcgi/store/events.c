/*
 * The queues: what each session is to be told, numbered 1, 2, 3 ... without
 * gaps. Nothing is deleted on reading; only a cursor proves delivery.
 */
#include <string.h>

#include "store/events.h"
#include "store/query.h"
#include "store/queues.h"

enum { AT_ONCE_MAX = 128 }; /* events that one reading visits */

enum found
store_event_newest(struct store *st, int64_t *id)
{
	struct query q = query(st, SQL_EVENT_NEWEST);
	enum found f = STORE_FOUND;

	if (st->newest_event == 0) {
		if (query_step(&q))
			st->newest_event = query_column(&q, 0);
		f = query_end(&q);
	}
	*id = st->newest_event;
	return f;
}

/* Takes the next id, and the next number of a session's queue. */
static enum found
take_place(struct store *st, struct event *ev, int64_t *prev)
{
	struct queue queue;
	enum found f = queues_read(st, ev->session, &queue);

	if (f == STORE_FOUND)
		f = store_event_newest(st, &ev->id);
	if (f != STORE_FOUND)
		return f;
	*prev = queue.last;
	st->newest_event = queue.last = ++ev->id;
	ev->seq = ++queue.seq;
	f = queues_write(st, ev->session, &queue);
	queues_note(st->queues, ev->session, ev->seq, ev->id);
	return f;
}

enum found
store_event_add(struct store *st, struct event *ev)
{
	struct query q = query(st, SQL_EVENT_ADD);
	int64_t prev;
	enum found f = take_place(st, ev, &prev);

	if (f != STORE_FOUND)
		return f;
	query_int(&q, ev->id);
	query_int(&q, ev->session);
	query_int(&q, prev);
	query_int(&q, ev->seq);
	query_int(&q, ev->chat);
	query_text(&q, ev->type, strlen(ev->type));
	query_int(&q, ev->at);
	query_text(&q, ev->body, ev->body_len);
	query_step(&q);
	if (query_end(&q) == STORE_FAILED)
		return STORE_FAILED;
	told_add(&st->told, ev);
	return STORE_FOUND;
}

/*
 * From a session's event number seq to the one before it: 0 if that is none of
 * its queue any more. STORE_NONE: the event itself is not.
 */
static enum found
step_back(struct store *st, int64_t session, int64_t seq, int64_t *id)
{
	struct query q = query(st, SQL_EVENT_ROW);
	int64_t prev = queues_event(st->queues, session, seq - 1), at = *id;

	if (prev != 0) {
		*id = prev;
		return STORE_FOUND;
	}
	query_int(&q, at);
	/* Whatever the file holds: every way back comes to an end. */
	if (query_step(&q))
		*id = query_column(&q, 0) < at ? query_column(&q, 0) : 0;
	return query_end(&q);
}

/* STORE_NONE: the event is there no more. */
static enum found
visit_row(struct store *st, struct event *ev, bool *more,
    bool (*visit)(const struct event *, void *arg), void *arg)
{
	struct query q = query(st, SQL_EVENT_ROW);
	size_t len;

	query_int(&q, ev->id);
	if (query_step(&q)) {
		ev->seq = query_column(&q, 1);
		ev->chat = query_column(&q, 2);
		ev->type = query_column_text(&q, 3, &len);
		ev->at = query_column(&q, 4);
		ev->body = query_column_text(&q, 5, &ev->body_len);
		*more = visit(ev, arg);
	}
	return query_end(&q);
}

/* Where a session's events beyond its cursor are. */
struct unread {
	int64_t first, last;      /* their numbers */
	int64_t ids[AT_ONCE_MAX]; /* of the first ones, seq % AT_ONCE_MAX */
};

/* The way leads back over all of them; the first one may be gone already. */
static enum found
find_unread(struct store *st, int64_t session, int64_t cursor,
    struct unread *out)
{
	struct queue queue;
	enum found f = queues_read(st, session, &queue);
	int64_t id = queue.last;

	out->last = queue.seq;
	out->first = queue.seq + 1;
	while (f == STORE_FOUND && id != 0 && out->first > cursor + 1) {
		out->ids[--out->first % AT_ONCE_MAX] = id;
		if (out->first > cursor + 1)
			f = step_back(st, session, out->first, &id);
	}
	return f;
}

enum found
store_event_after(struct store *st, int64_t session, int64_t cursor, int max,
    bool (*visit)(const struct event *, void *arg), void *arg)
{
	struct event ev = {.session = session};
	struct unread unread;
	bool more = max > 0;
	int64_t end;

	if (told_after(&st->told, session, cursor, max, visit, arg))
		return STORE_FOUND;
	if (find_unread(st, session, cursor, &unread) == STORE_FAILED)
		return STORE_FAILED;
	end = unread.first + (max < AT_ONCE_MAX ? max : AT_ONCE_MAX);
	for (int64_t seq = unread.first;
	     more && seq <= unread.last && seq < end; seq++) {
		ev.id = unread.ids[seq % AT_ONCE_MAX];
		if (visit_row(st, &ev, &more, visit, arg) == STORE_FAILED)
			return STORE_FAILED;
	}
	return unread.first <= unread.last ? STORE_FOUND : STORE_NONE;
}

enum found
store_event_news(struct store *st, int64_t *newest, int max,
    void (*visit)(int64_t session, void *arg), void *arg)
{
	struct query q = query(st, SQL_EVENT_NEWS);
	enum found f;
	int n = 0;

	query_int(&q, *newest);
	query_int(&q, max);
	while (query_step(&q)) {
		*newest = query_column(&q, 0);
		visit(query_column(&q, 1), arg);
		n++;
	}
	f = query_end(&q);
	return f == STORE_FAILED ? f : n == max ? STORE_FOUND : STORE_NONE;
}

/* An id must not come again when the newest event is removed. */
static enum found
note_newest(struct store *st)
{
	int64_t newest;

	if (store_event_newest(st, &newest) == STORE_FAILED)
		return STORE_FAILED;
	if (st->noted_event == newest)
		return STORE_FOUND;
	st->noted_event = newest;
	return query_run(st, SQL_EVENT_REMOVED, 1, &newest);
}

enum found
store_event_purge(struct store *st, int64_t session, int64_t acked)
{
	struct queue queue;
	enum found f;
	int64_t id;

	if (note_newest(st) == STORE_FAILED)
		return STORE_FAILED;
	f = queues_read(st, session, &queue);
	id = queue.last;
	for (int64_t seq = queue.seq; f == STORE_FOUND && id != 0; seq--) {
		const int64_t at = id;

		f = step_back(st, session, seq, &id);
		if (f == STORE_FOUND && seq <= acked &&
		    query_run(st, SQL_EVENT_DROP, 1, &at) == STORE_FAILED)
			return STORE_FAILED;
	}
	queues_forget(st->queues, session, acked);
	return f == STORE_FAILED ? f : STORE_NONE;
}
