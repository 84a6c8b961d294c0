/* Limits where somebody reads HTML: what is said, what is kept, what goes on.
 */
#include "scenes_all.h"

static const struct scene look = {.method = "GET", .path = "/plain/*/"};
static const struct scene say = {.method = "POST",
    .path = "/plain/*/say",
    .media = FORM,
    .body = "text=one+%26+all&nonce=p1&chat={chat}"};
static const struct scene next = {.method = "POST",
    .path = "/plain/*/next",
    .media = FORM,
    .body = "step={step}"};
static const struct scene begin = {.method = "POST",
    .path = "/plain/",
    .media = FORM,
    .body = "name=Ann&tags[]=a,b" ONCE_MORE};
static const struct scene begin_with_ticket = {.method = "POST",
    .path = "/plain/",
    .media = FORM,
    .body = "name=Ann&tags[]=a,b&ticket={ticket}" ONCE_MORE};

static void
raise(void (*before)(void))
{
	const struct scene s = {.before = before};

	scene_raise(&s);
}

/* Asks, and is answered so; the answer stands on the stage. */
static void
play(const struct scene *s, int status, const char *part)
{
	scene_ask(s, "");
	scene_run(false);
	if (on_stage.v.call.reply.status != status || !scene_has(part))
		fail_msg("%s: %d, and not %d: %.*s", s->path,
		    on_stage.v.call.reply.status, status,
		    (int)on_stage.sent->len, on_stage.sent->data);
}

static int
retry_s(void)
{
	return on_stage.v.call.reply.retry_after_s;
}

/* It would ask at once again, and be refused again. */
static void
a_page_that_asks_too_often_asks_later(void **state)
{
	(void)state;
	raise(page_begins);
	visit_house.limits[RATE_POLLS] = (struct rate){1, 60000000};
	play(&look, 200, "</html>");
	scene_end();
	play(&look, 429, "role=\"alert\"");
	assert_int_equal(retry_s(), 60);
	assert_true(scene_has("\r\nRetry-After: 60\r\n"));
	assert_true(scene_has("\r\nRefresh: 63\r\n"));
	scene_end();
	fx.now.ms += 60000;
	play(&look, 200, "</html>");
	scene_end();
	scene_strike();
}

static void
what_is_said_too_soon_stands_in_the_form_again(void **state)
{
	(void)state;
	raise(page_talks);
	visit_house.limits[RATE_MESSAGES] = (struct rate){1, 30000000};
	play(&say, 303, "Location: say");
	scene_end();
	play(&say, 429, "\none &amp; all</");
	assert_int_equal(retry_s(), 30);
	scene_end();
	scene_strike();
}

/* The same without what could be shown: it is an ordinary error. */
static void
what_has_no_text_is_just_refused(void **state)
{
	static const struct scene empty = {.method = "POST",
	    .path = "/plain/*/say",
	    .media = FORM,
	    .body = "nonce=p1"};

	(void)state;
	raise(page_talks);
	visit_house.limits[RATE_MESSAGES] = (struct rate){1, 30000000};
	play(&say, 303, "Location: say");
	scene_end();
	play(&empty, 429, "role=\"alert\"");
	scene_end();
	scene_strike();
}

static void
next_is_counted_by_address_before_all_else(void **state)
{
	(void)state;
	raise(page_talks);
	fx.now.ms += 1000; /* Bea has pressed it, too */
	visit_house.limits[RATE_PAIRINGS] = (struct rate){1, 20000000};
	play(&next, 303, "Location: ./");
	scene_end();
	play(&next, 429, "role=\"alert\"");
	assert_int_equal(retry_s(), 20);
	scene_end();
	scene_strike();
}

/* ---- tickets to wait with ---- */

static void
who_comes_before_the_time_keeps_the_ticket(void **state)
{
	char ticket[TICKET_TEXT_LEN + 1];

	(void)state;
	raise(waited);
	memcpy(ticket, on_stage.ticket, sizeof ticket);
	fx.now.ms -= 7000;
	play(&begin_with_ticket, 429, ticket);
	assert_int_equal(retry_s(), 7);
	assert_true(scene_has("value=\"Ann\""));
	assert_int_equal(fx_ask("SELECT count(*) FROM spent"), 0);
	scene_end();
	fx.now.ms += 7000;
	play(&begin_with_ticket, 303, "Location: /plain/");
	scene_end();
	scene_strike();
}

/* Else somebody could collect them, and come all at once. */
static void
an_address_has_no_endless_supply_of_them(void **state)
{
	int64_t most;

	(void)state;
	raise(under_pressure);
	most = visit_conf.work_s / visit_conf.wait_s;
	for (int64_t i = 0; i < most; i++) {
		play(&begin, 429, "name=\"ticket\"");
		scene_end();
	}
	play(&begin, 429, "role=\"alert\"");
	assert_false(scene_has("name=\"ticket\""));
	assert_int_equal(retry_s(), visit_conf.wait_s);
	scene_end();
	fx.now.ms += visit_conf.wait_s * 1000;
	play(&begin, 429, "name=\"ticket\"");
	scene_end();
	/* The control: who does not count gives them away. */
	rates_free(visit_house.rates);
	visit_house.rates = NULL;
	for (int64_t i = 0; i < 2 * most; i++) {
		play(&begin, 429, "name=\"ticket\"");
		scene_end();
	}
	scene_strike();
}

int
main(void)
{
#define T(f) cmocka_unit_test(f)
	static const struct CMUnitTest tests[] = {
	    T(a_page_that_asks_too_often_asks_later),
	    T(what_is_said_too_soon_stands_in_the_form_again),
	    T(what_has_no_text_is_just_refused),
	    T(next_is_counted_by_address_before_all_else),
	    T(who_comes_before_the_time_keeps_the_ticket),
	    T(an_address_has_no_endless_supply_of_them),
	};

	return RUN(tests);
}
