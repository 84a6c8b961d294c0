#include "unit.h"

#include <string.h>

#include "chat/chars.h"
#include "chat/text.h"

#define ZWJ "\xE2\x80\x8D"
#define ZWSP "\xE2\x80\x8B"
#define GRIN "\xF0\x9F\x98\x80"
#define FAMILY "\xF0\x9F\x91\xA8" ZWJ "\xF0\x9F\x91\xA9" ZWJ "\xF0\x9F\x91\xA7"

static void
assert_name(const char *typed, const char *name)
{
	char out[TEXT_NAME_BYTES];

	assert_int_equal(text_name(typed, out), TEXT_OK);
	assert_string_equal(out, name);
}

static void
assert_no_name(const char *typed, enum text_verdict verdict)
{
	char out[TEXT_NAME_BYTES];

	assert_int_equal(text_name(typed, out), verdict);
}

static void
names_are_trimmed_and_their_spaces_folded(void **state)
{
	(void)state;
	assert_name("Anna", "Anna");
	assert_name("  Anna  Maria ", "Anna Maria");
	/* no-break, em, ideographic, and a line separator */
	assert_name("\xC2\xA0"
		    "A\xE2\x80\x83\xE3\x80\x80"
		    "b\xE2\x80\xA8",
	    "A b");
	assert_name("\xC3\x84nne", "\xC3\x84nne");
}

static void
joined_emoji_and_direction_marks_are_allowed_in_names(void **state)
{
	(void)state;
	assert_name(FAMILY, FAMILY);
	assert_name("\xE2\x80\x8F"
		    "A",
	    "\xE2\x80\x8F"
	    "A");
}

static void
names_of_nothing_visible_are_empty(void **state)
{
	static const char *const empty[] = {"", " ", "\xE3\x80\x80", ZWSP,
	    ZWJ " " ZWSP, "\xEF\xBB\xBF", "\xC2\xAD", "\xE3\x85\xA4",
	    "\xE2\xA0\x80", "\xEF\xB8\x8F", "\xF3\xA0\x80\xA0"};

	(void)state;
	for (size_t i = 0; i < COUNT(empty); i++)
		assert_no_name(empty[i], TEXT_EMPTY);
}

static void
what_could_harm_a_page_is_no_name(void **state)
{
	static const char *const bad[] = {"a\nb", "a\tb", "\x01", "a\x7F",
	    "a\xC2\x85", "a\xC2\x9F", /* C1 */
	    "a\xE2\x80\xAE", "a\xE2\x80\xAA", "a\xE2\x81\xA6",
	    "a\xE2\x81\xA9", /* bidi */
	    "a\xEF\xB7\x90", "a\xEF\xBF\xBE", "a\xEF\xBF\xBF",
	    "a\xF4\x8F\xBF\xBF", /* noncharacters */
	    "a\xFF", "a\xED\xA0\x80", "a\xC0\x80" /* no UTF-8 */};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_no_name(bad[i], TEXT_INVALID);
}

static void
names_are_counted_in_characters_after_trimming(void **state)
{
	char typed[400] = " ", name[TEXT_NAME_BYTES] = "";

	(void)state;
	for (int i = 0; i < TEXT_NAME_MAX; i++)
		strcat(name, GRIN);
	strcat(strcat(typed, name), "  ");
	assert_name(typed, name);
	assert_int_equal(strlen(name), TEXT_NAME_BYTES - 1);
	strcat(typed, "x");
	assert_no_name(typed, TEXT_TOO_LONG);
}

static void
an_inner_space_counts(void **state)
{
	char typed[64];

	(void)state;
	memset(typed, 'x', sizeof typed);
	typed[10] = ' ';
	typed[TEXT_NAME_MAX] = '\0';
	assert_name(typed, typed);
	typed[TEXT_NAME_MAX] = 'x';
	typed[TEXT_NAME_MAX + 1] = '\0';
	assert_no_name(typed, TEXT_TOO_LONG);
}

/* What is stored of a message; NULL: it is refused. */
static const char *
kept(const char *typed)
{
	static char out[TEXT_MESSAGE_BYTES];

	return text_message(typed, out) == TEXT_OK ? out : NULL;
}

static enum text_verdict
verdict(const char *typed)
{
	char out[TEXT_MESSAGE_BYTES];

	return text_message(typed, out);
}

static void
messages_may_have_lines_tabs_and_marks(void **state)
{
	(void)state;
	assert_string_equal(kept("x"), "x");
	assert_string_equal(kept(" \n\tx\n"), " \n\tx\n");
	assert_string_equal(kept(FAMILY), FAMILY);
}

static void
messages_without_a_character_are_empty(void **state)
{
	(void)state;
	assert_int_equal(verdict(""), TEXT_EMPTY);
	assert_int_equal(verdict(" \n\t\xC2\xA0\xE3\x80\x80"), TEXT_EMPTY);
}

static void
messages_have_no_other_control_characters(void **state)
{
	static const char *const bad[] = {"a\r\n", "\x01", "a\x1B[1m", "\x7F",
	    "\xC2\x80", "\xC2\x85", "\xFF", "abc\xC3"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(verdict(bad[i]), TEXT_INVALID);
}

static void
messages_are_counted_in_characters(void **state)
{
	static char text[4 * TEXT_MESSAGE_MAX + 2];

	(void)state;
	for (int i = 0; i < TEXT_MESSAGE_MAX; i++)
		memcpy(text + 4L * i, GRIN, 4);
	assert_int_equal(verdict(text), TEXT_OK);
	text[4 * TEXT_MESSAGE_MAX] = 'x';
	assert_int_equal(verdict(text), TEXT_TOO_LONG);
}

static void
nonces_are_printable_ascii(void **state)
{
	char nonce[TEXT_NONCE_MAX + 2] = "";

	(void)state;
	assert_int_equal(text_nonce(""), TEXT_EMPTY);
	assert_int_equal(text_nonce("a-Z_0~!"), TEXT_OK);
	assert_int_equal(text_nonce("a b"), TEXT_INVALID);
	assert_int_equal(text_nonce("a\n"), TEXT_INVALID);
	assert_int_equal(text_nonce("\x7F"), TEXT_INVALID);
	assert_int_equal(text_nonce("\xC3\xA4"), TEXT_INVALID);
	memset(nonce, 'n', TEXT_NONCE_MAX);
	assert_int_equal(text_nonce(nonce), TEXT_OK);
	nonce[TEXT_NONCE_MAX] = 'n';
	assert_int_equal(text_nonce(nonce), TEXT_TOO_LONG);
}

/* text.c takes it in without asking; what stands around it is asked for. */
static void
what_is_plain_ascii_is_kept(void **state)
{
	char typed[8] = "?", out[TEXT_NAME_BYTES];

	(void)state;
	for (int c = '!'; c <= '~'; c++) {
		assert_int_equal(chars_kind(c), CHARS_BASE);
		typed[0] = (char)c;
		assert_int_equal(text_name(typed, out), TEXT_OK);
		assert_string_equal(out, typed);
	}
	assert_int_not_equal(chars_kind(' '), CHARS_BASE);
	assert_int_not_equal(chars_kind(0x7f), CHARS_BASE);
	assert_int_equal(text_name("1\xEF\xB8\x8F b\xCC\x81 \xEF\xB8\x8F", out),
	    TEXT_OK);
	assert_string_equal(out, "1\xEF\xB8\x8F b\xCC\x81");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_trimmed_and_their_spaces_folded),
	    cmocka_unit_test(
		joined_emoji_and_direction_marks_are_allowed_in_names),
	    cmocka_unit_test(names_of_nothing_visible_are_empty),
	    cmocka_unit_test(what_could_harm_a_page_is_no_name),
	    cmocka_unit_test(names_are_counted_in_characters_after_trimming),
	    cmocka_unit_test(an_inner_space_counts),
	    cmocka_unit_test(messages_may_have_lines_tabs_and_marks),
	    cmocka_unit_test(messages_without_a_character_are_empty),
	    cmocka_unit_test(messages_have_no_other_control_characters),
	    cmocka_unit_test(messages_are_counted_in_characters),
	    cmocka_unit_test(what_is_plain_ascii_is_kept),
	    cmocka_unit_test(nonces_are_printable_ascii),
	};

	return RUN(tests);
}
