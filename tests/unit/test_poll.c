/* Handlers that wait and are run again; what two people tell each other. */
#include "talk.h"

static struct visit held;

/* Bea holds a poll. */
static void
hold(const char *path)
{
	visit(&held, "GET", path, bea, "");
	assert_int_equal(held.outcome, WAIT);
	assert_int_equal(held.call.presence, PRESENCE_SEEN);
}

static void
done(void)
{
	assert_int_equal(held.outcome, DONE);
	assert_int_equal(held.call.reply.status, 200);
	visit_end(&held);
}

/* ---- polls ---- */

static void
a_poll_with_news_is_answered_at_once(void **state)
{
	(void)state;
	visit(&v, "GET", "/api/poll?cursor=0&wait=20", ann, "");
	visit_assert(&v, 200,
	    "{\"events\":[{\"seq\":1,\"type\":\"matched\",\"chat\":");
	visit_assert(&v, 200,
	    "\"partner\":{\"name\":\"Bea\"},\"common\":[]}],\"cursor\":1,"
	    "\"state\":\"chatting\",\"chat\":");
	visit_assert(&v, 200,
	    "\"partner\":{\"name\":\"Bea\","
	    "\"state\":\"here\"},\"online\":2}");
}

static void
a_poll_waits_and_is_answered_after_news(void **state)
{
	(void)state;
	hold("/api/poll?cursor=1&wait=20");
	visit_wake(&held, WOKEN_NEWS);
	assert_int_equal(held.outcome, WAIT);
	post("/api/send", ann, "{\"text\":\"hi\"}");
	visit_assert(&v, 200, "{\"id\":");
	visit_wake(&held, WOKEN_NEWS);
	visit_assert(&held, 200, "\"type\":\"message\"");
	visit_assert(&held, 200, "\"text\":\"hi\"}],\"cursor\":2");
	assert_null(strstr(held.text, "superseded"));
	assert_null(strstr(held.text, "delay_ms"));
	done();
}

static void
a_poll_is_answered_when_its_time_is_over(void **state)
{
	(void)state;
	hold("/api/poll?cursor=1&wait=20");
	assert_in_range(held.call.wait.until_ms - fx.now.ms, 18000, 22000);
	fx.now.ms = held.call.wait.until_ms - 1;
	visit_wake(&held, WOKEN_LATE);
	assert_int_equal(held.outcome, WAIT);
	fx.now.ms++;
	visit_wake(&held, WOKEN_LATE);
	visit_assert(&held, 200, "{\"events\":[],\"cursor\":1,");
	done();
}

static void
a_replaced_poll_says_so(void **state)
{
	(void)state;
	hold("/api/poll?cursor=1&wait=20");
	visit_wake(&held, WOKEN_REPLACED);
	visit_assert(&held, 200, "\"superseded\":true");
	done();
}

static void
a_drained_poll_is_answered_with_nothing(void **state)
{
	(void)state;
	hold("/api/poll?cursor=1&wait=20");
	visit_wake(&held, WOKEN_DRAIN);
	visit_assert(&held, 200, "{\"events\":[],\"cursor\":1,");
	assert_null(strstr(held.text, "superseded"));
	done();
}

/* There is no room for one more held poll: it comes again, but not at once. */
static void
a_poll_that_cannot_be_held_is_told_when_to_come_again(void **state)
{
	const char *at;

	(void)state;
	hold("/api/poll?cursor=1&wait=20");
	visit_wake(&held, WOKEN_FULL);
	visit_assert(&held, 200, "{\"events\":[],\"cursor\":1,");
	assert_null(strstr(held.text, "superseded"));
	at = strstr(held.text, "\"delay_ms\":");
	assert_non_null(at);
	assert_in_range(atoi(at + 11), 1800, 2200);
	assert_int_equal(held.call.presence, PRESENCE_SEEN);
	done();
}

static void
a_poll_whose_session_has_ended_is_told(void **state)
{
	(void)state;
	hold("/api/poll?cursor=1&wait=20");
	post("/api/session/end", bea, "");
	assert_int_equal(v.call.reply.status, 204);
	assert_int_equal(v.call.presence, PRESENCE_FORGET);
	visit_wake(&held, WOKEN_NEWS);
	visit_assert(&held, 401, "no_session");
	visit_end(&held);
}

static void
a_poll_without_a_wait_is_answered_at_once(void **state)
{
	(void)state;
	visit(&v, "GET", "/api/poll?cursor=1&wait=0", ann, "");
	visit_assert(&v, 200, "{\"events\":[],\"cursor\":1");
}

static void
a_wait_has_a_default_and_a_most(void **state)
{
	(void)state;
	hold("/api/poll?cursor=1");
	assert_in_range(held.call.wait.until_ms - fx.now.ms, 22500, 27500);
	visit_end(&held);
	visit_conf.hold_max_s = 4;
	hold("/api/poll?cursor=1&wait=50");
	assert_in_range(held.call.wait.until_ms - fx.now.ms, 3600, 4400);
	visit_end(&held);
}

static void
a_poll_refuses_what_is_no_cursor_or_wait(void **state)
{
	static const char *const bad[] = {"cursor=-1", "cursor=x",
	    "cursor=2&wait=0", "cursor=1&wait=51", "cursor=1&wait=-1",
	    "cursor=1&wait=1.5", "cursor=99999999999999999999",
	    "cursor=1&cursor=1"};
	char path[100];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(path, sizeof path, "/api/poll?%s", bad[i]);
		visit(&v, "GET", path, ann, "");
		visit_assert(&v, 400, "\"code\":\"bad_request\"");
	}
}

static void
many_events_come_in_pieces_without_a_gap(void **state)
{
	char body[40];

	(void)state;
	for (int i = 1; i <= 120; i++) {
		snprintf(body, sizeof body, "{\"text\":\"no %d.\"}", i);
		post("/api/send", ann, body);
	}
	visit(&v, "GET", "/api/poll?cursor=1", bea, "");
	visit_assert(&v, 200, "{\"events\":[{\"seq\":2,");
	visit_assert(&v, 200, "\"text\":\"no 100.\"}],\"cursor\":101,");
	visit_assert(&v, 200, "\"more\":true");
	visit(&v, "GET", "/api/poll?cursor=101", bea, "");
	visit_assert(&v, 200, "{\"events\":[{\"seq\":102,");
	visit_assert(&v, 200, "no 120.");
	visit_assert(&v, 200, "\"cursor\":121,");
	assert_null(strstr(v.text, "\"more\""));
}

/* ---- messages ---- */

static int64_t
n_messages(void)
{
	return fx_ask("SELECT count(*) FROM event WHERE type = 'message'");
}

static void
a_repeated_nonce_is_answered_as_the_first_time(void **state)
{
	char first[200];

	(void)state;
	post("/api/send", ann, "{\"text\":\"hi\",\"nonce\":\"n1\"}");
	visit_assert(&v, 200, "{\"id\":\"");
	snprintf(first, sizeof first, "%.199s", v.text);
	fx.now.at += 5000;
	fx.now.ms += 5000;
	post("/api/send", ann, "{\"text\":\"hi\",\"nonce\":\"n1\"}");
	visit_assert(&v, 200, first);
	assert_int_equal(n_messages(), 1);
	/* Also when the chat is over meanwhile. */
	post("/api/leave", bea, "");
	post("/api/send", ann, "{\"text\":\"hi\",\"nonce\":\"n1\"}");
	visit_assert(&v, 200, first);
	post("/api/send", ann, "{\"text\":\"hi\",\"nonce\":\"n2\"}");
	visit_assert(&v, 409, "not_chatting");
	assert_int_equal(n_messages(), 1);
}

/* Ann's and Bea's are two. */
static void
a_nonce_is_its_senders_alone(void **state)
{
	(void)state;
	post("/api/send", ann, "{\"text\":\"hi\",\"nonce\":\"n1\"}");
	post("/api/send", bea, "{\"text\":\"ho\",\"nonce\":\"n1\"}");
	visit_assert(&v, 200, "{\"id\":\"");
	assert_int_equal(n_messages(), 2);
}

static void
a_message_goes_to_the_chat_it_names_only(void **state)
{
	char body[80];

	(void)state;
	snprintf(body, sizeof body, "{\"text\":\"hi\",\"chat\":\"%s\"}", chat);
	post("/api/send", ann, body);
	visit_assert(&v, 200, "{\"id\":\"");
	post("/api/next", bea, "");
	post("/api/next", ann, "");
	visit_assert(&v, 200, "chatting");
	post("/api/send", ann, body);
	visit_assert(&v, 409, "\"code\":\"chat_over\"");
	assert_int_equal(n_messages(), 1);
}

static void
a_message_is_refused_where_it_is_none(void **state)
{
	static const char *const bad[] = {"{}", "{\"text\":7}",
	    "{\"text\":\"\"}", "{\"text\":\"\\u0007\"}",
	    "{\"text\":\"hi\",\"nonce\":7}", "{\"text\":\"hi\",\"nonce\":\"\"}",
	    "{\"text\":\"hi\",\"chat\":7}"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		post("/api/send", ann, bad[i]);
		visit_assert(&v, 400, "\"code\":\"bad_request\"");
	}
	assert_int_equal(n_messages(), 0);
}

static void
a_partner_who_does_not_read_is_not_flooded(void **state)
{
	(void)state;
	visit_house.rules.backlog = 3;
	post("/api/send", ann, "{\"text\":\"1\"}");
	post("/api/send", ann, "{\"text\":\"2\"}");
	visit_assert(&v, 200, "{\"id\":\"");
	post("/api/send", ann, "{\"text\":\"3\"}");
	visit_assert(&v, 429, "\"code\":\"backlog_full\"");
	assert_true(v.call.reply.retry_after_s > 0);
	post("/api/typing", ann, "{\"on\":true}");
	assert_int_equal(v.call.reply.status, 204);
	assert_int_equal(fx_ask("SELECT count(*) FROM event"), 4);
}

static void
typing_is_told_when_it_changes(void **state)
{
	(void)state;
	post("/api/typing", ann, "{\"on\":true}");
	post("/api/typing", ann, "{\"on\":true}");
	assert_int_equal(v.call.reply.status, 204);
	post("/api/typing", ann, "{\"on\":false}");
	assert_string_equal(strchr(fx_told(2), '|'),
	    "| typing {\"on\":true} | typing {\"on\":false}");
	/* A message ends it by itself. */
	post("/api/typing", ann, "{\"on\":true}");
	post("/api/send", ann, "{\"text\":\"hi\"}");
	assert_int_equal(fx_ask("SELECT max(typing_ms) FROM session"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_poll_with_news_is_answered_at_once),
	    T(a_poll_waits_and_is_answered_after_news),
	    T(a_poll_is_answered_when_its_time_is_over),
	    T(a_replaced_poll_says_so),
	    T(a_drained_poll_is_answered_with_nothing),
	    T(a_poll_that_cannot_be_held_is_told_when_to_come_again),
	    T(a_poll_whose_session_has_ended_is_told),
	    T(a_poll_without_a_wait_is_answered_at_once),
	    T(a_wait_has_a_default_and_a_most),
	    T(a_poll_refuses_what_is_no_cursor_or_wait),
	    T(many_events_come_in_pieces_without_a_gap),
	    T(a_repeated_nonce_is_answered_as_the_first_time),
	    T(a_nonce_is_its_senders_alone),
	    T(a_message_goes_to_the_chat_it_names_only),
	    T(a_message_is_refused_where_it_is_none),
	    T(a_partner_who_does_not_read_is_not_flooded),
	    T(typing_is_told_when_it_changes),
	};

	return RUN(tests);
}
