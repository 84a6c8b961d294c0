#include "unit.h"

#include <string.h>

#include "base/json_out.h"
#include "http/json_in.h"

static struct buf b;
static struct json_out j;

static int
start(void **state)
{
	(void)state;
	buf_clear(&b);
	j = json_out_to(&b);
	return 0;
}

static void
assert_wrote(const char *text)
{
	assert_true(json_out_done(&j));
	buf_add(&b, "", 1);
	assert_string_equal(b.data, text);
}

static void
commas_and_names_come_by_themselves(void **state)
{
	(void)state;
	json_out_object(&j, NULL);
	json_out_int(&j, "n", -5);
	json_out_id(&j, "id", INT64_MAX);
	json_out_bool(&j, "on", true);
	json_out_array(&j, "list");
	json_out_int(&j, NULL, 1);
	json_out_object(&j, NULL);
	json_out_close(&j);
	json_out_text(&j, NULL, "x");
	json_out_close(&j);
	json_out_object(&j, "o");
	json_out_bool(&j, "off", false);
	json_out_close(&j);
	json_out_close(&j);
	assert_wrote("{\"n\":-5,\"id\":\"9223372036854775807\",\"on\":true,"
		     "\"list\":[1,{},\"x\"],\"o\":{\"off\":false}}");
}

static void
text_is_escaped(void **state)
{
	static const struct {
		const char *text, *written;
	} cases[] = {
	    {"", "\"\""}, {"plain", "\"plain\""},
	    {"a\"b\\c", "\"a\\\"b\\\\c\""},
	    {"\n\t\r\x01\x1F\x7F", "\"\\n\\t\\u000d\\u0001\\u001f\\u007f\""},
	    {"</script>&", "\"\\u003c/script\\u003e\\u0026\""},
	    {"\xE2\x80\xA8\xE2\x80\xA9", "\"\\u2028\\u2029\""},
	    {"\xE2\x82\xAC\xE2\x80\xA6", "\"\xE2\x82\xAC\xE2\x80\xA6\""},
	    {"\xC3\xA4\xF0\x9F\x98\x80", "\"\xC3\xA4\xF0\x9F\x98\x80\""},
	    {"\xE2", "\"\xE2\""}, /* cut off: no read beyond the NUL */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start(NULL);
		json_out_text(&j, NULL, cases[i].text);
		assert_wrote(cases[i].written);
	}
}

static void
what_is_written_is_read_back_the_same(void **state)
{
	char all[256];
	const char *why, *text;
	struct json_in *doc;

	(void)state;
	for (int i = 1; i < 0x80; i++)
		all[i - 1] = (char)i;
	strcpy(all + 0x7F, "\xE2\x80\xA8\xE2\x80\xA9\xC3\xA4");
	json_out_object(&j, NULL);
	json_out_text(&j, "all", all);
	json_out_close(&j);
	doc = json_in_parse(b.data, b.len, &why);
	assert_non_null(doc);
	assert_int_equal(json_in_text(doc, "all", &text), JSON_OK);
	assert_string_equal(text, all);
	json_in_free(doc);
}

static void
rendered_members_join_the_object(void **state)
{
	(void)state;
	json_out_object(&j, NULL);
	json_out_members(&j, "{}", 2);
	json_out_members(&j, "{\"a\":1}", 7);
	json_out_int(&j, "b", 2);
	json_out_members(&j, "{\"c\":[]}", 8);
	json_out_members(&j, "{}", 2);
	json_out_close(&j);
	assert_wrote("{\"a\":1,\"b\":2,\"c\":[]}");
}

static void
what_is_no_object_has_no_members(void **state)
{
	(void)state;
	json_out_object(&j, NULL);
	json_out_members(&j, "[1]", 3);
	json_out_close(&j);
	assert_false(json_out_done(&j));
	start(NULL);
	json_out_array(&j, NULL);
	json_out_members(&j, "{\"a\":1}", 7);
	json_out_close(&j);
	assert_false(json_out_done(&j));
}

static void
a_document_that_is_not_whole_is_told(void **state)
{
	(void)state;
	assert_false(json_out_done(&j));
	json_out_object(&j, NULL);
	assert_false(json_out_done(&j));
	json_out_close(&j);
	assert_true(json_out_done(&j));
	json_out_close(&j);
	assert_false(json_out_done(&j));
}

static void
a_second_root_is_told(void **state)
{
	(void)state;
	json_out_int(&j, NULL, 1);
	assert_true(json_out_done(&j));
	json_out_int(&j, NULL, 2);
	assert_false(json_out_done(&j));
}

static void
names_are_for_members_only(void **state)
{
	(void)state;
	json_out_object(&j, NULL);
	json_out_int(&j, NULL, 1);
	json_out_close(&j);
	assert_false(json_out_done(&j));
	start(NULL);
	json_out_array(&j, NULL);
	json_out_int(&j, "a", 1);
	json_out_close(&j);
	assert_false(json_out_done(&j));
}

static void
too_many_levels_are_told(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++)
		json_out_array(&j, NULL);
	for (int i = 0; i < 8; i++)
		json_out_close(&j);
	assert_wrote("[[[[[[[[]]]]]]]]");
	start(NULL);
	for (int i = 0; i < 9; i++)
		json_out_array(&j, NULL);
	for (int i = 0; i < 8; i++)
		json_out_close(&j);
	assert_false(json_out_done(&j));
}

static void
a_failed_buffer_is_told(void **state)
{
	(void)state;
	json_out_object(&j, NULL);
	buf_reserve(&b, SIZE_MAX);
	json_out_close(&j);
	assert_false(json_out_done(&j));
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(commas_and_names_come_by_themselves),
	    TEST(text_is_escaped),
	    TEST(what_is_written_is_read_back_the_same),
	    TEST(rendered_members_join_the_object),
	    TEST(what_is_no_object_has_no_members),
	    TEST(a_document_that_is_not_whole_is_told),
	    TEST(a_second_root_is_told),
	    TEST(names_are_for_members_only),
	    TEST(too_many_levels_are_told),
	    TEST(a_failed_buffer_is_told),
	};
	int failed = RUN(tests);

	buf_free(&b);
	return failed;
}
