/* People, each in one browser tab: tokens, states, leases, the census. */
#include "fixture.h"

static void
a_new_session_is_idle_and_here(void **state)
{
	struct session s = fx_session(fx.ann);

	(void)state;
	assert_int_equal(s.id, fx.ann);
	assert_int_equal(s.state, SESSION_IDLE);
	assert_string_equal(s.name, "Ann");
	assert_int_equal(s.born_ms, fx.now.ms);
	assert_int_equal(s.seen_ms, fx.now.ms);
	assert_int_equal(s.chat + s.partner + s.seq + s.acked + s.away +
		s.typing_ms,
	    0);
	assert_string_equal(s.partner_name, "");
}

static void
a_session_is_found_by_its_token_alone(void **state)
{
	unsigned char hash[TOKEN_HASH_LEN] = {1, 0, 2};
	struct session s = {0};
	int64_t id = 0;

	(void)state;
	assert_int_equal(store_session_add(fx.st, hash, "Cleo", 5, &id),
	    STORE_FOUND);
	assert_int_equal(store_session_by_token(fx.st, hash, &s), STORE_FOUND);
	assert_int_equal(s.id, id);
	hash[TOKEN_HASH_LEN - 1]++;
	assert_int_equal(store_session_by_token(fx.st, hash, &s), STORE_NONE);
}

static void
the_same_token_twice_is_a_failure(void **state)
{
	unsigned char hash[TOKEN_HASH_LEN] = {1};
	int64_t id;

	(void)state;
	store_session_add(fx.st, hash, "Cleo", 5, &id);
	assert_int_equal(store_session_add(fx.st, hash, "Dora", 5, &id),
	    STORE_FAILED);
}

static void
the_longest_name_comes_back_whole(void **state)
{
	char name[SESSION_NAME_MAX];

	(void)state;
	for (int i = 0; i < 40; i++)
		memcpy(name + 4 * i, "\xf0\x9f\x98\x80", 4);
	name[160] = '\0';
	assert_string_equal(fx_session(fx_person(name)).name, name);
}

static void
who_is_gone_is_not_found(void **state)
{
	struct session s;

	(void)state;
	store_session_drop(fx.st, fx.ann);
	assert_int_equal(store_session_by_id(fx.st, fx.ann, &s), STORE_NONE);
	assert_int_equal(fx_session(fx.bea).id, fx.bea);
}

static void
an_id_is_not_used_twice(void **state)
{
	(void)state;
	store_session_drop(fx.st, fx.bea);
	assert_true(fx_person("Cleo") > fx.bea);
}

/* ---- states ---- */

static void
in_a_chat_the_partner_can_be_seen(void **state)
{
	struct event ev = {.session = fx.bea, .type = "x", .body = "{}"};
	struct session s;

	(void)state;
	store_session_state(fx.st, fx.ann, SESSION_CHATTING, 9, fx.bea);
	store_session_state(fx.st, fx.bea, SESSION_CHATTING, 9, fx.ann);
	store_session_away(fx.st, fx.bea, true);
	for (int i = 0; i < 3; i++)
		store_event_add(fx.st, &ev);
	store_session_seen(fx.st, fx.bea, 0, 1);
	s = fx_session(fx.ann);
	assert_int_equal(s.state, SESSION_CHATTING);
	assert_int_equal(s.chat, 9);
	assert_int_equal(s.partner, fx.bea);
	assert_string_equal(s.partner_name, "Bea");
	assert_true(s.partner_away);
	assert_false(s.away);
	assert_int_equal(s.partner_backlog, 2);
}

static void
a_change_of_state_forgets_away_and_typing(void **state)
{
	(void)state;
	store_session_state(fx.st, fx.ann, SESSION_CHATTING, 9, fx.bea);
	store_session_away(fx.st, fx.ann, true);
	store_session_typing(fx.st, fx.ann, true);
	assert_true(
	    fx_session(fx.ann).away && fx_session(fx.ann).typing_ms == 1);
	store_session_state(fx.st, fx.ann, SESSION_IDLE, 0, 0);
	assert_false(
	    fx_session(fx.ann).away || fx_session(fx.ann).typing_ms != 0);
	assert_int_equal(fx_session(fx.ann).chat, 0);
}

static void
a_chat_without_its_state_is_refused(void **state)
{
	(void)state;
	assert_int_equal(store_session_state(fx.st, fx.ann, SESSION_CHATTING, 0,
			     0),
	    STORE_FAILED);
	assert_int_equal(store_session_state(fx.st, fx.ann, SESSION_IDLE, 9,
			     fx.bea),
	    STORE_FAILED);
	assert_int_equal(store_session_state(fx.st, fx.ann, SESSION_CHATTING, 9,
			     0),
	    STORE_FAILED);
	assert_int_equal(fx_session(fx.ann).state, SESSION_IDLE);
}

/* ---- leases ---- */

static void
a_lease_is_only_made_longer(void **state)
{
	(void)state;
	store_session_seen(fx.st, fx.ann, FX_MS + 500, 0);
	assert_int_equal(fx_session(fx.ann).seen_ms, FX_MS + 500);
	store_session_seen(fx.st, fx.ann, FX_MS + 100, 0);
	assert_int_equal(fx_session(fx.ann).seen_ms, FX_MS + 500);
}

static void
a_lease_is_taken_back_only_by_who_gave_it(void **state)
{
	(void)state;
	store_session_seen(fx.st, fx.ann, FX_MS + 500, 0);
	store_session_unseen(fx.st, fx.ann, FX_MS + 400, FX_MS, 0);
	assert_int_equal(fx_session(fx.ann).seen_ms, FX_MS + 500);
	store_session_unseen(fx.st, fx.ann, FX_MS + 500, FX_MS + 10, 0);
	assert_int_equal(fx_session(fx.ann).seen_ms, FX_MS + 10);
	store_session_unload(fx.st, fx.ann, FX_MS - 50, 0);
	assert_int_equal(fx_session(fx.ann).seen_ms, FX_MS - 50);
}

static void
a_cursor_goes_forward_only(void **state)
{
	struct event ev = {.session = fx.ann, .type = "x", .body = "{}"};

	(void)state;
	for (int i = 0; i < 5; i++)
		store_event_add(fx.st, &ev);
	store_session_seen(fx.st, fx.ann, FX_MS, 3);
	assert_int_equal(fx_session(fx.ann).acked, 3);
	store_session_seen(fx.st, fx.ann, FX_MS, 2);
	assert_int_equal(fx_session(fx.ann).acked, 3);
	store_session_unseen(fx.st, fx.ann, FX_MS, FX_MS, 4);
	assert_int_equal(fx_session(fx.ann).acked, 4);
}

/* ---- whose time has come ---- */

static const struct due due = {
    .away_ms = FX_MS,
    .gone_ms = FX_MS - 1000,
    .idle_ms = FX_MS - 2000,
    .born_ms = FX_MS - 9000,
};

static bool
is_due(int64_t id)
{
	int64_t ids[10];
	size_t n;

	store_session_due(fx.st, &due, ids, COUNT(ids), &n);
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static void
lease(int64_t seen_ms)
{
	store_session_unload(fx.st, fx.ann, seen_ms, 0);
}

static void
who_chats_is_due_when_away_once_and_when_gone(void **state)
{
	(void)state;
	store_session_state(fx.st, fx.ann, SESSION_CHATTING, 9, fx.bea);
	lease(FX_MS);
	assert_false(is_due(fx.ann));
	lease(FX_MS - 1);
	assert_true(is_due(fx.ann));
	store_session_away(fx.st, fx.ann, true);
	assert_false(is_due(fx.ann));
	lease(FX_MS - 1000);
	assert_false(is_due(fx.ann));
	lease(FX_MS - 1001);
	assert_true(is_due(fx.ann));
}

static void
who_waits_is_due_when_gone(void **state)
{
	(void)state;
	store_session_state(fx.st, fx.ann, SESSION_WAITING, 0, 0);
	lease(FX_MS - 1000);
	assert_false(is_due(fx.ann));
	lease(FX_MS - 1001);
	assert_true(is_due(fx.ann));
}

static void
who_is_idle_is_due_when_expired(void **state)
{
	(void)state;
	lease(FX_MS - 2000);
	assert_false(is_due(fx.ann));
	lease(FX_MS - 2001);
	assert_true(is_due(fx.ann));
	assert_false(is_due(fx.bea));
}

static void
who_is_old_is_due(void **state)
{
	unsigned char hash[TOKEN_HASH_LEN] = {1};
	int64_t id;

	(void)state;
	store_session_add(fx.st, hash, "Cleo", FX_MS - 9001, &id);
	store_session_seen(fx.st, id, FX_MS, 0);
	assert_true(is_due(id));
}

static void
the_due_come_a_few_at_a_time(void **state)
{
	int64_t ids[1];
	size_t n;

	(void)state;
	store_session_unload(fx.st, fx.ann, 0, 0);
	store_session_unload(fx.st, fx.bea, 0, 0);
	assert_int_equal(store_session_due(fx.st, &due, ids, 1, &n),
	    STORE_FOUND);
	assert_int_equal(n, 1);
}

static void
the_census_counts_who_is_here(void **state)
{
	struct census c = {0};
	int64_t cleo = fx_person("Cleo"), dora = fx_person("Dora");

	(void)state;
	store_session_state(fx.st, fx.ann, SESSION_CHATTING, 9, fx.bea);
	store_session_state(fx.st, fx.bea, SESSION_CHATTING, 9, fx.ann);
	store_session_state(fx.st, cleo, SESSION_WAITING, 0, 0);
	store_session_unload(fx.st, fx.bea, FX_MS - 500, 0);
	assert_int_equal(store_session_census(fx.st, &due, FX_MS, &c),
	    STORE_FOUND);
	assert_int_equal(c.online, 3);
	assert_int_equal(c.waiting, 1);
	assert_int_equal(c.chatting, 1);
	assert_int_equal(c.due, 1);
	store_session_drop(fx.st, dora);
	store_session_census(fx.st, &due, FX_MS, &c);
	assert_int_equal(c.online, 2);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_new_session_is_idle_and_here),
	    T(a_session_is_found_by_its_token_alone),
	    T(the_same_token_twice_is_a_failure),
	    T(the_longest_name_comes_back_whole),
	    T(who_is_gone_is_not_found),
	    T(an_id_is_not_used_twice),
	    T(in_a_chat_the_partner_can_be_seen),
	    T(a_change_of_state_forgets_away_and_typing),
	    T(a_chat_without_its_state_is_refused),
	    T(a_lease_is_only_made_longer),
	    T(a_lease_is_taken_back_only_by_who_gave_it),
	    T(a_cursor_goes_forward_only),
	    T(who_chats_is_due_when_away_once_and_when_gone),
	    T(who_waits_is_due_when_gone),
	    T(who_is_idle_is_due_when_expired),
	    T(who_is_old_is_due),
	    T(the_due_come_a_few_at_a_time),
	    T(the_census_counts_who_is_here),
	};

	return RUN(tests);
}
