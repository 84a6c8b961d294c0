/* Who meets whom. */
#include "fixture.h"

#include "chat/pairing.h"
#include "chat/parting.h"

static enum found
seek(int64_t id)
{
	int64_t chat = 0;
	enum found f = pairing_seek(fx.st, &fx_rules, id, fx.now, &chat);

	assert_int_not_equal(f, STORE_FAILED);
	if (f == STORE_FOUND)
		assert_int_equal(fx_session(id).chat, chat);
	return f;
}

static void
leave(int64_t id)
{
	struct session s = fx_session(id);

	assert_int_not_equal(parting_leave(fx.st, &s, LEFT_NEXT, fx.now),
	    STORE_FAILED);
}

static int64_t
partner_of(int64_t id)
{
	return fx_session(id).partner;
}

/* Time goes on, and only some are seen. */
static void
later(int64_t ms)
{
	fx.now.ms += ms;
}

static void
seen(int64_t id)
{
	store_session_seen(fx.st, id, fx.now.ms, 0);
}

/* ---- seeking ---- */

static void
alone_one_waits(void **state)
{
	(void)state;
	assert_int_equal(seek(fx.ann), STORE_NONE);
	assert_int_equal(fx_session(fx.ann).state, SESSION_WAITING);
	assert_int_equal(seek(fx.ann), STORE_NONE);
	assert_int_equal(partner_of(fx.ann), 0);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 1);
}

static void
the_second_meets_the_first(void **state)
{
	(void)state;
	seek(fx.ann);
	assert_int_equal(seek(fx.bea), STORE_FOUND);
	assert_int_equal(partner_of(fx.ann), fx.bea);
	assert_int_equal(partner_of(fx.bea), fx.ann);
	assert_int_equal(fx_session(fx.ann).chat, fx_session(fx.bea).chat);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 0);
	assert_int_equal(fx_ask("SELECT a FROM chat"), fx.ann);
	assert_int_equal(fx_ask("SELECT b FROM chat"), fx.bea);
}

static void
both_are_told_the_others_name(void **state)
{
	(void)state;
	seek(fx.ann);
	seek(fx.bea);
	assert_string_equal(fx_told(fx.ann),
	    "matched {\"partner\":{\"name\":\"Bea\"},\"common\":[]}");
	assert_string_equal(fx_told(fx.bea),
	    "matched {\"partner\":{\"name\":\"Ann\"},\"common\":[]}");
	assert_int_equal(fx.st->told.n, 2);
}

static void
who_waits_keeps_the_place(void **state)
{
	int64_t ticket;

	(void)state;
	seek(fx.ann);
	ticket = fx_ask("SELECT ticket FROM waiting");
	later(1000);
	seek(fx.ann);
	assert_int_equal(fx_ask("SELECT ticket FROM waiting"), ticket);
	assert_int_equal(fx_ask("SELECT since_ms FROM waiting"), FX_MS);
}

static void
a_stale_waiter_is_not_met(void **state)
{
	(void)state;
	seek(fx.ann);
	later(fx_rules.fresh_ms);
	assert_int_equal(seek(fx.bea), STORE_FOUND);
	leave(fx.bea);
	seek(fx.ann);
	seen(fx.ann);
	later(fx_rules.fresh_ms + 1);
	seen(fx.bea);
	assert_int_equal(seek(fx.bea), STORE_NONE);
	/* Both wait; when the lease is renewed, they meet. */
	seen(fx.ann);
	assert_int_equal(seek(fx.ann), STORE_FOUND);
}

/* ---- whom one has met before ---- */

static void
the_last_partner_is_avoided_while_another_waits(void **state)
{
	int64_t cleo = fx_person("Cleo");

	(void)state;
	for (int i = 0; i < 20; i++) {
		seek(fx.ann);
		seek(fx.bea);
		assert_int_equal(partner_of(fx.ann), fx.bea);
		leave(fx.ann);
		store_savepoint(fx.st);
		seek(fx.ann);
		fx_ask("UPDATE session SET state = 1 WHERE name = 'Cleo'");
		fx_ask("INSERT INTO waiting SELECT abs(random() / 2), id, 0 "
		       "FROM session WHERE name = 'Cleo'");
		assert_int_equal(seek(fx.bea), STORE_FOUND);
		assert_int_equal(partner_of(fx.bea), cleo);
		store_rollback_to(fx.st);
	}
}

static void
the_last_partner_is_met_again_when_nobody_else_waits(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		seek(fx.ann);
		assert_int_equal(seek(fx.bea), STORE_FOUND);
		leave(fx.bea);
	}
	assert_int_equal(fx_ask("SELECT count(*) FROM chat"), 3);
}

/* ---- the sweep ---- */

static void
a_sweep_pairs_two_who_wait(void **state)
{
	(void)state;
	seek(fx.ann);
	later(fx_rules.fresh_ms + 1);
	seen(fx.bea);
	seek(fx.bea);
	assert_int_equal(pairing_sweep(fx.st, &fx_rules, fx.now), STORE_NONE);
	assert_int_equal(partner_of(fx.bea), 0);
	seen(fx.ann);
	assert_int_equal(pairing_sweep(fx.st, &fx_rules, fx.now), STORE_NONE);
	assert_int_equal(partner_of(fx.bea), fx.ann);
	assert_int_equal(partner_of(fx.ann), fx.bea);
}

static void
make_them_wait(int n)
{
	later(fx_rules.fresh_ms * 10);
	for (int i = 0; i < n; i++) {
		seek(fx_person("Cleo"));
		later(fx_rules.fresh_ms + 1);
	}
	fx_ask("UPDATE session SET seen_ms = 2000000000");
}

static void
a_sweep_leaves_at_most_one(void **state)
{
	(void)state;
	make_them_wait(9);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 9);
	pairing_sweep(fx.st, &fx_rules, fx.now);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 1);
	assert_int_equal(fx_ask("SELECT count(*) FROM session WHERE state = 2"),
	    8);
}

static void
a_large_pool_is_swept_in_steps(void **state)
{
	(void)state;
	make_them_wait(131);
	for (int i = 0; i < 10; i++)
		if (pairing_sweep(fx.st, &fx_rules, fx.now) == STORE_NONE)
			break;
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 1);
}

/* ---- against a model ---- */

enum { PEOPLE = 9, STEPS = 400, MET = 5 };

struct person {
	int64_t id, seen_ms;
	enum session_state state;
	int partner;             /* its place here, while chatting */
	int met[MET + 1], n_met; /* the last comes first */
};

static struct person people[PEOPLE];
static uint32_t dice;

static int
roll(int sides)
{
	dice = dice * 1664525 + 1013904223;
	return (int)(dice >> 8) % sides;
}

static bool
has_met(const struct person *p, int whom)
{
	for (int i = 0; i < p->n_met; i++)
		if (p->met[i] == whom)
			return true;
	return false;
}

static void
note_met(struct person *p, int whom)
{
	int at = 0;

	while (at < p->n_met && p->met[at] != whom)
		at++;
	if (at == p->n_met && p->n_met < MET)
		p->n_met++;
	if (at == MET)
		at--;
	memmove(p->met + 1, p->met, (size_t)at * sizeof p->met[0]);
	p->met[0] = whom;
}

static bool
may_be_met(int who)
{
	return people[who].state == SESSION_WAITING &&
	    people[who].seen_ms >= fx.now.ms - fx_rules.fresh_ms;
}

static int
place_of(int64_t id)
{
	for (int i = 0; i < PEOPLE; i++)
		if (people[i].id == id)
			return i;
	return -1;
}

static void
model_meet(int a, int b)
{
	people[a].state = people[b].state = SESSION_CHATTING;
	people[a].partner = b;
	people[b].partner = a;
	note_met(&people[a], b);
	note_met(&people[b], a);
}

static void
step_leave(int who)
{
	struct person *p = &people[who];

	leave(p->id);
	if (p->state == SESSION_CHATTING)
		people[p->partner].state = SESSION_IDLE;
	p->state = SESSION_IDLE;
}

static void
step_seek(int who)
{
	bool any = false, any_new = false;
	int whom;

	if (people[who].state == SESSION_CHATTING)
		step_leave(who);
	for (int i = 0; i < PEOPLE; i++) {
		any |= i != who && may_be_met(i);
		any_new |= i != who && may_be_met(i) &&
		    !has_met(&people[who], i);
	}
	assert_int_equal(seek(people[who].id), any ? STORE_FOUND : STORE_NONE);
	people[who].state = SESSION_WAITING;
	if (!any)
		return;
	whom = place_of(partner_of(people[who].id));
	assert_int_not_equal(whom, who);
	assert_true(may_be_met(whom));
	assert_int_equal(has_met(&people[who], whom), !any_new);
	model_meet(who, whom);
}

static void
step_seen(int who)
{
	seen(people[who].id);
	people[who].seen_ms = fx.now.ms;
}

static void
step_sweep(void)
{
	int left = 0;

	pairing_sweep(fx.st, &fx_rules, fx.now);
	for (int i = 0; i < PEOPLE; i++) {
		int whom = place_of(partner_of(people[i].id));

		if (whom < 0 || people[i].state == SESSION_CHATTING)
			continue;
		assert_true(may_be_met(i) && may_be_met(whom));
		model_meet(i, whom);
	}
	for (int i = 0; i < PEOPLE; i++)
		left += may_be_met(i);
	assert_in_range(left, 0, 1);
}

static void
assert_as_the_model(void)
{
	int waiting = 0;

	for (int i = 0; i < PEOPLE; i++) {
		struct session s = fx_session(people[i].id);

		assert_int_equal(s.state, people[i].state);
		waiting += s.state == SESSION_WAITING;
		if (s.state != SESSION_CHATTING)
			continue;
		assert_int_equal(s.partner, people[people[i].partner].id);
		assert_int_equal(fx_session(s.partner).chat, s.chat);
	}
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), waiting);
}

static void
many_steps_go_as_in_a_model(void **state)
{
	(void)state;
	dice = 4711;
	memset(people, 0, sizeof people);
	for (int i = 0; i < PEOPLE; i++) {
		people[i].id = fx_person("Cleo");
		people[i].seen_ms = fx.now.ms;
	}
	for (int i = 0; i < STEPS; i++) {
		int what = roll(10), who = roll(PEOPLE);

		later(roll(1500));
		if (what < 4)
			step_seek(who);
		else if (what == 4)
			step_leave(who);
		else if (what < 9)
			step_seen(who);
		else
			step_sweep();
		assert_as_the_model();
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(alone_one_waits),
	    T(the_second_meets_the_first),
	    T(both_are_told_the_others_name),
	    T(who_waits_keeps_the_place),
	    T(a_stale_waiter_is_not_met),
	    T(the_last_partner_is_avoided_while_another_waits),
	    T(the_last_partner_is_met_again_when_nobody_else_waits),
	    T(a_sweep_pairs_two_who_wait),
	    T(a_sweep_leaves_at_most_one),
	    T(a_large_pool_is_swept_in_steps),
	    T(many_steps_go_as_in_a_model),
	};

	return RUN(tests);
}
