/*
 * socket.io over long polling: one GET that is held, and one POST at a time;
 * what comes up meanwhile travels in the next one, as its own client does it.
 */
#include <string.h>

#include "fault.h"
#include "message.h"
#include "peer.h"
#include "run.h"
#include "socketio.h"

#define SEPARATOR '\x1e'

static void
poll_packets(struct person *p)
{
	if (run.phase >= LEAVING)
		return;
	conn_requestf(&p->main,
	    "GET /socket.io/?EIO=4&transport=polling%s%s HTTP/1.1\r\n"
	    "Host: bench\r\n\r\n",
	    p->token[0] != '\0' ? "&sid=" : "", p->token);
}

/* The first lane's connection is the one for POSTs. */
static void
flush(struct person *p)
{
	struct conn *c = &p->lanes[0].conn;

	if (c->waiting > 0 || p->queue.len == 0)
		return;
	conn_requestf(c,
	    "POST /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\n"
	    "Host: bench\r\nContent-Type: text/plain;charset=UTF-8\r\n"
	    "Content-Length: %zu\r\n\r\n%.*s",
	    p->token, p->queue.len, (int)p->queue.len, p->queue.data);
	buf_clear(&p->queue);
}

static void
put(struct person *p, const char *packet, size_t len)
{
	const char separator = SEPARATOR;

	if (p->queue.len > 0)
		buf_add(&p->queue, &separator, 1);
	buf_add(&p->queue, packet, len);
	flush(p);
}

static void
take_packets(struct person *p, const struct answer *a)
{
	const char *at = a->body, *end = a->body + a->body_len;

	while (at < end) {
		const char *sep = memchr(at, SEPARATOR, (size_t)(end - at));
		const char *back;

		if (sep == NULL)
			sep = end;
		back = socketio_take(p, at, (size_t)(sep - at));
		if (back != NULL)
			put(p, back, strlen(back));
		at = sep + 1;
	}
}

static void
polled(struct conn *c, const struct answer *a)
{
	struct person *p = c->owner;

	if (run.phase == LEAVING || p->left)
		return;
	if (a->status != 200)
		fault("person %u: a poll was answered with %d", p->id,
		    a->status);
	take_packets(p, a);
	poll_packets(p);
}

static void
posted(struct conn *c, const struct answer *a)
{
	if (a->status != 200)
		fault("a POST was answered with %d", a->status);
	flush(c->owner);
}

static void
join(struct person *p)
{
	conn_init(&p->main, p, polled);
	for (int i = 0; i < LANES_MAX; i++)
		conn_init(&p->lanes[i].conn, p, posted);
	poll_packets(p);
}

static void
next(struct person *p)
{
	put(p, SOCKETIO_NEXT, strlen(SOCKETIO_NEXT));
}

static void
send_message(struct person *p, struct lane *l, const char *what)
{
	char packet[2 * MESSAGE_LEN];

	(void)l;
	put(p, packet, socketio_message(packet, sizeof(packet), what));
}

const struct peer peer_polling = {.name = "polling",
    .join = join,
    .next = next,
    .send = send_message};
