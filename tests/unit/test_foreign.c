/* Whose page asks: what another site's may not do, and what no page says. */
#include "judge.h"

static int
status_from(enum origin origin, const struct scene *s)
{
	int status;

	scene_raise(s);
	scene_ask(s, on_stage.ann);
	on_stage.v.rq.origin = origin;
	if (s->media == NOTHING)
		on_stage.v.rq.media = MEDIA_TEXT;
	scene_run(false);
	status = on_stage.v.call.reply.status;
	scene_end();
	scene_strike();
	return status;
}

static void
only_our_own_pages_write(void **state)
{
	static const struct scene read = {"GET", "/api/poll", talking, JSON,
	    "wait=0", NULL, 200, NULL};
	static const struct scene write = {"POST", "/api/leave", talking, JSON,
	    NULL, "{}", 200, NULL};
	static const struct scene beacon = {"POST", "/api/leave", talking,
	    NOTHING, NULL, "{\"token\":\"{token}\"}", 200, NULL};
	static const struct scene begin = {"POST", "/api/session", nobody,
	    NOTHING, NULL, "{\"name\":\"A\"}", 201, NULL};
	static const struct scene form = {"POST", "/plain/*/stop", page_talks,
	    FORM, NULL, "step={step}", 303, NULL};

	(void)state;
	assert_int_equal(status_from(ORIGIN_FOREIGN, &read), 200);
	assert_int_equal(status_from(ORIGIN_FOREIGN, &write), 403);
	assert_int_equal(status_from(ORIGIN_FOREIGN, &beacon), 403);
	assert_int_equal(status_from(ORIGIN_FOREIGN, &form), 403);
	assert_int_equal(status_from(ORIGIN_NULL, &write), 403);
	assert_int_equal(status_from(ORIGIN_NULL, &beacon), 200);
	assert_int_equal(status_from(ORIGIN_NULL, &begin), 403);
	assert_int_equal(status_from(ORIGIN_NULL, &form), 303);
	assert_int_equal(status_from(ORIGIN_OWN, &write), 200);
	assert_int_equal(status_from(ORIGIN_UNTOLD, &write), 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_our_own_pages_write),
	};

	return RUN(tests);
}
