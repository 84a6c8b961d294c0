/* Conversations, and who has met whom. */
#include "fixture.h"

#include "store/chats.h"

static void
an_id_is_not_used_twice(void **state)
{
	int64_t a = 0, b = 0;

	(void)state;
	assert_int_equal(store_chat_add(fx.st, fx.ann, fx.bea, 5, &a),
	    STORE_FOUND);
	store_chat_end(fx.st, a, FX_MS, 0);
	store_chat_purge(fx.st, FX_MS + 1);
	assert_int_equal(fx_ask("SELECT count(*) FROM chat"), 0);
	store_chat_add(fx.st, fx.ann, fx.bea, 5, &b);
	assert_true(b > a);
}

static void
a_chat_ends_once(void **state)
{
	int64_t id;

	(void)state;
	store_chat_add(fx.st, fx.ann, fx.bea, 5, &id);
	assert_int_equal(fx_ask("SELECT ended_ms IS NULL FROM chat"), 1);
	store_chat_end(fx.st, id, FX_MS, 0);
	store_chat_end(fx.st, id, FX_MS + 9, 0);
	assert_int_equal(fx_ask("SELECT ended_ms FROM chat"), FX_MS);
}

static void
only_old_ended_chats_are_purged(void **state)
{
	int64_t old, new, open;

	(void)state;
	store_chat_add(fx.st, fx.ann, fx.bea, 5, &old);
	store_chat_add(fx.st, fx.ann, fx.bea, 5, &new);
	store_chat_add(fx.st, fx.ann, fx.bea, 5, &open);
	store_chat_end(fx.st, old, FX_MS - 1, 0);
	store_chat_end(fx.st, new, FX_MS, 0);
	assert_int_equal(store_chat_purge(fx.st, FX_MS), STORE_NONE);
	assert_int_equal(fx_ask("SELECT count(*) FROM chat"), 2);
	assert_int_equal(fx_ask("SELECT min(id) FROM chat"), new);
}

static void
many_old_chats_go_in_steps(void **state)
{
	int64_t id;

	(void)state;
	for (int i = 0; i < 150; i++) {
		store_chat_add(fx.st, fx.ann, fx.bea, 5, &id);
		store_chat_end(fx.st, id, FX_MS, 0);
	}
	assert_int_equal(store_chat_purge(fx.st, FX_MS + 1), STORE_FOUND);
	assert_in_range(fx_ask("SELECT count(*) FROM chat"), 1, 149);
	assert_int_equal(store_chat_purge(fx.st, FX_MS + 1), STORE_NONE);
	assert_int_equal(fx_ask("SELECT count(*) FROM chat"), 0);
}

/* ---- who has met whom ---- */

static void
both_remember_each_other(void **state)
{
	(void)state;
	store_met_add(fx.st, fx.ann, fx.bea, 1);
	assert_int_equal(fx_ask("SELECT count(*) FROM met WHERE session = 1 "
				"AND partner = 2"),
	    1);
	assert_int_equal(fx_ask("SELECT count(*) FROM met WHERE session = 2 "
				"AND partner = 1"),
	    1);
	store_met_add(fx.st, fx.bea, fx.ann, 2);
	assert_int_equal(fx_ask("SELECT count(*) FROM met"), 2);
	assert_int_equal(fx_ask("SELECT min(chat) FROM met"), 2);
}

static void
the_last_five_are_remembered(void **state)
{
	int64_t id[7];

	(void)state;
	for (int i = 0; i < 7; i++) {
		id[i] = fx_person("Cleo");
		store_met_add(fx.st, fx.ann, id[i], i + 1);
	}
	assert_int_equal(fx_ask("SELECT count(*) FROM met WHERE session = 1"),
	    5);
	assert_int_equal(fx_ask("SELECT min(chat) FROM met WHERE session = 1"),
	    3);
	/* To meet again makes it the last; the next one displaces chat 4. */
	store_met_add(fx.st, fx.ann, id[2], 8);
	store_met_add(fx.st, fx.ann, fx.bea, 9);
	assert_int_equal(fx_ask("SELECT count(*) FROM met WHERE session = 1"),
	    5);
	assert_int_equal(fx_ask("SELECT min(chat) FROM met WHERE session = 1"),
	    5);
}

static void
a_session_takes_its_memory_along(void **state)
{
	(void)state;
	store_met_add(fx.st, fx.ann, fx.bea, 1);
	store_session_drop(fx.st, fx.ann);
	assert_int_equal(fx_ask("SELECT count(*) FROM met WHERE session = 1"),
	    0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(an_id_is_not_used_twice),
	    T(a_chat_ends_once),
	    T(only_old_ended_chats_are_purged),
	    T(many_old_chats_go_in_steps),
	    T(both_remember_each_other),
	    T(the_last_five_are_remembered),
	    T(a_session_takes_its_memory_along),
	};

	return RUN(tests);
}
