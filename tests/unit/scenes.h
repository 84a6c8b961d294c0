/*
 * Every call of the table of routes, in situations in which it has much to do,
 * and what must hold when something fails in the middle of it: 503 in the
 * contract's shape, nothing stored, and the same call works a moment later.
 */
#ifndef SCENES_H
#define SCENES_H

#include "pictures.h"
#include "visit.h"

#include "base/seal.h"
#include "chat/ticket.h"
#include "store/cache.h"
#include "store/chains.h"
#include "store/queues.h"

enum scene_media { NOTHING, JSON, FORM, PICTURE, FORM_PICTURE };

struct scene {
	const char *method, *path; /* a row of the table */
	void (*before)(void);      /* how things stand */
	enum scene_media media;
	const char *query, *body; /* with {holes}, see scene_fill */
	int status;
	const char *part; /* of the answer */
};

/* Who calls is Ann; Bea is the other one. */
static struct {
	struct visit v;
	char ann[TOKEN_TEXT_LEN + 1], bea[TOKEN_TEXT_LEN + 1];
	char key[TOKEN_TEXT_LEN + 1]; /* of Ann's page; "": she has none */
	char chat[24], theirs[24], own[24], address[TOKEN_TEXT_LEN + 1];
	char ticket[TICKET_TEXT_LEN + 1], answer[24]; /* for a new session */
	struct buf out; /* where the answer is rendered */
	const struct buf *sent;
	/* A handler in place of the one of the table, and its row. */
	enum outcome (*instead)(struct call *);
	struct route row;
} on_stage;

/* ---- how things stand ---- */

static inline void
scene_post(const char *path, const char *token, const char *body)
{
	visit(&on_stage.v, "POST", path, token, body);
	if (on_stage.v.call.reply.status >= 400)
		fail_msg("%s: %d %s", path, on_stage.v.call.reply.status,
		    on_stage.v.text);
}

static inline void
scene_join(const char *body, char token[TOKEN_TEXT_LEN + 1])
{
	scene_post("/api/session", "", body);
	visit_member(&on_stage.v, "token", token, TOKEN_TEXT_LEN + 1);
}

static inline void
nobody(void)
{
}

static inline void
alone(void)
{
	scene_join("{\"name\":\"Ann\",\"tags\":[\"Tea\",\"Go\"]}",
	    on_stage.ann);
}

static inline void
bea_waits(void)
{
	alone();
	scene_join("{\"name\":\"Bea\",\"tags\":[\"tea\"],\"lang\":\"en\"}",
	    on_stage.bea);
	scene_post("/api/next", on_stage.bea, "");
}

static inline void
ann_waits(void)
{
	alone();
	scene_post("/api/next", on_stage.ann, "");
}

static inline void
met(void)
{
	bea_waits();
	scene_post("/api/next", on_stage.ann, "");
	visit_member(&on_stage.v, "chat", on_stage.chat, sizeof on_stage.chat);
}

/* Each has said something, and Ann is typing again. */
static inline void
talk_on(void)
{
	scene_post("/api/send", on_stage.bea, "{\"text\":\"<i>hi</i>\"}");
	visit_member(&on_stage.v, "id", on_stage.theirs,
	    sizeof on_stage.theirs);
	scene_post("/api/send", on_stage.ann,
	    "{\"text\":\"ho\",\"nonce\":\"n1\"}");
	visit_member(&on_stage.v, "id", on_stage.own, sizeof on_stage.own);
	scene_post("/api/typing", on_stage.ann, "{\"on\":true}");
}

static inline void
talking(void)
{
	met();
	talk_on();
}

static inline void
bea_seeks_again(void)
{
	talking();
	scene_post("/api/next", on_stage.bea, "");
}

static inline void
ann_seeks_again(void)
{
	talking();
	scene_post("/api/next", on_stage.ann, "");
}

static inline void scene_send_picture(const char *token);

static inline void
pictured(void)
{
	char url[100];

	talking();
	scene_send_picture(on_stage.bea);
	visit_member(&on_stage.v, "url", url, sizeof url);
	snprintf(on_stage.address, sizeof on_stage.address, "%.43s",
	    strrchr(url, '/') + 1);
}

static inline void
own_picture(void)
{
	talking();
	scene_send_picture(on_stage.ann);
}

/* ---- a call ---- */

/* Writes what stands for each hole. */
static inline void
scene_fill(const char *from, char *out, size_t cap)
{
	char step[24];
	const struct {
		const char *hole, *value;
	} holes[] = {{"{key}", on_stage.key}, {"{chat}", on_stage.chat},
	    {"{theirs}", on_stage.theirs}, {"{own}", on_stage.own},
	    {"{address}", on_stage.address}, {"{token}", on_stage.ann},
	    {"{step}", step}, {"{ticket}", on_stage.ticket},
	    {"{answer}", on_stage.answer}};
	size_t len = 0;

	snprintf(step, sizeof step, "%lld",
	    (long long)fx_ask("SELECT step FROM page"));
	while (*from != '\0' && len + 1 < cap) {
		size_t i = 0;

		while (i < COUNT(holes) &&
		    strncmp(from, holes[i].hole, strlen(holes[i].hole)) != 0)
			i++;
		if (i == COUNT(holes)) {
			out[len++] = *from++;
			continue;
		}
		len += (size_t)snprintf(out + len, cap - len, "%s",
		    holes[i].value);
		from += strlen(holes[i].hole);
	}
	out[len] = '\0';
}

static const char *const scene_types[] = {
    [NOTHING] = "CONTENT_TYPE=",
    [JSON] = "CONTENT_TYPE=application/json",
    [FORM] = "CONTENT_TYPE=application/x-www-form-urlencoded",
    [PICTURE] = "CONTENT_TYPE=image/png",
    [FORM_PICTURE] = "CONTENT_TYPE=multipart/form-data; boundary=xyz",
};

/* The bytes of the body; of a picture `body` is the file's name. */
static inline void
scene_body(const struct scene *s, struct buf *out)
{
	char text[4096];
	struct buf file = {0};

	if (s->media == PICTURE || s->media == FORM_PICTURE)
		file = picture_file(s->body);
	scene_fill(s->body == NULL ? "" : s->body, text, sizeof text);
	if (s->media == FORM_PICTURE)
		buf_add_str(out,
		    "--xyz\r\nContent-Disposition: form-data; name=\"file\"; "
		    "filename=\"p\"\r\n\r\n");
	if (file.len > 0)
		buf_add(out, file.data, file.len);
	else
		buf_add_str(out, text);
	if (s->media == FORM_PICTURE)
		buf_add_str(out, "\r\n--xyz--\r\n");
	buf_free(&file);
}

/* Ann's request, as it comes from the gate. */
static inline void
scene_ask(const struct scene *s, const char *token)
{
	char method[40], path[200], query[300], header[100], filled[200];
	const char *const env[] = {method, path, query, header,
	    scene_types[s->media], "HTTP_ACCEPT_LANGUAGE=de, ja;q=0.8", NULL};
	const char *star = strchr(s->path, '*');

	snprintf(method, sizeof method, "REQUEST_METHOD=%s", s->method);
	snprintf(path, sizeof path, "SCRIPT_NAME=%.*s%s%s",
	    (int)strcspn(s->path, "*"), s->path,
	    star == NULL                             ? ""
		: strncmp(s->path, "/plain", 6) == 0 ? on_stage.key
						     : on_stage.address,
	    star == NULL ? "" : star + 1);
	scene_fill(s->query == NULL ? "" : s->query, filled, sizeof filled);
	snprintf(query, sizeof query, "QUERY_STRING=%s", filled);
	snprintf(header, sizeof header, "HTTP_X_PARLEY_TOKEN=%s", token);
	visit_ask(&on_stage.v, env, "");
	scene_body(s, &on_stage.v.rq.body);
	on_stage.v.rq.content_len = on_stage.v.rq.body.len;
}

/*
 * Runs the prepared call as a turn of the worker does (turn_write.c): careful
 * is its second try, with a savepoint.
 */
static inline bool
scene_write(struct call *c, bool careful)
{
	bool lost = false;

	if (store_begin(fx.st, DB_WRITE) != 0)
		return false;
	if (careful && store_savepoint(fx.st) != 0)
		lost = true;
	if (!lost)
		on_stage.v.outcome = guard_run(c);
	if (!lost && careful && c->failed)
		lost = store_rollback_to(fx.st) != 0;
	else if (!lost && careful)
		lost = store_release(fx.st) != 0;
	if (lost || (!careful && c->failed)) {
		store_rollback(fx.st);
		return false;
	}
	return store_commit(fx.st) == 0;
}

static inline void
scene_run(bool careful)
{
	struct call *c = &on_stage.v.call;

	if (guard_prepare(c)) {
		if (on_stage.instead != NULL) {
			on_stage.row = *c->route;
			on_stage.row.run = on_stage.instead;
			c->route = &on_stage.row;
		}
		if (c->route->writes) {
			if (!scene_write(c, careful))
				call_fail(c);
		} else if (store_begin(fx.st, DB_READ) != 0) {
			call_fail(c);
		} else {
			on_stage.v.outcome = guard_run(c);
			store_commit(fx.st);
		}
	}
	on_stage.sent = reply_render(&c->reply, &on_stage.out);
}

static inline void
scene_end(void)
{
	visit_end(&on_stage.v);
	buf_free(&on_stage.out);
}

static inline void
scene_send_picture(const char *token)
{
	static const struct scene s = {.method = "POST",
	    .path = "/api/image",
	    .media = PICTURE,
	    .query = "chat={chat}&nonce=p1",
	    .body = "rgb.png"};

	scene_ask(&s, token);
	scene_run(false);
	visit_note_text(&on_stage.v);
	assert_int_equal(on_stage.v.call.reply.status, 200);
	scene_end();
}

/* Ann comes by a page, and her page is that of the session. */
static inline void
page_begins(void)
{
	static const struct scene s = {.method = "POST",
	    .path = "/plain/",
	    .media = FORM,
	    .body = "name=Ann&tags[]=Tea%2C+Go&lang=en&"
		    "once=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};

	scene_ask(&s, "");
	scene_run(false);
	assert_int_equal(on_stage.v.call.reply.status, 303);
	snprintf(on_stage.key, sizeof on_stage.key, "%.43s",
	    on_stage.v.call.reply.target + strlen("/plain/"));
	scene_end();
}

static inline void
page_meets(void)
{
	page_begins();
	scene_join("{\"name\":\"Bea\",\"tags\":[\"tea\"]}", on_stage.bea);
	scene_post("/api/next", on_stage.bea, "");
	visit_member(&on_stage.v, "chat", on_stage.chat, sizeof on_stage.chat);
}

static inline void
page_talks(void)
{
	page_meets();
	scene_post("/api/send", on_stage.bea,
	    "{\"text\":\"see http://a.example/\"}");
	scene_send_picture(on_stage.bea);
}

static inline void
page_was_left(void)
{
	page_talks();
	scene_post("/api/leave", on_stage.bea, "");
}

#endif
