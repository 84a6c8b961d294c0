/* What people type as tags and languages, and what is the same. */
#include "unit.h"

#include <string.h>

#include "base/fold.h"
#include "chat/tags.h"

static void
assert_same(const char *a, const char *b)
{
	char x[TAG_FOLDED_BYTES], y[TAG_FOLDED_BYTES];

	assert_true(fold_text(a, x, sizeof x));
	assert_true(fold_text(b, y, sizeof y));
	assert_string_equal(x, y);
}

static void
assert_differ(const char *a, const char *b)
{
	char x[TAG_FOLDED_BYTES], y[TAG_FOLDED_BYTES];

	assert_true(fold_text(a, x, sizeof x) && fold_text(b, y, sizeof y));
	assert_string_not_equal(x, y);
}

static void
width_composition_and_case_make_no_difference(void **state)
{
	(void)state;
	assert_same("\xEF\xBC\xB4\xEF\xBD\x85\xEF\xBD\x81", "tea"); /* Ｔｅａ */
	assert_same("\xC3\x84", "a\xCC\x88"); /* Ä composed, ä not */
	assert_same("STRASSE",
	    "stra\xC3\x9F"
	    "e");
	assert_same("\xCE\xA3\xCE\x99\xCE\xA3", "\xCF\x83\xCE\xB9\xCF\x82");
	assert_same("\xEF\xBD\xB6\xEF\xBE\x9E", "\xE3\x82\xAC"); /* ｶﾞ, ガ */
	assert_same("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C");
	assert_same("\xE2\x9D\xA4\xEF\xB8\x8F", "\xE2\x9D\xA4"); /* a heart */
	assert_same("\xD0\x9C\xD1\x83\xD0\xB7", "\xD0\xBC\xD1\x83\xD0\xB7");
	assert_same("\xE9\x9F\xB3\xE6\xA5\xBD", "\xE9\x9F\xB3\xE6\xA5\xBD");
	assert_differ("\xE9\x9F\xB3\xE6\xA5\xBD", "\xE9\x9F\xB3\xE4\xB9\x90");
	assert_differ("tea", "te\xC3\xA1");
}

static void
what_does_not_fit_is_not_folded(void **state)
{
	char out[4];

	(void)state;
	assert_true(fold_text("ABC", out, sizeof out));
	assert_string_equal(out, "abc");
	assert_false(fold_text("ABCD", out, sizeof out));
	/* The longest that there is: one character becomes eighteen. */
	assert_true(TAG_FOLDED_BYTES > 24 * 33);
}

static struct tags
read_tags(const char *const *typed, size_t n)
{
	static struct tags tags;

	memset(&tags, 0, sizeof tags);
	for (size_t i = 0; i < n; i++)
		tags_add(&tags, typed[i]);
	return tags;
}

static void
tags_are_tidied_and_each_is_kept_once(void **state)
{
	static const char *const typed[] = {"  Green   Tea ", "", " ",
	    "GREEN tea", "\xE2\x80\x8B", "Go",
	    "\xE3\x80\x80"
	    "go\xE3\x80\x80"};
	struct tags t = read_tags(typed, COUNT(typed));

	(void)state;
	assert_int_equal(t.verdict, TEXT_OK);
	assert_int_equal(t.n, 2);
	assert_false(t.too_many);
	assert_string_equal(t.list[0].typed, "Green Tea");
	assert_string_equal(t.list[0].folded, "green tea");
	assert_string_equal(t.list[1].typed, "Go");
}

static void
five_are_the_most(void **state)
{
	static const char *const typed[] = {"a", "b", "A", "c", "d", "e", "B",
	    "f"};

	(void)state;
	assert_false(read_tags(typed, 7).too_many);
	assert_int_equal(read_tags(typed, 7).n, 5);
	assert_true(read_tags(typed, 8).too_many);
}

#define TEN                                                            \
	"\xE9\x9F\xB3\xE9\x9F\xB3\xE9\x9F\xB3\xE9\x9F\xB3\xE9\x9F\xB3" \
	"\xE9\x9F\xB3\xE9\x9F\xB3\xE9\x9F\xB3\xE9\x9F\xB3\xE9\x9F\xB3"

static void
a_tag_has_24_characters_at_most(void **state)
{
	static const char *const good[] = {TEN TEN "1234",
	    " 123456789012345678901234 "};
	static const char *const wrong[] = {TEN TEN "12345"};

	(void)state;
	assert_int_equal(read_tags(good, 2).n, 2);
	assert_int_equal(read_tags(wrong, 1).verdict, TEXT_TOO_LONG);
}

static void
what_cannot_be_used_is_refused(void **state)
{
	static const char *const wrong[] = {"a\nb", "\x7F", "a\xC2\x85\x01",
	    "\xE2\x80\xAE"
	    "x",
	    "\xFF", "\xC3"};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		enum text_verdict v = read_tags(&wrong[i], 1).verdict;

		assert_int_equal(v, TEXT_INVALID);
	}
}

static void
a_language_is_its_first_subtag(void **state)
{
	static const char *const good[][2] = {{"en", "en"}, {"EN", "en"},
	    {"zh-TW", "zh"}, {"zh-Hant-TW", "zh"}, {"haw", "haw"},
	    {"abcdefgh", "abcdefgh"}, {"de-1996", "de"}};
	static const char *const wrong[] = {"", "e", "x-private", "abcdefghi",
	    "en_US", "12", "en-\xC3\xA9", " en", "en ", "\xE4\xB8\xAD", "e1",
	    "en-a b"};
	char out[TEXT_LANG_BYTES];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(text_lang(good[i][0], out), TEXT_OK);
		assert_string_equal(out, good[i][1]);
	}
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (text_lang(wrong[i], out) != TEXT_INVALID)
			fail_msg("%s", wrong[i]);
}

#define TEST(f) cmocka_unit_test(f)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(width_composition_and_case_make_no_difference),
	    TEST(what_does_not_fit_is_not_folded),
	    TEST(tags_are_tidied_and_each_is_kept_once),
	    TEST(five_are_the_most),
	    TEST(a_tag_has_24_characters_at_most),
	    TEST(what_cannot_be_used_is_refused),
	    TEST(a_language_is_its_first_subtag),
	};

	return RUN(tests);
}
