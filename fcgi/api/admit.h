/*
 * Who is let in: what comes before a new session. Limits of all and of one
 * address, and under pressure a ticket (chat/ticket.h).
 */
#ifndef API_ADMIT_H
#define API_ADMIT_H

#include "api/call.h"
#include "base/seal.h"
#include "store/door.h"

/* Somebody at the door. */
struct newcomer_from {
	struct door door;
	struct visitor visitor;
	unsigned char address[SEAL_HASH_LEN]; /* a hash */
};

/*
 * admit_check, in a write transaction. False: refused, in c->reply. 429
 * too_many: of this address; 503 full: there is no room; 429 work: with a
 * ticket, {"work": {"challenge", "bits", "expires_s"}}; for pages
 * {"wait": {"ticket", "wait_s"}}.
 */
bool admit_check(struct call *c, struct newcomer_from *from);

/* admit_note: it has become this session. */
enum found admit_note(struct call *c, struct newcomer_from *from,
    int64_t session);

/*
 * admit_waiting: is there room for somebody who waits? False: refused, 503
 * full. Asked when nobody was found for them.
 */
bool admit_waiting(struct call *c);

/* A 503 with code full. */
void admit_full(struct call *c);

#endif
