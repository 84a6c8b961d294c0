/* Who meets whom. */
#include "pairing.h"

/* ---- seeking ---- */

static void
alone_one_waits(void **state)
{
	(void)state;
	assert_int_equal(seek(fx.ann), STORE_NONE);
	assert_int_equal(fx_session(fx.ann).state, SESSION_WAITING);
	assert_int_equal(seek(fx.ann), STORE_NONE);
	assert_int_equal(partner_of(fx.ann), 0);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 1);
}

static void
the_second_meets_the_first(void **state)
{
	(void)state;
	seek(fx.ann);
	assert_int_equal(seek(fx.bea), STORE_FOUND);
	assert_int_equal(partner_of(fx.ann), fx.bea);
	assert_int_equal(partner_of(fx.bea), fx.ann);
	assert_int_equal(fx_session(fx.ann).chat, fx_session(fx.bea).chat);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 0);
	assert_int_equal(fx_ask("SELECT a FROM chat"), fx.ann);
	assert_int_equal(fx_ask("SELECT b FROM chat"), fx.bea);
}

static void
both_are_told_the_others_name(void **state)
{
	(void)state;
	seek(fx.ann);
	seek(fx.bea);
	assert_string_equal(fx_told(fx.ann),
	    "matched {\"partner\":{\"name\":\"Bea\"},\"common\":[]}");
	assert_string_equal(fx_told(fx.bea),
	    "matched {\"partner\":{\"name\":\"Ann\"},\"common\":[]}");
	assert_int_equal(fx.st->told.n, 2);
}

static void
who_waits_keeps_the_place(void **state)
{
	int64_t ticket;

	(void)state;
	seek(fx.ann);
	ticket = fx_ask("SELECT ticket FROM waiting");
	later(1000);
	seek(fx.ann);
	assert_int_equal(fx_ask("SELECT ticket FROM waiting"), ticket);
	assert_int_equal(fx_ask("SELECT since_ms FROM waiting"), FX_MS);
}

static void
a_stale_waiter_is_not_met(void **state)
{
	(void)state;
	seek(fx.ann);
	later(fx_rules.fresh_ms);
	assert_int_equal(seek(fx.bea), STORE_FOUND);
	leave(fx.bea);
	seek(fx.ann);
	seen(fx.ann);
	later(fx_rules.fresh_ms + 1);
	seen(fx.bea);
	assert_int_equal(seek(fx.bea), STORE_NONE);
	/* Both wait; when the lease is renewed, they meet. */
	seen(fx.ann);
	assert_int_equal(seek(fx.ann), STORE_FOUND);
}

/* ---- whom one has met before ---- */

static void
the_last_partner_is_avoided_while_another_waits(void **state)
{
	int64_t cleo = fx_person("Cleo");

	(void)state;
	for (int i = 0; i < 20; i++) {
		seek(fx.ann);
		seek(fx.bea);
		assert_int_equal(partner_of(fx.ann), fx.bea);
		leave(fx.ann);
		store_savepoint(fx.st);
		seek(fx.ann);
		fx_ask("UPDATE session SET state = 1 WHERE name = 'Cleo'");
		fx_ask(
		    "INSERT INTO waiting SELECT abs(random() / 2), id, 0, NULL "
		    "FROM session WHERE name = 'Cleo'");
		assert_int_equal(seek(fx.bea), STORE_FOUND);
		assert_int_equal(partner_of(fx.bea), cleo);
		store_rollback_to(fx.st);
	}
}

static void
the_last_partner_is_met_again_when_nobody_else_waits(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		seek(fx.ann);
		assert_int_equal(seek(fx.bea), STORE_FOUND);
		leave(fx.bea);
	}
	assert_int_equal(fx_ask("SELECT count(*) FROM chat"), 3);
	assert_int_equal(fx_ask("SELECT count(*) FROM event WHERE "
				"json_extract(body, '$.again') = 1"),
	    4);
}

/* ---- the sweep ---- */

static void
a_sweep_pairs_two_who_wait(void **state)
{
	(void)state;
	seek(fx.ann);
	later(fx_rules.fresh_ms + 1);
	seen(fx.bea);
	seek(fx.bea);
	assert_int_equal(sweep(), STORE_NONE);
	assert_int_equal(partner_of(fx.bea), 0);
	seen(fx.ann);
	assert_int_equal(sweep(), STORE_NONE);
	assert_int_equal(partner_of(fx.bea), fx.ann);
	assert_int_equal(partner_of(fx.ann), fx.bea);
}

static void
make_them_wait(int n)
{
	later(fx_rules.fresh_ms * 10);
	for (int i = 0; i < n; i++) {
		seek(fx_person("Cleo"));
		later(fx_rules.fresh_ms + 1);
	}
	fx_ask("UPDATE session SET seen_ms = 2000000000");
}

static void
a_sweep_leaves_at_most_one(void **state)
{
	(void)state;
	make_them_wait(9);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 9);
	sweep();
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 1);
	assert_int_equal(fx_ask("SELECT count(*) FROM session WHERE state = 2"),
	    8);
}

static void
a_large_pool_is_swept_in_steps(void **state)
{
	(void)state;
	make_them_wait(131);
	for (int i = 0; i < 10; i++)
		if (sweep() == STORE_NONE)
			break;
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(alone_one_waits),
	    T(the_second_meets_the_first),
	    T(both_are_told_the_others_name),
	    T(who_waits_keeps_the_place),
	    T(a_stale_waiter_is_not_met),
	    T(the_last_partner_is_avoided_while_another_waits),
	    T(the_last_partner_is_met_again_when_nobody_else_waits),
	    T(a_sweep_pairs_two_who_wait),
	    T(a_sweep_leaves_at_most_one),
	    T(a_large_pool_is_swept_in_steps),
	};

	return RUN(tests);
}
