#include "store/queues.h"

#include <stddef.h>
#include <stdlib.h>

#include "store/query.h"

enum { ENTRIES_MAX = 16384 }; /* some 6 MB; then it begins anew */

struct queue_entry {
	struct map_node node; /* comes first */
	struct queue queue;
	bool is_listed, is_gone; /* among the changed; its session has ended */
	struct queue_entry *next_changed;
	int64_t first_noted; /* the numbers from here on were noted; 0: none */
	int64_t recent[QUEUE_RECENT]; /* number seq is at seq % QUEUE_RECENT */
};

static struct queue_entry *
find(const struct queues *qs, int64_t session)
{
	return (struct queue_entry *)map_find(&qs->by_session, session);
}

static void
drop_node(struct map_node *n, void *queues)
{
	struct queues *qs = queues;

	map_drop(&qs->by_session, n);
	free(n);
}

void
queues_clear(struct queues *qs)
{
	map_each(&qs->by_session, drop_node, qs);
	qs->changed = NULL;
}

void
queues_free(struct queues *qs)
{
	queues_clear(qs);
	map_free(&qs->by_session);
}

/* The session's entry, a new one if need be; NULL: no memory. */
static struct queue_entry *
take(struct queues *qs, int64_t session)
{
	struct queue_entry *e = find(qs, session);

	if (e != NULL)
		return e;
	if (qs->by_session.n >= ENTRIES_MAX && qs->changed == NULL)
		queues_clear(qs);
	e = calloc(1, sizeof(*e));
	if (e != NULL && map_add(&qs->by_session, &e->node, session) != 0) {
		free(e);
		e = NULL;
	}
	return e;
}

enum found
queues_read(struct store *st, int64_t session, struct queue *out)
{
	struct queue_entry *e = find(st->queues, session);
	struct query q = query(st, SQL_QUEUE_ROW);
	enum found f;

	if (e != NULL) {
		*out = e->queue;
		return e->is_gone ? STORE_NONE : STORE_FOUND;
	}
	*out = (struct queue){0};
	query_int(&q, session);
	if (query_step(&q)) {
		out->seq = query_column(&q, 0);
		out->last = query_column(&q, 1);
		out->sent = query_column(&q, 2);
	}
	f = query_end(&q);
	e = f == STORE_FOUND ? take(st->queues, session) : NULL;
	if (e != NULL)
		e->queue = *out;
	return f;
}

static enum found
store_row(struct store *st, int64_t session, const struct queue *queue)
{
	const int64_t n[] = {session, queue->seq, queue->last, queue->sent};

	return query_run(st, SQL_QUEUE_SET, 4, n);
}

enum found
queues_write(struct store *st, int64_t session, const struct queue *queue)
{
	struct queue_entry *e = take(st->queues, session);

	if (e == NULL)
		return store_row(st, session, queue);
	e->queue = *queue;
	if (e->is_listed)
		return STORE_FOUND;
	e->is_listed = true;
	e->next_changed = st->queues->changed;
	st->queues->changed = e;
	return STORE_FOUND;
}

void
queues_note(struct queues *qs, int64_t session, int64_t seq, int64_t id)
{
	struct queue_entry *e = find(qs, session);

	if (e == NULL)
		return;
	if (e->first_noted == 0)
		e->first_noted = seq;
	e->recent[seq % QUEUE_RECENT] = id;
}

int64_t
queues_event(const struct queues *qs, int64_t session, int64_t seq)
{
	const struct queue_entry *e = find(qs, session);

	if (e == NULL || e->first_noted == 0 || seq < e->first_noted ||
	    seq > e->queue.seq || seq <= e->queue.seq - QUEUE_RECENT)
		return 0;
	return e->recent[seq % QUEUE_RECENT];
}

void
queues_forget(struct queues *qs, int64_t session, int64_t seq)
{
	struct queue_entry *e = find(qs, session);

	if (e != NULL && e->first_noted != 0 && e->first_noted <= seq)
		e->first_noted = seq < e->queue.seq ? seq + 1 : 0;
}

enum found
queues_store(struct store *st)
{
	struct queue_entry *e;

	while ((e = st->queues->changed) != NULL) {
		if (!e->is_gone &&
		    store_row(st, e->node.key, &e->queue) == STORE_FAILED)
			return STORE_FAILED;
		st->queues->changed = e->next_changed;
		e->is_listed = false;
		if (e->is_gone)
			drop_node(&e->node, st->queues);
	}
	return STORE_FOUND;
}

enum found
queues_add(struct store *st, int64_t session)
{
	return queues_write(st, session, &(struct queue){0});
}

enum found
queues_drop(struct store *st, int64_t session)
{
	struct queue_entry *e = find(st->queues, session);

	if (e != NULL && e->is_listed)
		e->is_gone = true;
	else if (e != NULL)
		drop_node(&e->node, st->queues);
	return query_run(st, SQL_QUEUE_DROP, 1, &session);
}
