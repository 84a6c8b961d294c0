/*
 * Calls that come again: what the front server repeats because a worker died
 * (same REQUEST_ID), and pages that wait and are run again.
 */
#include "failing_store.h"
#include "judge.h"

#include "api/plain/log.h"

enum { MANY = 120 };

/* Ann's call with an id of the front server's. */
static void
ask_with_id(const char *path, const char *body, const char *id)
{
	static char method[] = "REQUEST_METHOD=POST";
	char name[100], token[100], request_id[100];
	const char *const env[] = {method, name, token, request_id,
	    "CONTENT_TYPE=application/json", NULL};

	snprintf(name, sizeof name, "SCRIPT_NAME=%s", path);
	snprintf(token, sizeof token, "HTTP_X_PARLEY_TOKEN=%s", on_stage.ann);
	snprintf(request_id, sizeof request_id, "REQUEST_ID=%s", id);
	visit_ask(&on_stage.v, env, body);
	scene_run(false);
	visit_note_text(&on_stage.v);
}

static void
assert_twice(const char *path, const char *body, int status, const char *part)
{
	for (int i = 0; i < 2; i++) {
		ask_with_id(path, body, "id-1");
		if (on_stage.v.call.reply.status != status || !scene_has(part))
			fail_msg("%s, time %d: %s", path, i + 1,
			    on_stage.v.text);
		scene_end();
	}
}

static int64_t
n_chats(void)
{
	return fx_ask("SELECT max(chat) FROM session");
}

#define RAISED(name)                                  \
	const struct scene raised = {.before = name}; \
	(void)state;                                  \
	scene_raise(&raised)

static void
a_repeated_next_keeps_the_new_partner(void **state)
{
	RAISED(bea_waits);
	assert_twice("/api/next", "{\"widen\":true}", 200, "\"chatting\"");
	assert_int_equal(n_chats(), 1);
	scene_strike();
}

static void
a_repeated_next_goes_on_waiting(void **state)
{
	RAISED(talking);
	assert_twice("/api/next", "{}", 200, "\"widen_ms\":8000");
	scene_strike();
}

/* What came in between counts: it is a new wish, then. */
static void
a_repeated_next_after_all_was_left_looks_again(void **state)
{
	RAISED(bea_waits);
	ask_with_id("/api/next", "{\"widen\":true}", "id-1");
	visit_assert(&on_stage.v, 200, "\"chatting\"");
	scene_end();
	scene_post("/api/leave", on_stage.ann, "");
	ask_with_id("/api/next", "{\"widen\":true}", "id-1");
	visit_assert(&on_stage.v, 200, "\"waiting\"");
	scene_end();
	scene_strike();
}

static void
a_repeated_back_after_all_was_left_is_refused(void **state)
{
	RAISED(ann_seeks_again);
	ask_with_id("/api/back", "{}", "id-1");
	visit_assert(&on_stage.v, 200, "\"chatting\"");
	scene_end();
	scene_post("/api/leave", on_stage.bea, "");
	ask_with_id("/api/back", "{}", "id-1");
	visit_assert(&on_stage.v, 409, "\"too_late\"");
	scene_end();
	assert_int_equal(n_chats(), 0);
	scene_strike();
}

/* The database fails while a repetition is looked up: 503, and it goes on. */
static void
a_repeated_next_that_fails_changes_nothing(void **state)
{
	int64_t refused = 0;
	bool fired = true;

	RAISED(talking);
	ask_with_id("/api/next", "{}", "id-1");
	scene_end();
	for (long n = 1; fired; n++) {
		uint64_t before = scene_stored();

		scene_forget();
		faulty_arm(n, STATEMENT_FAILS);
		ask_with_id("/api/next", "{}", "id-1");
		fired = faulty.fired;
		faulty_disarm();
		visit_assert(&on_stage.v, fired ? 503 : 200,
		    fired ? "\"unavailable\"" : "\"widen_ms\":8000");
		assert_true(scene_stored() == before);
		refused += fired;
		scene_end();
	}
	assert_true(refused >= 4);
	scene_strike();
}

static void
a_block_of_an_earlier_chat_leaves_the_present_one(void **state)
{
	char cid[TOKEN_TEXT_LEN + 1], body[60];

	RAISED(ann_seeks_again);
	scene_join("{\"name\":\"Cid\"}", cid);
	scene_post("/api/next", cid, "");
	scene_post("/api/next", on_stage.ann, "{\"widen\":true}");
	visit_assert(&on_stage.v, 200, "\"chatting\"");
	snprintf(body, sizeof body, "{\"chat\":\"%s\"}", on_stage.chat);
	scene_post("/api/block", on_stage.ann, body);
	scene_post("/api/send", on_stage.ann, "{\"text\":\"still here\"}");
	scene_strike();
}

static void
a_repeated_back_keeps_the_chat(void **state)
{
	RAISED(ann_seeks_again);
	assert_twice("/api/back", "{}", 200, "\"chatting\"");
	assert_int_equal(n_chats(), 2);
	scene_strike();
}

static void
back_to_somebody_who_is_taken(void **state)
{
	char cid[TOKEN_TEXT_LEN + 1];

	RAISED(ann_seeks_again);
	scene_join("{\"name\":\"Cid\"}", cid);
	scene_post("/api/next", cid, "");
	scene_post("/api/next", on_stage.bea, "{\"widen\":true}");
	ask_with_id("/api/back", "{}", "id-2");
	visit_assert(&on_stage.v, 409, "partner_taken");
	scene_end();
	scene_strike();
}

static void
a_picture_sent_again_by_the_front_server_is_one(void **state)
{
	static const struct scene s = {.method = "POST",
	    .path = "/api/image",
	    .media = PICTURE,
	    .body = "rgb.png"};

	RAISED(talking);
	for (int i = 0; i < 2; i++) {
		scene_ask(&s, on_stage.ann);
		strcpy(on_stage.v.rq.id, "id-3");
		scene_run(false);
		assert_int_equal(on_stage.v.call.reply.status, 200);
		scene_end();
	}
	assert_int_equal(fx_ask("SELECT count(*) FROM image"), 1);
	scene_strike();
}

/* ---- pages that wait ---- */

static void
begin_to_wait(const char *path)
{
	const struct scene s = {.method = "GET",
	    .path = path,
	    .query = "seen=0"};

	store_begin(fx.st, DB_WRITE);
	fx_ask("UPDATE session SET acked = 0");
	store_commit(fx.st);
	scene_ask(&s, "");
	snprintf(on_stage.v.rq.query, sizeof on_stage.v.rq.query, "seen=%lld",
	    (long long)fx_ask("SELECT seq FROM queue WHERE session = "
			      "(SELECT session FROM page)"));
	scene_run(false);
	assert_int_equal(on_stage.v.outcome, WAIT);
	buf_free(&on_stage.out);
}

static void
wake(enum woken why)
{
	struct call *c = &on_stage.v.call;
	struct request *rq = c->request;

	/* Of a call that waits nothing survives but this. */
	c->request = NULL;
	c->page = (struct plain_page){0};
	c->me = (struct session){0};
	c->now = fx.now;
	c->woken = why;
	reply_clear(&c->reply);
	assert_int_equal(store_begin(fx.st, DB_READ), 0);
	on_stage.v.outcome = guard_run(c);
	store_commit(fx.st);
	on_stage.sent = reply_render(&c->reply, &on_stage.out);
	c->request = rq;
}

static void
assert_woken(const char *path, enum woken why, const char *part)
{
	begin_to_wait(path);
	wake(why);
	assert_int_equal(on_stage.v.outcome, DONE);
	if (!scene_has(part))
		fail_msg("%s: no %s in %.*s", path, part,
		    (int)on_stage.sent->len, on_stage.sent->data);
	scene_end();
}

static void
a_page_waits_until_there_is_a_reason(void **state)
{
	RAISED(page_begins);
	begin_to_wait("/plain/*/");
	wake(WOKEN_NEWS);
	assert_int_equal(on_stage.v.outcome, WAIT);
	fx.now.ms += 120000;
	buf_free(&on_stage.out);
	wake(WOKEN_LATE);
	assert_int_equal(on_stage.v.outcome, DONE);
	assert_true(scene_has("http-equiv=\"refresh\""));
	scene_end();
	assert_woken("/plain/*/", WOKEN_REPLACED, "href=\"./\"");
	assert_woken("/plain/*/", WOKEN_DRAIN, "http-equiv=\"refresh\"");
	scene_strike();
}

static void
a_log_waits_too(void **state)
{
	RAISED(page_talks);
	assert_woken("/plain/*/log", WOKEN_REPLACED, "href=\"log\"");
	assert_woken("/plain/*/log", WOKEN_DRAIN, "content=\"0; ");
	assert_woken("/plain/*/log", WOKEN_DRAIN, "class=\"them\"");
	assert_woken("/plain/*/log", WOKEN_FULL, "class=\"them\"");
	begin_to_wait("/plain/*/log");
	wake(WOKEN_FULL);
	assert_in_range(on_stage.v.call.reply.refresh_s, 2, 3);
	scene_end();
	begin_to_wait("/plain/*/log");
	scene_end();
	scene_strike();
}

static void
a_page_that_is_gone_is_told_so(void **state)
{
	RAISED(page_talks);
	begin_to_wait("/plain/*/log");
	store_begin(fx.st, DB_WRITE);
	fx_ask("DELETE FROM page");
	store_commit(fx.st);
	wake(WOKEN_NEWS);
	assert_int_equal(on_stage.v.call.reply.status, 401);
	scene_end();
	scene_strike();
}

static void
under_cgi_a_page_is_held_for_less(void **state)
{
	RAISED(page_talks);
	visit_house.is_cgi = true;
	begin_to_wait("/plain/*/log");
	assert_in_range(on_stage.v.call.wait.until_ms, fx.now.ms,
	    fx.now.ms + 6000);
	scene_end();
	scene_strike();
}

/* The last hundred lines stay, and what is shown no more may go. */
static void
a_long_log_is_cut(void **state)
{
	static const struct scene s = {.method = "GET", .path = "/plain/*/log"};
	char body[1000];

	RAISED(page_talks);
	for (int i = 0; i < MANY; i++) {
		snprintf(body, sizeof body, "{\"text\":\"m%03d %0900d\"}", i,
		    0);
		scene_post("/api/send", on_stage.bea, body);
		fx.now.ms += 1000;
	}
	scene_forget();
	scene_ask(&s, "");
	scene_run(false);
	assert_true(scene_has("m119 "));
	assert_false(scene_has("m010 "));
	assert_true(on_stage.v.call.wait.acked >= MANY - LOG_LINES_MAX);
	scene_end();
	scene_strike();
}

#define T(f) cmocka_unit_test(f)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_repeated_next_keeps_the_new_partner),
	    T(a_repeated_next_goes_on_waiting),
	    T(a_repeated_next_after_all_was_left_looks_again),
	    T(a_repeated_next_that_fails_changes_nothing),
	    T(a_repeated_back_keeps_the_chat),
	    T(a_repeated_back_after_all_was_left_is_refused),
	    T(a_block_of_an_earlier_chat_leaves_the_present_one),
	    T(back_to_somebody_who_is_taken),
	    T(a_picture_sent_again_by_the_front_server_is_one),
	    T(a_page_waits_until_there_is_a_reason),
	    T(a_log_waits_too),
	    T(a_page_that_is_gone_is_told_so),
	    T(under_cgi_a_page_is_held_for_less),
	    T(a_long_log_is_cut),
	};

	return RUN(tests);
}
