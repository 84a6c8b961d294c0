#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "http/json_in.h"

/*
 * Parses a copy of just its size, so that a read beyond the end is seen by the
 * address sanitizer.
 */
static struct json_in *
parse_bytes(const char *bytes, size_t len, const char **why)
{
	char *copy = malloc(len ? len : 1);
	struct json_in *doc;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	*why = NULL;
	doc = json_in_parse(copy, len, why);
	free(copy);
	if (!doc)
		assert_non_null(*why);
	return doc;
}

static struct json_in *
parse(const char *text)
{
	const char *why;

	return parse_bytes(text, strlen(text), &why);
}

static void
assert_refused(const char *text, const char *reason)
{
	const char *why;
	struct json_in *doc = parse_bytes(text, strlen(text), &why);

	if (doc)
		print_error("taken: %s\n", text);
	assert_null(doc);
	if (reason)
		assert_string_equal(why, reason);
}

static void
members_are_found_by_type(void **state)
{
	struct json_in *doc = parse(
	    " {\"t\": \"a\\u00e4\\n\", \"yes\":true,\"no\":false,\r\n\t"
	    "\"n\":-12,\"nil\":null,\"o\":{\"t\":1},\"l\":[1,\"x\",{}]} ");
	const char *text;
	bool b;
	int64_t n;

	(void)state;
	assert_non_null(doc);
	assert_int_equal(json_in_text(doc, "t", &text), JSON_OK);
	assert_string_equal(text, "a\xC3\xA4\n");
	assert_int_equal(json_in_bool(doc, "yes", &b), JSON_OK);
	assert_true(b);
	assert_int_equal(json_in_bool(doc, "no", &b), JSON_OK);
	assert_false(b);
	assert_int_equal(json_in_int(doc, "n", &n), JSON_OK);
	assert_int_equal(n, -12);
	json_in_free(doc);
}

static void
missing_null_and_other_types_are_told(void **state)
{
	struct json_in *doc = parse(
	    "{\"t\":\"x\",\"n\":1,\"b\":true,\"nil\":null,\"o\":{}}");
	const char *text;
	bool b;
	int64_t n;

	(void)state;
	assert_int_equal(json_in_text(doc, "none", &text), JSON_MISSING);
	assert_int_equal(json_in_text(doc, "T", &text), JSON_MISSING);
	assert_int_equal(json_in_text(doc, "nil", &text), JSON_MISSING);
	assert_int_equal(json_in_bool(doc, "nil", &b), JSON_MISSING);
	assert_int_equal(json_in_int(doc, "nil", &n), JSON_MISSING);
	assert_int_equal(json_in_text(doc, "n", &text), JSON_WRONG);
	assert_int_equal(json_in_text(doc, "o", &text), JSON_WRONG);
	assert_int_equal(json_in_bool(doc, "n", &b), JSON_WRONG);
	assert_int_equal(json_in_bool(doc, "t", &b), JSON_WRONG);
	assert_int_equal(json_in_int(doc, "b", &n), JSON_WRONG);
	assert_int_equal(json_in_int(doc, "t", &n), JSON_WRONG);
	json_in_free(doc);
	json_in_free(NULL);
}

static void
note_text(const char *text, void *arg)
{
	strcat(arg, text);
	strcat(arg, ";");
}

static void
an_array_of_texts_is_read_in_order(void **state)
{
	struct json_in *doc = parse("{\"l\":[\"b\",\"\",\"a\"],\"e\":[],"
				    "\"nil\":null,\"t\":\"x\",\"o\":{},"
				    "\"n\":[\"x\",1],\"z\":[null]}");
	static const char *const wrong[] = {"t", "o", "n", "z"};
	char got[32] = "";

	(void)state;
	assert_int_equal(json_in_texts(doc, "l", note_text, got), JSON_OK);
	assert_string_equal(got, "b;;a;");
	assert_int_equal(json_in_texts(doc, "e", note_text, got), JSON_OK);
	assert_int_equal(json_in_texts(doc, "nil", note_text, got),
	    JSON_MISSING);
	assert_int_equal(json_in_texts(doc, "L", note_text, got), JSON_MISSING);
	assert_string_equal(got, "b;;a;");
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(json_in_texts(doc, wrong[i], note_text, got),
		    JSON_WRONG);
	json_in_free(doc);
}

static void
no_bytes_are_the_empty_object(void **state)
{
	const char *why, *text;
	struct json_in *doc = json_in_parse(NULL, 0, &why);

	(void)state;
	assert_non_null(doc);
	assert_int_equal(json_in_text(doc, "x", &text), JSON_MISSING);
	json_in_free(doc);
}

static void
only_whole_numbers_that_a_double_holds_are_integers(void **state)
{
	static const struct {
		const char *number;
		int64_t n;
		enum json_got got;
	} cases[] = {
	    {"0", 0, JSON_OK},
	    {"-0", 0, JSON_OK},
	    {"1e3", 1000, JSON_OK},
	    {"2.0", 2, JSON_OK},
	    {"9007199254740991", INT64_C(9007199254740991), JSON_OK},
	    {"-9007199254740991", INT64_C(-9007199254740991), JSON_OK},
	    {"9007199254740992", 0, JSON_WRONG},
	    {"9007199254740993", 0, JSON_WRONG},
	    {"1.5", 0, JSON_WRONG},
	    {"1e400", 0, JSON_WRONG},
	    {"-1e400", 0, JSON_WRONG},
	};
	char text[64];
	int64_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct json_in *doc;

		snprintf(text, sizeof text, "{\"n\":%s}", cases[i].number);
		doc = parse(text);
		assert_non_null(doc);
		assert_int_equal(json_in_int(doc, "n", &n), cases[i].got);
		if (cases[i].got == JSON_OK)
			assert_int_equal(n, cases[i].n);
		json_in_free(doc);
	}
}

static void
only_an_object_is_a_document(void **state)
{
	static const char *const bad[] = {" ", "[]", "1", "null", "\"{}\"", "{",
	    "}", "{}}", "{{}", "{}{}", "{} x", "x{}", "{},{}", "[{}",
	    "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{\"a\"}", "{\"a\":}",
	    "{a:1}", "{'a':1}", "{1:1}", "{\"a\":1 \"b\":2}", "{\"a\":tru}",
	    "{\"a\":True}", "{\"a\":truefalse}", "{\"a\":[1,]}", "{\"a\":[1}",
	    "{\"a\":NaN}", "{\"a\":Infinity}", "\xEF\xBB\xBF{}", "/**/{}",
	    "{}\v", "{\f}"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_refused(bad[i], NULL);
}

static void
malformed_numbers_are_refused(void **state)
{
	static const char *const bad[] = {"01", "-01", "1.", "-.5", ".5", "+1",
	    "-", "1e", "1e+", "1.e3", "0x10", "1a", "00"};
	char text[32];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(text, sizeof text, "{\"n\":%s}", bad[i]);
		assert_refused(text, NULL);
	}
}

static void
raw_control_bytes_and_nul_are_refused(void **state)
{
	char text[] = "{\"a\":\"?\"}";
	const char *why;

	(void)state;
	for (char c = 0; c < 0x20; c++) {
		text[6] = c;
		assert_null(parse_bytes(text, sizeof text - 1, &why));
		assert_string_equal(why, "control character in a string");
	}
	assert_null(parse_bytes("{}\0", 3, &why));
	assert_null(parse_bytes("\0{}", 3, &why));
	assert_refused("{\"a\":\"\\u0000\"}", "\\u0000 is not allowed");
	assert_refused("{\"\\u0000\":1}", "\\u0000 is not allowed");
	assert_refused("{\"x\":[\"\\\\\\u0000\"]}", "\\u0000 is not allowed");
}

static void
a_backslash_before_u0000_is_text(void **state)
{
	struct json_in *doc = parse("{\"a\":\"\\\\u0000\"}");
	const char *text;

	(void)state;
	assert_non_null(doc);
	assert_int_equal(json_in_text(doc, "a", &text), JSON_OK);
	assert_string_equal(text, "\\u0000");
	json_in_free(doc);
}

static void
bad_escapes_and_lone_surrogates_are_refused(void **state)
{
	static const char *const bad[] = {"\\x", "\\", "\\u12", "\\uzzzz",
	    "\\u 123", "\\u00G0", "\\uD800", "\\uDC00", "\\uD83D\\u0041",
	    "\\uD83Dx", "\\uDE00\\uD83D", "\\uD83D\\uD83D", "\\'"};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(text, sizeof text, "{\"a\":\"%s\"}", bad[i]);
		assert_refused(text, NULL);
	}
}

static void
a_pair_of_surrogates_is_one_character(void **state)
{
	struct json_in *doc = parse("{\"a\":\"\\uD83D\\uDE00\"}");
	const char *text;

	(void)state;
	assert_non_null(doc);
	assert_int_equal(json_in_text(doc, "a", &text), JSON_OK);
	assert_string_equal(text, "\xF0\x9F\x98\x80");
	json_in_free(doc);
}

static void
invalid_utf8_is_refused(void **state)
{
	(void)state;
	assert_refused("{\"a\":\"\xFF\"}", "not UTF-8");
	assert_refused("{\"a\":\"\xC0\x80\"}", "not UTF-8");
	assert_refused("{\"a\":\"\xED\xA0\x80\"}", "not UTF-8");
}

static void
a_name_that_stands_there_twice_is_refused(void **state)
{
	struct json_in *doc;

	(void)state;
	assert_refused("{\"a\":1,\"b\":2,\"a\":3}",
	    "a name stands there twice");
	assert_refused("{\"a\":1,\"\\u0061\":3}", "a name stands there twice");
	assert_refused("{\"o\":[{\"x\":{\"a\":1,\"a\":1}}]}",
	    "a name stands there twice");
	doc = parse("{\"a\":1,\"A\":2,\"o\":{\"a\":3},\"p\":[1,1,{},{}]}");
	assert_non_null(doc);
	json_in_free(doc);
}

static void
nesting_has_a_limit(void **state)
{
	struct json_in *doc = parse("{\"a\":[[[[[[[]]]]]]]}");

	(void)state;
	assert_non_null(doc);
	json_in_free(doc);
	assert_refused("{\"a\":[[[[[[[[]]]]]]]]}", "nested too deep");
	assert_refused("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{"
		       "\"a\":{}}}}}}}}}",
	    "nested too deep");
	/* Brackets in a string are no nesting. */
	doc = parse("{\"a\":\"[[[[[[[[[[[[\\\"[[[[\"}");
	assert_non_null(doc);
	json_in_free(doc);
}

static void
the_number_of_members_has_a_limit(void **state)
{
	for (int n = JSON_MEMBERS_MAX; n <= JSON_MEMBERS_MAX + 1; n++) {
		struct buf b = {0};
		const char *why;
		struct json_in *doc;

		(void)state;
		buf_add_str(&b, "{\"m0\":0");
		for (int i = 1; i < n; i++)
			buf_addf(&b, ",\"m%d\":0", i);
		buf_add_str(&b, "}");
		doc = parse_bytes(b.data, b.len, &why);
		assert_int_equal(doc != NULL, n == JSON_MEMBERS_MAX);
		json_in_free(doc);
		buf_free(&b);
	}
}

/* Whatever is cut off: a refusal, and no read beyond the end. */
static void
every_beginning_of_a_document_is_refused(void **state)
{
	static const char whole[] = "{\"a\":[1.5e-3,true,{\"b\":"
				    "\"\\uD83D\\uDE00 \\\"\"}],\"c\":null}";
	const char *why;

	(void)state;
	for (size_t len = 1; len < sizeof whole - 1; len++)
		assert_null(parse_bytes(whole, len, &why));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members_are_found_by_type),
	    cmocka_unit_test(missing_null_and_other_types_are_told),
	    cmocka_unit_test(an_array_of_texts_is_read_in_order),
	    cmocka_unit_test(no_bytes_are_the_empty_object),
	    cmocka_unit_test(
		only_whole_numbers_that_a_double_holds_are_integers),
	    cmocka_unit_test(only_an_object_is_a_document),
	    cmocka_unit_test(malformed_numbers_are_refused),
	    cmocka_unit_test(raw_control_bytes_and_nul_are_refused),
	    cmocka_unit_test(a_backslash_before_u0000_is_text),
	    cmocka_unit_test(bad_escapes_and_lone_surrogates_are_refused),
	    cmocka_unit_test(a_pair_of_surrogates_is_one_character),
	    cmocka_unit_test(invalid_utf8_is_refused),
	    cmocka_unit_test(a_name_that_stands_there_twice_is_refused),
	    cmocka_unit_test(nesting_has_a_limit),
	    cmocka_unit_test(the_number_of_members_has_a_limit),
	    cmocka_unit_test(every_beginning_of_a_document_is_refused),
	};

	return RUN(tests);
}
