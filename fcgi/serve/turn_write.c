/* The writing half of a turn: one transaction, and only then the answers. */
#include "api/routes.h"
#include "chat/pairing.h"
#include "serve/worker.h"
#include "store/chats.h"
#include "store/nonces.h"

enum { FLUSH_MAX = 1000 }; /* glimpses stored in one turn */

/* False: the transaction is lost. */
static bool
run_writer(struct worker *w, struct slot *s)
{
	struct store *st = w->house.store;

	if (store_savepoint(st) != 0)
		return false;
	routes_run(&s->call);
	if (!s->call.failed)
		return store_release(st) == 0;
	return store_rollback_to(st) == 0;
}

/* One that cannot be stored is left out. False: the transaction is lost. */
static bool
store_glimpse(struct worker *w, const struct seat *s)
{
	struct store *st = w->house.store;

	if (store_savepoint(st) != 0)
		return false;
	if (presence_note(st, &w->house.rules, &s->glimpse, w->now) ==
	    STORE_FAILED)
		return store_rollback_to(st) == 0;
	return store_release(st) == 0;
}

static bool
flush(struct worker *w)
{
	struct seat *s;

	if (!w->flush_due)
		return true;
	for (int i = 0; i < FLUSH_MAX; i++) {
		s = seats_next_dirty(&w->seats);
		if (s == NULL) {
			w->flush_due = false;
			return true;
		}
		if (!store_glimpse(w, s))
			return false;
	}
	return true;
}

/* The rules that time applies, to a few sessions at a time. */
static enum found
sweep(struct worker *w)
{
	struct store *st = w->house.store;
	enum found away, pair;

	away = presence_sweep(st, &w->house.rules, w->now);
	if (away == STORE_FAILED)
		return away;
	pair = pairing_sweep(st, &w->house.rules, w->now);
	return away == STORE_FOUND && pair != STORE_FAILED ? away : pair;
}

/* Old rows, a few at a time. */
static enum found
purge(struct worker *w)
{
	struct store *st = w->house.store;
	enum found nonces, chats;

	nonces = store_nonce_purge(st, w->now.ms);
	if (nonces == STORE_FAILED)
		return nonces;
	chats = store_chat_purge(st, w->now.ms - w->house.rules.gone_ms);
	return nonces == STORE_FOUND && chats != STORE_FAILED ? nonces : chats;
}

/*
 * Housekeeping must not cost anybody an answer: what fails undoes itself
 * alone. False: the transaction is lost.
 */
static bool
keep_house(struct worker *w, bool *due, enum found (*part)(struct worker *))
{
	struct store *st = w->house.store;
	enum found f;

	if (!*due)
		return true;
	if (store_savepoint(st) != 0)
		return false;
	f = part(w);
	*due = f == STORE_FOUND;
	if (f == STORE_FAILED)
		return store_rollback_to(st) == 0;
	return store_release(st) == 0;
}

static bool
run_writers(struct worker *w)
{
	for (size_t i = 0; i < w->n_slots; i++)
		if (w->slots[i].call.route->writes &&
		    !run_writer(w, &w->slots[i]))
			return false;
	return flush(w) && keep_house(w, &w->sweep_due, sweep) &&
	    keep_house(w, &w->purge_due, purge);
}

static bool
has_writers(const struct worker *w)
{
	if ((w->flush_due && w->seats.dirty != NULL) || w->sweep_due ||
	    w->purge_due)
		return true;
	for (size_t i = 0; i < w->n_slots; i++)
		if (w->slots[i].call.route->writes)
			return true;
	return false;
}

/* Everybody who was told something in this transaction is woken. */
static void
wake_touched(struct worker *w)
{
	const struct touched *t = &w->house.store->touched;

	for (size_t i = 0; i < t->n; i++) {
		struct seat *s = seats_find(&w->seats, t->ids[i]);

		if (s != NULL)
			seats_wake(&w->seats, s, WOKEN_NEWS);
	}
	if (t->n == 0)
		return;
	w->wrote = true;
	bell_ring(&w->bell, w->now.ms);
}

static void
answer_writers(struct worker *w, bool durable)
{
	for (size_t i = 0; i < w->n_slots; i++) {
		struct slot *s = &w->slots[i];

		if (!s->call.route->writes)
			continue;
		if (!durable)
			call_fail(&s->call);
		conn_answer(s->conn, &s->call.reply);
		if (durable)
			w->flush_due |= seats_see(&w->seats, &s->call);
	}
}

void
turn_write(struct worker *w)
{
	struct store *st = w->house.store;
	bool durable = false;

	if (!has_writers(w))
		return;
	if (store_begin(st, DB_WRITE) == 0) {
		durable = run_writers(w);
		if (durable)
			durable = store_commit(st) == 0;
		else
			store_rollback(st);
	}
	/* What could not be stored now is tried again with the next chore. */
	if (!durable)
		w->flush_due = w->sweep_due = w->purge_due = false;
	seats_flushed(&w->seats, durable);
	answer_writers(w, durable);
	if (durable)
		wake_touched(w);
}
