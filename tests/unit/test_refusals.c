/*
 * What the calls refuse, and the rarer ways they take: each row is a scene of
 * its own, and what is refused leaves nothing behind.
 */
#include "judge.h"

/* ---- how things stand ---- */

static void
bea_is_away(void)
{
	talking();
	store_begin(fx.st, DB_WRITE);
	store_session_away(fx.st,
	    fx_ask("SELECT partner FROM session WHERE "
		   "name = 'Ann'"),
	    true);
	assert_int_equal(store_commit(fx.st), 0);
}

static void
ann_left(void)
{
	talking();
	scene_post("/api/leave", on_stage.ann, "");
}

static void
no_pictures_more(void)
{
	talking();
	visit_house.rules.pictures = 0;
}

static void
no_room_for_pictures(void)
{
	talking();
	visit_house.rules.pictures_all_bytes = 0;
}

static void
no_room_to_read(void)
{
	talking();
	visit_house.rules.backlog = 0;
}

static void
taken_back_late(void)
{
	talking();
	fx.now.ms += visit_house.rules.retract_ms + 1;
}

static void
next_long_ago(void)
{
	ann_seeks_again();
	fx.now.ms += 60000;
}

static void
under_cgi(void)
{
	talking();
	visit_house.is_cgi = true;
}

static void
page_under_cgi(void)
{
	page_talks();
	visit_house.is_cgi = true;
}

static void
many_are_here(void)
{
	page_begins();
	visit_house.census.online = 7;
}

static void
page_idle(void)
{
	page_talks();
	scene_post("/api/leave", on_stage.bea, "");
}

/* All that a conversation can show. */
static void
page_has_seen_it_all(void)
{
	static const struct scene say = {.method = "POST",
	    .path = "/plain/*/say",
	    .media = FORM,
	    .body = "text=mine&nonce=s1&chat={chat}"};
	static const struct scene show = {.method = "POST",
	    .path = "/plain/*/picture",
	    .media = FORM_PICTURE,
	    .query = "chat={chat}&nonce=s2",
	    .body = "rgb.png"};
	char body[80];

	page_talks();
	scene_post("/api/send", on_stage.bea, "{\"text\":\"oops\"}");
	visit_member(&on_stage.v, "id", on_stage.theirs,
	    sizeof on_stage.theirs);
	scene_ask(&say, "");
	scene_run(false);
	scene_end();
	scene_ask(&show, "");
	scene_run(false);
	scene_end();
	snprintf(body, sizeof body, "{\"id\":\"%s\"}", on_stage.theirs);
	scene_post("/api/retract", on_stage.bea, body);
	scene_post("/api/session/end", on_stage.bea, "{\"unload\":true}");
	scene_post("/api/typing", on_stage.bea, "{\"on\":true}");
}

static void
page_meets_again(void)
{
	static const struct scene next = {.method = "POST",
	    .path = "/plain/*/next",
	    .media = FORM,
	    .body = "step={step}"};

	page_talks();
	scene_post("/api/next", on_stage.bea, "{\"widen\":true}");
	scene_ask(&next, "");
	scene_run(false);
	scene_end();
}

/* ---- what is asked ---- */

#define GET "GET"
#define POST "POST"
#define ONCE "once=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define CODE(code) "{\"error\":{\"code\":\"" code "\""
#define BAD 400, CODE("bad_request")

static const struct scene rows[] = {
    /* what is not there */
    {POST, "/api/poll", nobody, JSON, NULL, "{}", 405, "Allow: GET"},
    {GET, "/api/pol", nobody, NOTHING, NULL, NULL, 404, CODE("not_found")},
    /* bodies */
    {POST, "/api/send", talking, FORM, NULL, "text=hi", 415,
	CODE("wrong_type")},
    {POST, "/api/send", talking, JSON, NULL, "{\"text\":", 400,
	CODE("bad_json")},
    {POST, "/plain/", nobody, JSON, NULL, "{}", 415, "role=\"alert\""},
    {POST, "/plain/", nobody, FORM, NULL, "name", 400, "role=\"alert\""},
    {POST, "/plain/", nobody, FORM, NULL, "%zz=1", 400, "role=\"alert\""},
    /* the session */
    {POST, "/api/session", nobody, JSON, NULL, "{}", BAD},
    {POST, "/api/session", nobody, JSON, NULL, "{\"name\":\"\"}", BAD},
    {POST, "/api/session", nobody, JSON, NULL, "{\"name\":\"a\\u0001\"}", BAD},
    {POST, "/api/session", nobody, JSON, NULL,
	"{\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
	BAD},
    {POST, "/api/session", nobody, JSON, NULL, "{\"name\":\"A\",\"tags\":1}",
	BAD},
    {POST, "/api/session", nobody, JSON, NULL, "{\"name\":\"A\",\"tags\":[1]}",
	BAD},
    {POST, "/api/session", nobody, JSON, NULL,
	"{\"name\":\"A\",\"tags\":[\"a\\u0001\",\"b\\u0001\"]}", BAD},
    {POST, "/api/session", nobody, JSON, NULL,
	"{\"name\":\"A\",\"tags\":[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]}", BAD},
    {POST, "/api/session", nobody, JSON, NULL,
	"{\"name\":\"A\",\"tags\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]}", BAD},
    {POST, "/api/session", nobody, JSON, NULL, "{\"name\":\"A\",\"lang\":1}",
	BAD},
    {POST, "/api/session", nobody, JSON, NULL,
	"{\"name\":\"A\",\"lang\":\"1?\"}", BAD},
    {POST, "/api/session", nobody, JSON, NULL,
	"{\"name\":\"A\",\"receipts\":1}", BAD},
    {POST, "/api/session", nobody, JSON, NULL,
	"{\"name\":\"A\",\"lang\":\"en\"}", 201, "\"token\""},
    {POST, "/api/session", under_cgi, JSON, NULL, "{\"name\":\"A\"}", 201,
	"\"hold\":5"},
    {POST, "/api/session/end", talking, JSON, NULL, "{\"unload\":1}", BAD},
    /* pairing */
    {POST, "/api/next", talking, JSON, NULL, "{\"widen\":1}", BAD},
    {POST, "/api/next", ann_waits, JSON, NULL, "{}", 200, "\"widen_ms\""},
    {POST, "/api/next", ann_waits, JSON, NULL, "{\"widen\":true}", 200,
	"{\"state\":\"waiting\"}"},
    {POST, "/api/back", alone, JSON, NULL, "{}", 409, CODE("too_late")},
    {POST, "/api/back", next_long_ago, JSON, NULL, "{}", 409, CODE("too_late")},
    {POST, "/api/block", talking, JSON, NULL, "{}", BAD},
    {POST, "/api/block", talking, JSON, NULL, "{\"chat\":1}", BAD},
    {POST, "/api/block", talking, JSON, NULL, "{\"chat\":\"99\"}", 404,
	CODE("not_found")},
    {POST, "/api/block", ann_left, JSON, NULL, "{\"chat\":\"{chat}\"}", 204,
	NULL},
    {POST, "/api/leave", talking, JSON, NULL, "{\"chat\":1}", BAD},
    {POST, "/api/leave", talking, JSON, NULL, "{\"chat\":\"01\"}", 409,
	CODE("chat_over")},
    {POST, "/api/leave", talking, JSON, NULL, "{\"chat\":\"-1\"}", 409,
	CODE("chat_over")},
    /* talking */
    {GET, "/api/poll", talking, NOTHING, "cursor=x", NULL, BAD},
    {GET, "/api/poll", talking, NOTHING, "cursor=99", NULL, BAD},
    {GET, "/api/poll", talking, NOTHING, "wait=51", NULL, BAD},
    {GET, "/api/poll", under_cgi, NOTHING, "cursor=0&wait=50", NULL, 200,
	"\"delay_ms\":1000"},
    {GET, "/api/poll", bea_is_away, NOTHING, "wait=0", NULL, 200,
	"\"state\":\"away\""},
    {POST, "/api/send", talking, JSON, NULL, "{\"text\":1}", BAD},
    {POST, "/api/send", talking, JSON, NULL, "{\"text\":\"\"}", BAD},
    {POST, "/api/send", talking, JSON, NULL, "{\"text\":\"a\",\"nonce\":1}",
	BAD},
    {POST, "/api/send", talking, JSON, NULL, "{\"text\":\"a\",\"nonce\":\"\"}",
	BAD},
    {POST, "/api/send", alone, JSON, NULL, "{\"text\":\"a\"}", 409,
	CODE("not_chatting")},
    {POST, "/api/send", talking, JSON, NULL, "{\"text\":\"a\",\"chat\":\"99\"}",
	409, CODE("chat_over")},
    {POST, "/api/send", no_room_to_read, JSON, NULL, "{\"text\":\"a\"}", 429,
	CODE("backlog_full")},
    {POST, "/api/typing", talking, JSON, NULL, "{\"on\":1}", BAD},
    {POST, "/api/typing", alone, JSON, NULL, "{\"on\":true}", 409,
	CODE("not_chatting")},
    {POST, "/api/typing", met, JSON, NULL, "{\"on\":false}", 204, NULL},
    {POST, "/api/typing", talking, JSON, NULL, "{\"on\":true}", 204, NULL},
    {POST, "/api/seen", talking, JSON, NULL, "{}", BAD},
    {POST, "/api/seen", talking, JSON, NULL, "{\"seq\":0}", BAD},
    {POST, "/api/seen", talking, JSON, NULL, "{\"seq\":99}", BAD},
    {POST, "/api/seen", talking, JSON, NULL, "{\"seq\":2,\"id\":1}", BAD},
    {POST, "/api/seen", talking, JSON, NULL, "{\"seq\":2,\"id\":\"99\"}", 404,
	CODE("not_found")},
    {POST, "/api/seen", alone, JSON, NULL, "{\"seq\":1}", 409,
	CODE("not_chatting")},
    {POST, "/api/receipts", talking, JSON, NULL, "{\"on\":1}", BAD},
    {POST, "/api/receipts", talking, JSON, NULL, "{\"on\":true}", 204, NULL},
    {POST, "/api/retract", talking, JSON, NULL, "{}", BAD},
    {POST, "/api/retract", talking, JSON, NULL, "{\"id\":\"99\"}", 404,
	CODE("not_found")},
    {POST, "/api/retract", talking, JSON, NULL, "{\"id\":\"{theirs}\"}", 404,
	CODE("not_found")},
    {POST, "/api/retract", ann_left, JSON, NULL, "{\"id\":\"{own}\"}", 409,
	CODE("not_chatting")},
    {POST, "/api/retract", taken_back_late, JSON, NULL, "{\"id\":\"{own}\"}",
	409, CODE("too_late")},
    /* pictures */
    {POST, "/api/image", talking, PICTURE, NULL, "make.py", 415,
	CODE("wrong_type")},
    {POST, "/api/image", talking, PICTURE, NULL, "rgb.png", 200, "\"url\""},
    {POST, "/api/image", talking, PICTURE, "nonce=", "rgb.png", BAD},
    {POST, "/api/image", talking, PICTURE, "nonce=%ff", "rgb.png", BAD},
    {POST, "/api/image", talking, PICTURE, "nonce=n1", "rgb.png", BAD},
    {POST, "/api/image", talking, PICTURE, "chat=99", "rgb.png", 409,
	CODE("chat_over")},
    {POST, "/api/image", talking, PICTURE, "chat=x", "rgb.png", 409,
	CODE("chat_over")},
    {POST, "/api/image", alone, PICTURE, NULL, "rgb.png", 409,
	CODE("not_chatting")},
    {POST, "/api/image", no_pictures_more, PICTURE, NULL, "rgb.png", 429,
	CODE("pictures_full")},
    {POST, "/api/image", no_room_for_pictures, PICTURE, NULL, "rgb.png", 503,
	CODE("unavailable")},
    {POST, "/api/image", no_room_to_read, PICTURE, NULL, "rgb.png", 429,
	CODE("backlog_full")},
    {GET, "/api/image/x", nobody, NOTHING, NULL, NULL, 404, CODE("not_found")},
    /* pages */
    {GET, "/plain/none", nobody, NOTHING, NULL, NULL, 404, "role=\"alert\""},
    {POST, "/plain/", nobody, FORM, NULL, "name=Ann", 400, "role=\"alert\""},
    {POST, "/plain/", nobody, FORM, NULL, "name=Ann&once=x", 400,
	"role=\"alert\""},
    {POST, "/plain/", nobody, FORM, NULL, ONCE, 400, "role=\"alert\""},
    {POST, "/plain/", nobody, FORM, NULL, ONCE "&name=A&tags[]=a%01", 400,
	"role=\"alert\""},
    {POST, "/plain/", nobody, FORM, NULL, ONCE "&name=A&tags[]=a,,b%3B%20", 303,
	"Location: /plain/"},
    {POST, "/plain/carry", nobody, FORM, NULL, "token=x", 401,
	"role=\"alert\""},
    {GET, "/plain/link", nobody, NOTHING, NULL, NULL, 400, "role=\"alert\""},
    {GET, "/plain/link", nobody, NOTHING, "to=javascript:1", NULL, 400,
	"role=\"alert\""},
    {GET, "/plain/link", nobody, NOTHING, "to=http://a%20b", NULL, 400,
	"role=\"alert\""},
    {GET, "/plain/x/", nobody, NOTHING, NULL, NULL, 401, "role=\"alert\""},
    {GET, "/plain/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
	nobody, NOTHING, NULL, NULL, 401, "role=\"alert\""},
    {GET, "/plain/*/", many_are_here, NOTHING, NULL, NULL, 200, "7"},
    {GET, "/plain/*/", page_under_cgi, NOTHING, "seen=0", NULL, 200,
	"http://a.example/"},
    {GET, "/plain/*/log", page_under_cgi, NOTHING, NULL, NULL, 200,
	"Refresh: 1"},
    {GET, "/plain/*/log", page_idle, NOTHING, NULL, NULL, 200,
	"action=\"next\""},
    {GET, "/plain/*/log", page_has_seen_it_all, NOTHING, NULL, NULL, 200,
	"class=\"me\""},
    {GET, "/plain/*/", page_has_seen_it_all, NOTHING, "seen=99", NULL, 200,
	"class=\"me\""},
    {GET, "/plain/*/log", page_meets_again, NOTHING, NULL, NULL, 200,
	"class=\"note\""},
    {GET, "/plain/*/say", page_talks, NOTHING, "from=room", NULL, 200,
	"href=\"./\""},
    {POST, "/plain/*/say", page_talks, FORM, NULL, "text=a", 400,
	"role=\"alert\""},
    {POST, "/plain/*/say", page_talks, FORM, NULL, "nonce=a", 400,
	"role=\"alert\""},
    {POST, "/plain/*/say", page_talks, FORM, NULL, "text=&nonce=a", 303,
	"Location: say"},
    {POST, "/plain/*/say", page_idle, FORM, NULL, "text=a&nonce=a&from=room",
	409, "href=\"./\""},
    {POST, "/plain/*/picture", page_idle, FORM_PICTURE, "nonce=a", "rgb.png",
	409, "role=\"alert\""},
    {GET, "/plain/*/picture", page_talks, NOTHING, NULL, NULL, 200,
	"href=\"say\""},
    {POST, "/plain/*/next", page_talks, FORM, NULL, "", 400, "role=\"alert\""},
    {POST, "/plain/*/next", page_talks, FORM, NULL, "step=", 400,
	"role=\"alert\""},
    {POST, "/plain/*/next", page_talks, FORM, NULL, "step=x", 400,
	"role=\"alert\""},
    {POST, "/plain/*/next", page_talks, FORM, NULL, "step=1234567890123456789",
	400, "role=\"alert\""},
    {POST, "/plain/*/next", page_talks, FORM, NULL, "step=99", 303,
	"Location: ./"},
    {POST, "/plain/*/block", page_talks, FORM, NULL, "step={step}&chat=99", 404,
	"role=\"alert\""},
    {POST, "/plain/*/script", page_idle, FORM, NULL, "step={step}", 200,
	"id=\"carry\""},
};

/* A page's button is pressed, and which request asked to go back is noted. */
static bool
leaves_nothing(const struct scene *s)
{
	return s->status >= 400 && strncmp(s->path, "/plain/", 7) != 0 &&
	    strcmp(s->path, "/api/back") != 0;
}

static void
every_row_is_answered_as_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t before;

		scene_raise(&rows[i]);
		before = scene_stored();
		scene_forget();
		scene_ask(&rows[i], on_stage.ann);
		scene_run(false);
		if (!scene_succeeded(&rows[i]))
			fail_msg("row %zu, %s %s %s: not %d %s\n%.*s", i,
			    rows[i].method, rows[i].path,
			    rows[i].body == NULL ? "" : rows[i].body,
			    rows[i].status, rows[i].part,
			    (int)on_stage.sent->len, on_stage.sent->data);
		if (leaves_nothing(&rows[i]) && scene_stored() != before)
			fail_msg("row %zu, %s %s: refused, but stored", i,
			    rows[i].method, rows[i].path);
		scene_end();
		scene_strike();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_is_answered_as_it_says),
	};

	return RUN(tests);
}
