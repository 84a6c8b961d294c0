#include "unit.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

static void
each_length_is_decoded(void **state)
{
	static const char text[] = "A\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80";
	const char *at = text, *end = text + sizeof text - 1;

	(void)state;
	assert_int_equal(utf8_next(&at, end), 'A');
	assert_int_equal(utf8_next(&at, end), 0xE4);
	assert_int_equal(utf8_next(&at, end), 0x20AC);
	assert_int_equal(utf8_next(&at, end), 0x1F600);
	assert_ptr_equal(at, end);
}

static void
the_ends_of_each_length_are_valid(void **state)
{
	static const char *const good[] = {"\x7F", "\xC2\x80", "\xDF\xBF",
	    "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF",
	    "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(utf8_valid(good[i], strlen(good[i])));
}

static void
bad_sequences_are_refused_and_not_passed(void **state)
{
	static const char *const bad[] = {
	    "\x80",
	    "\xBF",
	    "\xFE",
	    "\xFF",
	    "\xC0\x80",
	    "\xC1\xBF",
	    "\xE0\x9F\xBF",
	    "\xF0\x8F\xBF\xBF",
	    "\xED\xA0\x80",
	    "\xED\xBF\xBF",
	    "\xF4\x90\x80\x80",
	    "\xF8\x88\x80\x80\x80",
	    "\xC3",
	    "\xE2\x82",
	    "\xF0\x9F\x98",
	    "\xC3(",
	    "\xE2\x28\xA1",
	    "\xF0\x9F(\x80",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		const char *at = bad[i], *end = at + strlen(at);

		assert_int_equal(utf8_next(&at, end), -1);
		assert_ptr_equal(at, bad[i]);
		assert_false(utf8_valid(bad[i], strlen(bad[i])));
	}
}

/* Eight bytes are looked at at a time: a bad one must show at every place. */
static void
a_bad_byte_is_seen_wherever_it_stands(void **state)
{
	char text[41];

	(void)state;
	for (size_t len = 1; len < sizeof text; len++)
		for (size_t i = 0; i < len; i++) {
			memset(text, 'a', sizeof text);
			assert_true(utf8_valid(text, len));
			text[i] = '\xE4';
			assert_false(utf8_valid(text, len));
		}
}

static void
what_stands_behind_the_end_does_not_count(void **state)
{
	static const char text[] = "\xF0\x9F\x98\x80";

	(void)state;
	assert_true(utf8_valid(text, 4));
	for (size_t len = 1; len < 4; len++) {
		const char *at = text;

		assert_false(utf8_valid(text, len));
		assert_int_equal(utf8_next(&at, text + len), -1);
	}
}

static void
nothing_is_valid(void **state)
{
	(void)state;
	assert_true(utf8_valid(NULL, 0));
	assert_true(utf8_valid("\0", 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_length_is_decoded),
	    cmocka_unit_test(the_ends_of_each_length_are_valid),
	    cmocka_unit_test(bad_sequences_are_refused_and_not_passed),
	    cmocka_unit_test(a_bad_byte_is_seen_wherever_it_stands),
	    cmocka_unit_test(what_stands_behind_the_end_does_not_count),
	    cmocka_unit_test(nothing_is_valid),
	};

	return RUN(tests);
}
