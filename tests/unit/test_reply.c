#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "http/reply.h"

static struct reply rp;
static struct buf out;

static const char *
render(void)
{
	static char text[4096];
	const struct buf *answer;

	buf_clear(&out);
	answer = reply_render(&rp, &out);
	assert_false(answer->failed);
	snprintf(text, sizeof text, "%.*s", (int)answer->len, answer->data);
	return text;
}

static int
start(void **state)
{
	(void)state;
	reply_clear(&rp);
	return 0;
}

/* How often a text stands in another. */
static int
times(const char *text, const char *part)
{
	int n = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		n++;
	}
	return n;
}

/* A header stands in the head, once. */
static void
assert_header(const char *rendered, const char *header)
{
	char line[200], name[200];
	const char *at;

	snprintf(line, sizeof line, "%s\r\n", header);
	at = strstr(rendered, line);
	assert_non_null(at);
	assert_true(at < strstr(rendered, "\r\n\r\n") + 2);
	snprintf(name, sizeof name, "%.*s:", (int)strcspn(header, ":"), header);
	assert_int_equal(times(rendered, name), 1);
}

static void
assert_always(const char *rendered)
{
	assert_header(rendered, "Cache-Control: no-store");
	assert_header(rendered, "X-Content-Type-Options: nosniff");
	assert_header(rendered,
	    "Content-Security-Policy: default-src 'none'; "
	    "frame-ancestors 'none'");
	assert_header(rendered, "Referrer-Policy: no-referrer");
}

/* The body is what follows the head, and is as long as the head says. */
static void
assert_body(const char *rendered, const char *body)
{
	const char *at = strstr(rendered, "\r\n\r\n");
	char header[64];

	assert_non_null(at);
	assert_string_equal(at + 4, body);
	snprintf(header, sizeof header, "Content-Length: %zu", strlen(body));
	assert_header(rendered, header);
}

static void
an_answer_has_its_headers_and_body(void **state)
{
	const char *text;

	(void)state;
	rp.status = 200;
	buf_add_str(&rp.body, "{\"a\":1}");
	text = render();
	assert_int_equal(strncmp(text, "Status: 200 OK\r\n", 16), 0);
	assert_header(text, "Content-Type: application/json");
	assert_always(text);
	assert_body(text, "{\"a\":1}");
	assert_null(strstr(text, "Retry-After"));
	assert_null(strstr(text, "Allow"));
}

/* A stranger's bytes: shut in, whatever a browser takes them for. */
static void
a_picture_is_shut_in(void **state)
{
	static const struct {
		enum reply_media media;
		const char *type, *disposition;
	} kinds[] = {
	    {REPLY_JPEG, "Content-Type: image/jpeg",
		"Content-Disposition: inline; filename=picture.jpg"},
	    {REPLY_PNG, "Content-Type: image/png",
		"Content-Disposition: inline; filename=picture.png"},
	    {REPLY_GIF, "Content-Type: image/gif",
		"Content-Disposition: inline; filename=picture.gif"},
	    {REPLY_WEBP, "Content-Type: image/webp",
		"Content-Disposition: inline; filename=picture.webp"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const char *text;

		reply_clear(&rp);
		rp.status = 200;
		rp.media = kinds[i].media;
		buf_add_str(&rp.body, "x");
		text = render();
		assert_header(text, kinds[i].type);
		assert_header(text, kinds[i].disposition);
		assert_header(text,
		    "Content-Security-Policy: default-src 'none'; "
		    "frame-ancestors 'none'; sandbox");
		assert_header(text, "X-Content-Type-Options: nosniff");
		assert_header(text, "Cache-Control: no-store");
		assert_body(text, "x");
	}
}

static void
plain_text_says_its_charset(void **state)
{
	const char *text;

	(void)state;
	rp.status = 200;
	rp.media = REPLY_PLAIN;
	text = render();
	assert_header(text, "Content-Type: text/plain; charset=utf-8");
	assert_body(text, "");
}

static void
no_content_has_neither_type_nor_length_nor_body(void **state)
{
	const char *text;

	(void)state;
	rp.status = 204;
	buf_add_str(&rp.body, "left over");
	text = render();
	assert_header(text, "Status: 204 No Content");
	assert_always(text);
	assert_null(strstr(text, "Content-Type:"));
	assert_null(strstr(text, "Content-Length"));
	assert_string_equal(strstr(text, "\r\n\r\n"), "\r\n\r\n");
}

static void
every_line_of_the_head_ends_with_crlf(void **state)
{
	const char *text;

	(void)state;
	reply_error(&rp, 405, "method", "No.");
	rp.allow = "GET, POST";
	text = render();
	assert_header(text, "Allow: GET, POST");
	assert_int_equal(times(text, "\n"), times(text, "\r\n"));
	assert_int_equal(times(text, "\r"), times(text, "\r\n"));
}

static void
an_error_replaces_what_was_there(void **state)
{
	const char *text;

	(void)state;
	rp.status = 200;
	rp.media = REPLY_PLAIN;
	rp.allow = "GET";
	buf_add_str(&rp.body, "half an answ");
	reply_error(&rp, 409, "chat_over", "The \"chat\" is over.");
	text = render();
	assert_header(text, "Status: 409 Conflict");
	assert_header(text, "Content-Type: application/json");
	assert_null(strstr(text, "Allow:"));
	assert_null(strstr(text, "Retry-After:"));
	assert_body(text,
	    "{\"error\":{\"code\":\"chat_over\","
	    "\"message\":\"The \\\"chat\\\" is over.\"}}");
}

static void
who_shall_come_again_is_told_when(void **state)
{
	(void)state;
	reply_error(&rp, 503, "busy", "Busy.");
	assert_header(render(), "Retry-After: 1");
	reply_error(&rp, 429, "slow_down", "Slow down.");
	assert_header(render(), "Retry-After: 1");
	rp.retry_after_s = 30;
	assert_header(render(), "Retry-After: 30");
}

static void
every_status_of_the_contract_has_its_reason(void **state)
{
	static const int all[] = {200, 201, 204, 400, 401, 403, 404, 405, 408,
	    409, 413, 415, 429, 503};
	char start_of[32];

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		const char *text;

		rp.status = all[i];
		text = render();
		snprintf(start_of, sizeof start_of, "Status: %d ", all[i]);
		assert_int_equal(strncmp(text, start_of, strlen(start_of)), 0);
		assert_always(text);
	}
	rp.status = 299;
	assert_header(render(), "Status: 500 Internal Server Error");
}

static void
a_failed_body_is_a_503(void **state)
{
	const char *text;

	(void)state;
	rp.status = 200;
	buf_add_str(&rp.body, "{\"half");
	buf_reserve(&rp.body, SIZE_MAX);
	text = render();
	assert_header(text, "Status: 503 Service Unavailable");
	assert_header(text, "Content-Type: application/json");
	assert_header(text, "Retry-After: 1");
	assert_always(text);
	assert_body(text,
	    "{\"error\":{\"code\":\"unavailable\",\"message\":"
	    "\"Please try again.\"}}");
}

static void
clear_keeps_the_memory_and_free_gives_it_back(void **state)
{
	const char *data;

	(void)state;
	rp.status = 200;
	rp.retry_after_s = 5;
	buf_add_str(&rp.body, "x");
	data = rp.body.data;
	reply_clear(&rp);
	assert_int_equal(rp.status, 0);
	assert_int_equal(rp.retry_after_s, 0);
	assert_int_equal(rp.body.len, 0);
	assert_ptr_equal(rp.body.data, data);
	reply_free(&rp);
	assert_null(rp.body.data);
}

/* nginx says some headers for the workers; a CGI program has to itself. */
static void
who_is_alone_says_all(void **state)
{
	static const char coop[] = "Cross-Origin-Opener-Policy: same-origin";

	(void)state;
	reply_error(&rp, 404, "not_found", "no");
	assert_null(strstr(render(), coop));
	rp.is_alone = true;
	assert_header(render(), coop);
	assert_header(render(), "Cross-Origin-Resource-Policy: same-origin");
	assert_int_equal(times(render(), "Permissions-Policy: camera=()"), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_answer_has_its_headers_and_body),
	    TEST(a_picture_is_shut_in),
	    TEST(plain_text_says_its_charset),
	    TEST(no_content_has_neither_type_nor_length_nor_body),
	    TEST(every_line_of_the_head_ends_with_crlf),
	    TEST(an_error_replaces_what_was_there),
	    TEST(who_shall_come_again_is_told_when),
	    TEST(every_status_of_the_contract_has_its_reason),
	    TEST(a_failed_body_is_a_503),
	    TEST(who_is_alone_says_all),
	    TEST(clear_keeps_the_memory_and_free_gives_it_back),
	};
	int failed = RUN(tests);

	reply_free(&rp);
	buf_free(&out);
	return failed;
}
