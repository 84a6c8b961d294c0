/* What a repeated send is answered with, and for how long. */
#include "fixture.h"

#include "store/nonces.h"

/* Nonces are kept by spans of the time that they must be known. */
enum { SPAN_MS = FX_NONCE_MS + 1 };

static const struct sent first = {.message = 11, .at = 22};

static void
add(const char *nonce, int64_t now_ms)
{
	assert_int_not_equal(store_nonce_add(fx.st, fx.ann, nonce, now_ms,
				 &first),
	    STORE_FAILED);
}

static enum found
find(int64_t session, const char *nonce, int64_t now_ms)
{
	struct sent got;

	return store_nonce_find(fx.st, session, nonce, now_ms, &got);
}

static void
a_nonce_is_answered_as_the_first_time(void **state)
{
	struct sent got = {0};

	(void)state;
	add("n", FX_MS);
	assert_int_equal(store_nonce_find(fx.st, fx.ann, "n", FX_MS, &got),
	    STORE_FOUND);
	assert_int_equal(got.message, 11);
	assert_int_equal(got.at, 22);
}

static void
a_nonce_is_its_senders_alone(void **state)
{
	(void)state;
	add("n", FX_MS);
	assert_int_equal(find(fx.bea, "n", FX_MS), STORE_NONE);
	assert_int_equal(find(fx.ann, "N", FX_MS), STORE_NONE);
	assert_int_equal(find(fx.ann, "", FX_MS), STORE_NONE);
}

static void
the_same_nonce_twice_is_a_failure(void **state)
{
	(void)state;
	add("n", FX_MS);
	assert_int_equal(store_nonce_add(fx.st, fx.ann, "n", FX_MS, &first),
	    STORE_FAILED);
}

/* Wherever within a span of time it came. */
static void
a_nonce_is_known_for_its_time_and_not_for_much_more(void **state)
{
	(void)state;
	for (int64_t at = FX_MS; at < FX_MS + SPAN_MS; at += SPAN_MS / 7) {
		char nonce[16];

		snprintf(nonce, sizeof nonce, "%d", (int)at);
		add(nonce, at);
		assert_int_equal(find(fx.ann, nonce, at + FX_NONCE_MS),
		    STORE_FOUND);
		assert_int_equal(find(fx.ann, nonce, at + 2 * SPAN_MS),
		    STORE_NONE);
	}
}

static void
a_purge_takes_what_is_no_longer_known_only(void **state)
{
	(void)state;
	add("old", FX_MS);
	add("new", FX_MS + SPAN_MS);
	store_nonce_purge(fx.st, FX_MS + FX_NONCE_MS);
	assert_int_equal(fx_ask("SELECT count(*) FROM nonce"), 2);
	store_nonce_purge(fx.st, FX_MS + 2 * SPAN_MS);
	assert_int_equal(fx_ask("SELECT count(*) FROM nonce"), 1);
	assert_int_equal(find(fx.ann, "new", FX_MS + 2 * SPAN_MS), STORE_FOUND);
}

static void
many_old_ones_go_in_steps(void **state)
{
	char nonce[16];
	int64_t later = FX_MS + 2 * SPAN_MS;

	(void)state;
	for (int i = 0; i < 700; i++) {
		snprintf(nonce, sizeof nonce, "%d", i);
		add(nonce, FX_MS);
	}
	assert_int_equal(store_nonce_purge(fx.st, later), STORE_FOUND);
	assert_in_range(fx_ask("SELECT count(*) FROM nonce"), 1, 699);
	assert_int_equal(store_nonce_purge(fx.st, later), STORE_NONE);
	assert_int_equal(fx_ask("SELECT count(*) FROM nonce"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_nonce_is_answered_as_the_first_time),
	    T(a_nonce_is_its_senders_alone),
	    T(the_same_nonce_twice_is_a_failure),
	    T(a_nonce_is_known_for_its_time_and_not_for_much_more),
	    T(a_purge_takes_what_is_no_longer_known_only),
	    T(many_old_ones_go_in_steps),
	};

	return RUN(tests);
}
