/* The exact bodies of the events: what pages and clients of others rely on. */
#include "fixture.h"

#include "chat/telling.h"
#include "store/tags.h"

static struct telling
to_ann(void)
{
	return (struct telling){fx.st, fx.ann, 7, fx.now.at};
}

static void
matched_names_the_partner(void **state)
{
	struct telling t = to_ann();
	const struct session bea = fx_session(fx.bea);
	const struct meeting plain = {.with = &bea};
	const struct meeting full = {&bea, true, true, true};

	(void)state;
	assert_int_equal(tell_matched(&t, &plain), STORE_FOUND);
	assert_string_equal(fx_told(fx.ann),
	    "matched {\"partner\":{\"name\":\"Bea\"},\"common\":[]}");
	fx_ask("DELETE FROM event");
	store_tag_add(fx.st, fx.ann, 0, "x", "X");
	store_tag_add(fx.st, fx.ann, 1, "tea", "Tea");
	store_tag_add(fx.st, fx.bea, 0, "tea", "TEA");
	assert_int_equal(tell_matched(&t, &full), STORE_FOUND);
	assert_string_equal(fx_told(fx.ann),
	    "matched {\"partner\":{\"name\":\"Bea\"},\"common\":[\"Tea\"],"
	    "\"again\":true,\"back\":true}");
}

static void
a_message_has_its_text(void **state)
{
	struct telling t = to_ann();
	int64_t id = 0;

	(void)state;
	assert_int_equal(tell_message(&t, "hi", &id), STORE_FOUND);
	assert_string_equal(fx_told(fx.ann), "message {\"text\":\"hi\"}");
	assert_int_equal(id, fx_ask("SELECT id FROM event"));
}

static void
a_text_is_escaped(void **state)
{
	struct telling t = to_ann();
	int64_t id;

	(void)state;
	tell_message(&t, "a\"b\\c\n<\xc3\xa9>", &id);
	assert_string_equal(fx_told(fx.ann),
	    "message {\"text\":\"a\\\"b\\\\c\\n"
	    "\\u003c\xc3\xa9\\u003e\"}");
}

static void
seen_and_retracted_name_a_message(void **state)
{
	struct telling t = to_ann();

	(void)state;
	tell_seen(&t, 40);
	tell_retracted(&t, 41);
	assert_string_equal(fx_told(fx.ann),
	    "seen {\"upto\":\"40\"} | retracted {\"id\":\"41\"}");
}

static void
typing_is_on_or_off(void **state)
{
	struct telling t = to_ann();

	(void)state;
	tell_typing(&t, true);
	tell_typing(&t, false);
	assert_string_equal(fx_told(fx.ann),
	    "typing {\"on\":true} | typing {\"on\":false}");
}

static void
presence_is_away_or_here(void **state)
{
	struct telling t = to_ann();

	(void)state;
	tell_presence(&t, true);
	tell_presence(&t, false);
	assert_string_equal(fx_told(fx.ann),
	    "presence {\"state\":\"away\"} | presence {\"state\":\"here\"}");
}

static void
left_has_a_reason(void **state)
{
	struct telling t = to_ann();

	(void)state;
	for (int i = 0; i < LEFT__MAX; i++)
		tell_left(&t, (enum left_reason)i);
	assert_string_equal(fx_told(fx.ann),
	    "left {\"reason\":\"next\"} | left {\"reason\":\"next\"} | "
	    "left {\"reason\":\"left\"} | "
	    "left {\"reason\":\"gone\"} | left {\"reason\":\"banned\"}");
}

static bool
see(const struct event *ev, void *arg)
{
	assert_int_equal(ev->chat, 7);
	assert_int_equal(ev->at, fx.now.at);
	*(int *)arg += 1;
	return true;
}

static void
chat_and_time_stand_beside_the_body(void **state)
{
	struct telling t = to_ann();
	int n = 0;

	(void)state;
	tell_typing(&t, true);
	store_event_after(fx.st, fx.ann, 0, 10, see, &n);
	assert_int_equal(n, 1);
	assert_string_equal(fx_told(fx.bea), "");
}

static void
who_is_no_more_is_not_told(void **state)
{
	struct telling t = to_ann();

	(void)state;
	store_session_drop(fx.st, fx.ann);
	assert_int_equal(tell_typing(&t, true), STORE_NONE);
	assert_int_equal(fx_ask("SELECT count(*) FROM event"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(matched_names_the_partner),
	    T(a_message_has_its_text),
	    T(a_text_is_escaped),
	    T(seen_and_retracted_name_a_message),
	    T(typing_is_on_or_off),
	    T(presence_is_away_or_here),
	    T(left_has_a_reason),
	    T(chat_and_time_stand_beside_the_body),
	    T(who_is_no_more_is_not_told),
	};

	return RUN(tests);
}
