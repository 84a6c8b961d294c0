/*
 * A ticket is what a new session costs under pressure: a proof of work for
 * those who can run scripts, a wait for those who cannot. The service does not
 * remember those that it gives out, it knows them again by their seal; it
 * remembers those that were used, until they expire. Each is good once, for one
 * address, for a while. Pure; `now` is the steady clock's.
 */
#ifndef CHAT_TICKET_H
#define CHAT_TICKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/seal.h"

enum {
	TICKET_NONCE_LEN = 16,
	TICKET_LEN = TICKET_NONCE_LEN + 8 + 8 + 1 + 1 + SEAL_MAC_LEN,
	TICKET_TEXT_LEN = SEAL_TEXT_LEN(TICKET_LEN),
	TICKET_ANSWER_MAX = 16 /* digits */
};

enum ticket_kind { TICKET_WORK = 1, TICKET_WAIT = 2 };

struct ticket {
	enum ticket_kind kind;
	unsigned char nonce[TICKET_NONCE_LEN];
	int64_t from_ms;  /* not good before */
	int64_t until_ms; /* nor after */
	int bits;         /* of work */
};

/* Of whom, for whom: a key of the service and the hash of an address. */
struct ticket_seal {
	unsigned char key[SEAL_KEY_LEN];
	unsigned char address[SEAL_HASH_LEN];
};

/* ticket_write gives it a new nonce and writes it, sealed. */
void ticket_write(struct ticket *t, const struct ticket_seal *seal,
    char out[TICKET_TEXT_LEN + 1]);

/*
 * ticket_read reads it. False: it is no ticket of this service, of this kind,
 * for this address; or it has expired.
 */
bool ticket_read(const char *text, enum ticket_kind kind,
    const struct ticket_seal *seal, int64_t now_ms, struct ticket *out);

/*
 * ticket_is_paid: does SHA-256 of the ticket's text and the answer, a whole
 * number in decimal digits, begin with as many zero bits as the ticket says?
 */
bool ticket_is_paid(const struct ticket *t, const char *text,
    const char *answer);

#endif
