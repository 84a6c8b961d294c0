/* The reading half of a turn: one transaction over what is durable. */
#include "api/guard.h"
#include "api/routes.h"
#include "base/log.h"
#include "serve/worker.h"
#include "store/events.h"

enum { NEWS_MAX = 10000 }; /* events looked at in one turn */

static void
wake_session(int64_t session, void *arg)
{
	struct worker *w = arg;

	seats_tell(&w->seats, session);
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

	if (!w->pending.census)
		return;
	w->pending.census = false;
	if (store_session_census(w->house.store, &due,
		w->now.ms - rules->away_ms, &w->house.census) == STORE_FAILED)
		return;
	w->pending.sweep = w->now.ms >= w->sweep_from_ms &&
	    w->house.census.due > 0;
	w->pending.pair |= w->house.census.waiting > 1;
}

/* The poll that a session held until now; another has come. */
static void
release_seat(struct worker *w, struct seat *s)
{
	loop_unset(&w->loop, &s->late);
	s->conn->seat = NULL;
	s->conn = NULL;
	w->seats.n_held--;
	/* That was for this poll, not for the next one of this seat. */
	if (s->woken == WOKEN_REPLACED)
		s->woken = WOKEN_NEWS;
}

/* Runs a held poll again, and answers it or goes on holding it. */
static void
run_again(struct worker *w, struct seat *s, enum woken why)
{
	struct slot *slot = &w->again;
	struct call *c = &slot->call;

	slot->conn = s->conn;
	reply_clear(&c->reply);
	*c = (struct call){.house = &w->house,
	    .route = s->wait.route,
	    .reply = c->reply,
	    .now = w->now,
	    .began_ms = s->glimpse.noted_ms,
	    .wait = s->wait,
	    .woken = why};
	if (guard_run(c) == WAIT)
		return;
	release_seat(w, s);
	if (why != WOKEN_REPLACED)
		w->pending.flush |= seats_see(&w->seats, c);
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
	s->held_since = w->moment;
	/* Only the older poll of this seat was replaced, in this very turn. */
	if (s->woken == WOKEN_REPLACED)
		s->woken = WOKEN_NEWS;
	w->seats.n_held++;
	seats_note(&w->seats, s, c->wait.until_ms, c->wait.acked);
}

/* Why a poll cannot be held; WOKEN_NOT: it can. */
static enum woken
no_room(struct worker *w)
{
	if (w->draining)
		return WOKEN_DRAIN;
	if (w->seats.n_held < w->held_max)
		return WOKEN_NOT;
	if (!w->is_full)
		log_warn("worker: %zu polls are held, as many as can be; "
			 "others are answered at once",
		    w->seats.n_held);
	w->is_full = true;
	return WOKEN_FULL;
}

static void
run_reader(struct worker *w, struct slot *slot)
{
	struct call *c = &slot->call;
	enum outcome o = guard_run(c);
	struct seat *s = seats_find(&w->seats, c->wait.session);

	/* Only one poll of a session is held: the older one is answered. */
	if (c->route->holds && s != NULL && s->conn != NULL &&
	    (o == WAIT || c->reply.status == 200))
		run_again(w, s, WOKEN_REPLACED);
	if (o == WAIT && (c->woken = no_room(w)) != WOKEN_NOT) {
		reply_clear(&c->reply);
		c->wait.until_ms = 0;
		o = guard_run(c);
	}
	w->pending.flush |= seats_see(&w->seats, c);
	if (o == WAIT) {
		hold(w, slot);
		w->held[w->n_held++] = (struct bell_word){c->me.id, w->moment};
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
	if (w->rung || w->seats.woken != NULL || w->pending.census)
		return true;
	for (size_t i = 0; i < w->n_slots; i++)
		if (!w->slots[i].call.route->writes)
			return true;
	return false;
}

/* Who waits on a database that is lost is told so. */
static void
refuse_woken(struct worker *w)
{
	struct seat *s;
	struct conn *cn;

	while (store_is_lost(w->house.store) &&
	    (s = seats_next_woken(&w->seats)) != NULL) {
		s->woken = WOKEN_NOT;
		cn = s->conn;
		if (cn == NULL)
			continue;
		release_seat(w, s);
		w->again.call = (struct call){.house = &w->house,
		    .route = s->wait.route,
		    .reply = w->again.call.reply};
		call_fail(&w->again.call);
		conn_answer(cn, &w->again.call.reply);
	}
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

void
turn_read(struct worker *w)
{
	struct store *st = w->house.store;

	if (!has_readers(w))
		return;
	if (store_begin(st, DB_READ) != 0) {
		w->pending.census = false;
		refuse_readers(w);
		refuse_woken(w);
		return;
	}
	w->moment = clock_steady_ns();
	look_for_news(w);
	take_census(w);
	for (size_t i = 0; i < w->n_slots; i++)
		if (!w->slots[i].call.route->writes)
			run_reader(w, &w->slots[i]);
	run_woken(w);
	store_commit(st);
	bell_held(&w->bell, w->now.ms, w->held, w->n_held);
	w->n_held = 0;
}
