/* The scenes themselves. A route without one fails test_failing_store.c. */
#ifndef SCENES_ALL_H
#define SCENES_ALL_H

#include "judge.h"

/* ---- many people come ---- */

static inline void
under_pressure(void)
{
	visit_conf.work = WORK_ALWAYS;
	visit_conf.work_bits = 4;
}

/* An answer that is enough work for the ticket, or one that is not. */
static inline void
answered(bool enough)
{
	int n = 0;

	under_pressure();
	visit(&on_stage.v, "POST", "/api/session", "", "{\"name\":\"Cid\"}");
	visit_member(&on_stage.v, "challenge", on_stage.ticket,
	    sizeof on_stage.ticket);
	do
		snprintf(on_stage.answer, sizeof on_stage.answer, "%d", n++);
	while (
	    (seal_zero_bits(on_stage.ticket, on_stage.answer) >= 4) != enough);
}

static inline void
paid(void)
{
	answered(true);
}

static inline void
underpaid(void)
{
	answered(false);
}

#define ONCE_MORE "&once=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static inline void
waited(void)
{
	static const struct scene s = {.method = "POST",
	    .path = "/plain/",
	    .media = FORM,
	    .body = "name=Ann&tags[]=a,b" ONCE_MORE};
	static const char field[] = "name=\"ticket\" value=\"";
	const char *at;

	under_pressure();
	scene_ask(&s, "");
	scene_run(false);
	at = memmem(on_stage.sent->data, on_stage.sent->len, field,
	    strlen(field));
	assert_non_null(at);
	memcpy(on_stage.ticket, at + strlen(field), TICKET_TEXT_LEN);
	scene_end();
	fx.now.ms += visit_conf.wait_s * 1000;
}

static inline void
counted_by_cgi(void)
{
	visit_house.is_cgi = true;
}

static inline void
cgi_seeks(void)
{
	alone();
	visit_house.is_cgi = true;
}

static inline void
no_place_to_wait(void)
{
	alone();
	visit_house.census.waiting = visit_conf.waiting_max + 1;
}

static inline void
house_is_full(void)
{
	visit_house.census.sessions = visit_conf.sessions_max;
}

static const struct scene scenes[] = {
    /* method, path, before, media, query, body, status, part */
    {"GET", "/api/poll", pictured, NOTHING, "cursor=0&wait=0", NULL, 200,
	"\"type\":\"image\""},
    {"GET", "/api/poll", talking, NOTHING, "cursor=1&wait=0", NULL, 200,
	"\"cursor\":2"},
    {"POST", "/api/send", talking, JSON, NULL,
	"{\"text\":\"hi\",\"nonce\":\"n2\",\"chat\":\"{chat}\"}", 200,
	"{\"id\":\""},
    {"POST", "/api/send", talking, JSON, NULL,
	"{\"text\":\"hi\",\"nonce\":\"n1\"}", 200, "{\"id\":\""},
    {"POST", "/api/typing", met, JSON, NULL, "{\"on\":true}", 204, NULL},
    {"POST", "/api/typing", talking, JSON, NULL, "{\"on\":false}", 204, NULL},
    {"POST", "/api/seen", talking, JSON, NULL, "{\"seq\":2}", 204, NULL},
    {"POST", "/api/seen", talking, JSON, NULL,
	"{\"seq\":2,\"id\":\"{theirs}\"}", 204, NULL},
    {"POST", "/api/receipts", talking, JSON, NULL, "{\"on\":false}", 204, NULL},
    {"POST", "/api/retract", talking, JSON, NULL, "{\"id\":\"{own}\"}", 204,
	NULL},
    {"POST", "/api/next", alone, JSON, NULL, "{}", 200, "\"waiting\""},
    {"POST", "/api/next", bea_waits, JSON, NULL, "{\"widen\":true}", 200,
	"\"chatting\""},
    {"POST", "/api/next", talking, JSON, NULL, "{}", 200, "\"waiting\""},
    {"POST", "/api/next", bea_seeks_again, JSON, NULL, "{}", 200,
	"\"chatting\""},
    {"POST", "/api/back", ann_seeks_again, JSON, NULL, "{}", 200,
	"\"chatting\""},
    {"POST", "/api/block", talking, JSON, NULL, "{\"chat\":\"{chat}\"}", 204,
	NULL},
    {"POST", "/api/block", bea_seeks_again, JSON, NULL, "{\"chat\":\"{chat}\"}",
	204, NULL},
    {"POST", "/api/leave", talking, JSON, NULL, "{}", 200, "\"idle\""},
    {"POST", "/api/leave", ann_waits, JSON, NULL, "{}", 200, "\"idle\""},
    {"POST", "/api/session", nobody, JSON, NULL,
	"{\"name\":\"Cid\",\"tags\":[\"a\",\"b\"],\"lang\":\"en\","
	"\"receipts\":false}",
	201, "\"token\":\""},
    {"POST", "/api/session/end", pictured, JSON, NULL, "{}", 204, NULL},
    {"POST", "/api/session/end", ann_waits, JSON, NULL, "{}", 204, NULL},
    {"POST", "/api/session/end", talking, JSON, NULL, "{\"unload\":true}", 204,
	NULL},
    {"POST", "/api/image", talking, PICTURE, "chat={chat}&nonce=p2", "rgb.png",
	200, "\"url\":\""},
    {"POST", "/api/image", talking, PICTURE, "nonce=p2", "baseline.jpg", 200,
	"\"url\":\""},
    {"POST", "/api/image", talking, PICTURE, "nonce=p2", "still.gif", 200,
	"\"url\":\""},
    {"POST", "/api/image", talking, PICTURE, "nonce=p2", "marked.webp", 200,
	"\"url\":\""},
    {"POST", "/api/image", own_picture, PICTURE, "nonce=p1", "rgb.png", 200,
	"\"url\":\""},
    {"GET", "/api/image/*", pictured, NOTHING, NULL, NULL, 200, "IHDR"},
    {"GET", "/api/stats", talking, NOTHING, NULL, NULL, 200, "\"online\":"},
    {"GET", "/metrics", talking, NOTHING, NULL, NULL, 200,
	"parley_events_total"},
    {"GET", "/healthz", nobody, NOTHING, NULL, NULL, 200, "{\"ok\":true}"},
    {"GET", "/plain/", nobody, NOTHING, "lang=en", NULL, 200, "</html>"},
    {"POST", "/plain/", nobody, FORM, NULL,
	"name=Ann&tags[]=Tea%2C+Go&"
	"once=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	303, "Location: /plain/"},
    {"POST", "/plain/", page_talks, FORM, NULL,
	"name=Ann&once=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 303,
	"Location: /plain/"},
    {"POST", "/plain/", nobody, FORM, NULL,
	"name=&once=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 400,
	"</html>"},
    {"POST", "/plain/carry", talking, FORM, NULL, "token={token}&lang=ja", 303,
	"Location: /plain/"},
    {"GET", "/plain/link", nobody, NOTHING, "to=https://a.example/", NULL, 200,
	"</html>"},
    {"GET", "/plain/*/", page_begins, NOTHING, NULL, NULL, 200, "</html>"},
    {"GET", "/plain/*/", page_talks, NOTHING, NULL, NULL, 200,
	"http://a.example/"},
    {"GET", "/plain/*/", page_was_left, NOTHING, NULL, NULL, 200,
	"http://a.example/"},
    {"GET", "/plain/*/log", page_talks, NOTHING, NULL, NULL, 200,
	"http://a.example/"},
    {"GET", "/plain/*/say", page_talks, NOTHING, NULL, NULL, 200, "</html>"},
    {"POST", "/plain/*/say", page_talks, FORM, NULL,
	"text=hi%0D%0Aho&nonce=f1&chat={chat}&from=room", 303, "Location: ./"},
    {"POST", "/plain/*/say", page_was_left, FORM, NULL,
	"text=hi&nonce=f1&chat={chat}", 409, "\nhi</"},
    {"GET", "/plain/*/picture", page_talks, NOTHING, "from=room", NULL, 200,
	"</html>"},
    {"POST", "/plain/*/picture", page_talks, FORM_PICTURE,
	"chat={chat}&nonce=f2", "rgb.png", 303, "Location: say"},
    {"POST", "/plain/*/next", page_talks, FORM, NULL, "step={step}", 303,
	"Location: ./"},
    {"POST", "/plain/*/stop", page_talks, FORM, NULL, "step={step}&chat={chat}",
	303, "Location: ./"},
    {"POST", "/plain/*/block", page_talks, FORM, NULL,
	"step={step}&chat={chat}", 303, "Location: ./"},
    {"POST", "/plain/*/end", page_talks, FORM, NULL, "step={step}", 303,
	"Location: /plain/"},
    {"POST", "/plain/*/script", page_talks, FORM, NULL, "step={step}", 200,
	"plain.js"},
    /* many people come */
    {"POST", "/api/session", under_pressure, JSON, NULL, "{\"name\":\"Cid\"}",
	429, "\"challenge\":\""},
    {"POST", "/api/session", paid, JSON, NULL,
	"{\"name\":\"Cid\",\"work\":{\"challenge\":\"{ticket}\","
	"\"answer\":\"{answer}\"}}",
	201, "\"token\":\""},
    {"POST", "/api/session", underpaid, JSON, NULL,
	"{\"name\":\"Cid\",\"work\":{\"challenge\":\"{ticket}\","
	"\"answer\":\"{answer}\"}}",
	429, "\"challenge\":\""},
    {"POST", "/api/session", under_pressure, JSON, NULL,
	"{\"name\":\"Cid\",\"work\":{\"challenge\":1}}", 400,
	"\"bad_request\""},
    {"POST", "/plain/", under_pressure, FORM, NULL,
	"name=Ann&tags[]=a,b" ONCE_MORE, 429, "name=\"ticket\""},
    {"POST", "/plain/", waited, FORM, NULL,
	"name=Ann&ticket={ticket}" ONCE_MORE, 303, "Location: /plain/"},
    {"POST", "/api/session", counted_by_cgi, JSON, NULL, "{\"name\":\"Cid\"}",
	201, "\"token\":\""},
    {"POST", "/api/next", cgi_seeks, JSON, NULL, "{}", 200, "\"waiting\""},
    {"POST", "/api/next", no_place_to_wait, JSON, NULL, "{}", 503, "\"full\""},
    {"POST", "/api/session", house_is_full, JSON, NULL, "{\"name\":\"Cid\"}",
	503, "\"full\""},
    {"POST", "/plain/", house_is_full, FORM, NULL, "name=Ann" ONCE_MORE, 503,
	"role=\"alert\""},
};

#endif
