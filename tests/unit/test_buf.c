#include "unit.h"

#include <string.h>

#include "base/buf.h"

static void
assert_holds(const struct buf *b, const char *text)
{
	assert_false(b->failed);
	assert_int_equal(b->len, strlen(text));
	assert_memory_equal(b->data, text, b->len);
}

static void
adds_follow_each_other(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add(&b, "one", 3);
	buf_add_str(&b, " two ");
	buf_add_int(&b, 3);
	buf_addf(&b, " %s %d", "four", 5);
	assert_holds(&b, "one two 3 four 5");
	buf_free(&b);
}

static void
the_ends_of_the_integers_are_written(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add_int(&b, INT64_MIN);
	buf_add_str(&b, ",");
	buf_add_int(&b, INT64_MAX);
	buf_add_str(&b, ",");
	buf_add_int(&b, 0);
	buf_add_str(&b, ",");
	buf_add_int(&b, -10);
	assert_holds(&b, "-9223372036854775808,9223372036854775807,0,-10");
	buf_free(&b);
}

static void
growing_keeps_what_was_there(void **state)
{
	struct buf b = {0};

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_add(&b, &(char){(char)i}, 1);
	assert_int_equal(b.len, 100000);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(b.data[i], (char)i);
	buf_free(&b);
	assert_null(b.data);
	assert_int_equal(b.cap, 0);
}

static void
nothing_added_is_nothing(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add(&b, NULL, 0);
	buf_add_str(&b, "");
	buf_addf(&b, "%s", "");
	assert_false(b.failed);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

static void
a_failure_sticks_until_clear(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add_str(&b, "kept");
	assert_false(buf_reserve(&b, SIZE_MAX - 2));
	assert_true(b.failed);
	buf_add_str(&b, "lost");
	buf_add_int(&b, 1);
	buf_addf(&b, "%d", 2);
	assert_false(buf_reserve(&b, 1));
	assert_int_equal(b.len, 4);
	buf_clear(&b);
	assert_true(b.cap > 0);
	buf_add_str(&b, "new");
	assert_holds(&b, "new");
	buf_free(&b);
}

/* A picture's memory is not held for what comes after it. */
static void
large_memory_is_not_kept(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_true(buf_reserve(&b, 200 << 10));
	buf_clear(&b);
	assert_true(b.cap >= 200 << 10);
	assert_true(buf_reserve(&b, 5 << 20));
	buf_clear(&b);
	assert_int_equal(b.cap, 0);
	assert_null(b.data);
	buf_add_str(&b, "new");
	assert_holds(&b, "new");
	buf_free(&b);
}

static void
reserved_room_is_not_moved(void **state)
{
	struct buf b = {0};
	const char *data;

	(void)state;
	assert_true(buf_reserve(&b, 5000));
	data = b.data;
	for (int i = 0; i < 500; i++)
		buf_add_str(&b, "0123456789");
	assert_ptr_equal(b.data, data);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(adds_follow_each_other),
	    cmocka_unit_test(the_ends_of_the_integers_are_written),
	    cmocka_unit_test(growing_keeps_what_was_there),
	    cmocka_unit_test(nothing_added_is_nothing),
	    cmocka_unit_test(a_failure_sticks_until_clear),
	    cmocka_unit_test(large_memory_is_not_kept),
	    cmocka_unit_test(reserved_room_is_not_moved),
	};

	return RUN(tests);
}
