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
	return queues_write(st, ev->session, &queue);
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

/* The event's place in its chain. */
static enum found
read_link(struct store *st, int64_t id, int64_t *prev, int64_t *seq)
{
	struct query q = query(st, SQL_EVENT_ROW);

	query_int(&q, id);
	if (query_step(&q)) {
		*prev = query_column(&q, 0);
		*seq = query_column(&q, 1);
		/* Whatever the file holds: every way back comes to an end. */
		if (*prev >= id)
			*prev = 0;
	}
	return query_end(&q);
}

/* STORE_NONE: the event is there no more; or that was enough. */
static enum found
visit_row(struct store *st, struct event *ev,
    bool (*visit)(const struct event *, void *arg), void *arg)
{
	struct query q = query(st, SQL_EVENT_ROW);
	bool more = false;
	size_t len;

	query_int(&q, ev->id);
	if (query_step(&q)) {
		ev->seq = query_column(&q, 1);
		ev->chat = query_column(&q, 2);
		ev->type = query_column_text(&q, 3, &len);
		ev->at = query_column(&q, 4);
		ev->body = query_column_text(&q, 5, &ev->body_len);
		more = visit(ev, arg);
	}
	return query_end(&q) == STORE_FAILED ? STORE_FAILED
	    : more                           ? STORE_FOUND
					     : STORE_NONE;
}

/*
 * The ids of the first events beyond the cursor, in a ring: that of number seq
 * at seq % AT_ONCE_MAX. The way leads back over all that are beyond it.
 */
static enum found
find_unread(struct store *st, int64_t last, int64_t cursor,
    int64_t ids[AT_ONCE_MAX], int64_t *first)
{
	int64_t id = last, prev = 0, seq = 0;

	while (id != 0) {
		enum found f = read_link(st, id, &prev, &seq);

		if (f != STORE_FOUND || seq <= cursor)
			return f;
		ids[seq % AT_ONCE_MAX] = id;
		*first = seq;
		/* The next one is what we came for: no need to look there. */
		id = seq == cursor + 1 ? 0 : prev;
	}
	return STORE_FOUND;
}

enum found
store_event_after(struct store *st, int64_t session, int64_t cursor, int max,
    bool (*visit)(const struct event *, void *arg), void *arg)
{
	struct event ev = {.session = session};
	int64_t ids[AT_ONCE_MAX], first = 0;
	struct queue queue;
	enum found f;

	if (told_after(&st->told, session, cursor, max, visit, arg))
		return STORE_FOUND;
	f = queues_read(st, session, &queue);
	if (f != STORE_FOUND)
		return f;
	if (find_unread(st, queue.last, cursor, ids, &first) == STORE_FAILED)
		return STORE_FAILED;
	if (max > AT_ONCE_MAX)
		max = AT_ONCE_MAX;
	for (int n = 0; first != 0 && n < max && first + n <= queue.seq; n++) {
		ev.id = ids[(first + n) % AT_ONCE_MAX];
		f = visit_row(st, &ev, visit, arg);
		if (f != STORE_FOUND)
			return f;
	}
	return first != 0 ? STORE_FOUND : STORE_NONE;
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
	int64_t id, prev = 0, seq = 0;
	struct queue queue;
	enum found f;

	if (note_newest(st) == STORE_FAILED)
		return STORE_FAILED;
	f = queues_read(st, session, &queue);
	if (f != STORE_FOUND)
		return f;
	for (id = queue.last; id != 0; id = prev) {
		f = read_link(st, id, &prev, &seq);
		if (f != STORE_FOUND)
			return f;
		if (seq <= acked &&
		    query_run(st, SQL_EVENT_DROP, 1, &id) == STORE_FAILED)
			return STORE_FAILED;
	}
	return STORE_NONE;
}
