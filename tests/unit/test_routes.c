/* Every endpoint has a row, and the guards that all of them share. */
#include "visit.h"

static struct visit v;

static void
refused(const char *method, const char *path, const char *body, int status,
    const char *code)
{
	char part[80];

	visit(&v, method, path, "", body);
	snprintf(part, sizeof part, "{\"error\":{\"code\":\"%s\"", code);
	visit_assert(&v, status, part);
	assert_int_equal(v.outcome, DONE);
}

static void
what_is_not_there_is_not_found(void **state)
{
	(void)state;
	refused("GET", "/", "", 404, "not_found");
	refused("GET", "/api/send/", "", 404, "not_found");
	refused("POST", "/api/", "{}", 404, "not_found");
	refused("GET", "/API/poll", "", 404, "not_found");
}

static void
another_method_is_told_which_one(void **state)
{
	(void)state;
	refused("GET", "/api/send", "", 405, "method_not_allowed");
	assert_string_equal(v.call.reply.allow, "POST");
	refused("POST", "/api/poll", "", 405, "method_not_allowed");
	assert_string_equal(v.call.reply.allow, "GET");
	refused("OPTIONS", "/api/session", "", 405, "method_not_allowed");
	refused("get", "/api/poll", "", 405, "method_not_allowed");
}

/* A star of the table is one part of a path, and not an empty one. */
static void
a_part_of_a_path_may_be_anything(void **state)
{
	(void)state;
	refused("GET", "/api/image/x", "", 404, "not_found");
	refused("DELETE", "/api/image/x", "", 405, "method_not_allowed");
	assert_string_equal(v.call.reply.allow, "GET");
	refused("DELETE", "/api/image/", "", 404, "not_found");
	refused("DELETE", "/api/image/x/", "", 404, "not_found");
	refused("DELETE", "/api/image/x/y", "", 404, "not_found");
	refused("DELETE", "/api/image", "", 405, "method_not_allowed");
	assert_string_equal(v.call.reply.allow, "POST");
}

/* It is known by its bytes; nobody needs to say what it is. */
static void
a_body_that_is_no_picture_is_refused_before_its_sender(void **state)
{
	(void)state;
	refused("POST", "/api/image", "<svg/>", 415, "wrong_type");
	refused("POST", "/api/image", "", 415, "wrong_type");
}

static void
with_header(const char *path, const char *body, const char *type,
    const char *header, int status)
{
	const char *const env[] = {"REQUEST_METHOD=POST", path,
	    "HTTP_HOST=a.example", type, header, NULL};

	visit_ask(&v, env, body);
	if (guard_prepare(&v.call))
		visit_run(&v);
	assert_int_equal(v.call.reply.status, status);
	visit_end(&v);
}

static void
with_media(const char *type, int status)
{
	with_header("SCRIPT_NAME=/api/session", "{\"name\":\"Ann\"}", type,
	    NULL, status);
}

static void
the_body_is_json_by_its_type(void **state)
{
	(void)state;
	with_media("CONTENT_TYPE=application/json", 201);
	with_media("CONTENT_TYPE=application/json; charset=utf-8", 201);
	with_media("CONTENT_TYPE=text/plain;charset=UTF-8", 415);
	with_media("CONTENT_TYPE=application/x-www-form-urlencoded", 415);
	with_media("CONTENT_TYPE=multipart/form-data; boundary=x", 415);
	with_media("NO_TYPE=1", 415);
}

/* A page of any site can send text/plain unasked, but knows no token. */
static void
a_beacon_needs_a_token(void **state)
{
	static const char path[] = "SCRIPT_NAME=/api/next", body[] = "{}";

	(void)state;
	with_header(path, body, "CONTENT_TYPE=text/plain", NULL, 401);
	with_header(path, body, "CONTENT_TYPE=text/plain", "HTTP_ORIGIN=null",
	    401);
	with_header(path, body, "CONTENT_TYPE=application/json",
	    "HTTP_ORIGIN=null", 403);
}

static void
another_site_writes_nothing(void **state)
{
	static const char path[] = "SCRIPT_NAME=/api/session",
			  body[] = "{\"name\":\"Ann\"}",
			  json[] = "CONTENT_TYPE=application/json";

	(void)state;
	with_header(path, body, json, "HTTP_ORIGIN=https://a.example", 201);
	with_header(path, body, json, "HTTP_ORIGIN=https://b.example", 403);
	with_header(path, body, json, "HTTP_ORIGIN=null", 403);
	with_header(path, body, json, "HTTP_SEC_FETCH_SITE=cross-site", 403);
	with_header(path, body, json, "HTTP_SEC_FETCH_SITE=same-origin", 201);
	with_header(path, "{", json, "HTTP_ORIGIN=https://b.example", 403);
}

static void
the_body_is_json_by_its_content(void **state)
{
	(void)state;
	refused("POST", "/api/session", "{", 400, "bad_json");
	refused("POST", "/api/session", "[]", 400, "bad_json");
	refused("POST", "/api/session", "{} {}", 400, "bad_json");
	refused("POST", "/api/next", "x", 400, "bad_json");
	refused("POST", "/api/session", "", 400, "bad_request");
}

static void
what_a_request_has_wrong_is_told(void **state)
{
	static const struct {
		enum request_fault fault;
		int status;
		const char *code;
	} faults[] = {
	    {REQUEST_BAD, 400, "bad_request"},
	    {REQUEST_TRUNCATED, 400, "bad_request"},
	    {REQUEST_TOO_LARGE, 413, "too_large"},
	    {REQUEST_SLOW, 408, "timeout"},
	    {REQUEST_NO_MEMORY, 503, "unavailable"},
	};
	static const char *const env[] = {"REQUEST_METHOD=POST",
	    "SCRIPT_NAME=/api/session", NULL};

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		visit_ask(&v, env, "");
		v.rq.fault = faults[i].fault;
		assert_false(guard_prepare(&v.call));
		visit_note_text(&v);
		visit_assert(&v, faults[i].status, faults[i].code);
		assert_int_equal(v.call.reply.retry_after_s,
		    faults[i].status == 503);
		visit_end(&v);
	}
}

static size_t
body_max(const char *method, const char *path)
{
	struct request rq = {0};

	snprintf(rq.method, sizeof rq.method, "%s", method);
	snprintf(rq.path, sizeof rq.path, "%s", path);
	return routes_body_max(&rq);
}

/* The longest text has 2000 characters, each of them escaped as two. */
static void
a_body_has_a_most(void **state)
{
	(void)state;
	assert_in_range(body_max("POST", "/api/send"), 2000 * 12 + 200, 65536);
	assert_in_range(body_max("POST", "/api/session"), 500, 65536);
	assert_in_range(body_max("POST", "/api/next"), 100, 4096);
	assert_int_equal(body_max("POST", "/api/image"), 5 << 20);
	assert_int_equal(body_max("POST", "/api/image/x"), 0);
	assert_int_equal(body_max("GET", "/api/poll"), 0);
	assert_int_equal(body_max("GET", "/api/send"), 0);
	assert_int_equal(body_max("POST", "/nowhere"), 0);
}

static void
nobody_is_let_in_without_a_token(void **state)
{
	static const char *const paths[] = {"/api/send", "/api/typing",
	    "/api/next", "/api/leave", "/api/session/end"};

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		visit(&v, "POST", paths[i], "", "{}");
		visit_assert(&v, 401, "\"code\":\"no_session\"");
		assert_int_equal(v.call.presence, PRESENCE_NONE);
	}
	visit(&v, "GET", "/api/poll", "", "");
	visit_assert(&v, 401, "\"code\":\"no_session\"");
}

/* Of the right form, but nobody's. */
static void
a_strange_token_is_nobodys(void **state)
{
	char secret[TOKEN_TEXT_LEN + 1];

	(void)state;
	token_new(secret);
	visit(&v, "GET", "/api/poll", secret, "");
	visit_assert(&v, 401, "\"code\":\"no_session\"");
}

static void
begin(char token[TOKEN_TEXT_LEN + 1])
{
	visit(&v, "POST", "/api/session", "", "{\"name\":\" Ann \"}");
	visit_assert(&v, 201,
	    "\"name\":\"Ann\",\"tags\":[],\"cursor\":0,\"hold\":25}");
	visit_member(&v, "token", token, TOKEN_TEXT_LEN + 1);
}

static void
poll_as(const char *token, int status)
{
	visit(&v, "GET", "/api/poll?wait=0", token, "");
	assert_int_equal(v.call.reply.status, status);
	assert_int_equal(v.call.presence,
	    status == 200 ? PRESENCE_SEEN : PRESENCE_NONE);
}

/* No sweep has come to it, and none is needed. */
static void
an_old_session_is_nobodys(void **state)
{
	char token[TOKEN_TEXT_LEN + 1];

	(void)state;
	begin(token);
	fx.now.ms += visit_house.rules.age_ms;
	poll_as(token, 200);
	fx.now.ms++;
	poll_as(token, 401);
	visit(&v, "POST", "/api/next", token, "");
	visit_assert(&v, 401, "no_session");
}

/* Workers know better than its row when it was seen: there the sweep tells. */
static void
under_cgi_an_unused_session_is_nobodys(void **state)
{
	char token[TOKEN_TEXT_LEN + 1];

	(void)state;
	begin(token);
	visit_house.is_cgi = true;
	fx.now.ms += visit_house.rules.idle_ms;
	poll_as(token, 200);
	fx.now.ms++;
	poll_as(token, 401);
	visit_house.is_cgi = false;
	poll_as(token, 200);
}

static void
a_token_lets_in_from_header_and_body(void **state)
{
	char token[TOKEN_TEXT_LEN + 1], body[100], bearer[100];
	const char *const env[] = {"REQUEST_METHOD=POST",
	    "SCRIPT_NAME=/api/leave", bearer, NULL};

	(void)state;
	begin(token);
	visit(&v, "POST", "/api/leave", token, "");
	visit_assert(&v, 200, "{\"state\":\"idle\"}");
	assert_int_equal(v.call.presence, PRESENCE_SEEN);
	snprintf(body, sizeof body, "{\"token\":\"%s\"}", token);
	visit(&v, "POST", "/api/leave", "", body);
	visit_assert(&v, 200, "idle");
	snprintf(bearer, sizeof bearer, "HTTP_AUTHORIZATION=Bearer %s", token);
	visit_ask(&v, env, "");
	assert_true(guard_prepare(&v.call));
	visit_run(&v);
	assert_int_equal(v.call.reply.status, 200);
	visit_end(&v);
}

/* A token that stands in a header is the one that counts. */
static void
a_wrong_header_is_not_mended_by_the_body(void **state)
{
	char token[TOKEN_TEXT_LEN + 1], body[100];

	(void)state;
	begin(token);
	snprintf(body, sizeof body, "{\"token\":\"%s\"}", token);
	visit(&v, "POST", "/api/leave", "x", body);
	visit_assert(&v, 401, "no_session");
}

/* No statement may change a row. */
static int
refuse_changes(void *arg, int action, const char *a, const char *b,
    const char *c, const char *d)
{
	(void)arg, (void)a, (void)b, (void)c, (void)d;
	return action == SQLITE_INSERT || action == SQLITE_UPDATE ? SQLITE_DENY
								  : SQLITE_OK;
}

static void
a_failed_store_is_unavailable(void **state)
{
	char token[TOKEN_TEXT_LEN + 1];

	(void)state;
	begin(token);
	sqlite3_set_authorizer(fx.sq, refuse_changes, NULL);
	visit(&v, "POST", "/api/session", "", "{\"name\":\"Bea\"}");
	visit_assert(&v, 503, "\"code\":\"unavailable\"");
	assert_int_equal(v.call.reply.retry_after_s, 1);
	assert_true(v.call.failed);
	visit(&v, "GET", "/healthz", "", "");
	visit_assert(&v, 503, "\"code\":\"unavailable\"");
}

static void
who_needs_no_session_is_answered_without(void **state)
{
	(void)state;
	visit_house.census = (struct census){.online = 5, .waiting = 1};
	visit(&v, "GET", "/api/stats", "", "");
	visit_assert(&v, 200, "{\"online\":5,\"waiting\":1,\"chatting\":0}");
	visit(&v, "GET", "/healthz", "", "");
	visit_assert(&v, 200, "{\"ok\":true}");
}

#define T(f) cmocka_unit_test_setup_teardown(f, visit_start, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_is_not_there_is_not_found),
	    T(another_method_is_told_which_one),
	    T(a_part_of_a_path_may_be_anything),
	    T(a_body_that_is_no_picture_is_refused_before_its_sender),
	    T(the_body_is_json_by_its_type),
	    T(the_body_is_json_by_its_content),
	    T(a_beacon_needs_a_token),
	    T(another_site_writes_nothing),
	    T(what_a_request_has_wrong_is_told),
	    T(a_body_has_a_most),
	    T(nobody_is_let_in_without_a_token),
	    T(a_strange_token_is_nobodys),
	    T(an_old_session_is_nobodys),
	    T(under_cgi_an_unused_session_is_nobodys),
	    T(a_token_lets_in_from_header_and_body),
	    T(a_wrong_header_is_not_mended_by_the_body),
	    T(a_failed_store_is_unavailable),
	    T(who_needs_no_session_is_answered_without),
	};

	return RUN(tests);
}
