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
#include "base/log.h"
#include "chat/pairing.h"
#include "serve/worker.h"

enum {
	FLUSH_MAX = 1000,  /* glimpses stored in one turn */
	NEWS_MAX = 10000,  /* events looked at in one turn */
};

static struct glimpse *
note(struct worker *w, int64_t session, int64_t seen_ms, int64_t acked)
{
	struct seat *s = seats_take(&w->seats, session);

	if (s == NULL)
		return NULL; /* no memory: it is seen again with its next call */
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

static void
note_presence(struct worker *w, const struct call *c)
{
	if (c->presence == PRESENCE_FORGET)
		forget(w, c->me.id);
	if (c->presence != PRESENCE_SEEN)
		return;
	note(w, c->me.id, c->now.ms, c->wait.cursor);
	if (c->urgent)
		w->flush_due = w->loop.again = true;
}

/* ---- writers ---- */

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

/* False: the transaction is lost. */
static bool
store_glimpse(struct worker *w, struct seat *s)
{
	struct store *st = w->house.store;
	enum found f;

	if (store_savepoint(st) != 0)
		return false;
	f = presence_note(st, &w->house.rules, &s->glimpse, w->now);
	if (f == STORE_FAILED)
		return store_rollback_to(st) == 0;
	s->glimpse.lease_ms = s->glimpse.seen_ms;
	s->is_dirty = false;
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
		if (s->is_dirty && !store_glimpse(w, s))
			return false;
		seats_tidy(&w->seats, s);
	}
	w->loop.again = true;
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

	if (store_nonce_purge(st, w->now.ms) == STORE_FAILED)
		return STORE_FAILED;
	return store_chat_purge(st, w->now.ms - w->house.rules.gone_ms);
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
	w->loop.again |= *due;
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
			note_presence(w, &s->call);
	}
}

static void
write_phase(struct worker *w)
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
	answer_writers(w, durable);
	if (durable)
		wake_touched(w);
}

/* ---- readers ---- */

static void
wake_session(int64_t session, void *arg)
{
	struct worker *w = arg;
	struct seat *s = seats_find(&w->seats, session);

	if (s != NULL)
		seats_wake(&w->seats, s, WOKEN_NEWS);
}

/* Whom have other processes told something? */
static void
look_for_news(struct worker *w)
{
	enum found f = STORE_FOUND;

	if (w->rung)
		f = store_event_news(w->house.store, &w->newest, NEWS_MAX,
		    wake_session, w);
	w->rung = f == STORE_FOUND && w->rung;
}

static void
take_census(struct worker *w)
{
	const struct rules *rules = &w->house.rules;
	struct due due = presence_due(rules, w->now);

	if (!w->census_due)
		return;
	w->census_due = false;
	if (store_session_census(w->house.store, &due,
		w->now.ms - rules->away_ms, &w->house.census) == STORE_FAILED)
		return;
	w->sweep_due = w->now.ms >= w->sweep_from_ms &&
	    (w->house.census.due > 0 || w->house.census.waiting > 1);
	w->loop.again |= w->sweep_due;
}

/* The poll that a session held until now; another has come. */
static void
release_seat(struct worker *w, struct seat *s)
{
	loop_unset(&w->loop, &s->late);
	s->conn->seat = NULL;
	s->conn = NULL;
	w->seats.n_held--;
}

/* Runs a held poll again, and answers it or goes on holding it. */
static void
run_again(struct worker *w, struct seat *s, enum woken why)
{
	struct slot *slot = &w->again;
	struct call *c = &slot->call;

	slot->conn = s->conn;
	reply_clear(&c->reply);
	*c = (struct call) { .house = &w->house, .route = routes_poll(),
		.reply = c->reply, .now = w->now, .wait = s->wait,
		.woken = why };
	if (routes_run(c) == WAIT)
		return;
	release_seat(w, s);
	if (why != WOKEN_REPLACED)
		note_presence(w, c);
	conn_answer(slot->conn, &c->reply);
}

static void
seat_late(struct timer *t)
{
	struct seat *s = (struct seat *)t;

	seats_wake(&s->worker->seats, s, WOKEN_LATE);
}

static void
hold(struct worker *w, struct slot *slot)
{
	struct call *c = &slot->call;
	struct seat *s = seats_take(&w->seats, c->me.id);

	if (s == NULL || loop_set(&w->loop, &s->late, c->wait.until_ms) != 0) {
		call_fail(c);
		conn_answer(slot->conn, &c->reply);
		return;
	}
	s->worker = w;
	s->late.due = seat_late;
	s->conn = slot->conn;
	s->conn->seat = s;
	s->wait = c->wait;
	w->seats.n_held++;
	seats_note(&w->seats, s, c->wait.until_ms, c->wait.cursor);
}

static void
run_reader(struct worker *w, struct slot *slot)
{
	struct call *c = &slot->call;
	enum outcome o = routes_run(c);
	struct seat *s = seats_find(&w->seats, c->wait.session);

	/* Only one poll of a session is held: the older one is answered. */
	if (c->route == routes_poll() && s != NULL && s->conn != NULL &&
	    (o == WAIT || c->reply.status == 200))
		run_again(w, s, WOKEN_REPLACED);
	if (o == WAIT && w->draining) {
		reply_clear(&c->reply);
		c->wait.until_ms = 0;
		c->woken = WOKEN_DRAIN;
		o = routes_run(c);
	}
	note_presence(w, c);
	if (o == WAIT) {
		hold(w, slot);
		w->held[w->n_held++] = c->me.id;
	} else
		conn_answer(slot->conn, &c->reply);
}

static void
run_woken(struct worker *w)
{
	struct seat *s;

	while ((s = seats_next_woken(&w->seats)) != NULL) {
		enum woken why = s->woken;

		s->woken = WOKEN_NOT;
		if (s->conn != NULL)
			run_again(w, s, why);
		seats_tidy(&w->seats, s);
	}
}

static bool
has_readers(const struct worker *w)
{
	if (w->rung || w->seats.woken != NULL || w->census_due)
		return true;
	for (size_t i = 0; i < w->n_slots; i++)
		if (!w->slots[i].call.route->writes)
			return true;
	return false;
}

static void
refuse_readers(struct worker *w)
{
	for (size_t i = 0; i < w->n_slots; i++) {
		struct slot *s = &w->slots[i];

		if (s->call.route->writes)
			continue;
		call_fail(&s->call);
		conn_answer(s->conn, &s->call.reply);
	}
}

static void
read_phase(struct worker *w)
{
	struct store *st = w->house.store;

	if (!has_readers(w))
		return;
	if (store_begin(st, DB_READ) != 0) {
		w->census_due = false;
		refuse_readers(w);
		return;
	}
	look_for_news(w);
	take_census(w);
	for (size_t i = 0; i < w->n_slots; i++)
		if (!w->slots[i].call.route->writes)
			run_reader(w, &w->slots[i]);
	run_woken(w);
	store_commit(st);
	if (w->n_held > 0)
		bell_held(&w->bell, w->now.ms, w->held, w->n_held);
	w->n_held = 0;
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
	write_phase(w);
	read_phase(w);
	clear_slots(w);
	if (w->checkpoint_due)
		store_checkpoint(w->house.store,
		    w->house.conf->wal_max_kib * 1024);
	w->checkpoint_due = false;
	if (w->drain_asked && !w->draining)
		worker_drain(w);
}
