#include "unit.h"

#include <limits.h>
#include <stdlib.h>

#include "base/token.h"
#include "chat/rates.h"

enum { S = 1000000, NOW = 1000 * S };

static const struct rate ten_a_minute = {10, INT64_C(60) * S};

static void
a_burst_passes_and_then_one_at_a_time(void **state)
{
	int64_t full = 0;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(rate_take(&full, &ten_a_minute, 1, NOW), 0);
	assert_int_equal(rate_take(&full, &ten_a_minute, 1, NOW), 6 * S);
	assert_int_equal(rate_take(&full, &ten_a_minute, 1, NOW + 2 * S),
	    4 * S);
	/* The wait that was told is the true one. */
	assert_int_equal(rate_take(&full, &ten_a_minute, 1, NOW + 6 * S - 1),
	    1);
	assert_int_equal(rate_take(&full, &ten_a_minute, 1, NOW + 6 * S), 0);
	assert_int_equal(rate_take(&full, &ten_a_minute, 1, NOW + 6 * S),
	    6 * S);
}

static void
who_is_refused_is_charged_nothing(void **state)
{
	int64_t full = 0, before;

	(void)state;
	rate_take(&full, &ten_a_minute, 10, NOW);
	before = full;
	for (int i = 0; i < 1000; i++)
		assert_true(rate_take(&full, &ten_a_minute, 1, NOW) > 0);
	assert_int_equal(full, before);
}

static void
a_long_pause_fills_the_bucket_and_no_more(void **state)
{
	int64_t full = 0;
	int n = 0;

	(void)state;
	rate_take(&full, &ten_a_minute, 10, NOW);
	while (rate_take(&full, &ten_a_minute, 1, NOW + 3600LL * S) == 0)
		n++;
	assert_int_equal(n, 10);
}

static void
in_the_long_run_it_is_the_rate(void **state)
{
	int64_t full = 0;
	int n = 0;

	(void)state;
	for (int64_t ms = 0; ms < 600 * 1000; ms += 37)
		n += rate_take(&full, &ten_a_minute, 1, NOW + ms * 1000) == 0;
	assert_in_range(n, 10 + 99, 10 + 100);
}

static void
amounts_are_counted_without_overflow(void **state)
{
	static const struct rate a_gib_an_hour = {INT64_C(1) << 30,
	    INT64_C(3600) * S};
	int64_t full = 0;

	(void)state;
	assert_int_equal(rate_take(&full, &a_gib_an_hour, 1 << 29, NOW), 0);
	assert_int_equal(rate_missing(full, &a_gib_an_hour, NOW), 1 << 29);
	assert_int_equal(rate_take(&full, &a_gib_an_hour, 1 << 29, NOW), 0);
	assert_int_equal(rate_take(&full, &a_gib_an_hour, 1 << 29, NOW),
	    1800LL * S);
	/* More than there can ever be does not wait for ever. */
	full = 0;
	assert_int_equal(rate_take(&full, &a_gib_an_hour, INT64_MAX, NOW), 0);
	assert_int_equal(rate_missing(full, &a_gib_an_hour, NOW), 1 << 30);
}

static void
without_a_limit_there_is_none(void **state)
{
	static const struct rate none = {0, 60LL * S};
	int64_t full = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(rate_take(&full, &none, 1, NOW), 0);
	assert_int_equal(full, 0);
	assert_int_equal(rate_missing(NOW + S, &none, NOW), 0);
}

static int64_t
take(struct rates *rs, uint64_t who)
{
	return rates_take(rs, RATE_MESSAGES, who, &ten_a_minute, 1, NOW);
}

static void
everybody_has_a_bucket_for_each_kind(void **state)
{
	struct rates *rs = rates_new();

	(void)state;
	assert_non_null(rs);
	for (int i = 0; i < 10; i++)
		assert_int_equal(take(rs, 7), 0);
	assert_true(take(rs, 7) > 0);
	assert_int_equal(take(rs, 8), 0);
	assert_int_equal(rates_take(rs, RATE_POLLS, 7, &ten_a_minute, 1, NOW),
	    0);
	rates_free(rs);
}

/* Numbers that are alike but for one bit, as those of two addresses may be. */
static void
who_differs_in_one_bit_has_another_bucket(void **state)
{
	struct rates *rs = rates_new();

	(void)state;
	for (int i = 0; i < 10; i++)
		take(rs, 7);
	for (int bit = 0; bit < 64; bit++)
		assert_int_equal(take(rs, UINT64_C(7) ^ UINT64_C(1) << bit), 0);
	assert_true(take(rs, 7) > 0);
	rates_free(rs);
}

/*
 * A crowd of ever new ones does not make somebody's empty bucket full, since
 * theirs are fuller: those give way.
 */
static void
a_crowd_pushes_out_its_own(void **state)
{
	struct rates *rs = rates_new();

	(void)state;
	for (int i = 0; i < 10; i++)
		take(rs, 7);
	for (uint64_t who = 1000; who < 300000; who++)
		assert_int_equal(take(rs, who), 0);
	assert_true(take(rs, 7) > 0);
	rates_free(rs);
}

static void
who_has_no_table_counts_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(take(NULL, 7), 0);
}

static void
seconds_are_rounded_up(void **state)
{
	(void)state;
	assert_int_equal(rate_seconds(1), 1);
	assert_int_equal(rate_seconds(S), 1);
	assert_int_equal(rate_seconds(S + 1), 2);
	assert_int_equal(rate_seconds(INT64_MAX / 2), INT_MAX);
}

static int
ready(void **state)
{
	(void)state;
	return token_init();
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_burst_passes_and_then_one_at_a_time),
	    cmocka_unit_test(who_is_refused_is_charged_nothing),
	    cmocka_unit_test(a_long_pause_fills_the_bucket_and_no_more),
	    cmocka_unit_test(in_the_long_run_it_is_the_rate),
	    cmocka_unit_test(amounts_are_counted_without_overflow),
	    cmocka_unit_test(without_a_limit_there_is_none),
	    cmocka_unit_test(everybody_has_a_bucket_for_each_kind),
	    cmocka_unit_test(who_differs_in_one_bit_has_another_bucket),
	    cmocka_unit_test(a_crowd_pushes_out_its_own),
	    cmocka_unit_test(who_has_no_table_counts_nothing),
	    cmocka_unit_test(seconds_are_rounded_up),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, ready, NULL);
}
