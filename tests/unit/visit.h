/*
 * Calls as a front door makes them, without one: a request is prepared and run
 * inside the transaction that its route asks for.
 */
#ifndef VISIT_H
#define VISIT_H

#include "fixture.h"

#include "api/guard.h"
#include "api/routes.h"
#include "serve/house.h"

static struct conf visit_conf;
static struct house visit_house;

/* One request and its answer. */
struct visit {
	struct request rq;
	struct call call;
	enum outcome outcome;
	char text[65536 + 1]; /* the answer's body */
};

/* Setup: a house on an empty database. */
static inline int
visit_start(void **state)
{
	char *argv[] = {"parley", NULL};
	char why[512];

	/* Of the test before: fx_close has closed only its store. */
	rates_free(visit_house.rates);
	visit_house.rates = NULL;
	if (fx_directory(state) != 0 ||
	    conf_load(&visit_conf, 1, argv, why, sizeof why) != CONF_SERVE)
		return -1;
	snprintf(visit_conf.db, sizeof visit_conf.db, "%s", fx.path);
	if (house_open(&visit_house, &visit_conf, HOUSE_WORKER, why,
		sizeof why) != 0)
		return -1;
	fx.st = visit_house.store;
	return 0;
}

static inline void
visit_ask(struct visit *v, const char *const *env, const char *body)
{
	memset(v, 0, sizeof *v);
	request_parse(&v->rq, env);
	v->rq.content_len = strlen(body);
	buf_add_str(&v->rq.body, body);
	v->call = (struct call){.house = &visit_house,
	    .request = &v->rq,
	    .now = fx.now,
	    .began_ms = fx.now.ms};
}

/* A prepared call, or a woken one again. */
static inline void
visit_run(struct visit *v)
{
	enum db_mode mode = v->call.route->writes ? DB_WRITE : DB_READ;

	assert_int_equal(store_begin(fx.st, mode), 0);
	v->outcome = guard_run(&v->call);
	if (v->call.failed)
		store_rollback(fx.st);
	else
		assert_int_equal(store_commit(fx.st), 0);
}

static inline void
visit_note_text(struct visit *v)
{
	const struct buf *b = &v->call.reply.body;

	snprintf(v->text, sizeof v->text, "%.*s", (int)b->len,
	    b->len == 0 ? "" : b->data);
}

static inline void
visit_end(struct visit *v)
{
	call_clear(&v->call);
	buf_free(&v->call.reply.body);
	request_free(&v->rq);
}

/* The whole of it; what stands in v afterwards need not be released. */
static inline void
visit(struct visit *v, const char *method, const char *path, const char *token,
    const char *body)
{
	char method_of[40], path_of[200], token_of[100];
	char query_of[200];
	const char *query = strchr(path, '?');
	const char *const env[] = {method_of, path_of, query_of, token_of,
	    "CONTENT_TYPE=application/json", NULL};

	snprintf(method_of, sizeof method_of, "REQUEST_METHOD=%s", method);
	snprintf(path_of, sizeof path_of, "SCRIPT_NAME=%.*s",
	    (int)strcspn(path, "?"), path);
	snprintf(query_of, sizeof query_of, "QUERY_STRING=%s",
	    query == NULL ? "" : query + 1);
	snprintf(token_of, sizeof token_of, "HTTP_X_PARLEY_TOKEN=%s", token);
	visit_ask(v, env, body);
	if (guard_prepare(&v->call))
		visit_run(v);
	visit_note_text(v);
	if (v->outcome == DONE)
		visit_end(v);
}

/* A call that waited is run again. */
static inline void
visit_wake(struct visit *v, enum woken why)
{
	reply_clear(&v->call.reply);
	v->call.woken = why;
	v->call.now = fx.now;
	visit_run(v);
	visit_note_text(v);
}

static inline void
visit_member(const struct visit *v, const char *name, char *out, size_t cap)
{
	char start[40];
	const char *at;

	snprintf(start, sizeof start, "\"%s\":\"", name);
	at = strstr(v->text, start);
	assert_non_null(at);
	at += strlen(start);
	snprintf(out, cap, "%.*s", (int)strcspn(at, "\""), at);
}

static inline void
visit_assert(const struct visit *v, int status, const char *part)
{
	if (v->call.reply.status != status || strstr(v->text, part) == NULL)
		fail_msg("%d %s, and not %d ... %s", v->call.reply.status,
		    v->text, status, part);
}

#endif
