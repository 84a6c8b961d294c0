/*
 * The queues: what each session is to be told, numbered 1, 2, 3 ... without
 * gaps. Nothing is deleted on reading; only a cursor proves delivery.
 */
#include <string.h>

#include "store/cache.h"
#include "store/events.h"
#include "store/query.h"

enum { PURGE_STEP = 500 }; /* rows that one step removes at most */

static enum found
read_seq(struct store *st, int64_t session, int64_t *seq)
{
	const struct session *s = cache_by_id(st->cache, session);
	struct query q = query(st, SQL_SESSION_SEQ);

	if (s != NULL) {
		*seq = s->seq;
		return STORE_FOUND;
	}
	query_int(&q, session);
	if (query_step(&q))
		*seq = query_column(&q, 0);
	return query_end(&q);
}

/* Takes the next number of a session's queue. */
static enum found
take_seq(struct store *st, int64_t session, int64_t *seq)
{
	int64_t set[2] = {session};
	enum found f = read_seq(st, session, seq);

	if (f != STORE_FOUND)
		return f;
	set[1] = ++*seq;
	if (query_run(st, SQL_SESSION_SEQ_SET, 2, set) == STORE_FAILED)
		return STORE_FAILED;
	cache_told(st->cache, session, *seq);
	return STORE_FOUND;
}

enum found
store_event_add(struct store *st, struct event *ev)
{
	struct query q = query(st, SQL_EVENT_ADD);
	enum found f = take_seq(st, ev->session, &ev->seq);

	if (f != STORE_FOUND)
		return f;
	query_int(&q, ev->session);
	query_int(&q, ev->seq);
	query_int(&q, ev->chat);
	query_text(&q, ev->type, strlen(ev->type));
	query_int(&q, ev->at);
	query_text(&q, ev->body, ev->body_len);
	f = query_inserted(&q, &ev->id);
	if (f == STORE_FOUND)
		told_add(&st->told, ev);
	return f;
}

enum found
store_event_after(struct store *st, int64_t session, int64_t cursor, int max,
    bool (*visit)(const struct event *, void *arg), void *arg)
{
	struct query q = query(st, SQL_EVENT_AFTER);
	struct event ev = {.session = session};
	size_t len;
	bool more = true;

	if (told_after(&st->told, session, cursor, max, visit, arg))
		return STORE_FOUND;
	query_int(&q, session);
	query_int(&q, cursor);
	query_int(&q, max);
	while (more && query_step(&q)) {
		ev.id = query_column(&q, 0);
		ev.seq = query_column(&q, 1);
		ev.chat = query_column(&q, 2);
		ev.type = query_column_text(&q, 3, &len);
		ev.at = query_column(&q, 4);
		ev.body = query_column_text(&q, 5, &ev.body_len);
		more = visit(&ev, arg);
	}
	return query_end(&q);
}

enum found
store_event_newest(struct store *st, int64_t *id)
{
	struct query q = query(st, SQL_EVENT_NEWEST);

	if (query_step(&q))
		*id = query_column(&q, 0);
	return query_end(&q);
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

enum found
store_event_purge(struct store *st, int64_t session, int64_t acked)
{
	const int64_t n[] = {session, acked};

	return query_purge(st, SQL_EVENT_PURGE, 2, n, PURGE_STEP);
}
