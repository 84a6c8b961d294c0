/* What a worker's write transactions do beside the handlers' work. */
#include "chat/pairing.h"
#include "serve/worker.h"
#include "store/chats.h"
#include "store/door.h"
#include "store/nonces.h"

enum { FLUSH_MAX = 1000 }; /* glimpses stored in one turn */

static enum found
store_glimpse(struct worker *w, void *seat)
{
	const struct seat *s = seat;

	return presence_note(w->house.store, &w->house.rules, &s->glimpse,
	    w->now);
}

/* Old rows, a few at a time. */
static enum found
remove_old(struct worker *w)
{
	struct store *st = w->house.store;
	enum found nonces, chats, door;

	nonces = store_nonce_purge(st, w->now.ms);
	if (nonces == STORE_FAILED)
		return nonces;
	chats = store_chat_purge(st, w->now.ms - w->house.rules.gone_ms);
	door = chats == STORE_FAILED ? chats : store_door_purge(st, w->now.ms);
	if (door == STORE_FAILED)
		return door;
	return nonces == STORE_FOUND || door == STORE_FOUND ? STORE_FOUND
							    : chats;
}

static bool
flush(struct worker *w,
    bool (*run_part)(struct worker *,
	enum found (*part)(struct worker *, void *), void *))
{
	struct seat *s;

	for (int i = 0; i < FLUSH_MAX; i++) {
		s = seats_next_dirty(&w->seats);
		if (s == NULL) {
			w->pending.flush = false;
			w->n_unflushed = 0;
			return true;
		}
		if (!run_part(w, store_glimpse, s))
			return false;
	}
	return true;
}

/*
 * The rules that time applies, to a few sessions at a time. A part says
 * STORE_FOUND if it is to be run again soon.
 */
static enum found
sweep(struct worker *w, void *none)
{
	enum found f = presence_sweep(w->house.store, &w->house.rules, w->now);

	(void)none;
	w->pending.sweep = f == STORE_FOUND;
	return f;
}

static enum found
pair(struct worker *w, void *none)
{
	int64_t next_ms = 0;
	enum found f = pairing_sweep(w->house.store, &w->house.rules, w->now,
	    &next_ms);

	(void)none;
	w->pending.pair = f == STORE_FOUND;
	worker_widen_at(w, next_ms);
	return f;
}

static enum found
purge(struct worker *w, void *none)
{
	enum found f = remove_old(w);

	(void)none;
	w->pending.purge = f == STORE_FOUND;
	/* Of what was erased nothing is to stay in the log, either. */
	w->pending.tidy |= f == STORE_NONE && w->house.store->has_erased;
	return f;
}

bool
housekeeping_run(struct worker *w,
    bool (*run_part)(struct worker *,
	enum found (*part)(struct worker *, void *), void *))
{
	return (!w->pending.flush || flush(w, run_part)) &&
	    (!w->pending.sweep || run_part(w, sweep, NULL)) &&
	    (!w->pending.pair || run_part(w, pair, NULL)) &&
	    (!w->pending.purge || run_part(w, purge, NULL));
}
