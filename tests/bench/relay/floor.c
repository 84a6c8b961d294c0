/*
 * The floor: session, next, poll, send and session/end with Parley's answers,
 * everything in memory and nothing checked. How fast could Parley be at most,
 * behind this nginx? With BENCH_FAULT=drop|twice|swap|astray it spoils every
 * hundredth message: the load generator has to notice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_out.h"
#include "crowd.h"
#include "front.h"

enum { FAULT_EVERY = 100, TEXT_MAX = 4096 };

static struct front front;
static struct reply rp; /* the answer that is being written */

static void
answer(struct link *l, int status)
{
	rp.status = status;
	front_answer(l, &rp);
}

static void
hold(struct person *p, struct link *l, int64_t wait_s)
{
	p->link = l;
	l->holder = p;
	loop_set(&front.loop, &p->late, clock_steady_ms() + wait_s * 1000);
}

static struct link *
release(struct person *p)
{
	struct link *l = p->link;

	loop_unset(&front.loop, &p->late);
	p->link = NULL;
	l->holder = NULL;
	return l;
}

static void
hung_up(struct link *l)
{
	release(l->holder);
}

/* What stands behind the events, as Parley has it. */
static void
write_rest(const struct person *p, int64_t cursor)
{
	struct buf *b = &rp.body;

	buf_addf(b, "],\"cursor\":%lld,\"state\":\"%s\"", (long long)cursor,
	    p->partner != NULL  ? "chatting"
		: p->is_waiting ? "waiting"
				: "idle");
	if (p->partner != NULL)
		buf_addf(b,
		    ",\"chat\":\"%lld\",\"partner\":{\"name\":\"Somebody\","
		    "\"state\":\"here\"}",
		    (long long)p->chat);
	buf_add_str(b, ",\"online\":100}");
}

static void
answer_poll(struct person *p, struct link *l)
{
	reply_clear(&rp);
	buf_add_str(&rp.body, "{\"events\":[");
	for (int64_t seq = p->cursor + 1; seq <= p->seq; seq++) {
		const struct buf *b = &p->events[seq % QUEUE_MAX];

		if (seq > p->cursor + 1)
			buf_add_str(&rp.body, ",");
		buf_add(&rp.body, b->data, b->len);
	}
	write_rest(p, p->seq);
	answer(l, 200);
}

static void
late(struct timer *t)
{
	struct person *p = (struct person *)t;

	answer_poll(p, release(p));
}

/* At the end of a turn, so that what came together travels together. */
static void
answer_woken(void *arg)
{
	struct person *p;

	(void)arg;
	while ((p = crowd_woken()) != NULL)
		if (p->link != NULL && p->seq > p->cursor)
			answer_poll(p, release(p));
}

static void
poll_events(struct person *p, struct link *l, struct request *rq)
{
	int64_t cursor = 0, wait_s = 25;

	request_param_int(rq, "cursor", 0, INT64_MAX / 2, &cursor);
	request_param_int(rq, "wait", 0, 50, &wait_s);
	p->cursor = p->acked = cursor;
	if (p->seq > cursor || wait_s == 0)
		answer_poll(p, l);
	else
		hold(p, l, wait_s);
}

static void
session(struct link *l)
{
	struct person *p = crowd_add();

	reply_clear(&rp);
	if (p == NULL)
		return answer(l, 503);
	p->late.due = late;
	buf_addf(&rp.body,
	    "{\"token\":\"%043x\",\"id\":\"%u\",\"name\":\"Somebody\","
	    "\"cursor\":0,\"hold\":25}",
	    p->number, p->number);
	answer(l, 201);
}

static void
next(struct person *p, struct link *l)
{
	crowd_seek(p);
	reply_clear(&rp);
	if (p->partner != NULL)
		buf_addf(&rp.body, "{\"state\":\"chatting\",\"chat\":\"%lld\"}",
		    (long long)p->chat);
	else
		buf_add_str(&rp.body, "{\"state\":\"waiting\"}");
	answer(l, 200);
}

/* ---- sending, and the ways to do it wrong ---- */

static void
tell(struct person *to, const char *more, size_t len)
{
	if (to != NULL)
		crowd_tell(to, "message", more, len);
}

/* A message that comes after the next one of its sender. */
static struct {
	const struct person *from;
	char more[TEXT_MAX];
	size_t len;
} late_one;

static void
spoil(const char *how, struct person *p, const char *more, size_t len)
{
	if (strcmp(how, "twice") == 0) {
		tell(p->partner, more, len);
		tell(p->partner, more, len);
	} else if (strcmp(how, "astray") == 0) {
		tell(p, more, len);
	} else if (strcmp(how, "swap") == 0) {
		late_one.from = p;
		memcpy(late_one.more, more, len);
		late_one.len = len;
	}
}

static void
deliver(struct person *p, const char *more, size_t len)
{
	static const char *fault;
	static int n;

	if (fault == NULL && (fault = getenv("BENCH_FAULT")) == NULL)
		fault = "";
	if (fault[0] != '\0' && ++n % FAULT_EVERY == 0)
		return spoil(fault, p, more, len);
	tell(p->partner, more, len);
	if (late_one.from == p) {
		tell(p->partner, late_one.more, late_one.len);
		late_one.from = NULL;
	}
}

static void
send_message(struct person *p, struct link *l, const struct request *rq)
{
	static int n;
	const struct buf *body = &rq->body;
	const char *end = body->data + body->len;
	const char *text = memmem(body->data, body->len, "\"text\":\"", 8);
	const char *quote = text == NULL
	    ? NULL
	    : memchr(text + 8, '"', (size_t)(end - text - 8));
	char more[TEXT_MAX];
	int len;

	reply_clear(&rp);
	if (quote == NULL)
		return answer(l, 400);
	len = snprintf(more, sizeof(more), ",%.*s", (int)(quote + 1 - text),
	    text);
	deliver(p, more, (size_t)len);
	buf_addf(&rp.body, "{\"id\":\"%d\",\"at\":%lld}", ++n,
	    (long long)clock_wall_ms());
	answer(l, 200);
}

static void
end_session(struct person *p, struct link *l)
{
	if (p->link != NULL) {
		struct link *held = release(p);

		reply_error(&rp, 401, "no_session", "It has ended.");
		answer(held, 401);
	}
	crowd_drop(p);
	reply_clear(&rp);
	answer(l, 204);
}

static void
request(struct link *l, struct request *rq)
{
	const char *path = rq->path;
	struct person *p;

	reply_clear(&rp);
	if (strcmp(path, "/api/session") == 0)
		return session(l);
	if (strcmp(path, "/healthz") == 0)
		return answer(l, 200);
	p = crowd_find(rq->token);
	if (p == NULL)
		return answer(l, 401);
	if (strcmp(path, "/api/poll") == 0)
		poll_events(p, l, rq);
	else if (strcmp(path, "/api/send") == 0)
		send_message(p, l, rq);
	else if (strcmp(path, "/api/next") == 0)
		next(p, l);
	else if (strcmp(path, "/api/session/end") == 0)
		end_session(p, l);
	else
		answer(l, 404);
}

int
main(int argc, char **argv)
{
	front.request = request;
	front.hung_up = hung_up;
	return front_serve(&front, argc, argv, answer_woken);
}
