#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "http/request.h"

static struct request rq;

#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})
#define PARSE(...) request_parse(&rq, ENV(__VA_ARGS__))
#define GET "REQUEST_METHOD=GET", "SCRIPT_NAME=/api/poll"

static void
a_request_is_read_from_its_variables(void **state)
{
	(void)state;
	PARSE("SERVER_NAME=x", "REQUEST_METHOD=POST", "SCRIPT_NAME=/api/send",
	    "QUERY_STRING=a=1", "CONTENT_TYPE=application/json",
	    "CONTENT_LENGTH=17", "HTTP_AUTHORIZATION=Bearer secret",
	    "REQUEST_ID=0123abc", "NO_EQUALS_SIGN", "=");
	assert_int_equal(rq.fault, REQUEST_OK);
	assert_string_equal(rq.method, "POST");
	assert_string_equal(rq.path, "/api/send");
	assert_string_equal(rq.query, "a=1");
	assert_string_equal(rq.token, "secret");
	assert_string_equal(rq.id, "0123abc");
	assert_int_equal(rq.media, MEDIA_JSON);
	assert_int_equal(rq.content_len, 17);
	assert_null(rq.body.data);
	request_free(&rq);
}

static void
a_request_without_method_or_path_is_bad(void **state)
{
	(void)state;
	request_parse(&rq, (const char *const[]){NULL});
	assert_int_equal(rq.fault, REQUEST_BAD);
	PARSE("REQUEST_METHOD=GET");
	assert_int_equal(rq.fault, REQUEST_BAD);
	PARSE("SCRIPT_NAME=/api/poll", "REQUEST_METHOD=");
	assert_int_equal(rq.fault, REQUEST_BAD);
	PARSE("REQUEST_METHOD=GET", "SCRIPT_NAME=api");
	assert_int_equal(rq.fault, REQUEST_BAD);
}

static void
path_info_goes_before_the_scripts_name(void **state)
{
	(void)state;
	PARSE("REQUEST_METHOD=GET", "PATH_INFO=/api/x", "SCRIPT_NAME=/cgi");
	assert_string_equal(rq.path, "/api/x");
	PARSE("REQUEST_METHOD=GET", "SCRIPT_NAME=/cgi", "PATH_INFO=/api/x");
	assert_string_equal(rq.path, "/api/x");
	PARSE("REQUEST_METHOD=GET", "SCRIPT_NAME=/cgi", "PATH_INFO=");
	assert_string_equal(rq.path, "/cgi");
}

static void
a_long_method_is_none_of_ours(void **state)
{
	(void)state;
	PARSE("REQUEST_METHOD=OPTIONSX", "SCRIPT_NAME=/");
	assert_string_equal(rq.method, "?");
	assert_int_equal(rq.fault, REQUEST_OK);
	PARSE("REQUEST_METHOD=OPTIONS", "SCRIPT_NAME=/");
	assert_string_equal(rq.method, "OPTIONS");
}

static void
what_is_too_long_is_bad(void **state)
{
	char path[10 + REQUEST_PATH_MAX + 1] = "PATH_INFO=/";
	char query[13 + REQUEST_QUERY_MAX + 1] = "QUERY_STRING=";

	(void)state;
	memset(path + 11, 'x', REQUEST_PATH_MAX - 2);
	PARSE("REQUEST_METHOD=GET", path);
	assert_int_equal(rq.fault, REQUEST_OK);
	path[10 + REQUEST_PATH_MAX - 1] = 'x';
	path[10 + REQUEST_PATH_MAX] = '\0';
	PARSE("REQUEST_METHOD=GET", path);
	assert_int_equal(rq.fault, REQUEST_BAD);
	memset(query + 13, 'x', REQUEST_QUERY_MAX - 1);
	PARSE(GET, query);
	assert_int_equal(rq.fault, REQUEST_OK);
	query[13 + REQUEST_QUERY_MAX - 1] = 'x';
	query[13 + REQUEST_QUERY_MAX] = '\0';
	PARSE(GET, query);
	assert_int_equal(rq.fault, REQUEST_BAD);
}

static void
a_length_is_a_number_or_nothing(void **state)
{
	static const char *const bad[] = {"CONTENT_LENGTH=-1",
	    "CONTENT_LENGTH=1x", "CONTENT_LENGTH= 1", "CONTENT_LENGTH=+1"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		PARSE(GET, bad[i]);
		assert_int_equal(rq.fault, REQUEST_BAD);
	}
	PARSE(GET, "CONTENT_LENGTH=");
	assert_int_equal(rq.fault, REQUEST_OK);
	assert_int_equal(rq.content_len, 0);
}

/* Such a length must not come out small: it has to be too large. */
static void
a_length_beyond_all_numbers_stays_the_largest(void **state)
{
	(void)state;
	PARSE(GET, "CONTENT_LENGTH=18446744073709551615");
	assert_true(rq.content_len == SIZE_MAX);
	PARSE(GET, "CONTENT_LENGTH=18446744073709551616");
	assert_true(rq.content_len == SIZE_MAX);
	PARSE(GET, "CONTENT_LENGTH=99999999999999999999999999999");
	assert_true(rq.content_len == SIZE_MAX);
	assert_int_equal(rq.fault, REQUEST_OK);
}

static void
a_boundary_is_read_if_there_is_one(void **state)
{
	char entry[300];

	(void)state;
	PARSE(GET, "CONTENT_TYPE=multipart/form-data; boundary=\"a b\"");
	assert_int_equal(rq.media, MEDIA_MULTIPART);
	assert_string_equal(rq.boundary, "a");
	PARSE(GET, "CONTENT_TYPE=multipart/form-data");
	assert_int_equal(rq.media, MEDIA_MULTIPART);
	assert_string_equal(rq.boundary, "");
	snprintf(entry, sizeof entry,
	    "CONTENT_TYPE=multipart/form-data; boundary=%0200d", 1);
	PARSE(GET, entry);
	assert_string_equal(rq.boundary, "");
}

/* What a client has made up stands in front, and may be long. */
static void
of_a_long_list_of_addresses_the_end_is_read(void **state)
{
	char entry[600];

	(void)state;
	snprintf(entry, sizeof entry,
	    "HTTP_X_FORWARDED_FOR=%0250d, 192.0.2.1, 192.0.2.2", 1);
	PARSE(GET, entry);
	assert_int_equal(rq.fault, REQUEST_OK);
	assert_string_equal(rq.forwarded, " 192.0.2.1, 192.0.2.2");
	/* An end that is no whole address is none. */
	snprintf(entry, sizeof entry, "HTTP_X_FORWARDED_FOR=192.0.2.1,%0400d",
	    1);
	PARSE(GET, entry);
	assert_int_equal(rq.fault, REQUEST_OK);
	assert_string_equal(rq.forwarded, "");
	/* Nor is a REMOTE_ADDR that is cut off. */
	snprintf(entry, sizeof entry, "REMOTE_ADDR=%0200d", 1);
	PARSE(GET, entry);
	assert_string_equal(rq.remote, "");
}

static void
media_types_are_told_apart(void **state)
{
	static const struct {
		const char *entry;
		enum media media;
	} cases[] = {
	    {"CONTENT_TYPE=", MEDIA_NONE},
	    {"CONTENT_TYPE=application/json", MEDIA_JSON},
	    {"CONTENT_TYPE=Application/JSON; charset=utf-8", MEDIA_JSON},
	    {"CONTENT_TYPE=application/json;charset=utf-8", MEDIA_JSON},
	    {"CONTENT_TYPE= text/plain ;x", MEDIA_TEXT},
	    {"CONTENT_TYPE=text/plain", MEDIA_TEXT},
	    {"CONTENT_TYPE=application/jsonx", MEDIA_OTHER},
	    {"CONTENT_TYPE=application", MEDIA_OTHER},
	    {"CONTENT_TYPE=image/png", MEDIA_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		PARSE(GET, cases[i].entry);
		assert_int_equal(rq.media, cases[i].media);
	}
	PARSE(GET);
	assert_int_equal(rq.media, MEDIA_NONE);
}

static void
the_token_is_in_either_header(void **state)
{
	(void)state;
	PARSE(GET, "HTTP_AUTHORIZATION=bearer   abc");
	assert_string_equal(rq.token, "abc");
	PARSE(GET, "HTTP_X_PARLEY_TOKEN=abc");
	assert_string_equal(rq.token, "abc");
	PARSE(GET, "HTTP_X_PARLEY_TOKEN=two", "HTTP_AUTHORIZATION=Bearer one");
	assert_string_equal(rq.token, "one");
	PARSE(GET,
	    "HTTP_AUTHORIZATION=Basic c2l0ZQ==", "HTTP_X_PARLEY_TOKEN=two");
	assert_string_equal(rq.token, "two");
	PARSE(GET, "HTTP_AUTHORIZATION=Bearer");
	assert_string_equal(rq.token, "");
}

static void
a_token_that_is_too_long_does_not_pass_for_one(void **state)
{
	char entry[400] = "HTTP_X_PARLEY_TOKEN=";

	(void)state;
	memset(entry + 20, 'A', 300);
	PARSE(GET, entry);
	assert_int_equal(strlen(rq.token), TOKEN_TEXT_LEN + 1);
}

static void
an_id_that_is_odd_is_left_out(void **state)
{
	(void)state;
	PARSE(GET, "REQUEST_ID=a\nb");
	assert_string_equal(rq.id, "");
	PARSE(GET,
	    "REQUEST_ID="
	    "0123456789012345678901234567890123456789"
	    "0123456789012345678901234");
	assert_string_equal(rq.id, "");
	assert_int_equal(rq.fault, REQUEST_OK);
}

/* The parameter "v" of a query. */
static enum param
value_of(const char *query, char out[16])
{
	memset(&rq, 0, sizeof rq);
	strcpy(rq.query, query);
	return request_param(&rq, "v", out, 16);
}

static void
parameters_are_found_and_decoded(void **state)
{
	static const struct {
		const char *query, *value;
	} cases[] = {
	    {"v=1", "1"},
	    {"a=1&v=2&b=3", "2"},
	    {"vv=1&v=2", "2"},
	    {"&&v=2&", "2"},
	    {"v", ""},
	    {"v&a", ""},
	    {"v=", ""},
	    {"v=a%20b+c", "a b c"},
	    {"v=%c3%A4", "\xC3\xA4"},
	    {"v=a=b", "a=b"},
	    {"v=%26", "&"},
	    {"v=123456789012345", "123456789012345"},
	};
	char out[16];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(value_of(cases[i].query, out), PARAM_OK);
		assert_string_equal(out, cases[i].value);
	}
}

static void
wrong_parameters_are_refused(void **state)
{
	static const char *const bad[] = {"v=%", "v=%4", "v=%4&a=1", "v=%g0",
	    "v=%0g", "v=%00", "v=%FF", "v=%C3", "v=\xFF", "v=1&v=1", "v&v",
	    "v=1234567890123456"};
	char out[16];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(value_of(bad[i], out), PARAM_WRONG);
	assert_int_equal(value_of("", out), PARAM_MISSING);
	assert_int_equal(value_of("V=1&av=2&vb=3", out), PARAM_MISSING);
}

static enum param
int_of(const char *query, int64_t *n)
{
	memset(&rq, 0, sizeof rq);
	strcpy(rq.query, query);
	return request_param_int(&rq, "v", INT64_MIN, INT64_MAX, n);
}

static void
whole_numbers_are_read_to_their_ends(void **state)
{
	int64_t n;

	(void)state;
	assert_int_equal(int_of("v=0", &n), PARAM_OK);
	assert_int_equal(n, 0);
	assert_int_equal(int_of("v=9223372036854775807", &n), PARAM_OK);
	assert_true(n == INT64_MAX);
	assert_int_equal(int_of("v=-9223372036854775808", &n), PARAM_OK);
	assert_true(n == INT64_MIN);
	assert_int_equal(int_of("v=9223372036854775808", &n), PARAM_WRONG);
	assert_int_equal(int_of("v=-9223372036854775809", &n), PARAM_WRONG);
}

static void
what_is_no_whole_number_is_wrong(void **state)
{
	static const char *const bad[] = {"v=", "v=-", "v=1.0", "v=1e3",
	    "v=%201", "v=1%20", "v=%2B1", "v=0x1", "v=--1", "v=1&v=1"};
	int64_t n = 77;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(int_of(bad[i], &n), PARAM_WRONG);
	assert_int_equal(int_of("w=1", &n), PARAM_MISSING);
	assert_int_equal(n, 77);
}

static void
a_number_has_to_be_in_range(void **state)
{
	int64_t n;

	(void)state;
	memset(&rq, 0, sizeof rq);
	strcpy(rq.query, "a=0&b=50&c=51&d=-1");
	assert_int_equal(request_param_int(&rq, "a", 0, 50, &n), PARAM_OK);
	assert_int_equal(request_param_int(&rq, "b", 0, 50, &n), PARAM_OK);
	assert_int_equal(request_param_int(&rq, "c", 0, 50, &n), PARAM_WRONG);
	assert_int_equal(request_param_int(&rq, "d", 0, 50, &n), PARAM_WRONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_is_read_from_its_variables),
	    cmocka_unit_test(a_request_without_method_or_path_is_bad),
	    cmocka_unit_test(path_info_goes_before_the_scripts_name),
	    cmocka_unit_test(a_long_method_is_none_of_ours),
	    cmocka_unit_test(what_is_too_long_is_bad),
	    cmocka_unit_test(a_length_is_a_number_or_nothing),
	    cmocka_unit_test(a_length_beyond_all_numbers_stays_the_largest),
	    cmocka_unit_test(a_boundary_is_read_if_there_is_one),
	    cmocka_unit_test(of_a_long_list_of_addresses_the_end_is_read),
	    cmocka_unit_test(media_types_are_told_apart),
	    cmocka_unit_test(the_token_is_in_either_header),
	    cmocka_unit_test(a_token_that_is_too_long_does_not_pass_for_one),
	    cmocka_unit_test(an_id_that_is_odd_is_left_out),
	    cmocka_unit_test(parameters_are_found_and_decoded),
	    cmocka_unit_test(wrong_parameters_are_refused),
	    cmocka_unit_test(whole_numbers_are_read_to_their_ends),
	    cmocka_unit_test(what_is_no_whole_number_is_wrong),
	    cmocka_unit_test(a_number_has_to_be_in_range),
	};

	return RUN(tests);
}
