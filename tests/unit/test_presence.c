/* Away, here, gone, expired: what time and a closed page do to a session. */
#include "fixture.h"

#include "chat/pairing.h"
#include "chat/presence.h"

static const char away[] = "presence {\"state\":\"away\"}";
static const char here[] = "presence {\"state\":\"here\"}";
static const char gone[] = "left {\"reason\":\"gone\"}";

static int64_t
seek(int64_t id)
{
	int64_t chat = 0;

	assert_int_not_equal(pairing_seek(fx.st, &fx_rules, id, fx.now, &chat),
	    STORE_FAILED);
	return chat;
}

/* Setup: Ann and Bea chat, and have read that. */
static int
start_chat(void **state)
{
	if (fx_begin(state) != 0)
		return -1;
	seek(fx.ann);
	seek(fx.bea);
	store_session_seen(fx.st, fx.ann, FX_MS, 1);
	store_session_seen(fx.st, fx.bea, FX_MS, 1);
	store_event_purge(fx.st, fx.ann, 1);
	store_event_purge(fx.st, fx.bea, 1);
	return 0;
}

/* As time goes on, Bea is seen and Ann is not. */
static void
later(int64_t ms)
{
	fx.now.ms = FX_MS + ms;
	store_session_seen(fx.st, fx.bea, fx.now.ms, 0);
}

static void
sweep(void)
{
	assert_int_equal(presence_sweep(fx.st, &fx_rules, fx.now), STORE_NONE);
}

static void
note(int64_t seen_ms, int64_t lease_ms, int64_t acked)
{
	const struct glimpse g = {.session = fx.ann,
	    .seen_ms = seen_ms,
	    .lease_ms = lease_ms,
	    .acked = acked};

	assert_int_equal(presence_note(fx.st, &fx_rules, &g, fx.now),
	    STORE_FOUND);
}

static void
note_seen(void)
{
	note(fx.now.ms, 0, 0);
}

static void
unload(void)
{
	struct session s = fx_session(fx.ann);

	assert_int_not_equal(presence_unload(fx.st, &fx_rules, &s, fx.now),
	    STORE_FAILED);
}

static int64_t
count(const char *table)
{
	char sql[80];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
	return fx_ask(sql);
}

/* ---- away and here ---- */

static void
who_is_silent_is_away_and_the_partner_learns_it_once(void **state)
{
	(void)state;
	later(fx_rules.away_ms);
	sweep();
	assert_string_equal(fx_told(fx.bea), "");
	later(fx_rules.away_ms + 1);
	sweep();
	sweep();
	assert_string_equal(fx_told(fx.bea), away);
	assert_string_equal(fx_told(fx.ann), "");
	assert_true(fx_session(fx.bea).partner_away);
	assert_int_equal(fx_session(fx.ann).state, SESSION_CHATTING);
}

static void
who_is_seen_again_is_here(void **state)
{
	char both[100];

	(void)state;
	later(fx_rules.away_ms + 1);
	sweep();
	note_seen();
	note_seen();
	snprintf(both, sizeof both, "%s | %s", away, here);
	assert_string_equal(fx_told(fx.bea), both);
	assert_false(fx_session(fx.ann).away);
	sweep();
	assert_string_equal(fx_told(fx.bea), both);
}

/* A worker's late news of a time before is no sign of life. */
static void
an_old_glimpse_brings_nobody_back(void **state)
{
	(void)state;
	later(fx_rules.away_ms + 1);
	sweep();
	note(FX_MS + 1, 0, 0);
	assert_string_equal(fx_told(fx.bea), away);
	assert_true(fx_session(fx.ann).away);
}

static void
nobody_is_told_of_who_only_waits_or_idles(void **state)
{
	(void)state;
	seek(fx.ann);
	later(fx_rules.away_ms + 1);
	sweep();
	assert_int_equal(count("event"), 0);
	assert_int_equal(fx_session(fx.ann).state, SESSION_WAITING);
}

/* ---- gone ---- */

static void
who_is_silent_for_long_is_gone_and_both_are_told(void **state)
{
	char both[100];

	(void)state;
	later(fx_rules.away_ms + 1);
	sweep();
	later(fx_rules.gone_ms + 1);
	sweep();
	snprintf(both, sizeof both, "%s | %s", away, gone);
	assert_string_equal(fx_told(fx.bea), both);
	assert_string_equal(fx_told(fx.ann), gone);
	assert_int_equal(fx_session(fx.ann).state, SESSION_IDLE);
	assert_int_equal(fx_session(fx.bea).state, SESSION_IDLE);
	sweep();
	assert_string_equal(fx_told(fx.ann), gone);
}

static void
who_was_not_swept_in_time_is_gone_at_once(void **state)
{
	(void)state;
	later(fx_rules.gone_ms + 1);
	sweep();
	assert_string_equal(fx_told(fx.bea), gone);
}

static void
who_waits_and_is_gone_waits_no_more(void **state)
{
	(void)state;
	seek(fx.ann);
	later(fx_rules.gone_ms + 1);
	sweep();
	assert_int_equal(fx_session(fx.ann).state, SESSION_IDLE);
	assert_int_equal(count("waiting"), 0);
	assert_int_equal(count("event"), 0);
}

/* Both silent: both hear of it, whoever is swept first. */
static void
two_who_are_gone_are_parted_once(void **state)
{
	(void)state;
	fx.now.ms = FX_MS + fx_rules.gone_ms + 1;
	sweep();
	sweep();
	assert_string_equal(fx_told(fx.ann), gone);
	assert_string_equal(fx_told(fx.bea), gone);
	assert_int_equal(
	    fx_ask("SELECT count(*) FROM chat WHERE ended_ms NOTNULL"), 1);
}

/* ---- expired ---- */

static void
an_unused_session_expires(void **state)
{
	struct session s;

	(void)state;
	later(fx_rules.idle_ms);
	sweep();
	assert_int_equal(count("session"), 2);
	later(fx_rules.idle_ms + 1);
	sweep();
	assert_int_equal(store_session_by_id(fx.st, fx.ann, &s), STORE_NONE);
	assert_int_equal(count("session"), 1);
}

static void
an_old_session_expires_however_busy_and_the_partner_is_told(void **state)
{
	(void)state;
	later(fx_rules.age_ms);
	store_session_seen(fx.st, fx.ann, fx.now.ms, 0);
	sweep();
	assert_int_equal(count("session"), 2);
	fx_ask("UPDATE session SET born_ms = born_ms + 10 WHERE name = 'Bea'");
	later(fx_rules.age_ms + 1);
	sweep();
	assert_int_equal(count("session"), 1);
	assert_string_equal(fx_told(fx.bea), gone);
	assert_int_equal(fx_session(fx.bea).state, SESSION_IDLE);
}

static void
many_are_swept_in_steps(void **state)
{
	(void)state;
	for (int i = 0; i < 60; i++)
		fx_person("Cleo");
	later(fx_rules.idle_ms + 1);
	assert_int_equal(presence_sweep(fx.st, &fx_rules, fx.now), STORE_FOUND);
	assert_in_range(count("session"), 2, 61);
	sweep();
	assert_int_equal(count("session"), 1);
}

/* ---- a closed page ---- */

static void
a_closed_page_is_away_at_once_and_gone_soon(void **state)
{
	char both[100];

	(void)state;
	unload();
	assert_string_equal(fx_told(fx.bea), away);
	later(fx_rules.unload_ms);
	sweep();
	assert_string_equal(fx_told(fx.bea), away);
	later(fx_rules.unload_ms + 1);
	sweep();
	snprintf(both, sizeof both, "%s | %s", away, gone);
	assert_string_equal(fx_told(fx.bea), both);
}

static void
a_page_that_is_loaded_again_is_here(void **state)
{
	char both[100];

	(void)state;
	unload();
	later(500);
	note_seen();
	later(fx_rules.unload_ms + 1);
	sweep();
	snprintf(both, sizeof both, "%s | %s", away, here);
	assert_string_equal(fx_told(fx.bea), both);
}

static void
a_closed_page_ends_a_lease_that_a_held_poll_had(void **state)
{
	(void)state;
	note(FX_MS + 25000, 0, 0);
	unload();
	later(fx_rules.unload_ms + 1);
	sweep();
	assert_int_equal(fx_session(fx.ann).state, SESSION_IDLE);
}

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

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)
#define CHAT(f) cmocka_unit_test_setup_teardown(f, start_chat, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CHAT(who_is_silent_is_away_and_the_partner_learns_it_once),
	    CHAT(who_is_seen_again_is_here),
	    CHAT(an_old_glimpse_brings_nobody_back),
	    T(nobody_is_told_of_who_only_waits_or_idles),
	    CHAT(who_is_silent_for_long_is_gone_and_both_are_told),
	    CHAT(who_was_not_swept_in_time_is_gone_at_once),
	    T(who_waits_and_is_gone_waits_no_more),
	    CHAT(two_who_are_gone_are_parted_once),
	    T(an_unused_session_expires),
	    CHAT(an_old_session_expires_however_busy_and_the_partner_is_told),
	    T(many_are_swept_in_steps),
	    CHAT(a_closed_page_is_away_at_once_and_gone_soon),
	    CHAT(a_page_that_is_loaded_again_is_here),
	    CHAT(a_closed_page_ends_a_lease_that_a_held_poll_had),
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
