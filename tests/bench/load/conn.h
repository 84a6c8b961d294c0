/*
 * One kept connection to the server. It opens itself when something is sent,
 * and again after the server has closed it between two answers.
 */
#ifndef LOAD_CONN_H
#define LOAD_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "http.h"

struct conn {
	int fd; /* -1: closed */
	bool is_up;
	bool is_ws;  /* carries frames, no answers */
	int waiting; /* requests without an answer */
	int used;    /* answers on it: one that failed at once is told apart */
	struct buf in, out; /* what is not whole yet, what is not sent yet */
	void *owner;
	void (*on_answer)(struct conn *c, const struct answer *a);
	void (*on_text)(struct conn *c, const char *text, size_t len);
};

void conns_init(int port);
/* How many have asked for a connection and not got it yet. */
int conns_pending(void);
/* Handles what is ready, or sleeps until then, for so long at most. */
void conns_turn(int64_t sleep_ns);
/* Standard input is watched, too: has it been closed? */
void conns_watch_stdin(void);
bool conns_stdin_closed(void);

void conn_init(struct conn *c, void *owner,
    void (*on_answer)(struct conn *, const struct answer *));
/* Sends a request; the answer comes to on_answer. */
void conn_request(struct conn *c, const char *bytes, size_t len);
/* The same as a text: head with %s and so on. */
void conn_requestf(struct conn *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Sends a WebSocket text. */
void conn_text(struct conn *c, const char *text, size_t len);
/* Closes at once, without TIME_WAIT: runs follow each other quickly. */
void conn_close(struct conn *c);

#endif
