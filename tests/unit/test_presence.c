/* Away, here, gone, expired: what time and a closed page do to a session. */
#include "presence.h"

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
/* A poll that was held when the page was closed; and the next page's poll. */
static void
what_was_noticed_before_the_page_was_closed_counts_no_more(void **state)
{
	struct glimpse g = {.session = fx.ann,
	    .seen_ms = fx.now.ms + 25000,
	    .noted_ms = fx.now.ms - 10};
	struct session s = fx_session(fx.ann);

	(void)state;
	assert_int_equal(presence_unload(fx.st, &fx_rules, &s, fx.now),
	    STORE_FOUND);
	presence_note(fx.st, &fx_rules, &g, fx.now);
	assert_true(fx_session(fx.ann).away);
	assert_true(fx_session(fx.ann).seen_ms < fx.now.ms);
	g.noted_ms = fx.now.ms + 1;
	presence_note(fx.st, &fx_rules, &g, fx.now);
	assert_false(fx_session(fx.ann).away);
	assert_int_equal(fx_session(fx.ann).seen_ms, g.seen_ms);
}

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

/* Twice closed is closed; and who chats with nobody tells nobody. */
static void
who_is_away_or_alone_closes_the_page_without_a_word(void **state)
{
	int64_t cleo = fx_person("Cleo");
	struct session s = fx_session(cleo);

	(void)state;
	unload();
	unload();
	assert_string_equal(fx_told(fx.bea), away);
	assert_int_equal(presence_unload(fx.st, &fx_rules, &s, fx.now),
	    STORE_FOUND);
	assert_false(fx_session(cleo).away);
	assert_string_equal(fx_told(cleo), "");
}

/* One sweep finds both: who was left by it is in no chat to be away from. */
static void
who_was_silent_in_a_chat_that_has_just_ended_is_not_away(void **state)
{
	(void)state;
	fx.now.ms = FX_MS + fx_rules.gone_ms + 1;
	store_session_seen(fx.st, fx.bea, fx.now.ms - fx_rules.away_ms - 1, 0);
	sweep();
	assert_string_equal(fx_told(fx.bea), gone);
	assert_int_equal(fx_session(fx.bea).state, SESSION_IDLE);
	assert_false(fx_session(fx.bea).away);
}

/* A closed page does not stay longer than one that says nothing. */
static void
a_closed_page_is_gone_no_later_than_a_silent_one(void **state)
{
	struct rules rules = fx_rules;
	struct session s = fx_session(fx.ann);

	(void)state;
	rules.gone_ms = 5000;
	assert_int_not_equal(presence_unload(fx.st, &rules, &s, fx.now),
	    STORE_FAILED);
	later(5000);
	presence_sweep(fx.st, &rules, fx.now);
	assert_int_equal(fx_session(fx.ann).state, SESSION_CHATTING);
	later(5001);
	presence_sweep(fx.st, &rules, fx.now);
	assert_int_equal(fx_session(fx.ann).state, SESSION_IDLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CHAT(who_is_silent_is_away_and_the_partner_learns_it_once),
	    CHAT(who_is_seen_again_is_here),
	    CHAT(what_was_noticed_before_the_page_was_closed_counts_no_more),
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
	    CHAT(a_closed_page_is_gone_no_later_than_a_silent_one),
	    CHAT(who_is_away_or_alone_closes_the_page_without_a_word),
	    CHAT(who_was_silent_in_a_chat_that_has_just_ended_is_not_away),
	};

	return RUN(tests);
}
