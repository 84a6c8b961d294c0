/* What a repeated send is answered with, and for how long. */
#include "fixture.h"
#include "store/queues.h"

#include "store/chains.h"
#include "store/nonces.h"

/* Ann's n-th message, with this nonce. */
static void
add(const char *nonce, int64_t message, int64_t now_ms)
{
	const struct sent sent = {.message = message, .at = message * 2};
	struct session ann = fx_session(fx.ann);

	assert_int_not_equal(store_nonce_add(fx.st, &ann, nonce, now_ms, &sent),
	    STORE_FAILED);
}

/* The message that had this nonce, or 0. */
static int64_t
find(int64_t session, const char *nonce)
{
	struct session who = fx_session(session);
	struct sent got = {0};
	enum found f = store_nonce_find(fx.st, &who, nonce, &got);

	assert_int_not_equal(f, STORE_FAILED);
	if (f == STORE_FOUND)
		assert_int_equal(got.at, got.message * 2);
	return f == STORE_FOUND ? got.message : 0;
}

static void
forget(void)
{
	chains_clear(fx.st->chains);
}

static void
a_nonce_is_answered_as_the_first_time(void **state)
{
	(void)state;
	add("a", 11, FX_MS);
	add("b", 12, FX_MS);
	assert_int_equal(find(fx.ann, "a"), 11);
	assert_int_equal(find(fx.ann, "b"), 12);
	assert_int_equal(fx_session(fx.ann).sent, 12);
}

static void
a_nonce_is_its_senders_alone(void **state)
{
	(void)state;
	add("n", 11, FX_MS);
	assert_int_equal(find(fx.bea, "n"), 0);
	assert_int_equal(find(fx.ann, "N"), 0);
	assert_int_equal(find(fx.ann, ""), 0);
}

/* As after a start: the chain comes back from the table, and goes on. */
static void
what_is_forgotten_is_read_back(void **state)
{
	(void)state;
	add("a", 11, FX_MS);
	add("b", 15, FX_MS);
	forget();
	assert_int_equal(find(fx.ann, "a"), 11);
	assert_int_equal(find(fx.ann, "x"), 0);
	forget();
	add("c", 16, FX_MS);
	assert_int_equal(find(fx.ann, "a"), 11);
	assert_int_equal(find(fx.ann, "c"), 16);
}

/* Another process has added to the chain that is remembered here. */
static void
what_others_added_is_seen(void **state)
{
	(void)state;
	add("a", 11, FX_MS);
	queues_store(fx.st);
	fx_ask("INSERT INTO sent VALUES (13, 1, 11, 'b', 26, 0, 0, 0)");
	fx_ask("UPDATE queue SET sent = 13 WHERE session = 1");
	queues_clear(fx.st->queues); /* as somebody else's commit does */
	assert_int_equal(find(fx.ann, "b"), 13);
	assert_int_equal(find(fx.ann, "a"), 11);
}

static void
what_was_undone_is_not_known(void **state)
{
	(void)state;
	add("a", 11, FX_MS);
	store_savepoint(fx.st);
	add("b", 12, FX_MS);
	store_rollback_to(fx.st);
	assert_int_equal(find(fx.ann, "b"), 0);
	assert_int_equal(find(fx.ann, "a"), 11);
	add("c", 12, FX_MS); /* the id is used again */
	assert_int_equal(find(fx.ann, "b"), 0);
	assert_int_equal(find(fx.ann, "c"), 12);
}

static void
a_nonce_is_known_for_its_time_and_not_for_ever(void **state)
{
	(void)state;
	add("old", 11, FX_MS);
	add("new", 12, FX_MS + 1);
	assert_int_equal(store_nonce_purge(fx.st, FX_MS + FX_NONCE_MS),
	    STORE_NONE);
	assert_int_equal(find(fx.ann, "old"), 11);
	assert_int_equal(store_nonce_purge(fx.st, FX_MS + FX_NONCE_MS + 1),
	    STORE_FOUND);
	assert_int_equal(find(fx.ann, "old"), 0);
	assert_int_equal(find(fx.ann, "new"), 12);
	forget();
	assert_int_equal(find(fx.ann, "old"), 0);
	assert_int_equal(find(fx.ann, "new"), 12);
	/* A chain whose rows are all gone goes on as well. */
	store_nonce_purge(fx.st, FX_MS + FX_NONCE_MS + 2);
	forget();
	add("again", 13, FX_MS);
	assert_int_equal(find(fx.ann, "again"), 13);
}

static void
many_old_ones_go_in_steps(void **state)
{
	char nonce[16];

	(void)state;
	for (int i = 1; i <= 3000; i++) {
		snprintf(nonce, sizeof nonce, "%d", i);
		add(nonce, i, FX_MS);
	}
	assert_int_equal(store_nonce_purge(fx.st, 2 * FX_MS), STORE_FOUND);
	assert_in_range(fx_ask("SELECT count(*) FROM sent"), 1, 2999);
	assert_int_equal(store_nonce_purge(fx.st, 2 * FX_MS), STORE_FOUND);
	assert_int_equal(store_nonce_purge(fx.st, 2 * FX_MS), STORE_NONE);
	assert_int_equal(fx_ask("SELECT count(*) FROM sent"), 0);
}

static void
at_least_the_last_500_are_known(void **state)
{
	char nonce[16];

	(void)state;
	for (int i = 1; i <= 1600; i++) {
		snprintf(nonce, sizeof nonce, "%d", i);
		add(nonce, i, FX_MS);
	}
	for (int again = 0; again < 2; again++) {
		for (int i = 4001; i <= 1600; i++) {
			snprintf(nonce, sizeof nonce, "%d", i);
			assert_int_equal(find(fx.ann, nonce), i);
		}
		forget();
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_nonce_is_answered_as_the_first_time),
	    T(a_nonce_is_its_senders_alone),
	    T(what_is_forgotten_is_read_back),
	    T(what_others_added_is_seen),
	    T(what_was_undone_is_not_known),
	    T(a_nonce_is_known_for_its_time_and_not_for_ever),
	    T(many_old_ones_go_in_steps),
	    T(at_least_the_last_500_are_known),
	};

	return RUN(tests);
}
