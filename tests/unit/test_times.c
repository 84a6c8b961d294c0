/* What time does to two who talk, with the settings as they are at first. */
#include "talk.h"

#include "chat/presence.h"

/* A second at a time, Ann is seen, or Bea is; the rules are applied. */
static void
pass(int s, bool ann_is_here, bool bea_is_here)
{
	for (; s > 0; s--) {
		fx.now.ms += 1000;
		fx.now.at += 1000;
		store_begin(fx.st, DB_WRITE);
		if (ann_is_here)
			store_session_seen(fx.st, 1, fx.now.ms, 0);
		if (bea_is_here)
			store_session_seen(fx.st, 2, fx.now.ms, 0);
		assert_int_equal(presence_sweep(fx.st, &visit_house.rules,
				     fx.now),
		    STORE_NONE);
		assert_int_equal(store_commit(fx.st), 0);
	}
}

static void
typing(bool on)
{
	post("/api/typing", ann, on ? "{\"on\":true}" : "{\"on\":false}");
	assert_int_equal(v.call.reply.status, 204);
}

static int64_t
n_typing(void)
{
	return fx_ask("SELECT count(*) FROM event WHERE type = 'typing'");
}

/* ---- typing ---- */

static void
typing_ends_by_itself(void **state)
{
	(void)state;
	typing(true);
	pass(6, true, true);
	assert_string_equal(last_told(2), "typing {\"on\":true}");
	pass(1, true, true);
	assert_string_equal(last_told(2), "typing {\"on\":false}");
	pass(20, true, true);
	assert_int_equal(n_typing(), 2);
	/* That it has ended need not be said, and what begins is told. */
	typing(false);
	assert_int_equal(n_typing(), 2);
	typing(true);
	assert_string_equal(last_told(2), "typing {\"on\":true}");
	assert_int_equal(n_typing(), 3);
}

static void
who_goes_on_typing_goes_on_typing(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		typing(true);
		pass(3, true, true);
	}
	assert_int_equal(n_typing(), 1);
	typing(false);
	pass(20, true, true);
	assert_int_equal(n_typing(), 2);
}

static void
after_a_message_nobody_types(void **state)
{
	(void)state;
	typing(true);
	post("/api/send", ann, "{\"text\":\"hi\"}");
	pass(20, true, true);
	assert_int_equal(n_typing(), 1);
}

static void
after_the_chat_nobody_types(void **state)
{
	(void)state;
	typing(true);
	post("/api/next", bea, "");
	pass(20, true, true);
	assert_int_equal(n_typing(), 1);
}

/* The typist is away before that is over: both are told. */
static void
who_types_and_is_away_does_not_type(void **state)
{
	(void)state;
	visit_house.rules.typing_ms = 20000;
	typing(true);
	pass(30, false, true);
	assert_string_equal(strstr(fx_told(2), "typing"),
	    "typing {\"on\":true} | presence {\"state\":\"away\"} | "
	    "typing {\"on\":false}");
}

/* Both in one sweep. */
static void
who_types_and_is_gone_is_told_of_once(void **state)
{
	(void)state;
	typing(true);
	fx.now.ms += 200000;
	pass(1, false, true);
	assert_string_equal(strstr(fx_told(2), "typing"),
	    "typing {\"on\":true} | left {\"reason\":\"gone\"}");
}

/* ---- away ---- */

/* A phone that locks its screen cuts its poll, and says nothing more. */
static void
a_phone_that_is_locked_for_a_minute_comes_back_into_the_chat(void **state)
{
	(void)state;
	pass(75, true, false);
	assert_string_equal(last_told(1), "presence {\"state\":\"away\"}");
	post("/api/send", ann, "{\"text\":\"are you there?\"}");
	visit(&v, "GET", "/api/poll?cursor=1&wait=0", bea, "");
	visit_assert(&v, 200, "{\"events\":[{\"seq\":2,\"type\":\"message\"");
	visit_assert(&v, 200, "\"cursor\":2,\"state\":\"chatting\"");
	/* The next glimpse of her tells it. */
	store_begin(fx.st, DB_WRITE);
	presence_note(fx.st, &visit_house.rules,
	    &(struct glimpse){.session = 2,
		.seen_ms = fx.now.ms,
		.noted_ms = fx.now.ms,
		.acked = 1},
	    fx.now);
	store_commit(fx.st);
	assert_string_equal(last_told(1), "presence {\"state\":\"here\"}");
	pass(30, true, true);
	assert_string_equal(last_told(1), "presence {\"state\":\"here\"}");
}

static void
who_is_away_for_longer_is_gone(void **state)
{
	(void)state;
	pass(90, true, false);
	assert_string_equal(last_told(1), "presence {\"state\":\"away\"}");
	pass(1, true, false);
	assert_string_equal(last_told(1), "left {\"reason\":\"gone\"}");
}

/* ---- how many there are ---- */

static struct census
count_people(void)
{
	const struct due due = presence_due(&visit_house.rules, fx.now);
	struct census n = {0};

	store_begin(fx.st, DB_READ);
	assert_int_equal(store_session_census(fx.st, &due,
			     fx.now.ms - visit_house.rules.away_ms, &n),
	    STORE_FOUND);
	store_commit(fx.st);
	return n;
}

static void
who_has_vanished_is_not_counted(void **state)
{
	char token[TOKEN_TEXT_LEN + 1];

	(void)state;
	for (int i = 0; i < 20; i++) {
		begin("{\"name\":\"Crowd\"}", token);
		if (i % 2 == 0)
			post("/api/next", token, "");
	}
	assert_int_equal(count_people().online, 22);
	assert_int_equal(count_people().chatting, 12);
	pass(11, true, false); /* nobody but Ann polls */
	assert_int_equal(count_people().online, 1);
	assert_int_equal(count_people().chatting, 1);
	assert_int_equal(count_people().waiting, 0);
}

static void
who_closes_the_page_is_not_counted_at_once(void **state)
{
	(void)state;
	assert_int_equal(count_people().online, 2);
	post("/api/session/end", bea, "{\"unload\":true}");
	assert_int_equal(count_people().online, 1);
	post("/api/session/end", ann, "");
	assert_int_equal(count_people().online, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(typing_ends_by_itself),
	    T(who_goes_on_typing_goes_on_typing),
	    T(after_a_message_nobody_types),
	    T(after_the_chat_nobody_types),
	    T(who_types_and_is_away_does_not_type),
	    T(who_types_and_is_gone_is_told_of_once),
	    T(a_phone_that_is_locked_for_a_minute_comes_back_into_the_chat),
	    T(who_is_away_for_longer_is_gone),
	    T(who_has_vanished_is_not_counted),
	    T(who_closes_the_page_is_not_counted_at_once),
	};

	return RUN(tests);
}
