/* Many random steps of pairing and parting, against a small model. */
#include "pairing.h"

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
	    T(many_steps_go_as_in_a_model),
	};

	return RUN(tests);
}
