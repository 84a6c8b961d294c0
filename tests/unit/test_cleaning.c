/* What is removed from the texts of strangers, and what must stay. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "chat/chars.h"
#include "chat/text.h"

#define ZWJ "\u200D"
#define SCOTLAND                                                       \
	"\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074" \
	"\U000E007F"
#define ACUTE "\u0301"
#define BELOW "\u0323" /* a dot */

static void
assert_message(const char *typed, const char *kept)
{
	char out[TEXT_MESSAGE_BYTES];

	assert_int_equal(text_message(typed, out), TEXT_OK);
	assert_string_equal(out, kept);
}

static void
assert_name(const char *typed, const char *kept)
{
	char out[TEXT_NAME_BYTES];

	assert_int_equal(text_name(typed, out), TEXT_OK);
	assert_string_equal(out, kept);
}

/* All of these are as somebody may really write them. */
static const char *const written[] = {"Ti\u1EBFng Vi\u1EC7t",
    "Tie\u0302\u0301ng Vie\u0323\u0302t",                     /* NFC, NFD */
    "\u05E9\u05BC\u05C1\u05B8\u05A3\u05DC\u05D5\u05B9\u05DD", /* cantillated */
    "\u0628\u0650\u0633\u0652\u0645\u0650 \u0627\u0644\u0644\u0651\u064E\u0647",
    "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", /* Persian: ZWNJ */
    "\u0915\u094D\u200D\u0937\u093F", "\u0939\u093F\u0928\u094D\u0926\u0940",
    "\u0E1B\u0E36\u0E49\u0E19 \u0E01\u0E33",  /* Thai */
    "\u1100\u1161\u11A8 \uD55C\uAE00",        /* Hangul, both ways */
    "\u0F67\u0FB1\u0F74\u0F83",               /* Tibetan */
    "\u1019\u103C\u1014\u103A\u1019\u102C",   /* Burmese */
    "\u05D0\u200F(1)\u200E", "\u061C\u0661+", /* direction marks */
    "\u8FBB\U000E0100", "\u1820\u180B",       /* chosen forms */
    "\U0001F469\u200D\U0001F469\u200D\U0001F467",
    "\u2764\uFE0F\u200D\U0001F525", "\U0001F441\uFE0F\u200D\U0001F5E8\uFE0F",
    "1\uFE0F\u20E3", "\U0001F44D\U0001F3FD", "\U0001F1EB\U0001F1F7", SCOTLAND,
    "\U0001F3F4\u200D\u2620\uFE0F", "\u4F60\u597D", "\uE000", "\u0622\u0653",
    "a\u20DD"};

static void
what_people_write_stays_as_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(written); i++) {
		assert_message(written[i], written[i]);
		assert_name(written[i], written[i]);
	}
	/* The tallest stack that Tibetan has. */
	assert_message("\u0F67\u0F90\u0FB5\u0FA8\u0FB3\u0FBA\u0FBC\u0FBB\u0F82",
	    "\u0F67\u0F90\u0FB5\u0FA8\u0FB3\u0FBA\u0FBC\u0FBB\u0F82");
}

static void
what_turns_text_around_is_removed(void **state)
{
	static const char *const turning[] = {"\u202A", "\u202B", "\u202C",
	    "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"};
	char typed[16], out[TEXT_NAME_BYTES];

	(void)state;
	for (size_t i = 0; i < COUNT(turning); i++) {
		snprintf(typed, sizeof typed, "a%sb%s", turning[i], turning[i]);
		assert_message(typed, "ab");
		assert_int_equal(text_name(typed, out), TEXT_INVALID);
		assert_int_equal(text_tag(typed, out), TEXT_INVALID);
	}
}

static void
what_only_hides_something_is_removed(void **state)
{
	static const char *const useless[] = {"\uFEFF", "\u206A", "\u206F",
	    "\uFFF9", "\uFFFB", "\u2065", "\U0001D173", "\U000E0001",
	    "\U000E0041", "\U000E01F0", "\uFE0F\uFE0F\uFE0F"};
	char typed[32];

	(void)state;
	for (size_t i = 0; i < COUNT(useless); i++) {
		snprintf(typed, sizeof typed, "a %sb", useless[i]);
		assert_message(typed, "a b");
		assert_name(typed, "a b");
	}
	assert_message("a\uFDD0\uFFFEb\U0010FFFF", "ab");
	/* A name has no use for what is not seen; a message may break a word.
	 */
	assert_name("a\u00AD\u200B\u034F\u2060\u3164b", "ab");
	assert_message("a\u00AD\u200B\u034F\u2060\u3164b",
	    "a\u00AD\u200B\u034F\u2060\u3164b");
	assert_name("a\u2800b", "a b");
}

static void
tags_stand_only_in_the_flag_of_a_region(void **state)
{
	(void)state;
	assert_message("x" SCOTLAND SCOTLAND "y", "x" SCOTLAND SCOTLAND "y");
	assert_message("\U0001F3F4\U000E0067\U000E0062", "\U0001F3F4");
	assert_message("\U0001F3F4\U000E0067x\U000E007F", "\U0001F3F4x");
	assert_message("\U0001F3F4\U000E007F", "\U0001F3F4");
	assert_message("x\U000E0067\U000E0062\U000E007F", "x");
	assert_message(/* hidden words */
	    "\U0001F3F4\U000E0061\U000E0061\U000E0061\U000E0061\U000E0061"
	    "\U000E0061\U000E0061\U000E0061\U000E007F",
	    "\U0001F3F4");
}

static void
selectors_stand_behind_a_base(void **state)
{
	(void)state;
	assert_message("\uFE0Fa\uFE0F\uFE0E b", "a\uFE0F b");
	assert_message("a \uFE0Fb\n\uFE0Fc", "a b\nc");
	assert_name("a \uFE0Fb", "a b");
	assert_message("x\U000E0100\U000E0101\U000E0102", "x\U000E0100");
}

static void
marks_pile_up_only_so_far(void **state)
{
	(void)state;
	assert_message("a" ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE "b",
	    "a" ACUTE ACUTE ACUTE ACUTE "b");
	/* Above and below are two piles; a name has one mark for each letter
	 * of the longest that anybody has. */
	assert_message("a" ACUTE BELOW ACUTE BELOW ACUTE BELOW ACUTE BELOW ACUTE
			   BELOW "b",
	    "a" ACUTE BELOW ACUTE BELOW ACUTE BELOW ACUTE BELOW "b");
	assert_name("a" ACUTE BELOW ACUTE BELOW ACUTE BELOW "b",
	    "a" ACUTE BELOW ACUTE BELOW "b");
	/* What shows nothing is no new base. */
	assert_message("a" ACUTE ACUTE ACUTE ACUTE ZWJ ACUTE "\uFE0F" ACUTE,
	    "a" ACUTE ACUTE ACUTE ACUTE ZWJ);
	assert_message("a" ACUTE ACUTE ACUTE ACUTE " " ACUTE,
	    "a" ACUTE ACUTE ACUTE ACUTE " " ACUTE);
}

static void
length_is_counted_after_cleaning(void **state)
{
	static char typed[8 * TEXT_MESSAGE_MAX], wanted[TEXT_MESSAGE_MAX + 1];
	char out[TEXT_MESSAGE_BYTES];

	(void)state;
	for (int i = 0; i < TEXT_MESSAGE_MAX; i++)
		strcpy(typed + 4L * i, "x\u202E");
	memset(wanted, 'x', TEXT_MESSAGE_MAX);
	assert_message(typed, wanted);
	strcat(typed, "\u202Ey");
	assert_int_equal(text_message(typed, out), TEXT_TOO_LONG);
	/* A flag at the end counts whole. */
	strcpy(typed + 4L * (TEXT_MESSAGE_MAX - 6), SCOTLAND);
	assert_int_equal(text_message(typed, out), TEXT_TOO_LONG);
	strcpy(typed + 4L * (TEXT_MESSAGE_MAX - 7), SCOTLAND);
	assert_int_equal(text_message(typed, out), TEXT_OK);
}

static void
what_leaves_nothing_visible_is_empty(void **state)
{
	static const char *const empty[] = {"\u202E\u202C", "\uFEFF",
	    "\U000E0041", " \u200B\n", ZWJ, "\uFE0F", "\u3164", "\u2800",
	    "\u200F \u061C", "\uFFFE"};
	char out[TEXT_MESSAGE_BYTES];

	(void)state;
	for (size_t i = 0; i < COUNT(empty); i++)
		assert_int_equal(text_message(empty[i], out), TEXT_EMPTY);
}

/* The promise, looked at from the other side: NULL, or what is wrong. */
static const char *
fault_of(const char *text, int max, int marks_max)
{
	const char *at = text, *end = text + strlen(text);
	int n = 0, marks = 0;

	for (; at < end; n++) {
		int32_t c = utf8_next(&at, end);

		if (c < 0)
			return "no UTF-8";
		if ((c < 0x20 && c != '\n' && c != '\t') ||
		    (c >= 0x7F && c < 0xA0))
			return "a control character";
		if ((c >= 0x202A && c <= 0x202E) ||
		    (c >= 0x2066 && c <= 0x206F) || c == 0xFEFF)
			return "a format character";
		if (chars_kind(c) == CHARS_MARK)
			marks++;
		else if (chars_kind(c) <= CHARS_BREAK) /* seen, or a space */
			marks = 0;
		if (marks > marks_max)
			return "too many marks";
	}
	return n > max ? "too long" : NULL;
}

/* Rather what is of interest than any character. */
static void
type_at_random(char *typed, int n)
{
	static const char *const bits[] = {"a", " ", ACUTE, BELOW, "\u202E",
	    ZWJ, "\uFE0F", "\U0001F3F4", "\U000E0067", "\U000E007F", "\u0F90",
	    "\u05D0", "\n", "\u4F60", "\uFEFF", "\u2067"};

	*typed = '\0';
	for (int i = 0; i < n; i++)
		strcat(typed, bits[(size_t)random() % COUNT(bits)]);
}

static void
whatever_is_typed_the_promise_holds(void **state)
{
	const char *given = getenv("SEED");
	unsigned seed = given ? (unsigned)atoi(given) : (unsigned)getpid();
	char typed[512], out[TEXT_MESSAGE_BYTES], again[TEXT_MESSAGE_BYTES];
	char name[TEXT_NAME_BYTES];

	(void)state;
	srandom(seed);
	for (int i = 0; i < 20000; i++) {
		type_at_random(typed, (int)(random() % 60));
		if (text_message(typed, out) == TEXT_OK &&
		    (fault_of(out, TEXT_MESSAGE_MAX, 8) != NULL ||
			text_message(out, again) != TEXT_OK ||
			strcmp(out, again) != 0))
			fail_msg("SEED=%u: message %d", seed, i);
		if (text_name(typed, name) == TEXT_OK &&
		    (fault_of(name, TEXT_NAME_MAX, 4) != NULL ||
			text_name(name, again) != TEXT_OK ||
			strcmp(name, again) != 0))
			fail_msg("SEED=%u: name %d", seed, i);
	}
}

/* The negative control: what was not cleaned is noticed. */
static void
the_look_at_the_promise_sees_a_breach(void **state)
{
	(void)state;
	assert_null(fault_of("a" ACUTE, 2, 1));
	assert_non_null(fault_of("a" ACUTE ACUTE, 3, 1));
	assert_non_null(fault_of("a" ACUTE ZWJ ACUTE, 4, 1));
	assert_non_null(fault_of("ab", 1, 1));
	assert_non_null(fault_of("a\u202E", 2, 1));
	assert_non_null(fault_of("a\x01", 2, 1));
	assert_non_null(fault_of("a\xFF", 2, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_people_write_stays_as_it_is),
	    cmocka_unit_test(what_turns_text_around_is_removed),
	    cmocka_unit_test(what_only_hides_something_is_removed),
	    cmocka_unit_test(tags_stand_only_in_the_flag_of_a_region),
	    cmocka_unit_test(selectors_stand_behind_a_base),
	    cmocka_unit_test(marks_pile_up_only_so_far),
	    cmocka_unit_test(length_is_counted_after_cleaning),
	    cmocka_unit_test(what_leaves_nothing_visible_is_empty),
	    cmocka_unit_test(whatever_is_typed_the_promise_holds),
	    cmocka_unit_test(the_look_at_the_promise_sees_a_breach),
	};

	return RUN(tests);
}
