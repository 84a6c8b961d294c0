/* The pool of those who wait. */
#include "fixture.h"

#include "store/chats.h"
#include "store/tags.h"
#include "store/waiting.h"

static void
add(int64_t id, int64_t now_ms)
{
	struct session who = fx_session(id);

	assert_int_not_equal(store_waiting_add(fx.st, &who, 0, now_ms),
	    STORE_FAILED);
}

static void
drop(int64_t id)
{
	struct session who = fx_session(id);

	store_waiting_drop(fx.st, &who);
}

static bool was_again; /* of the last pick */

static int64_t
pick(int64_t seeker, int64_t fresh_ms)
{
	struct session who = fx_session(seeker);
	struct pick p = {0};
	enum found f = store_waiting_pick(fx.st, &who, fresh_ms, &p);

	assert_int_equal(f, p.session == 0 ? STORE_NONE : STORE_FOUND);
	was_again = p.again;
	return p.session;
}

static void
nobody_is_picked_from_an_empty_pool(void **state)
{
	(void)state;
	assert_int_equal(pick(fx.ann, 0), 0);
}

static void
nobody_picks_oneself(void **state)
{
	(void)state;
	add(fx.ann, FX_MS);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(pick(fx.ann, 0), 0);
		assert_int_equal(pick(fx.bea, 0), fx.ann);
	}
}

static void
only_a_fresh_lease_is_picked(void **state)
{
	(void)state;
	add(fx.ann, FX_MS);
	assert_int_equal(pick(fx.bea, FX_MS), fx.ann);
	assert_int_equal(pick(fx.bea, FX_MS + 1), 0);
}

static void
who_has_left_the_pool_is_not_picked(void **state)
{
	(void)state;
	add(fx.ann, FX_MS);
	drop(fx.ann);
	assert_int_equal(pick(fx.bea, 0), 0);
	add(fx.ann, FX_MS);
	store_session_drop(fx.st, fx.ann);
	assert_int_equal(pick(fx.bea, 0), 0);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 0);
}

static void
who_waits_already_keeps_the_place(void **state)
{
	int64_t ticket;

	(void)state;
	add(fx.ann, FX_MS);
	ticket = fx_ask("SELECT ticket FROM waiting");
	add(fx.ann, FX_MS + 500);
	assert_int_equal(fx_ask("SELECT ticket FROM waiting"), ticket);
	assert_int_equal(fx_ask("SELECT since_ms FROM waiting"), FX_MS);
}

/* Whichever of the two remembers the other. */
static void
who_was_met_is_picked_only_again(void **state)
{
	int64_t cleo = fx_person("Cleo");

	(void)state;
	add(fx.ann, FX_MS);
	assert_int_equal(pick(fx.bea, 0), fx.ann);
	assert_false(was_again);
	for (int i = 0; i < 2; i++) {
		fx_ask("DELETE FROM met");
		fx_ask(i == 0 ? "INSERT INTO met VALUES (2, 1, 7)"
			      : "INSERT INTO met VALUES (1, 2, 7)");
		assert_int_equal(pick(fx.bea, 0), fx.ann);
		assert_true(was_again);
		add(cleo, FX_MS);
		for (int j = 0; j < 20; j++) {
			assert_int_equal(pick(fx.bea, 0), cleo);
			assert_false(was_again);
		}
		drop(cleo);
	}
}

static void
who_is_blocked_is_never_picked(void **state)
{
	(void)state;
	add(fx.ann, FX_MS);
	store_blocked_add(fx.st, fx.ann, fx.bea);
	assert_int_equal(pick(fx.bea, 0), 0);
	drop(fx.ann);
	add(fx.bea, FX_MS);
	assert_int_equal(pick(fx.ann, 0), 0);
}

/* Chance of a false alarm: below 8 * (1 - 1/50)^2000. */
static void
everybody_is_picked_sooner_or_later(void **state)
{
	int64_t ids[8];
	int picked[8] = {0};

	(void)state;
	for (int i = 0; i < 8; i++) {
		ids[i] = fx_person("Cleo");
		add(ids[i], FX_MS);
	}
	for (int i = 0; i < 2000; i++) {
		int64_t id = pick(fx.ann, 0);

		for (int j = 0; j < 8; j++)
			picked[j] += ids[j] == id;
		/* A new ticket, as a new round of waiting has it. */
		drop(id);
		add(id, FX_MS);
	}
	for (int j = 0; j < 8; j++)
		assert_in_range(picked[j], 100, 500);
}

/* Even without new tickets the pick does not begin at the same one. */
static void
no_ticket_comes_always_first(void **state)
{
	int64_t cleo = fx_person("Cleo"), first;
	bool other = false;

	(void)state;
	fx_ask("INSERT INTO waiting VALUES (1000000000000000000, 1, 0, NULL)");
	fx_ask("INSERT INTO waiting VALUES (3000000000000000000, 2, 0, NULL)");
	first = pick(cleo, 0);
	for (int i = 0; i < 200; i++)
		other |= pick(cleo, 0) != first;
	assert_true(other);
}

/* ---- with a wish ---- */

static void
wish(int64_t id, const char *lang, const char *tag)
{
	store_session_wish(fx.st, id, lang, tag != NULL);
	if (tag != NULL)
		store_tag_add(fx.st, id, 0, tag, tag);
}

static void
wait_until(int64_t id, int64_t until_ms)
{
	struct session who = fx_session(id);

	store_waiting_add(fx.st, &who, until_ms, FX_MS);
}

static int64_t
until_of(int64_t id)
{
	int64_t until_ms = -1;

	store_waiting_until(fx.st, id, &until_ms);
	return until_ms;
}

static void
who_waits_for_a_tag_is_picked_by_it_alone(void **state)
{
	int64_t cleo = fx_person("Cleo");
	struct session who;
	struct pick p = {0};

	(void)state;
	wish(fx.ann, "", "tea");
	wish(fx.bea, "", "tea");
	wish(cleo, "", "go");
	wait_until(fx.ann, FX_MS + 10);
	assert_int_equal(pick(cleo, 0), 0);
	who = fx_session(cleo);
	assert_int_equal(store_waiting_pick_common(fx.st, &who, 0, &p),
	    STORE_NONE);
	who = fx_session(fx.bea);
	assert_int_equal(store_waiting_pick_common(fx.st, &who, 0, &p),
	    STORE_FOUND);
	assert_int_equal(p.session, fx.ann);
	assert_int_equal(store_waiting_pick_common(fx.st, &who, FX_MS + 1, &p),
	    STORE_NONE);
	drop(fx.ann);
	assert_int_equal(store_waiting_pick_common(fx.st, &who, 0, &p),
	    STORE_NONE);
}

static void
when_the_time_is_over_anybody_will_do(void **state)
{
	int64_t next_ms;

	(void)state;
	wish(fx.ann, "", "tea");
	store_waiting_next(fx.st, &next_ms);
	assert_int_equal(next_ms, 0);
	wait_until(fx.ann, FX_MS + 10);
	store_waiting_next(fx.st, &next_ms);
	assert_int_equal(next_ms, FX_MS + 10);
	assert_int_equal(until_of(fx.ann), FX_MS + 10);
	assert_int_equal(store_waiting_widen(fx.st, FX_MS + 9), STORE_NONE);
	assert_int_equal(pick(fx.bea, 0), 0);
	assert_int_equal(store_waiting_widen(fx.st, FX_MS + 10), STORE_FOUND);
	assert_int_equal(until_of(fx.ann), 0);
	assert_int_equal(pick(fx.bea, 0), fx.ann);
	assert_int_equal(store_waiting_widen(fx.st, FX_MS + 10), STORE_NONE);
}

static void
one_may_say_so_before(void **state)
{
	(void)state;
	wish(fx.ann, "", "tea");
	wait_until(fx.ann, FX_MS + 10);
	store_waiting_open(fx.st, fx.ann);
	assert_int_equal(until_of(fx.ann), 0);
	assert_int_equal(pick(fx.bea, 0), fx.ann);
}

static void
the_same_language_is_picked_first(void **state)
{
	int64_t cleo = fx_person("Cleo");

	(void)state;
	wish(fx.ann, "en", NULL);
	wish(fx.bea, "zh", NULL);
	wish(cleo, "zh", NULL);
	wait_until(fx.ann, 0);
	wait_until(fx.bea, 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(pick(cleo, 0), fx.bea);
	drop(fx.bea);
	assert_int_equal(pick(cleo, 0), fx.ann);
}

static void
those_whom_no_tag_keeps_are_listed(void **state)
{
	int64_t ids[3], cleo = fx_person("Cleo");
	size_t n;

	(void)state;
	wish(fx.bea, "", "tea");
	add(fx.ann, FX_MS);
	add(cleo, FX_MS);
	wait_until(fx.bea, FX_MS + 10);
	store_waiting_fresh(fx.st, FX_MS, ids, 3, &n);
	assert_int_equal(n, 2);
	assert_int_equal(ids[0] + ids[1], fx.ann + cleo);
	store_waiting_open(fx.st, fx.bea);
	store_waiting_fresh(fx.st, FX_MS, ids, 3, &n);
	assert_int_equal(n, 3);
	store_session_unload(fx.st, cleo, FX_MS - 1, 0);
	store_waiting_fresh(fx.st, FX_MS, ids, 3, &n);
	assert_int_equal(n, 2);
	store_waiting_fresh(fx.st, FX_MS, ids, 1, &n);
	assert_int_equal(n, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(nobody_is_picked_from_an_empty_pool),
	    T(nobody_picks_oneself),
	    T(only_a_fresh_lease_is_picked),
	    T(who_has_left_the_pool_is_not_picked),
	    T(who_waits_already_keeps_the_place),
	    T(who_was_met_is_picked_only_again),
	    T(everybody_is_picked_sooner_or_later),
	    T(no_ticket_comes_always_first),
	    T(who_is_blocked_is_never_picked),
	    T(who_waits_for_a_tag_is_picked_by_it_alone),
	    T(when_the_time_is_over_anybody_will_do),
	    T(one_may_say_so_before),
	    T(the_same_language_is_picked_first),
	    T(those_whom_no_tag_keeps_are_listed),
	};

	return RUN(tests);
}
