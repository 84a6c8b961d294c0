/*
 * A person: a place in the crowd, a partner, and up to four messages on their
 * way at once, each on a lane of its own. What is written here holds for every
 * peer; how a peer is talked to stands in peer_*.c.
 */
#ifndef LOAD_PERSON_H
#define LOAD_PERSON_H

#include "check.h"
#include "conn.h"
#include "json.h"

enum { LANES_MAX = 4 };

/* One message on its way at a time. */
struct lane {
	struct conn conn; /* comes first; where a peer sends one message each */
	uint32_t number;
	bool busy, acked, delivered;
	int64_t sent_ns;
};

struct person {
	uint32_t id;
	bool inside, joined, left;
	struct person *partner;
	struct conn main; /* polls, or the WebSocket */
	struct lane lanes[LANES_MAX];
	/* the checker's */
	uint32_t n_sent;
	struct seen acks, seen;
	/* the open loop's: messages whose time has come, and those taken up */
	uint64_t n_due, n_taken;
	/* the peer's */
	int stage;
	int64_t cursor;
	int64_t chat;
	bool again;     /* another request waits for an answer */
	char token[64]; /* a token, or a session's id */
	char since[64]; /* nchan: where the next poll goes on */
	char tag[64];
	struct buf queue; /* engine.io: packets for the next POST */
};

/* Sends the next message on a free lane; `at_ns` is when it was meant to be. */
void person_send(struct person *p, struct lane *l, int64_t at_ns);

/* What peers tell; each of them may lead to more being sent. */
void person_acked(struct person *p, struct lane *l);
void person_given(struct person *p, const char *text, size_t len);
/* p has arrived, and waits for a partner. */
void person_inside(struct person *p);
/* p was paired: chats are told apart by a number of the peer. */
void person_matched(struct person *p, int64_t chat);
/* p has ended its session. */
void person_gone(struct person *p);

#endif
