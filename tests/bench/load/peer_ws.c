/* socket.io over WebSocket alone. */
#include <string.h>

#include "fault.h"
#include "message.h"
#include "peer.h"
#include "run.h"
#include "socketio.h"

static void
text(struct conn *c, const char *bytes, size_t len)
{
	const char *back = socketio_take(c->owner, bytes, len);

	if (back != NULL)
		conn_text(c, back, strlen(back));
}

static void
upgraded(struct conn *c, const struct answer *a)
{
	if (a->status != 101)
		fault("no WebSocket: %d", a->status);
	c->is_ws = true;
	c->on_text = text;
}

static void
join(struct person *p)
{
	conn_init(&p->main, p, upgraded);
	for (int i = 0; i < LANES_MAX; i++)
		p->lanes[i].conn.fd = -1;
	/* The key guards against caches that do not know WebSocket. */
	conn_requestf(&p->main,
	    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
	    "Host: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	    "Sec-WebSocket-Version: 13\r\n\r\n");
}

static void
next(struct person *p)
{
	conn_text(&p->main, SOCKETIO_NEXT, strlen(SOCKETIO_NEXT));
}

static void
send_message(struct person *p, struct lane *l, const char *what)
{
	char packet[2 * MESSAGE_LEN];

	(void)l;
	conn_text(&p->main, packet,
	    socketio_message(packet, sizeof(packet), what));
}

const struct peer peer_ws = {.name = "ws",
    .join = join,
    .next = next,
    .send = send_message};
