/*
 * Every endpoint with any query and body, through the guards and the handlers,
 * against a database in which people wait, chat and have a page. An input is a
 * few calls, one after the other, with 0x1e between them: a byte for the
 * endpoint, one for who asks, the query to the end of the line, the body. All
 * of it happens in one transaction that is undone.
 */
#include "../unit/talk.h"

#include "answer.h"
#include "whole.h"

enum { CALLS_MAX = 6, PICTURE_LEN = 35 };

static const struct endpoint {
	const char *method, *path;
} endpoints[] = {{"POST", "/api/session"}, {"POST", "/api/session/end"},
    {"POST", "/api/next"}, {"POST", "/api/back"}, {"POST", "/api/leave"},
    {"GET", "/api/poll"}, {"POST", "/api/send"}, {"POST", "/api/typing"},
    {"POST", "/api/seen"}, {"POST", "/api/receipts"}, {"POST", "/api/retract"},
    {"POST", "/api/block"}, {"POST", "/api/image"}, {"GET", "/api/image/"},
    {"GET", "/api/stats"}, {"GET", "/metrics"}, {"GET", "/healthz"},
    {"GET", "/plain/"}, {"POST", "/plain/"}, {"POST", "/plain/carry"},
    {"GET", "/plain/link"}, {"GET", "/plain/*/"}, {"GET", "/plain/*/log"},
    {"GET", "/plain/*/say"}, {"POST", "/plain/*/say"},
    {"GET", "/plain/*/picture"}, {"POST", "/plain/*/picture"},
    {"POST", "/plain/*/next"}, {"POST", "/plain/*/stop"},
    {"POST", "/plain/*/block"}, {"POST", "/plain/*/end"},
    {"POST", "/plain/*/script"}, {"GET", "/none"}, {"PUT", "/api/send"}};

/* Who asks. Nobody has no token, and a stranger one that is none of ours. */
enum who { ANN, BEA, CID, DAN, EVE, NOBODY, STRANGER, BEACON, WHO__MAX };

static const uint8_t picture[PICTURE_LEN +
    1] = "GIF89a\1\0\1\0\200\0\0\377\0\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";

static char tokens[WHO__MAX][TOKEN_TEXT_LEN + 1], key[TOKEN_TEXT_LEN + 1];
static char address[TOKEN_TEXT_LEN + 1];

/* ---- one call ---- */

struct ask {
	const struct endpoint *to;
	enum who who;
	char *query;
	const uint8_t *body;
	size_t len;
};

/* The path, with the key of Eve's page in its place. */
static void
write_path(const struct ask *a, char *out, size_t cap)
{
	const char *star = strchr(a->to->path, '*');

	if (star != NULL)
		snprintf(out, cap, "SCRIPT_NAME=%.*s%s%s",
		    (int)(star - a->to->path), a->to->path,
		    a->who == STRANGER ? tokens[STRANGER] : key, star + 1);
	else if (strcmp(a->to->path, "/api/image/") == 0)
		snprintf(out, cap, "SCRIPT_NAME=%s%s", a->to->path,
		    a->who < EVE ? address : a->query);
	else
		snprintf(out, cap, "SCRIPT_NAME=%s", a->to->path);
}

/* What a browser would say that the body is. */
static void
write_type(const struct ask *a, char *out, size_t cap)
{
	bool is_form = strncmp(a->to->path, "/plain/", 7) == 0;
	size_t len = a->len > 2 && memcmp(a->body, "--", 2) == 0
	    ? strcspn((const char *)a->body + 2, "\r\n\"; ")
	    : 0;

	if (is_form && len > 0)
		snprintf(out, cap,
		    "CONTENT_TYPE=multipart/form-data; boundary=%.*s", (int)len,
		    a->body + 2);
	else
		snprintf(out, cap, "CONTENT_TYPE=%s",
		    is_form                ? "application/x-www-form-urlencoded"
			: a->who == BEACON ? "text/plain"
					   : "application/json");
}

/* A beacon says whose it is in its body: there $A is Ann's token. */
static void
add_body(const struct ask *a, struct buf *body)
{
	const uint8_t *hole = a->who != BEACON || a->len < 2
	    ? NULL
	    : memmem(a->body, a->len, "$A", 2);

	if (hole == NULL) {
		buf_add(body, a->body, a->len);
		return;
	}
	buf_add(body, a->body, (size_t)(hole - a->body));
	buf_add_str(body, tokens[ANN]);
	buf_add(body, hole + 2, a->len - (size_t)(hole - a->body) - 2);
}

static void
prepare(struct visit *w, const struct ask *a)
{
	char method[40], path[8400], *query, token[100], type[8400];
	/* A front server that repeats what it asked for Bea. */
	const char *id = a->who == BEA ? "REQUEST_ID=r1" : "REQUEST_ID=";
	const char *env[] = {method, path, NULL, token, type, id, NULL};

	query = malloc(strlen(a->query) + 14);
	MUST(query != NULL);
	sprintf(query, "QUERY_STRING=%s", a->query);
	env[2] = query;
	snprintf(method, sizeof method, "REQUEST_METHOD=%s", a->to->method);
	snprintf(token, sizeof token, "HTTP_X_PARLEY_TOKEN=%s", tokens[a->who]);
	write_path(a, path, sizeof path);
	write_type(a, type, sizeof type);
	visit_ask(w, env, "");
	add_body(a, &w->rq.body);
	w->rq.content_len = w->rq.body.len;
	if (w->rq.body.len > routes_body_max(&w->rq))
		w->rq.fault = REQUEST_TOO_LARGE;
	free(query);
}

/* ---- what must hold ---- */

static void
check(const struct ask *a, const struct visit *w)
{
	const struct call *c = &w->call;

	if (w->outcome == WAIT) {
		MUST(c->route->holds && c->reply.status == 0);
		MUST(c->wait.until_ms > fx.now.ms);
		return;
	}
	answer_check(c);
	if (c->route != NULL && c->route->needs != NEED_NOTHING &&
	    (a->who == STRANGER ||
		(a->who == NOBODY && c->route->needs == NEED_SESSION &&
		    a->len == 0)))
		MUST(c->reply.status >= 400);
}

/* A handler may be run again, and then says the same. */
static void
run(const struct ask *a, struct visit *w)
{
	struct buf first;
	int status;

	MUST(store_savepoint(fx.st) == 0);
	w->outcome = guard_run(&w->call);
	check(a, w);
	if (w->outcome == DONE && w->call.route->takes_json) {
		first = w->call.reply.body;
		status = w->call.reply.status;
		w->call.reply.body = (struct buf){0};
		/* That takes the savepoint along. */
		MUST(store_rollback_to(fx.st) == 0);
		MUST(store_savepoint(fx.st) == 0);
		call_again(&w->call);
		MUST(guard_run(&w->call) == DONE);
		MUST(w->call.reply.status == status);
		/* A token is another one each time, and so is a ticket. */
		MUST(status == 201 || status == 429 ||
		    (w->call.reply.body.len == first.len &&
			(first.len == 0 ||
			    memcmp(w->call.reply.body.data, first.data,
				first.len) == 0)));
		buf_free(&first);
	}
	MUST(store_release(fx.st) == 0);
}

static void
ask(const struct ask *a)
{
	struct visit *w = &v;

	/* A stranger comes under pressure: a session costs work. */
	visit_conf.work = a->who == STRANGER ? WORK_ALWAYS : WORK_OFF;
	prepare(w, a);
	if (guard_prepare(&w->call))
		run(a, w);
	else
		check(a, w);
	visit_end(w);
}

/* ---- who is there ---- */

static void
send_picture(void)
{
	struct ask a = {&endpoints[12], ANN, "nonce=p", picture, PICTURE_LEN};
	char url[100];

	prepare(&v, &a);
	MUST(guard_prepare(&v.call));
	visit_run(&v);
	visit_note_text(&v);
	visit_member(&v, "url", url, sizeof url);
	snprintf(address, sizeof address, "%s", strrchr(url, '/') + 1);
	visit_end(&v);
}

static void
carry(void)
{
	static const struct endpoint carrying = {"POST", "/plain/carry"};
	struct ask a = {&carrying, EVE, "", (const uint8_t *)"lang=en", 7};

	prepare(&v, &a);
	MUST(guard_prepare(&v.call));
	visit_run(&v);
	MUST(v.call.reply.status == 303);
	snprintf(key, sizeof key, "%.43s", v.call.reply.target + 7);
	visit_end(&v);
}

static void
open_town(void)
{
	MUST(start_chat(NULL) == 0);
	/* What is never committed need not be safe on the disk. */
	sqlite3_exec(fx.sq, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	rates_free(visit_house.rates);
	visit_house.rates = NULL;
	strcpy(tokens[ANN], ann);
	strcpy(tokens[BEA], bea);
	begin("{\"name\":\"Cid\",\"tags\":[\"tea\"],\"lang\":\"en\"}",
	    tokens[CID]);
	begin("{\"name\":\"Dan <b>\"}", tokens[DAN]);
	begin("{\"name\":\"Eve\"}", tokens[EVE]);
	memset(tokens[STRANGER], 'A', TOKEN_TEXT_LEN);
	post("/api/next", tokens[CID], "");
	post("/api/next", tokens[DAN], "");
	post("/api/next", tokens[EVE], "");
	post("/api/send", bea,
	    "{\"text\":\"<i> & http://x.y/\",\"nonce\":\"a\"}");
	post("/api/send", ann, "{\"text\":\"hello\",\"nonce\":\"a\"}");
	send_picture();
	carry();
	post("/api/send", tokens[DAN], "{\"text\":\"<script>\"}");
}

static void
close_town(void)
{
	fx_close(NULL);
}

/* One call of the input; how far it goes. */
static size_t
take(const uint8_t *data, size_t len)
{
	const uint8_t *end = memchr(data, 0x1e, len);
	size_t n = end == NULL ? len : (size_t)(end - data), left;
	struct ask a;

	if (n < 2)
		return n + 1;
	a.to = &endpoints[data[0] % COUNT(endpoints)];
	a.who = (enum who)(data[1] % WHO__MAX);
	data += 2;
	left = n - 2;
	a.query = fuzz_line(&data, &left);
	/* In a room of its own: what is read beyond it is noticed. */
	a.body = (uint8_t *)fuzz_text(data, left);
	a.len = left;
	ask(&a);
	free(a.query);
	free((void *)a.body);
	return n + 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool is_open;
	size_t at = 0;

	if (!is_open) {
		open_town();
		atexit(close_town);
		is_open = true;
	}
	MUST(store_begin(fx.st, DB_WRITE) == 0);
	for (int i = 0; i < CALLS_MAX && at < len; i++)
		at += take(data + at, len - at);
	/* What is kept in memory until the commit goes to its tables. */
	MUST(store_savepoint(fx.st) == 0 && store_release(fx.st) == 0);
	whole_check(fx_ask);
	store_rollback(fx.st);
	return 0;
}
