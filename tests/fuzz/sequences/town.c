#include "town.h"

#include <malloc.h>

#include "../../unit/visit.h"

#include "../answer.h"
#include "../whole.h"
#include "chat/pairing.h"
#include "chat/presence.h"
#include "store/chats.h"
#include "store/nonces.h"

enum { TURN_MAX = 4, WAL_MAX = 4 << 20 };

/* ---- a turn ---- */

static struct {
	struct visit visits[TURN_MAX];
	int who[TURN_MAX];
	bool again[TURN_MAX]; /* may be undone and run again */
	int n;
	bool is_open;
} turn;

/* What is left of a held poll, and since when it is held. */
static struct wait held[PEOPLE_MAX];
static int64_t held_ms[PEOPLE_MAX];

/* Two workers, as far as the store can tell: each remembers what it likes. */
static struct store *stores[2];

/* One of them does what comes next. */
static void
choose_worker(void)
{
	fx.st = visit_house.store = stores[dice(2)];
}

static void
open_store(int i, struct store *st)
{
	MUST(st != NULL);
	stores[i] = st;
	st->nonce_ms = NONCE_MS;
	/* That it is durable is for others to test. */
	sqlite3_exec(fx.sq, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
}

void
town_open(void)
{
	dice_rule();
	MUST(visit_start(NULL) == 0);
	open_store(0, visit_house.store);
	open_store(1, fx_store());
	rates_free(visit_house.rates);
	visit_house.rates = NULL;
	visit_house.rules = fx_rules;
	visit_house.rules.backlog = 12;
	visit_house.rules.pictures = 2;
	rules = &visit_house.rules;
	model.now = fx.now;
}

void
town_close(void)
{
	store_close(stores[1]);
	fx.st = stores[0];
	fx_close(NULL);
}

/* The lease and the cursor, as a worker stores them; and what follows. */
static void
note_seen(int i, const struct call *c, bool waits)
{
	const struct glimpse g = {.session = c->me.id,
	    .seen_ms = waits ? c->wait.until_ms : model.now.ms,
	    .acked = c->wait.acked,
	    .noted_ms = model.now.ms};
	struct person *p = person(i);
	bool is_late = p->seen_ms < model.now.ms - rules->fresh_ms / 2;

	if (!p->is_alive || c->presence != PRESENCE_SEEN)
		return;
	choose_worker();
	MUST(store_begin(fx.st, DB_WRITE) == 0);
	MUST(presence_note(fx.st, rules, &g, fx.now) == STORE_FOUND);
	MUST(store_commit(fx.st) == 0);
	model_seen(i, g.seen_ms, g.acked);
	if (p->state == SESSION_CHATTING && p->is_away)
		model_away(i, false);
	else if (p->state == SESSION_WAITING && is_late)
		look_for_partner(i, LOOKING_SEEKER);
}

static void
run(struct visit *v, bool in_savepoint)
{
	if (in_savepoint)
		MUST(store_savepoint(fx.st) == 0);
	v->outcome = guard_run(&v->call);
	if (in_savepoint)
		MUST(store_release(fx.st) == 0);
	if (v->outcome == DONE)
		answer_check(&v->call);
	visit_note_text(v);
}

/* All of the turn was undone: what is run again says the same. */
static void
run_again(void)
{
	static char before[sizeof turn.visits[0].text];

	store_rollback(fx.st);
	MUST(store_begin(fx.st, DB_WRITE) == 0);
	for (int i = 0; i < turn.n; i++) {
		struct visit *v = &turn.visits[i];
		int status = v->call.reply.status;

		if (v->call.route == NULL || !v->call.route->writes)
			continue;
		memcpy(before, v->text, sizeof before);
		call_again(&v->call);
		run(v, true);
		MUST(v->call.reply.status == status);
		MUST(strcmp(v->text, before) == 0);
	}
}

void
town_commit(void)
{
	bool may_again = true;
	int n = turn.n;

	for (int i = 0; i < n; i++)
		may_again &= turn.again[i];
	if (turn.is_open) {
		if (may_again && dice(4) == 0)
			run_again();
		MUST(store_commit(fx.st) == 0);
	}
	turn.is_open = false;
	turn.n = 0;
	for (int i = 0; i < n; i++) {
		struct visit *v = &turn.visits[i];

		if (turn.who[i] != NOBODY && v->outcome == WAIT) {
			held[turn.who[i]] = v->call.wait;
			held_ms[turn.who[i]] = v->call.began_ms;
		}
		if (turn.who[i] != NOBODY)
			note_seen(turn.who[i], &v->call, v->outcome == WAIT);
		visit_end(v);
	}
}

/* ---- one call ---- */

static void
prepare(struct visit *v, const struct question *q)
{
	char method[40], path[200], query[200], token[100];
	const char *const env[] = {method, path, query, token,
	    q->is_form ? "CONTENT_TYPE=application/x-www-form-urlencoded"
		       : "CONTENT_TYPE=application/json",
	    NULL};

	snprintf(method, sizeof method, "REQUEST_METHOD=%s", q->method);
	snprintf(path, sizeof path, "SCRIPT_NAME=%s", q->path);
	snprintf(query, sizeof query, "QUERY_STRING=%s",
	    q->query == NULL ? "" : q->query);
	snprintf(token, sizeof token, "HTTP_X_PARLEY_TOKEN=%s",
	    q->who == NOBODY || q->is_page ? q->token : person(q->who)->token);
	visit_ask(v, env, "");
	buf_add(&v->rq.body, q->body, q->body_len);
	v->rq.content_len = q->body_len;
}

static struct answer
answer_of(const struct visit *v)
{
	const struct call *c = &v->call;

	return (struct answer){.status = c->reply.status,
	    .code = c->code,
	    .text = v->text,
	    .len = c->reply.body.len,
	    .waits = v->outcome == WAIT,
	    .until_ms = c->wait.until_ms,
	    .target = c->reply.target};
}

static void
run_new(struct visit *v)
{
	bool writes = v->call.route->writes;

	if (writes && !turn.is_open) {
		MUST(store_begin(fx.st, DB_WRITE) == 0);
		turn.is_open = true;
	} else if (!writes)
		MUST(store_begin(fx.st, DB_READ) == 0);
	run(v, writes && dice(2) == 0);
	if (!writes)
		MUST(store_commit(fx.st) == 0);
}

struct answer
town_ask(const struct question *q)
{
	struct visit *v;

	if (!q->joins || turn.n == TURN_MAX)
		town_commit();
	if (turn.n == 0)
		choose_worker();
	fx.now = model.now;
	v = &turn.visits[turn.n];
	prepare(v, q);
	if (guard_prepare(&v->call))
		run_new(v);
	else {
		answer_check(&v->call);
		visit_note_text(v);
	}
	turn.who[turn.n] = q->who;
	/* A token, a key, a picture's address are others each time. */
	turn.again[turn.n] = strcmp(q->path, "/api/session") != 0 &&
	    strcmp(q->path, "/api/image") != 0 && !q->is_form;
	turn.n++;
	return answer_of(v);
}

struct answer
town_look(int who, int cursor)
{
	static struct visit v;
	char query[60];
	const struct question q = {.method = "GET",
	    .path = "/api/poll",
	    .query = query,
	    .who = who};
	struct answer a;

	MUST(turn.n == 0);
	choose_worker();
	snprintf(query, sizeof query, "cursor=%d&wait=0", cursor);
	fx.now = model.now;
	prepare(&v, &q);
	MUST(guard_prepare(&v.call));
	MUST(store_begin(fx.st, DB_READ) == 0);
	run(&v, false);
	MUST(store_commit(fx.st) == 0);
	a = answer_of(&v);
	visit_end(&v);
	return a;
}

bool
town_wake(int who, enum woken why, struct answer *a, int *cursor)
{
	static struct visit v;

	town_commit();
	if (held[who].route == NULL)
		return false;
	choose_worker();
	memset(&v, 0, sizeof v);
	v.call = (struct call){.house = &visit_house,
	    .route = held[who].route,
	    .now = model.now,
	    .began_ms = held_ms[who],
	    .wait = held[who],
	    .woken = why};
	MUST(store_begin(fx.st, DB_READ) == 0);
	run(&v, false);
	MUST(store_commit(fx.st) == 0);
	*cursor = (int)held[who].cursor;
	*a = answer_of(&v);
	/* A page that was closed since is asked whether it was this one. */
	MUST(!a->waits || person(who)->unload_ms <= held_ms[who]);
	if (!a->waits)
		held[who] = (struct wait){0};
	visit_end(&v);
	return true;
}

/* ---- time ---- */

static void
look_for_pairs(enum looking how)
{
	for (int i = 0; i < model.n_people; i++)
		if (person(i)->is_alive && person(i)->state == SESSION_WAITING)
			look_for_partner(i, how);
}

void
town_sweep(void)
{
	int64_t next_ms;

	town_commit();
	choose_worker();
	fx.now = model.now;
	MUST(store_begin(fx.st, DB_WRITE) == 0);
	MUST(presence_sweep(fx.st, rules, fx.now) == STORE_NONE);
	MUST(pairing_sweep(fx.st, rules, fx.now, &next_ms) != STORE_FAILED);
	while (store_nonce_purge(fx.st, fx.now.ms) == STORE_FOUND)
		;
	while (
	    store_chat_purge(fx.st, fx.now.ms - rules->gone_ms) == STORE_FOUND)
		;
	MUST(store_commit(fx.st) == 0);
	model_sweep();
	model_purge();
	look_for_pairs(LOOKING_MAYBE);
	/* Nobody who could be met is left. */
	look_for_pairs(LOOKING_LEFT);
}

void
town_tidy(void)
{
	town_commit();
	whole_check(fx_ask);
	store_checkpoint(fx.st, WAL_MAX, false);
}

void
town_check_empty(void)
{
	whole_check_empty(fx_ask);
	memset(held, 0, sizeof held);
}
