/* Forms as JSON, and text as HTML. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "api/plain/link.h"
#include "http/form.h"
#include "http/html.h"

static struct request rq;
static const char *why;

/* The body on the heap, to its last byte: a look beyond it is noticed. */
static struct json_in *
parse(enum media media, const char *boundary, const char *body)
{
	size_t len = strlen(body);

	request_free(&rq);
	memset(&rq, 0, sizeof rq);
	rq.media = media;
	strcpy(rq.boundary, boundary);
	if (len > 0) {
		rq.body.data = malloc(len);
		assert_non_null(rq.body.data);
		memcpy(rq.body.data, body, len);
		rq.body.len = rq.body.cap = len;
	}
	return form_parse(&rq, &why);
}

static void
field(struct json_in *doc, const char *name, const char *value)
{
	const char *text;

	assert_non_null(doc);
	assert_int_equal(json_in_text(doc, name, &text), JSON_OK);
	assert_string_equal(text, value);
}

static void
pairs_are_decoded(void **state)
{
	struct json_in *doc = parse(MEDIA_FORM, "",
	    "a=1+2%26%3C&text=x%0D%0Ay%0dz&empty=");

	(void)state;
	field(doc, "a", "1 2&<");
	field(doc, "text", "x\ny\nz");
	field(doc, "empty", "");
	json_in_free(doc);
}

static void
what_is_no_form_is_refused(void **state)
{
	static const char *const bad[] = {"a", "a=%", "a=%1", "a=%zz", "a=%00",
	    "a=%ff", "%ff=a", "a=1&a=2", "a=1&b"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_null(parse(MEDIA_FORM, "", bad[i]));
		assert_non_null(why);
	}
}

#define HEAD "Content-Disposition: form-data; name="

static void
a_file_takes_the_place_of_the_body(void **state)
{
	struct json_in *doc = parse(MEDIA_MULTIPART, "B",
	    "--B\r\n" HEAD "\"a\"\r\n\r\nx\r\ny\r\n--B\r\n" HEAD
	    "\"f\"; filename=\"p\"\r\nContent-Type: x/y\r\n\r\nBYTES\r\n"
	    "--B--\r\n");

	(void)state;
	field(doc, "a", "x\ny");
	json_in_free(doc);
	assert_int_equal(rq.body.len, 5);
	assert_memory_equal(rq.body.data, "BYTES", 5);
}

static void
parts_without_an_end_are_refused(void **state)
{
	static const char good[] = "--B\r\n" HEAD "\"a\"\r\n\r\nx\r\n--B--";
	char cut[sizeof good];

	(void)state;
	json_in_free(parse(MEDIA_MULTIPART, "B", good));
	for (size_t len = 1; len < sizeof good - 1; len++) {
		memcpy(cut, good, len);
		cut[len] = '\0';
		assert_null(parse(MEDIA_MULTIPART, "B", cut));
	}
	assert_null(parse(MEDIA_MULTIPART, "", good));
}

static void
links_lead_over_the_warning_page(void **state)
{
	struct buf b = {0};

	(void)state;
	link_text(&b, "<http://a.b/\">. xhttp://no\nhttps://");
	buf_add(&b, "", 1);
	assert_string_equal(b.data,
	    "&lt;<a href=\"/plain/link?to=http://a.b/\" target=\"_blank\" "
	    "rel=\"noopener noreferrer nofollow ugc\">http://a.b/</a>"
	    "&quot;&gt;. xhttp://no<br>https://");
	buf_free(&b);
	assert_true(link_is_good("HTTPS://x"));
	assert_false(link_is_good("https://"));
	assert_false(link_is_good("javascript:alert(1)"));
	assert_false(link_is_good("http://a\tb"));
}

static int
finish(void **state)
{
	(void)state;
	request_free(&rq);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pairs_are_decoded),
	    cmocka_unit_test(what_is_no_form_is_refused),
	    cmocka_unit_test(a_file_takes_the_place_of_the_body),
	    cmocka_unit_test(parts_without_an_end_are_refused),
	    cmocka_unit_test(links_lead_over_the_warning_page),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
