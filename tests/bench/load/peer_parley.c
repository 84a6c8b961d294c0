/*
 * Parley's HTTP contract, and whoever answers the same: one connection that
 * always holds a poll, and one for each message that is on its way.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "message.h"
#include "options.h"
#include "peer.h"
#include "run.h"

enum stage { ARRIVING, SEEKING, POLLING, ENDING };

enum { BODY_MAX = 256 };

static void
post(struct conn *c, const struct person *p, const char *path, const char *body)
{
	conn_requestf(c,
	    "POST /api/%s HTTP/1.1\r\nHost: bench\r\n%s%s%s"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	    path, p->token[0] != '\0' ? "Authorization: Bearer " : "", p->token,
	    p->token[0] != '\0' ? "\r\n" : "", strlen(body), body);
}

static void
poll_events(struct person *p)
{
	if (run.phase >= LEAVING ||
	    (options.mode == MODE_SCRIPT && !options.reads && p->joined))
		return;
	conn_requestf(&p->main,
	    "GET /api/poll?cursor=%" PRId64 "&wait=%d HTTP/1.1\r\n"
	    "Host: bench\r\nAuthorization: Bearer %s\r\n\r\n",
	    p->cursor, options.wait_s, p->token);
}

static void
take_event(struct person *p, struct span event)
{
	struct span name, value, type = {0}, text = {0};
	struct walk w = json_walk(event);
	int64_t seq = 0, chat = 0;

	while (json_member(&w, &name, &value)) {
		if (span_is(name, "seq"))
			seq = span_int(value);
		else if (span_is(name, "type"))
			type = value;
		else if (span_is(name, "chat"))
			chat = span_int(value);
		else if (span_is(name, "text"))
			text = value;
	}
	if (seq != p->cursor + 1)
		fault("person %u was given event %" PRId64 " after %" PRId64,
		    p->id, seq, p->cursor);
	p->cursor = seq;
	if (span_is(type, "matched")) {
		p->chat = chat;
		person_matched(p, chat);
	} else if (span_is(type, "message")) {
		if (chat != p->chat)
			fault("person %u, in chat %" PRId64 ", was given a "
			      "message of chat %" PRId64,
			    p->id, p->chat, chat);
		person_given(p, text.at, text.len);
	}
}

static void
take_events(struct person *p, const struct answer *a)
{
	struct span body = {a->body, a->body_len}, event;
	struct walk w = json_walk(json_get(body, "events"));

	while (json_element(&w, &event))
		take_event(p, event);
	if (json_get(body, "superseded").len > 0)
		fault("person %u: its poll was replaced", p->id);
	poll_events(p);
}

static void
refused(const struct person *p, const struct answer *a, const char *what)
{
	fault("person %u: %s was answered with %d: %.*s", p->id, what,
	    a->status, (int)(a->body_len > 200 ? 200 : a->body_len), a->body);
}

static void
take_session(struct person *p, const struct answer *a)
{
	struct span body = {a->body, a->body_len};
	struct span token = json_get(body, "token");

	if (a->status != 201 || token.len >= sizeof(p->token))
		refused(p, a, "its arrival");
	memcpy(p->token, token.at, token.len);
	p->stage = SEEKING;
	post(&p->main, p, "next", "{}");
}

static void
main_answer(struct conn *c, const struct answer *a)
{
	struct person *p = c->owner;

	if (run.phase == LEAVING || p->left)
		return;
	if (p->stage == ARRIVING) {
		take_session(p, a);
	} else if (a->status != 200) {
		refused(p, a, p->stage == SEEKING ? "next" : "a poll");
	} else if (p->stage == SEEKING) {
		p->stage = POLLING;
		person_inside(p);
		poll_events(p);
	} else {
		take_events(p, a);
	}
}

static void
command_answer(struct conn *c, const struct answer *a)
{
	struct person *p = c->owner;
	struct lane *l = (struct lane *)c; /* its connection comes first */

	if (p->stage == ENDING) {
		person_gone(p);
		return;
	}
	if (a->status != 200)
		refused(p, a, "a command");
	if (l->busy)
		person_acked(p, l);
	else if (p->again) {
		p->again = false;
		post(c, p, "next", "{}");
	}
}

static void
join(struct person *p)
{
	char body[BODY_MAX];

	conn_init(&p->main, p, main_answer);
	for (int i = 0; i < LANES_MAX; i++)
		conn_init(&p->lanes[i].conn, p, command_answer);
	snprintf(body, sizeof(body), "{\"name\":\"Person %u\"}", p->id);
	post(&p->main, p, "session", body);
}

/* The news of a chat may overtake the answer to the press that led to it. */
static void
next(struct person *p)
{
	if (p->lanes[0].conn.waiting > 0)
		p->again = true;
	else
		post(&p->lanes[0].conn, p, "next", "{}");
}

static void
send_message(struct person *p, struct lane *l, const char *text)
{
	char body[BODY_MAX];

	snprintf(body, sizeof(body),
	    "{\"text\":\"%.*s\",\"nonce\":\"%08x\",\"chat\":\"%" PRId64 "\"}",
	    MESSAGE_LEN, text, l->number, p->chat);
	post(&l->conn, p, "send", body);
}

static void
leave(struct person *p)
{
	p->stage = ENDING;
	post(&p->lanes[0].conn, p, "session/end", "{}");
}

const struct peer peer_parley = {.name = "parley",
    .acks = true,
    .join = join,
    .next = next,
    .send = send_message,
    .leave = leave};
