/* Who is let in: limits of an address and of all, and tickets. */
#include "door.h"

#include "base/seal.h"
#include "chat/ticket.h"
#include "store/door.h"

static int
end(void **state)
{
	rates_free(visit_house.rates);
	visit_house.rates = NULL;
	return fx_close(state);
}

/* Pays what is asked, from this address; the challenge stays in `ticket`. */
static char ticket[TICKET_TEXT_LEN + 1], answer[20];

static void
work(const char *remote)
{
	int bits;

	assert_int_equal(door_come(remote), 429);
	visit_assert(&door, 429, "{\"error\":{\"code\":\"work\",\"message\":");
	visit_member(&door, "challenge", ticket, sizeof ticket);
	bits = atoi(strstr(door.text, "\"bits\":") + 7);
	for (int n = 0;; n++) {
		snprintf(answer, sizeof answer, "%d", n);
		if (seal_zero_bits(ticket, answer) >= bits)
			return;
	}
}

static void
an_address_has_so_many_sessions(void **state)
{
	char token[64];

	(void)state;
	visit_conf.sessions_address = 3;
	for (int i = 0; i < 3; i++)
		assert_int_equal(door_come("192.0.2.1"), 201);
	visit_member(&door, "token", token, sizeof token);
	assert_int_equal(door_come("192.0.2.1"), 429);
	visit_assert(&door, 429, "{\"error\":{\"code\":\"too_many\"");
	assert_int_equal(door.call.reply.retry_after_s, 60);
	assert_int_equal(door_come("192.0.2.2"), 201);
	/* One that ends makes room for another one. */
	visit(&door, "POST", "/api/session/end", token, "{}");
	visit_assert(&door, 204, "");
	assert_int_equal(door_come("192.0.2.1"), 201);
	assert_int_equal(door_come("192.0.2.1"), 429);
	assert_int_equal(fx_ask("SELECT sum(sessions) FROM address"), 4);
}

static void
a_network_of_ipv6_is_one_address(void **state)
{
	(void)state;
	visit_conf.sessions_address = 2;
	assert_int_equal(door_come("2001:db8::1"), 201);
	assert_int_equal(door_come("2001:db8::ffff:1"), 201);
	assert_int_equal(door_come("2001:db8:0:0:1:2:3:4"), 429);
	assert_int_equal(door_come("2001:db8:0:1::1"), 201);
}

static void
an_address_has_so_many_new_ones_in_a_minute(void **state)
{
	(void)state;
	visit_conf.work = WORK_OFF;
	visit_conf.sessions_minute = 4;
	for (int i = 0; i < 4; i++)
		assert_int_equal(door_come("192.0.2.1"), 201);
	assert_int_equal(door_come("192.0.2.1"), 429);
	assert_int_equal(door.call.reply.retry_after_s, 15);
	fx.now.ms += 14999;
	assert_int_equal(door_come("192.0.2.1"), 429);
	assert_int_equal(door.call.reply.retry_after_s, 1);
	fx.now.ms += 1;
	assert_int_equal(door_come("192.0.2.1"), 201);
}

static void
the_house_may_be_full(void **state)
{
	char a[64], b[64];

	(void)state;
	assert_int_equal(door_come("192.0.2.1"), 201);
	visit_member(&door, "token", a, sizeof a);
	assert_int_equal(door_come("192.0.2.1"), 201);
	visit_member(&door, "token", b, sizeof b);
	visit_house.census.sessions = visit_conf.sessions_max;
	assert_int_equal(door_come("192.0.2.1"), 503);
	visit_assert(&door, 503, "{\"error\":{\"code\":\"full\"");
	assert_int_equal(door.call.reply.retry_after_s, 30);
	visit_house.census.sessions = 0;
	/* The pool: who finds nobody and has no place to wait is idle. */
	visit_house.census.waiting = visit_conf.waiting_max + 1;
	visit(&door, "POST", "/api/next", a, "{}");
	visit_assert(&door, 503, "{\"error\":{\"code\":\"full\"");
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 0);
	assert_int_equal(fx_ask("SELECT max(state) FROM session"), 0);
	visit_house.census.waiting = 0;
	visit(&door, "POST", "/api/next", a, "{}");
	visit_assert(&door, 200, "waiting");
	/* Who finds somebody needs none. */
	visit_house.census.waiting = visit_conf.waiting_max + 1;
	visit(&door, "POST", "/api/next", b, "{}");
	visit_assert(&door, 200, "chatting");
}

/* A process of its own for each request has no census. */
static void
under_cgi_the_rows_are_counted(void **state)
{
	(void)state;
	visit_house.is_cgi = true;
	visit_conf.sessions_max = 2;
	assert_int_equal(door_come("192.0.2.1"), 201);
	assert_int_equal(door_come("192.0.2.1"), 201);
	assert_int_equal(door_come("192.0.2.1"), 503);
}

static void
an_address_may_have_no_limit(void **state)
{
	(void)state;
	visit_conf.sessions_address = visit_conf.sessions_minute = 0;
	for (int i = 0; i < 250; i++)
		assert_int_equal(door_come("192.0.2.1"), 201);
}

/* Whatever the numbers are: nobody is counted, and no address is noted. */
static void
without_limits_all_come(void **state)
{
	char token[64];

	(void)state;
	visit_conf.rates = 0;
	visit_conf.work = WORK_ALWAYS;
	visit_conf.sessions_address = visit_conf.sessions_minute = 1;
	visit_house.census.sessions = visit_conf.sessions_max;
	visit_house.census.waiting = visit_conf.waiting_max + 1;
	for (int i = 0; i < 5; i++)
		assert_int_equal(door_come("192.0.2.1"), 201);
	visit_member(&door, "token", token, sizeof token);
	visit(&door, "POST", "/api/next", token, "{}");
	visit_assert(&door, 200, "waiting");
	assert_int_equal(fx_ask("SELECT count(*) FROM address"), 0);
	/* The control: they would be refused. */
	visit_conf.rates = 1;
	assert_int_equal(door_come("192.0.2.1"), 503);
	visit_house.census.sessions = 0;
	assert_int_equal(door_come("192.0.2.1"), 429);
}

/* Neither as text nor as bytes; and tomorrow's hash is another one. */
static void
no_address_is_stored(void **state)
{
	(void)state;
	assert_int_equal(door_come("203.0.113.77"), 201);
	assert_int_equal(door_come("203.0.113.77"), 201);
	assert_int_equal(fx_ask("SELECT count(*) FROM address"), 1);
	assert_int_equal(fx_ask("SELECT length(hash) FROM address"), 16);
	assert_int_equal(fx_ask("SELECT instr(hash, x'cb00714d') FROM address"),
	    0);
	fx.now.ms += 24 * 3600 * 1000;
	assert_int_equal(door_come("203.0.113.77"), 201);
	assert_int_equal(fx_ask("SELECT count(*) FROM address"), 2);
	assert_int_equal(fx_ask("SELECT count(DISTINCT hash) FROM address"), 2);
}

static void
what_is_over_is_forgotten(void **state)
{
	char token[64];

	(void)state;
	assert_int_equal(door_come("192.0.2.1"), 201);
	visit_member(&door, "token", token, sizeof token);
	assert_int_equal(door_come("192.0.2.2"), 201);
	visit(&door, "POST", "/api/session/end", token, "{}");
	store_begin(fx.st, DB_WRITE);
	store_door_purge(fx.st, fx.now.ms);
	assert_int_equal(fx_ask("SELECT count(*) FROM address"), 2);
	store_door_purge(fx.st, fx.now.ms + 60001);
	assert_int_equal(fx_ask("SELECT count(*) FROM address"), 1);
	assert_int_equal(fx_ask("SELECT sessions FROM address"), 1);
	store_commit(fx.st);
}

static void
under_pressure_a_session_costs_work(void **state)
{
	(void)state;
	visit_conf.work_bits = visit_conf.work_bits_max = 6;
	visit_conf.work_address = 2;
	assert_int_equal(door_come("192.0.2.1"), 201);
	assert_int_equal(door_come("192.0.2.1"), 201);
	work("192.0.2.1");
	assert_int_equal(door_pay("192.0.2.1", ticket, answer), 201);
	/* Others come for nothing, until there are too many of them. */
	assert_int_equal(door_come("192.0.2.2"), 201);
	visit_conf.work_minute = 4;
	work("192.0.2.3");
	assert_int_equal(door_pay("192.0.2.3", ticket, answer), 201);
	fx.now.ms += 121000;
	assert_int_equal(door_come("192.0.2.1"), 201);
}

static void
a_ticket_is_good_once(void **state)
{
	(void)state;
	visit_conf.work = WORK_ALWAYS;
	visit_conf.work_bits = visit_conf.work_bits_max = 6;
	work("192.0.2.1");
	assert_int_equal(door_pay("192.0.2.1", ticket, answer), 201);
	assert_int_equal(door_pay("192.0.2.1", ticket, answer), 429);
	visit_assert(&door, 429, "\"code\":\"work\"");
	/* Also after a restart, and until it has expired anyway. */
	fx_reopen();
	visit_house.store = fx.st;
	assert_int_equal(door_pay("192.0.2.1", ticket, answer), 429);
	store_begin(fx.st, DB_WRITE);
	store_door_purge(fx.st, fx.now.ms + 600000);
	store_commit(fx.st);
	fx.now.ms += 600000;
	assert_int_equal(door_pay("192.0.2.1", ticket, answer), 429);
	store_begin(fx.st, DB_WRITE);
	store_door_purge(fx.st, fx.now.ms + 1);
	store_commit(fx.st);
	assert_int_equal(fx_ask("SELECT count(*) FROM spent"), 0);
	fx.now.ms += 1;
	assert_int_equal(door_pay("192.0.2.1", ticket, answer), 429);
}

/* What fails for another reason has not used it up. */
static void
a_ticket_is_used_only_with_its_session(void **state)
{
	(void)state;
	visit_conf.work = WORK_ALWAYS;
	visit_conf.work_bits = visit_conf.work_bits_max = 6;
	work("192.0.2.1");
	store_begin(fx.st, DB_WRITE);
	assert_int_equal(store_door_spend(fx.st, 1, (const unsigned char *)"x",
			     1),
	    STORE_FOUND);
	store_rollback(fx.st);
	assert_int_equal(fx_ask("SELECT count(*) FROM spent"), 0);
	assert_int_equal(door_pay("192.0.2.1", ticket, answer), 201);
}

static void
a_bad_ticket_is_answered_with_a_good_one(void **state)
{
	char challenge[100];

	(void)state;
	visit_conf.work = WORK_ALWAYS;
	visit_conf.work_bits = visit_conf.work_bits_max = 10;
	work("192.0.2.1");
	assert_int_equal(door_pay("192.0.2.2", ticket, answer), 429);
	assert_int_equal(door_pay("192.0.2.1", ticket, "99999999999999999"),
	    429);
	assert_int_equal(door_pay("192.0.2.1", ticket, ""), 429);
	assert_int_equal(door_pay("192.0.2.1", "forged", answer), 429);
	visit_member(&door, "challenge", challenge, sizeof challenge);
	assert_string_not_equal(challenge, ticket);
	/* It was never used up by that. */
	assert_int_equal(door_pay("192.0.2.1", ticket, answer), 201);
	work("192.0.2.1");
	fx.now.ms += 600001;
	assert_int_equal(door_pay("192.0.2.1", ticket, answer), 429);
}

static void
what_is_no_text_is_a_bad_request(void **state)
{
	static const char *const bodies[] = {"{\"name\":\"Ann\",\"work\":5}",
	    "{\"name\":\"Ann\",\"work\":[]}",
	    "{\"name\":\"Ann\",\"work\":{\"challenge\":1,\"answer\":\"1\"}}",
	    "{\"name\":\"Ann\",\"work\":{\"challenge\":\"x\",\"answer\":1}}"};

	(void)state;
	visit_conf.work = WORK_ALWAYS;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		door_ask("192.0.2.1", "/api/session", "application/json",
		    bodies[i]);
		visit_assert(&door, 400, "\"code\":\"bad_request\"");
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, visit_start, end)
	static const struct CMUnitTest tests[] = {
	    TEST(an_address_has_so_many_sessions),
	    TEST(a_network_of_ipv6_is_one_address),
	    TEST(an_address_has_so_many_new_ones_in_a_minute),
	    TEST(the_house_may_be_full),
	    TEST(under_cgi_the_rows_are_counted),
	    TEST(an_address_may_have_no_limit),
	    TEST(without_limits_all_come),
	    TEST(no_address_is_stored),
	    TEST(what_is_over_is_forgotten),
	    TEST(under_pressure_a_session_costs_work),
	    TEST(a_ticket_is_good_once),
	    TEST(a_ticket_is_used_only_with_its_session),
	    TEST(a_bad_ticket_is_answered_with_a_good_one),
	    TEST(what_is_no_text_is_a_bad_request),
	};

	return RUN(tests);
}
