/*
 * nchan: a channel for each person, read by long polls, written to by POST.
 * There is no pairing: partners are neighbours.
 */
#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "message.h"
#include "peer.h"
#include "run.h"

static void
keep(char *to, size_t cap, const struct answer *a, const char *name)
{
	size_t len;
	const char *value = http_header(a, name, &len);

	if (value == NULL || len >= cap)
		fault("nchan: no %s", name);
	memcpy(to, value, len);
	to[len] = '\0';
}

static void
poll_message(struct person *p)
{
	bool is_first = p->since[0] == '\0';

	if (run.phase >= LEAVING)
		return;
	conn_requestf(&p->main,
	    "GET /sub/%u-%s HTTP/1.1\r\nHost: bench\r\n%s%s%s%s%s\r\n", p->id,
	    p->token, is_first ? "" : "If-Modified-Since: ", p->since,
	    is_first ? "" : "\r\nIf-None-Match: ", p->tag,
	    is_first ? "" : "\r\n");
}

static void
given(struct conn *c, const struct answer *a)
{
	struct person *p = c->owner;

	if (run.phase == LEAVING || p->left)
		return;
	if (a->status != 200)
		fault("person %u: a poll was answered with %d", p->id,
		    a->status);
	keep(p->since, sizeof(p->since), a, "last-modified");
	keep(p->tag, sizeof(p->tag), a, "etag");
	person_given(p, a->body, a->body_len);
	poll_message(p);
}

static void
published(struct conn *c, const struct answer *a)
{
	if (a->status < 200 || a->status > 202)
		fault("a message was answered with %d", a->status);
	person_acked(c->owner, (struct lane *)c);
}

static void
join(struct person *p)
{
	static char of_this_run[32];

	if (of_this_run[0] == '\0')
		snprintf(of_this_run, sizeof(of_this_run), "%llx",
		    (unsigned long long)run.begin_ns);
	strcpy(p->token, of_this_run);
	conn_init(&p->main, p, given);
	for (int i = 0; i < LANES_MAX; i++)
		conn_init(&p->lanes[i].conn, p, published);
	poll_message(p);
	person_matched(p, p->id / 2);
}

static void
send_message(struct person *p, struct lane *l, const char *text)
{
	conn_requestf(&l->conn,
	    "POST /pub/%u-%s HTTP/1.1\r\nHost: bench\r\n"
	    "Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%.*s",
	    p->partner->id, p->partner->token, MESSAGE_LEN, MESSAGE_LEN, text);
}

const struct peer peer_nchan = {.name = "nchan",
    .acks = true,
    .join = join,
    .send = send_message};
