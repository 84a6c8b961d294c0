/*
 * One turn of the worker:
 *
 *	the requests that are ready have been read into slots;
 *	those that write run in ONE transaction, with the glimpses that are due
 *	(one that fails undoes itself alone: turn_write.c); COMMIT;
 *	the bell rings; then all that reads runs in ONE transaction: news from
 *	other processes, polls, and the held polls that were woken;
 *	last, those that wrote are answered: whom they wrote to waits longer.
 *
 * Nobody sees what is not durable yet, since readers run after the commit.
 */
#include "api/routes.h"
#include "serve/worker.h"

enum { SLEPT_MS = 5000 };

static void
clear_slots(struct worker *w)
{
	for (size_t i = 0; i < w->n_slots; i++) {
		call_clear(&w->slots[i].call);
		request_free(&w->slots[i].request);
		reply_clear(&w->slots[i].call.reply);
	}
	w->n_slots = w->n_heavy = 0;
}

/*
 * The loop wakes several times a second: a longer pause means that the machine
 * slept, or that nobody was served for other reasons. Clients come back before
 * it is held against them that they did not poll.
 */
static void
look_at_clock(struct worker *w)
{
	int64_t before_ms = w->now.ms;

	w->now = clock_now();
	if (w->now.ms - before_ms < SLEPT_MS)
		return;
	w->sweep_from_ms = w->now.ms + w->house.rules.away_ms;
	w->pending.sweep = false;
}

void
turn_run(struct worker *w)
{
	look_at_clock(w);
	for (size_t i = 0; i < w->n_slots; i++) {
		w->slots[i].call.now = w->now;
		w->slots[i].call.began_ms = w->now.ms;
	}
	turn_write(w);
	turn_read(w);
	turn_answer(w);
	clear_slots(w);
	store_checkpoint(w->house.store, w->house.conf->wal_max_kib * 1024,
	    false);
	if (w->pending.tidy)
		store_checkpoint(w->house.store, 0, true);
	w->pending.tidy = false;
	/* What is still to be stored does not wait for the next event. */
	w->pending.flush = w->pending.flush && w->seats.dirty != NULL;
	w->loop.again = w->pending.flush || w->pending.sweep ||
	    w->pending.pair || w->pending.purge;
}
