/* What a worker notices of a session, and what cannot wait to be stored. */
#include "presence.h"

/* ---- glimpses ---- */

static void
a_glimpse_makes_the_lease_longer_and_never_shorter(void **state)
{
	(void)state;
	later(1000);
	note(FX_MS + 900, 0, 0);
	note(FX_MS + 800, 0, 0);
	assert_int_equal(fx_session(fx.ann).seen_ms, FX_MS + 900);
}

static void
a_lease_is_taken_back_only_by_who_gave_it(void **state)
{
	(void)state;
	note(FX_MS + 25000, 0, 0);
	later(100);
	note(FX_MS + 100, FX_MS + 20000, 0);
	assert_int_equal(fx_session(fx.ann).seen_ms, FX_MS + 25000);
	note(FX_MS + 100, FX_MS + 25000, 0);
	assert_int_equal(fx_session(fx.ann).seen_ms, FX_MS + 100);
}

/* Else whoever gave the older, longer one would take the newer one away. */
static void
the_newest_held_poll_has_the_lease(void **state)
{
	(void)state;
	note(FX_MS + 27000, 0, 0);
	note(FX_MS + 23000, 0, 0);
	later(100);
	note(FX_MS + 100, FX_MS + 27000, 0);
	assert_int_equal(fx_session(fx.ann).seen_ms, FX_MS + 23000);
}

static void
a_broken_connection_is_no_sign_of_life(void **state)
{
	struct glimpse g = {.session = fx.ann, .is_over = true};

	(void)state;
	note(FX_MS + 25000, 0, 0);
	unload();
	later(100);
	g.seen_ms = fx.now.ms;
	for (int i = 0; i < 2; i++) {
		g.lease_ms = i * (FX_MS + 25000);
		assert_int_equal(presence_note(fx.st, &fx_rules, &g, fx.now),
		    STORE_FOUND);
		assert_true(fx_session(fx.ann).away);
		assert_true(fx_session(fx.ann).seen_ms < FX_MS);
	}
}

static void
what_was_acknowledged_is_purged(void **state)
{
	struct event ev = {.session = fx.ann, .type = "x", .body = "{}"};

	(void)state;
	for (int i = 0; i < 5; i++)
		store_event_add(fx.st, &ev);
	note(FX_MS, 0, 3);
	assert_int_equal(fx_session(fx.ann).acked, 3);
	assert_int_equal(count("event"), 2);
	assert_int_equal(fx_ask("SELECT min(seq) FROM event"), 4);
}

static void
nobody_is_no_more_to_be_noted(void **state)
{
	const struct glimpse g = {.session = 4711, .seen_ms = FX_MS};

	(void)state;
	assert_int_equal(presence_note(fx.st, &fx_rules, &g, fx.now),
	    STORE_NONE);
}

static void
a_waiter_who_is_seen_again_is_paired(void **state)
{
	(void)state;
	seek(fx.ann);
	later(fx_rules.fresh_ms + 1);
	assert_int_equal(seek(fx.bea), 0);
	note_seen();
	assert_int_equal(fx_session(fx.ann).partner, fx.bea);
	assert_int_equal(fx_session(fx.bea).partner, fx.ann);
}

/* ---- what cannot wait ---- */

static bool
is_urgent(void)
{
	struct session s = fx_session(fx.ann);

	return presence_is_urgent(&s, &fx_rules, fx.now);
}

static void
who_comes_back_is_urgent(void **state)
{
	(void)state;
	assert_false(is_urgent());
	later(fx_rules.away_ms + 1);
	assert_false(is_urgent());
	sweep();
	assert_true(is_urgent());
	note_seen();
	assert_false(is_urgent());
}

static void
a_waiter_whose_lease_runs_out_is_urgent(void **state)
{
	(void)state;
	later(fx_rules.fresh_ms);
	assert_false(is_urgent());
	fx.now.ms = FX_MS;
	seek(fx.ann);
	later(fx_rules.fresh_ms / 2);
	assert_false(is_urgent());
	later(fx_rules.fresh_ms / 2 + 1);
	assert_true(is_urgent());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_glimpse_makes_the_lease_longer_and_never_shorter),
	    T(a_lease_is_taken_back_only_by_who_gave_it),
	    T(the_newest_held_poll_has_the_lease),
	    CHAT(a_broken_connection_is_no_sign_of_life),
	    T(what_was_acknowledged_is_purged),
	    T(nobody_is_no_more_to_be_noted),
	    T(a_waiter_who_is_seen_again_is_paired),
	    CHAT(who_comes_back_is_urgent),
	    T(a_waiter_whose_lease_runs_out_is_urgent),
	};

	return RUN(tests);
}
