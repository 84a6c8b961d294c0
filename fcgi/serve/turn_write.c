/*
 * The writing half of a turn: one transaction, and only then the answers.
 *
 * At first no part of it has a savepoint: they cost a copy of every page, and
 * hardly ever a part fails. If one does, all is undone and run again with a
 * savepoint for each, so that only what fails is lost; handlers may be run
 * again.
 */
#include "api/guard.h"
#include "api/routes.h"
#include "serve/worker.h"

enum { FLUSH_AT = 2048 }; /* events told, since acknowledged ones were purged */

/* False: the transaction is lost. */
static bool
run_part(struct worker *w, enum found (*part)(struct worker *, void *),
    void *arg)
{
	struct store *st = w->house.store;

	if (!w->careful)
		return part(w, arg) != STORE_FAILED;
	if (store_savepoint(st) != 0)
		return false;
	if (part(w, arg) == STORE_FAILED)
		return store_rollback_to(st) == 0;
	return store_release(st) == 0;
}

static enum found
run_writer(struct worker *w, void *slot)
{
	struct slot *s = slot;

	(void)w;
	call_again(&s->call);
	guard_run(&s->call);
	return s->call.failed ? STORE_FAILED : STORE_FOUND;
}

static bool
run_parts(struct worker *w)
{
	for (size_t i = 0; i < w->n_slots; i++)
		if (w->slots[i].call.route->writes &&
		    !run_part(w, run_writer, &w->slots[i]))
			return false;
	return housekeeping_run(w, run_part);
}

enum attempt { STORED, SPOILT, UNDONE };

/* SPOILT: some part has failed, and the rest might not. */
static enum attempt
attempt(struct worker *w, bool careful)
{
	struct pending before = w->pending;

	w->careful = careful;
	if (store_begin(w->house.store, DB_WRITE) != 0)
		return UNDONE;
	if (run_parts(w))
		return store_commit(w->house.store) == 0 ? STORED : UNDONE;
	store_rollback(w->house.store);
	if (careful)
		return UNDONE;
	seats_flushed(&w->seats, false);
	w->pending = before;
	return SPOILT;
}

static bool
has_writers(const struct worker *w)
{
	if ((w->pending.flush && w->seats.dirty != NULL) || w->pending.sweep ||
	    w->pending.pair || w->pending.purge)
		return true;
	for (size_t i = 0; i < w->n_slots; i++)
		if (w->slots[i].call.route->writes)
			return true;
	return false;
}

/* Everybody who was told something in this transaction is woken. */
static void
wake_told(struct worker *w)
{
	const struct told *t = &w->house.store->told;

	for (size_t i = 0; i < t->n; i++)
		seats_tell(&w->seats, t->events[i].event.session);
	if (t->n == 0 && !t->has_gaps)
		return;
	w->is_busy = true;
	/* Unless others have told something, too, there is no need to look. */
	w->rung |= t->has_gaps;
	if (!w->rung && !w->house.store->news)
		w->newest = w->house.store->newest_event;
	/* A queue that stays short is a few pages to write instead of many. */
	w->n_unflushed += t->n;
	w->pending.flush |= w->n_unflushed >= FLUSH_AT;
	bell_ring(&w->bell, w->now.ms);
}

/* What is left to do later because of a call. */
static void
note_call(struct worker *w, const struct call *c)
{
	w->pending.flush |= seats_see(&w->seats, c);
	if (c->presence == PRESENCE_FORGET)
		bell_over(&w->bell, w->now.ms, c->me.id);
	if (c->due_ms != 0 && (w->widen_ms == 0 || c->due_ms < w->widen_ms))
		worker_widen_at(w, c->due_ms);
}

static void
settle_writers(struct worker *w, bool durable)
{
	for (size_t i = 0; i < w->n_slots; i++) {
		struct slot *s = &w->slots[i];

		if (!s->call.route->writes)
			continue;
		if (durable)
			note_call(w, &s->call);
		else
			call_fail(&s->call);
	}
}

void
turn_answer(struct worker *w)
{
	for (size_t i = 0; i < w->n_slots; i++)
		if (w->slots[i].call.route->writes)
			conn_answer(w->slots[i].conn, &w->slots[i].call.reply);
}

void
turn_write(struct worker *w)
{
	enum attempt a;

	if (!has_writers(w))
		return;
	a = attempt(w, false);
	if (a == SPOILT)
		a = attempt(w, true);
	seats_flushed(&w->seats, a == STORED);
	settle_writers(w, a == STORED);
	if (a == STORED)
		wake_told(w);
	else /* tried again with the next chore */
		w->pending = (struct pending){.census = w->pending.census};
}
