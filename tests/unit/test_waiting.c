/* The pool of those who wait. */
#include "fixture.h"

#include "store/waiting.h"

static int64_t
pick(int64_t seeker, int64_t fresh_ms)
{
	int64_t id = 0;
	enum found f = store_waiting_pick(fx.st, seeker, fresh_ms, false, &id);

	assert_int_equal(f, id == 0 ? STORE_NONE : STORE_FOUND);
	return id;
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
	store_waiting_add(fx.st, fx.ann, FX_MS);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(pick(fx.ann, 0), 0);
		assert_int_equal(pick(fx.bea, 0), fx.ann);
	}
}

static void
only_a_fresh_lease_is_picked(void **state)
{
	(void)state;
	store_waiting_add(fx.st, fx.ann, FX_MS);
	assert_int_equal(pick(fx.bea, FX_MS), fx.ann);
	assert_int_equal(pick(fx.bea, FX_MS + 1), 0);
}

static void
who_has_left_the_pool_is_not_picked(void **state)
{
	(void)state;
	store_waiting_add(fx.st, fx.ann, FX_MS);
	store_waiting_drop(fx.st, fx.ann);
	assert_int_equal(pick(fx.bea, 0), 0);
	store_waiting_add(fx.st, fx.ann, FX_MS);
	store_session_drop(fx.st, fx.ann);
	assert_int_equal(pick(fx.bea, 0), 0);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 0);
}

static void
who_waits_already_keeps_the_place(void **state)
{
	int64_t ticket;

	(void)state;
	store_waiting_add(fx.st, fx.ann, FX_MS);
	ticket = fx_ask("SELECT ticket FROM waiting");
	assert_int_not_equal(store_waiting_add(fx.st, fx.ann, FX_MS + 500),
	    STORE_FAILED);
	assert_int_equal(fx_ask("SELECT ticket FROM waiting"), ticket);
	assert_int_equal(fx_ask("SELECT since_ms FROM waiting"), FX_MS);
}

static void
who_was_met_is_picked_only_again(void **state)
{
	int64_t id = 0;

	(void)state;
	fx_ask("INSERT INTO met VALUES (2, 1, 7)");
	assert_int_equal(fx.ann, 1);
	assert_int_equal(fx.bea, 2);
	store_waiting_add(fx.st, fx.ann, FX_MS);
	for (int i = 0; i < 20; i++)
		assert_int_equal(pick(fx.bea, 0), 0);
	assert_int_equal(store_waiting_pick(fx.st, fx.bea, 0, true, &id),
	    STORE_FOUND);
	assert_int_equal(id, fx.ann);
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
		store_waiting_add(fx.st, ids[i], FX_MS);
	}
	for (int i = 0; i < 2000; i++) {
		int64_t id = pick(fx.ann, 0);

		for (int j = 0; j < 8; j++)
			picked[j] += ids[j] == id;
		/* A new ticket, as a new round of waiting has it. */
		store_waiting_drop(fx.st, id);
		store_waiting_add(fx.st, id, FX_MS);
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
	fx_ask("INSERT INTO waiting VALUES (1000000000000000000, 1, 0)");
	fx_ask("INSERT INTO waiting VALUES (3000000000000000000, 2, 0)");
	first = pick(cleo, 0);
	for (int i = 0; i < 200; i++)
		other |= pick(cleo, 0) != first;
	assert_true(other);
}

static void
the_longest_wait_comes_first(void **state)
{
	int64_t ids[3], cleo = fx_person("Cleo");
	size_t n;

	(void)state;
	store_waiting_add(fx.st, fx.bea, FX_MS + 2);
	store_waiting_add(fx.st, fx.ann, FX_MS + 3);
	store_waiting_add(fx.st, cleo, FX_MS + 1);
	assert_int_equal(store_waiting_fresh(fx.st, FX_MS, ids, 3, &n),
	    STORE_FOUND);
	assert_int_equal(n, 3);
	assert_int_equal(ids[0], cleo);
	assert_int_equal(ids[1], fx.bea);
	assert_int_equal(ids[2], fx.ann);
	store_session_unload(fx.st, cleo, FX_MS - 1, 0);
	store_waiting_fresh(fx.st, FX_MS, ids, 3, &n);
	assert_int_equal(n, 2);
	store_waiting_fresh(fx.st, FX_MS, ids, 1, &n);
	assert_int_equal(n, 1);
	assert_int_equal(ids[0], fx.bea);
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
	    T(the_longest_wait_comes_first),
	};

	return RUN(tests);
}
