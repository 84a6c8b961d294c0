/*
 * The only place that knows libfcgi (FastCGI 1.0). It serves as a codec: it
 * reads a request from a connection that is ours, and lets go of all its
 * memory before a handler runs; the answer's records are written here.
 *
 * It rests on three things that fcgiapp.h does not promise, and that
 * tests/unit/test_gate.c pins: FCGX_Accept_r reads from ipcFd if that is set,
 * keepConnection keeps it from closing it first, and FCGX_Free(r, 0) leaves
 * the connection open. What libfcgi reads goes through records.h.
 */
#ifndef SERVE_GATE_H
#define SERVE_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "http/request.h"

/* Where the answer to a request goes. 8 bytes, kept while a call waits. */
struct gate {
	int fd;              /* -1: closed */
	uint16_t request_id; /* of the request that was read last */
	bool keep;           /* the peer wants to use the connection again */
};

/* Readies libfcgi. It replaces signal handlers: install yours afterwards. */
int gate_init(void);

/*
 * The next connection of a listening socket, non-blocking; bounded time-outs
 * for reading and writing are set on it. -1 with errno.
 */
int gate_accept(int listen_fd);

enum gate_got {
	GATE_REQUEST, /* rq holds one (perhaps with a fault) */
	GATE_CLOSED,  /* the peer is gone, or talks nonsense; g->fd is closed */
};

/*
 * Reads one request from a connection that has become readable. May wait for
 * the rest of it, for two seconds at most, however it comes. body_max tells how
 * much of the body is wanted; the rest is read and dropped.
 */
enum gate_got gate_read(struct gate *g, struct request *rq,
    size_t (*body_max)(const struct request *));

/*
 * Answers a request: STDOUT records and END_REQUEST (FastCGI 1.0 §3.3, §5.5).
 * Closes the connection if the peer wants that, or if it takes nothing for a
 * second, or not all within three.
 */
void gate_answer(struct gate *g, const struct buf *answer);

void gate_close(struct gate *g);

/* Has the peer of a connection that became readable just gone away? */
bool gate_hung_up(const struct gate *g);
/* Is there something to read? */
bool gate_has_more(const struct gate *g);

#endif
