/* A responder that does nothing: how many requests can there be at most? */
#include <string.h>

#include "fault.h"
#include "message.h"
#include "peer.h"
#include "run.h"

static void
answered(struct conn *c, const struct answer *a)
{
	if (a->status != 200)
		fault("a request was answered with %d", a->status);
	person_acked(c->owner, (struct lane *)c);
}

static void
join(struct person *p)
{
	for (int i = 0; i < LANES_MAX; i++)
		conn_init(&p->lanes[i].conn, p, answered);
	p->main.fd = -1;
	person_matched(p, p->id / 2);
}

static void
send_message(struct person *p, struct lane *l, const char *text)
{
	(void)p;
	conn_requestf(&l->conn,
	    "POST /api/send HTTP/1.1\r\nHost: bench\r\n"
	    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
	    "{\"text\":\"%.*s\"}",
	    MESSAGE_LEN + 11, MESSAGE_LEN, text);
}

const struct peer peer_null = {.name = "null",
    .acks = true,
    .is_echo = true,
    .join = join,
    .send = send_message};
