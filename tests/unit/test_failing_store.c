/*
 * The n-th thing that is asked of the database fails, for every n, in every
 * call of the table and in every chore of the worker: an engine that does so
 * stands under the store.
 */
#include "failing_store.h"
#include "scenes_all.h"

enum { N_MAX = 2000 };

static long n_most; /* steps of the longest call so far */

/* ---- the calls ---- */

/* True: the n-th step has failed, and *why says what was wrong then. */
static bool
try_scene(const struct scene *s, long n, enum how how, bool careful,
    const char **why)
{
	uint64_t before = scene_stored();

	scene_forget();
	scene_ask(s, on_stage.ann);
	faulty_arm(n, how);
	scene_run(careful);
	faulty_disarm();
	*why = scene_complaint(s, before);
	/* A reader that has read all need not care for its transaction. */
	if (*why == NULL && faulty.fired && scene_succeeded(s) &&
	    s->status < 400 && on_stage.v.call.route->writes &&
	    scene_stored() == before)
		*why = "acknowledged, but nothing was stored";
	if (*why == NULL && !faulty.fired && !scene_succeeded(s))
		*why = "it does not work afterwards";
	return faulty.fired;
}

static void
play(const struct scene *s, enum how how, bool careful)
{
	const char *why = NULL;
	bool fired = true;
	long n = 0;

	scene_raise(s);
	while (fired && n++ < N_MAX) {
		fired = try_scene(s, n, how, careful, &why);
		if (why != NULL)
			fail_msg("%s %s, step %ld%s: %s\n%.*s", s->method,
			    s->path, n, careful ? ", careful" : "", why,
			    (int)on_stage.sent->len, on_stage.sent->data);
		scene_end();
	}
	assert_false(fired);
	if (n - 1 > n_most)
		n_most = n - 1;
	scene_strike();
}

static void
play_all(enum how how, bool careful)
{
	for (size_t i = 0; i < COUNT(scenes); i++)
		play(&scenes[i], how, careful);
	/* A fault that never comes would please everybody. */
	assert_in_range(n_most, 10, N_MAX - 1);
}

static void
a_failed_statement_is_503_and_leaves_nothing(void **state)
{
	(void)state;
	play_all(STATEMENT_FAILS, false);
	play_all(STATEMENT_FAILS, true);
}

static void
a_lost_transaction_is_503_and_leaves_nothing(void **state)
{
	(void)state;
	play_all(ALL_IS_LOST, false);
	play_all(ALL_IS_LOST, true);
}

static void
every_route_is_on_stage(void **state)
{
	const struct route *r;

	(void)state;
	for (size_t i = 0; (r = routes_at(i)) != NULL; i++) {
		size_t n = 0;

		for (size_t k = 0; k < COUNT(scenes); k++)
			n += strcmp(scenes[k].path, r->path) == 0 &&
			    strcmp(scenes[k].method, r->method) == 0;
		if (n == 0)
			fail_msg("no scene of %s %s", r->method, r->path);
	}
}

/* ---- the judge is watched: handlers that deserve a complaint ---- */

static enum found
add_notice(struct call *c)
{
	struct event ev = {.session = c->me.id,
	    .type = "notice",
	    .body = "{}",
	    .body_len = 2};

	return store_event_add(c->house->store, &ev);
}

static enum outcome
does_not_look(struct call *c)
{
	add_notice(c);
	return call_done(c);
}

static enum outcome
blames_the_caller(struct call *c)
{
	return add_notice(c) == STORE_FAILED
	    ? call_refuse(c, 400, "bad_request", "It is all your fault.")
	    : call_done(c);
}

/* The worker does not undo what it is not told about. */
static enum outcome
keeps_it_to_itself(struct call *c)
{
	if (add_notice(c) != STORE_FAILED && add_notice(c) != STORE_FAILED)
		return call_done(c);
	call_refuse(c, 503, "unavailable", "Try again.");
	c->reply.retry_after_s = 1;
	return DONE;
}

/* Does the judge complain of such a handler, and with these words? */
static bool
is_noticed(enum outcome (*instead)(struct call *), const char *complaint)
{
	static const struct scene s = {.method = "POST",
	    .path = "/api/leave",
	    .before = talking,
	    .media = JSON,
	    .status = 204};
	const char *why = NULL;
	bool noticed = false, fired = true;

	scene_raise(&s);
	on_stage.instead = instead;
	for (long n = 1; fired && n < N_MAX; n++) {
		fired = try_scene(&s, n, STATEMENT_FAILS, false, &why);
		noticed |= why != NULL && strcmp(why, complaint) == 0;
		scene_end();
	}
	scene_strike();
	return noticed;
}

static void
a_bad_handler_is_noticed(void **state)
{
	(void)state;
	assert_true(
	    is_noticed(does_not_look, "acknowledged, but nothing was stored"));
	assert_true(is_noticed(blames_the_caller,
	    "neither what was asked for nor 503"));
	assert_true(
	    is_noticed(keeps_it_to_itself, "503, but something was stored"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_route_is_on_stage),
	    cmocka_unit_test(a_failed_statement_is_503_and_leaves_nothing),
	    cmocka_unit_test(a_lost_transaction_is_503_and_leaves_nothing),
	    cmocka_unit_test(a_bad_handler_is_noticed),
	};

	return RUN(tests);
}
