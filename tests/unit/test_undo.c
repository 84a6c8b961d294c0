/* Next taken back. */
#include "pairing.h"

#include "chat/undo.h"
#include "store/chats.h"

static enum undone
back(int64_t id)
{
	struct session who = fx_session(id);
	int64_t chat = 0;
	enum undone u = undo_next(fx.st, &fx_rules, &who, fx.now, &chat);

	if (u == UNDO_DONE)
		assert_int_equal(fx_session(id).chat, chat);
	return u;
}

/* Ann has met Bea and pressed Next. */
static void
meet_and_press_next(void)
{
	seek(fx.ann);
	assert_int_equal(seek(fx.bea), STORE_FOUND);
	leave(fx.ann);
}

static void
both_are_back_in_a_new_chat(void **state)
{
	int64_t old;

	(void)state;
	meet_and_press_next();
	old = fx_ask("SELECT max(id) FROM chat");
	seek(fx.ann);
	later(UNDO_MS);
	seen(fx.bea);
	assert_int_equal(back(fx.ann), UNDO_DONE);
	assert_int_equal(partner_of(fx.bea), fx.ann);
	assert_true(fx_session(fx.bea).chat > old);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 0);
	assert_non_null(strstr(fx_told(fx.bea),
	    "left {\"reason\":\"next\"} | matched {\"partner\":"
	    "{\"name\":\"Ann\"},\"common\":[],\"back\":true}"));
	assert_non_null(strstr(fx_told(fx.ann), "\"back\":true"));
}

static void
five_seconds_are_the_most(void **state)
{
	(void)state;
	meet_and_press_next();
	later(UNDO_MS + 1);
	seen(fx.bea);
	assert_int_equal(back(fx.ann), UNDO_LATE);
	assert_int_equal(partner_of(fx.bea), 0);
}

static void
only_who_pressed_next_may(void **state)
{
	(void)state;
	assert_int_equal(back(fx.ann), UNDO_LATE);
	meet_and_press_next();
	assert_int_equal(back(fx.bea), UNDO_LATE);
	assert_int_equal(back(fx.ann), UNDO_DONE);
	assert_int_equal(back(fx.ann), UNDO_LATE);
}

static void
the_partner_must_be_free_and_there(void **state)
{
	int64_t cleo = fx_person("Cleo");

	(void)state;
	meet_and_press_next();
	later(UNDO_MS);
	fx_ask("UPDATE session SET seen_ms = 0 WHERE name = 'Bea'");
	assert_int_equal(back(fx.ann), UNDO_TAKEN);
	seen(fx.bea);
	seen(cleo);
	seek(cleo);
	assert_int_equal(seek(fx.bea), STORE_FOUND);
	assert_int_equal(back(fx.ann), UNDO_TAKEN);
	leave(cleo);
	store_blocked_add(fx.st, fx.bea, fx.ann);
	assert_int_equal(back(fx.ann), UNDO_TAKEN);
	store_session_drop(fx.st, fx.bea);
	assert_int_equal(back(fx.ann), UNDO_TAKEN);
}

static void
a_new_partner_is_left_for_it(void **state)
{
	int64_t cleo = fx_person("Cleo");

	(void)state;
	meet_and_press_next();
	seek(cleo);
	assert_int_equal(seek(fx.ann), STORE_FOUND);
	assert_int_equal(partner_of(fx.ann), cleo);
	seek(fx.bea);
	assert_int_equal(back(fx.ann), UNDO_DONE);
	assert_int_equal(partner_of(fx.ann), fx.bea);
	assert_int_equal(fx_session(cleo).state, SESSION_IDLE);
	assert_non_null(strstr(fx_told(cleo), "left {\"reason\":\"next\"}"));
	/* That was no Next: there is none to take back. */
	assert_int_equal(back(fx.ann), UNDO_LATE);
	assert_int_equal(partner_of(fx.ann), fx.bea);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(both_are_back_in_a_new_chat),
	    T(five_seconds_are_the_most),
	    T(only_who_pressed_next_may),
	    T(the_partner_must_be_free_and_there),
	    T(a_new_partner_is_left_for_it),
	};

	return RUN(tests);
}
