/* How a chat, a wait or a session ends. */
#include "fixture.h"

#include "chat/pairing.h"
#include "chat/parting.h"
#include "store/waiting.h"

static const char left_next[] = "left {\"reason\":\"next\"}";

static int64_t
seek(int64_t id)
{
	struct session who = fx_session(id);
	struct sought sought;

	pairing_seek(fx.st, &fx_rules, &who, false, fx.now, &sought);
	return sought.chat;
}

static int64_t
pair(void)
{
	int64_t chat;

	seek(fx.ann);
	chat = seek(fx.bea);
	assert_true(chat > 0);
	return chat;
}

static enum found
leave(int64_t id, enum left_reason reason)
{
	struct session s = fx_session(id);

	return parting_leave(fx.st, &s, reason, fx.now);
}

/* What was told last. */
static const char *
last_told(int64_t id)
{
	const char *told = fx_told(id), *last = told;

	while ((told = strstr(last, " | ")) != NULL)
		last = told + 3;
	return last;
}

static void
both_are_idle_after_a_chat(void **state)
{
	(void)state;
	pair();
	assert_int_equal(leave(fx.ann, LEFT_NEXT), STORE_FOUND);
	assert_int_equal(fx_session(fx.ann).state, SESSION_IDLE);
	assert_int_equal(fx_session(fx.bea).state, SESSION_IDLE);
	assert_int_equal(fx_session(fx.bea).partner, 0);
}

static void
only_the_partner_is_told_and_why(void **state)
{
	(void)state;
	pair();
	leave(fx.ann, LEFT_NEXT);
	assert_string_equal(last_told(fx.bea), left_next);
	assert_null(strstr(fx_told(fx.ann), "left"));
	assert_int_equal(fx_session(fx.bea).seq, 2);
}

static void
the_chat_has_an_end(void **state)
{
	int64_t chat = pair();

	(void)state;
	leave(fx.bea, LEFT_NEXT);
	assert_int_equal(fx_ask("SELECT id FROM chat WHERE ended_ms NOTNULL"),
	    chat);
	assert_int_equal(fx_ask("SELECT ended_ms FROM chat"), fx.now.ms);
	/* And so it says to the partner: the event is that chat's. */
	assert_int_equal(fx_ask("SELECT chat FROM event WHERE type = 'left'"),
	    chat);
}

static void
who_waits_leaves_the_pool(void **state)
{
	(void)state;
	seek(fx.ann);
	assert_int_equal(leave(fx.ann, LEFT_LEFT), STORE_FOUND);
	assert_int_equal(fx_session(fx.ann).state, SESSION_IDLE);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 0);
	assert_int_equal(fx.st->told.n, 0);
}

static void
who_is_idle_stays_so(void **state)
{
	(void)state;
	assert_int_equal(leave(fx.ann, LEFT_LEFT), STORE_NONE);
	assert_int_equal(fx.st->told.n, 0);
}

static void
the_end_of_a_session_takes_everything_along(void **state)
{
	struct session s;

	(void)state;
	pair();
	s = fx_session(fx.ann);
	assert_int_not_equal(parting_end(fx.st, &s, LEFT_LEFT, fx.now),
	    STORE_FAILED);
	assert_int_equal(store_session_by_id(fx.st, fx.ann, &s), STORE_NONE);
	assert_string_equal(last_told(fx.bea), "left {\"reason\":\"left\"}");
	assert_int_equal(fx_session(fx.bea).state, SESSION_IDLE);
	assert_int_equal(fx_ask("SELECT count(*) FROM event WHERE session = 1"),
	    0);
	assert_int_equal(fx_ask("SELECT count(*) FROM met WHERE session = 1"),
	    0);
}

static void
the_end_of_a_waiting_session_leaves_no_ticket(void **state)
{
	struct session s;
	(void)state;
	seek(fx.ann);
	s = fx_session(fx.ann);
	parting_end(fx.st, &s, LEFT_LEFT, fx.now);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 0);
	assert_int_equal(seek(fx.bea), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(both_are_idle_after_a_chat),
	    T(only_the_partner_is_told_and_why),
	    T(the_chat_has_an_end),
	    T(who_waits_leaves_the_pool),
	    T(who_is_idle_stays_so),
	    T(the_end_of_a_session_takes_everything_along),
	    T(the_end_of_a_waiting_session_leaves_no_ticket),
	};

	return RUN(tests);
}
