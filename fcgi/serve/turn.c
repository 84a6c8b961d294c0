/*
 * One turn of the worker:
 *
 *	the requests that are ready have been read into slots;
 *	those that write run in ONE transaction, each in a savepoint of its own,
 *	with the glimpses that are due; COMMIT; only then are they answered;
 *	the bell rings; then all that reads runs in ONE transaction: news from
 *	other processes, polls, and the held polls that were woken.
 *
 * Nobody sees what is not durable yet, since readers run after the commit.
 */
#include "api/routes.h"
#include "serve/worker.h"

static struct glimpse *
note(struct worker *w, int64_t session, int64_t seen_ms, int64_t acked)
{
	struct seat *s = seats_take(&w->seats, session);

	if (s == NULL)
		return NULL; /* no memory: it is seen again with its next call
			      */
	seats_note(&w->seats, s, seen_ms, acked);
	return &s->glimpse;
}

static void
forget(struct worker *w, int64_t session)
{
	struct seat *s = seats_find(&w->seats, session);

	if (s == NULL)
		return;
	s->is_dirty = false;
	seats_wake(&w->seats, s, WOKEN_NEWS);
}

void
turn_note_presence(struct worker *w, const struct call *c)
{
	if (c->presence == PRESENCE_FORGET)
		forget(w, c->me.id);
	if (c->presence != PRESENCE_SEEN)
		return;
	note(w, c->me.id, c->now.ms, c->wait.cursor);
	if (c->urgent)
		w->flush_due = w->loop.again = true;
}

static void
clear_slots(struct worker *w)
{
	for (size_t i = 0; i < w->n_slots; i++) {
		call_clear(&w->slots[i].call);
		request_free(&w->slots[i].request);
	}
	w->n_slots = 0;
}

void
turn_run(void *worker)
{
	struct worker *w = worker;

	w->now = clock_now();
	for (size_t i = 0; i < w->n_slots; i++)
		w->slots[i].call.now = w->now;
	turn_write(w);
	turn_read(w);
	clear_slots(w);
	if (w->checkpoint_due)
		store_checkpoint(w->house.store,
		    w->house.conf->wal_max_kib * 1024);
	w->checkpoint_due = false;
	if (w->drain_asked && !w->draining)
		worker_drain(w);
}
