/* What a session and an address may do so often, through the guards. */
#include "visit.h"

#include "api/caller.h"

static struct visit v;

/* Each test begins with full buckets. */
static int
start(void **state)
{
	return visit_start(state);
}

static int
end(void **state)
{
	rates_free(visit_house.rates);
	visit_house.rates = NULL;
	return fx_close(state);
}

static void
from(const char *remote, const char *method, const char *path,
    const char *token, const char *body)
{
	char remote_of[80], method_of[40], path_of[80], token_of[100];
	const char *const env[] = {method_of, path_of, token_of, remote_of,
	    "CONTENT_TYPE=application/json", NULL};

	snprintf(remote_of, sizeof remote_of, "REMOTE_ADDR=%s", remote);
	snprintf(method_of, sizeof method_of, "REQUEST_METHOD=%s", method);
	snprintf(path_of, sizeof path_of, "SCRIPT_NAME=%s", path);
	snprintf(token_of, sizeof token_of, "HTTP_X_PARLEY_TOKEN=%s", token);
	visit_ask(&v, env, body);
	if (guard_prepare(&v.call))
		visit_run(&v);
	visit_note_text(&v);
	if (v.outcome == DONE)
		visit_end(&v);
}

static void
join(char token[64])
{
	visit(&v, "POST", "/api/session", "", "{\"name\":\"Ann\"}");
	visit_member(&v, "token", token, 64);
}

static void
pair(char a[64], char b[64])
{
	join(a);
	join(b);
	visit(&v, "POST", "/api/next", a, "{}");
	visit(&v, "POST", "/api/next", b, "{}");
	visit_assert(&v, 200, "chatting");
}

/* How many of these pass before one is refused. */
static int
count(const char *method, const char *path, const char *token, const char *body,
    int most)
{
	for (int n = 0; n < most; n++) {
		visit(&v, method, path, token, body);
		if (v.call.reply.status == 429)
			return n;
	}
	return most;
}

static void
messages_come_in_a_burst_and_then_at_a_pace(void **state)
{
	char ann[64], bea[64];

	(void)state;
	pair(ann, bea);
	assert_int_equal(count("POST", "/api/send", ann, "{\"text\":\"x\"}",
			     1000),
	    120);
	visit_assert(&v, 429, "{\"error\":{\"code\":\"too_many\"");
	assert_int_equal(v.call.reply.retry_after_s, 1);
	/* Nobody else is slowed by that. */
	visit(&v, "POST", "/api/send", bea, "{\"text\":\"x\"}");
	visit_assert(&v, 200, "\"id\"");
	fx.now.ms += 500;
	visit(&v, "POST", "/api/send", ann, "{\"text\":\"x\"}");
	visit_assert(&v, 200, "\"id\"");
	visit(&v, "POST", "/api/send", ann, "{\"text\":\"x\"}");
	visit_assert(&v, 429, "too_many");
}

static void
without_limits_there_are_none(void **state)
{
	char ann[64], bea[64];

	(void)state;
	rates_free(visit_house.rates);
	visit_house.rates = NULL;
	pair(ann, bea);
	assert_int_equal(count("POST", "/api/send", ann, "{\"text\":\"x\"}",
			     300),
	    300);
}

static void
polls_and_acts_have_limits_of_their_own(void **state)
{
	char ann[64];

	(void)state;
	join(ann);
	assert_int_equal(count("GET", "/api/poll?wait=0", ann, "", 2000), 600);
	assert_int_equal(count("POST", "/api/leave", ann, "{}", 2000), 240);
	/* Who has none left for one still has for another. */
	visit(&v, "POST", "/api/send", ann, "{\"text\":\"x\"}");
	visit_assert(&v, 409, "not_chatting");
}

static void
bytes_are_counted_whatever_they_are(void **state)
{
	static char body[16 * 1024 + 1];
	char ann[64];

	(void)state;
	join(ann);
	memset(body, ' ', sizeof body - 1);
	memcpy(body, "{}", 2);
	visit_house.limits[RATE_MESSAGES].burst = 0;
	assert_int_equal(count("POST", "/api/send", ann, body, 1000), 32);
	assert_int_equal(v.call.reply.retry_after_s, 2);
}

/* Waking is not asking: a poll is charged when it comes. */
static void
a_poll_that_waits_is_one(void **state)
{
	static struct visit held;
	char ann[64];

	(void)state;
	join(ann);
	visit_house.limits[RATE_POLLS] = (struct rate){1, 60000000};
	visit(&held, "GET", "/api/poll?wait=5", ann, "");
	assert_int_equal(held.outcome, WAIT);
	visit_wake(&held, WOKEN_NEWS);
	assert_int_equal(held.outcome, WAIT);
	fx.now.ms += 6000;
	visit_wake(&held, WOKEN_LATE);
	visit_assert(&held, 200, "\"events\":[]");
	visit_end(&held);
	visit(&v, "GET", "/api/poll?wait=5", ann, "");
	visit_assert(&v, 429, "too_many");
}

/* A transaction that is undone is run again: that costs nothing. */
static void
what_is_run_again_is_charged_once(void **state)
{
	static const char *const env[] = {"REQUEST_METHOD=POST",
	    "SCRIPT_NAME=/api/leave", "CONTENT_TYPE=application/json", NULL};
	char ann[64];

	(void)state;
	join(ann);
	visit_house.limits[RATE_ACTS].burst = 1;
	visit_ask(&v, env, "{}");
	strcpy(v.rq.token, ann);
	assert_true(guard_prepare(&v.call));
	for (int i = 0; i < 3; i++) {
		call_again(&v.call);
		visit_run(&v);
		assert_int_equal(v.call.reply.status, 200);
	}
	visit_end(&v);
	visit(&v, "POST", "/api/leave", ann, "{}");
	visit_assert(&v, 429, "too_many");
}

static void
pairings_are_counted_by_network(void **state)
{
	char a[64], b[64], c[64];

	(void)state;
	join(a);
	join(b);
	join(c);
	visit_house.limits[RATE_PAIRINGS].burst = 2;
	from("2001:db8:1:1::1", "POST", "/api/next", a, "{}");
	visit_assert(&v, 200, "state");
	from("2001:db8:1:1::2", "POST", "/api/next", b, "{}");
	visit_assert(&v, 200, "state");
	from("2001:db8:1:1:5:6:7:8", "POST", "/api/next", c, "{}");
	visit_assert(&v, 429, "too_many");
	assert_int_equal(v.call.reply.retry_after_s, 30);
	from("2001:db8:1:2::1", "POST", "/api/next", c, "{}");
	visit_assert(&v, 200, "state");
	from("2001:db8:1:1::1", "POST", "/api/back", a, "{}");
	visit_assert(&v, 429, "too_many");
	/* What makes no chat is not counted so. */
	from("2001:db8:1:1::1", "POST", "/api/leave", a, "{}");
	visit_assert(&v, 200, "state");
}

/* Before it is cleaned: what is no picture costs as much to look at. */
static void
bytes_of_pictures_are_counted_by_address(void **state)
{
	static char body[1024];
	char ann[64];

	(void)state;
	join(ann);
	memset(body, 'x', sizeof body - 1);
	visit_house.limits[RATE_PICTURE_BYTES].burst = 2500;
	from("192.0.2.1", "POST", "/api/image", ann, body);
	visit_assert(&v, 415, "wrong_type");
	from("192.0.2.1", "POST", "/api/image", ann, body);
	visit_assert(&v, 415, "wrong_type");
	from("192.0.2.1", "POST", "/api/image", ann, body);
	visit_assert(&v, 429, "too_many");
	from("192.0.2.2", "POST", "/api/image", ann, body);
	visit_assert(&v, 415, "wrong_type");
}

/* The address that counts is the one behind the proxy, if there is one. */
static void
only_a_proxy_speaks_for_others(void **state)
{
	static const char *const env[] = {"REQUEST_METHOD=POST",
	    "SCRIPT_NAME=/api/next", "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=8.8.8.8, 198.51.100.7", NULL};
	struct address is, proxy, behind;

	(void)state;
	address_parse("127.0.0.1", 9, &proxy);
	address_parse("198.51.100.7", 12, &behind);
	visit_ask(&v, env, "");
	is = caller_network(&v.call);
	assert_memory_equal(&is, &proxy, sizeof is);
	assert_true(proxies_parse("127.0.0.0/8", &visit_house.proxies));
	is = caller_network(&v.call);
	assert_memory_equal(&is, &behind, sizeof is);
	visit_end(&v);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, end)
	static const struct CMUnitTest tests[] = {
	    TEST(messages_come_in_a_burst_and_then_at_a_pace),
	    TEST(without_limits_there_are_none),
	    TEST(polls_and_acts_have_limits_of_their_own),
	    TEST(bytes_are_counted_whatever_they_are),
	    TEST(a_poll_that_waits_is_one),
	    TEST(what_is_run_again_is_charged_once),
	    TEST(pairings_are_counted_by_network),
	    TEST(bytes_of_pictures_are_counted_by_address),
	    TEST(only_a_proxy_speaks_for_others),
	};

	return RUN(tests);
}
