/* Many random steps of pairing and parting, against a small model. */
#include "pairing.h"

#include "store/chats.h"
#include "store/tags.h"

enum { PEOPLE = 9, STEPS = 600, MET = 5, TAGS = 4 };

static const char *const langs[] = {"", "en", "zh"};

struct person {
	int64_t id, seen_ms;
	unsigned tags;    /* a bit for each */
	int lang;         /* of langs; 0: none */
	int64_t until_ms; /* waits for a wish until then; 0: takes anybody */
	unsigned blocked; /* a bit for each person */
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
is_fresh_waiter(int who)
{
	return people[who].state == SESSION_WAITING &&
	    people[who].seen_ms >= fx.now.ms - fx_rules.fresh_ms;
}

static bool
have_met(int a, int b)
{
	return has_met(&people[a], b) || has_met(&people[b], a);
}

static bool
is_wide(const struct person *p)
{
	return p->until_ms <= fx.now.ms;
}

/* Does a take b? */
static bool
takes(const struct person *a, const struct person *b)
{
	if (is_wide(a))
		return true;
	return (a->tags & b->tags) != 0;
}

static bool
are_apart(int a, int b)
{
	return a == b || (people[a].blocked & 1U << b) != 0;
}

/* May the seeker meet this one now, lately met or not? */
static bool
may_be_met(int seeker, int whom)
{
	return is_fresh_waiter(whom) && !are_apart(seeker, whom) &&
	    takes(&people[seeker], &people[whom]) &&
	    takes(&people[whom], &people[seeker]);
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

/* How good a choice is; the best must be taken. 0: it may not be met. */
static int
worth(int seeker, int whom)
{
	const struct person *a = &people[seeker], *b = &people[whom];

	if (!may_be_met(seeker, whom))
		return 0;
	if (have_met(seeker, whom))
		return 1;
	return 2 + 2 * ((a->tags & b->tags) != 0) +
	    (a->lang != 0 && a->lang == b->lang);
}

/* Does anybody wait whom the seeker might get later, and has not met? */
static bool
others_wait(int seeker)
{
	for (int i = 0; i < PEOPLE; i++)
		if (is_fresh_waiter(i) && !are_apart(seeker, i) &&
		    !have_met(seeker, i))
			return true;
	return false;
}

static void
begin_to_wait(struct person *p, bool widen)
{
	if (p->state != SESSION_WAITING)
		p->until_ms = p->tags != 0 ? fx.now.ms + fx_rules.widen_ms : 0;
	if (widen)
		p->until_ms = 0;
}

static void
step_seek(int who, bool widen)
{
	struct person *p = &people[who];
	int best = 0, whom;

	if (p->state == SESSION_CHATTING)
		step_leave(who);
	begin_to_wait(p, widen);
	for (int i = 0; i < PEOPLE; i++)
		best = worth(who, i) > best ? worth(who, i) : best;
	if (best == 1 && !is_wide(p) && others_wait(who))
		best = 0;
	assert_int_equal(seek_as(p->id, widen),
	    best > 0 ? STORE_FOUND : STORE_NONE);
	p->state = SESSION_WAITING;
	if (best == 0) {
		assert_int_equal(sought.until_ms, is_wide(p) ? 0 : p->until_ms);
		return;
	}
	whom = place_of(partner_of(p->id));
	assert_int_equal(worth(who, whom), best);
	model_meet(who, whom);
}

static void
step_block(int who, int whom)
{
	if (who == whom)
		return;
	people[who].blocked |= 1U << whom;
	people[whom].blocked |= 1U << who;
	store_blocked_add(fx.st, people[who].id, people[whom].id);
}

static void
step_seen(int who)
{
	seen(people[who].id);
	people[who].seen_ms = fx.now.ms;
}

/* No tag keeps this one from anybody. */
static bool
is_open(int who)
{
	return people[who].tags == 0 || is_wide(&people[who]);
}

static void
assert_nobody_is_left(void)
{
	for (int i = 0; i < PEOPLE; i++)
		for (int j = 0; j < PEOPLE; j++)
			if (is_fresh_waiter(i) && is_open(i) &&
			    may_be_met(i, j))
				assert_true(have_met(i, j) &&
				    !is_wide(&people[i]) && others_wait(i));
}

static int64_t
next_until(void)
{
	int64_t next = 0;

	for (int i = 0; i < PEOPLE; i++) {
		const struct person *p = &people[i];

		if (p->state == SESSION_WAITING && !is_wide(p) &&
		    (next == 0 || p->until_ms < next))
			next = p->until_ms;
	}
	return next;
}

static void
step_sweep(void)
{
	sweep();
	for (int i = 0; i < PEOPLE; i++) {
		int whom = place_of(partner_of(people[i].id));

		if (whom < 0 || people[i].state == SESSION_CHATTING)
			continue;
		assert_true(is_fresh_waiter(i) && may_be_met(i, whom));
		model_meet(i, whom);
	}
	assert_nobody_is_left();
	assert_int_equal(next_ms, next_until());
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
make_person(struct person *p)
{
	int n = 0;

	p->id = fx_person("Cleo");
	p->seen_ms = fx.now.ms;
	p->lang = roll(3);
	for (int i = 0; i < TAGS; i++) {
		const char tag[] = {(char)('a' + i), '\0'};

		if (roll(4) > 0)
			continue;
		p->tags |= 1U << i;
		store_tag_add(fx.st, p->id, n++, tag, tag);
	}
	store_session_wish(fx.st, p->id, langs[p->lang], n);
}

static void
run_model(uint32_t seed)
{
	dice = seed;
	memset(people, 0, sizeof people);
	fx_ask("DELETE FROM session");
	fx_ask("DELETE FROM chat");
	for (int i = 0; i < PEOPLE; i++)
		make_person(&people[i]);
	for (int i = 0; i < STEPS; i++) {
		int what = roll(40), who = roll(PEOPLE);

		later(roll(1500));
		if (what < 15)
			step_seek(who, what < 2);
		else if (what < 19)
			step_leave(who);
		else if (what < 34)
			step_seen(who);
		else if (what < 39)
			step_sweep();
		else if (roll(8) == 0)
			step_block(who, roll(PEOPLE));
		assert_as_the_model();
	}
}

static void
many_steps_go_as_in_a_model(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 12; seed++)
		run_model(seed * 4711);
	/* A run in which too little happened proves nothing. */
	assert_in_range(fx_ask("SELECT seq FROM sqlite_sequence "
			       "WHERE name = 'chat'"),
	    200, 10000);
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
