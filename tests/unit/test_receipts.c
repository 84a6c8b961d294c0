/* seen, and who wants to know. */
#include "talk.h"

/* Ann's id for her next message. */
static void
send(const char *text, char id[24])
{
	char body[100];

	snprintf(body, sizeof body, "{\"text\":\"%s\"}", text);
	post("/api/send", ann, body);
	visit_assert(&v, 200, "\"id\"");
	visit_member(&v, "id", id, 24);
}

static void
seen(int status, const char *body)
{
	post("/api/seen", bea, body);
	if (v.call.reply.status != status)
		fail_msg("%s: %d %s", body, v.call.reply.status, v.text);
}

static void
seen_id(int status, int seq, const char *id)
{
	char body[100];

	snprintf(body, sizeof body, "{\"seq\":%d,\"id\":\"%s\"}", seq, id);
	seen(status, body);
}

static int64_t
n_seen(void)
{
	return fx_ask("SELECT count(*) FROM event WHERE type = 'seen'");
}

static void
assert_upto(const char *id)
{
	char event[60];

	snprintf(event, sizeof event, "seen {\"upto\":\"%s\"}", id);
	assert_string_equal(last_told(1), event);
}

static void
seen_goes_forward_only(void **state)
{
	char one[24], two[24], three[24];

	(void)state;
	send("1", one);
	send("2", two);
	send("3", three);
	seen_id(204, 3, two);
	assert_upto(two);
	seen_id(204, 3, two);
	seen_id(204, 2, one);
	seen(204, "{\"seq\":2}");
	assert_int_equal(n_seen(), 1);
	seen(204, "{\"seq\":4}");
	assert_upto(three);
	assert_int_equal(n_seen(), 2);
}

/* What was acknowledged is gone from the queue; its sender is still known. */
static void
of_a_purged_event_the_id_is_needed(void **state)
{
	char one[24];

	(void)state;
	send("1", one);
	store_begin(fx.st, DB_WRITE);
	assert_int_not_equal(store_event_purge(fx.st, 2, 2), STORE_FAILED);
	store_commit(fx.st);
	assert_string_equal(fx_told(2), "");
	seen(404, "{\"seq\":2}");
	visit_assert(&v, 404, "\"code\":\"not_found\"");
	seen_id(204, 2, one);
	assert_upto(one);
}

static void
only_the_partners_messages_of_this_chat_are_seen(void **state)
{
	char hers[24], old[24], text[60];

	(void)state;
	send("1", old);
	post("/api/send", bea, "{\"text\":\"mine\"}");
	visit_member(&v, "id", hers, sizeof hers);
	seen_id(404, 2, hers);
	seen(404, "{\"seq\":1}"); /* matched */
	seen_id(404, 2, "99999");
	seen_id(404, 2, "x");
	snprintf(text, sizeof text, " %s", old);
	seen_id(404, 2, text);
	snprintf(text, sizeof text, "0%s", old);
	seen_id(404, 2, text);
	seen_id(404, 2, "99999999999999999999999");
	seen_id(404, 2, "-1");
	seen_id(404, 2, "");
	/* The same two meet again: that was another chat. */
	post("/api/next", ann, "");
	post("/api/next", bea, "");
	visit_assert(&v, 200, "chatting");
	seen_id(404, 2, old);
	seen(404, "{\"seq\":2}");
	assert_int_equal(n_seen(), 0);
}

static void
seen_is_refused_where_it_is_none(void **state)
{
	static const char *const bad[] = {"{}", "{\"seq\":\"1\"}",
	    "{\"seq\":0}", "{\"seq\":-1}", "{\"seq\":1.5}", "{\"seq\":2}",
	    "{\"seq\":true}", "{\"id\":\"1\"}", "{\"seq\":1,\"id\":1}",
	    "{\"seq\":1,\"chat\":1}"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		seen(400, bad[i]);
		visit_assert(&v, 400, "\"code\":\"bad_request\"");
	}
	seen(409, "{\"seq\":1,\"chat\":\"77\"}");
	visit_assert(&v, 409, "\"code\":\"chat_over\"");
	post("/api/leave", ann, "");
	seen(409, "{\"seq\":1}");
	visit_assert(&v, 409, "\"code\":\"not_chatting\"");
}

static void
whoever_switches_them_off_neither_side_is_told(void **state)
{
	static const char *const off_on[] = {"{\"on\":false}", "{\"on\":true}"};
	const char *const both[] = {ann, bea};
	char id[24];

	(void)state;
	for (size_t i = 0; i < COUNT(both); i++) {
		send("x", id);
		post("/api/receipts", both[i], off_on[0]);
		assert_int_equal(v.call.reply.status, 204);
		seen_id(204, 2, id);
		assert_int_equal(n_seen(), i);
		post("/api/receipts", both[i], off_on[1]);
		seen_id(204, 2, id);
		assert_int_equal(n_seen(), i + 1);
	}
}

static void
a_session_can_begin_without_receipts(void **state)
{
	(void)state;
	visit(&v, "POST", "/api/session", "",
	    "{\"name\":\"Cem\",\"receipts\":false}");
	visit_assert(&v, 201, "\"token\"");
	assert_int_equal(fx_ask("SELECT receipts FROM session WHERE id = 3"),
	    0);
	assert_int_equal(fx_ask("SELECT receipts FROM session WHERE id = 1"),
	    1);
	visit(&v, "POST", "/api/session", "",
	    "{\"name\":\"Cem\",\"receipts\":0}");
	visit_assert(&v, 400, "\"code\":\"bad_request\"");
}

static void
receipts_are_on_or_off(void **state)
{
	static const char *const bad[] = {"{}", "{\"on\":1}",
	    "{\"on\":\"false\"}", "{\"on\":null}"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		post("/api/receipts", ann, bad[i]);
		visit_assert(&v, 400, "\"code\":\"bad_request\"");
	}
	assert_int_equal(fx_ask("SELECT min(receipts) FROM session"), 1);
}

/* Whoever does not read gets no receipts; they come when there is room. */
static void
a_full_queue_takes_no_receipts(void **state)
{
	char id[24];

	(void)state;
	send("1", id);
	visit_house.rules.backlog = 1;
	seen_id(204, 2, id);
	assert_int_equal(n_seen(), 0);
	visit_house.rules.backlog = 1000;
	seen_id(204, 2, id);
	assert_upto(id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(seen_goes_forward_only),
	    T(of_a_purged_event_the_id_is_needed),
	    T(only_the_partners_messages_of_this_chat_are_seen),
	    T(seen_is_refused_where_it_is_none),
	    T(whoever_switches_them_off_neither_side_is_told),
	    T(a_session_can_begin_without_receipts),
	    T(receipts_are_on_or_off),
	    T(a_full_queue_takes_no_receipts),
	};

	return RUN(tests);
}
