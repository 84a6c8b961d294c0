/* A message that its sender takes back. In the caller's write transaction. */
#ifndef CHAT_RETRACTING_H
#define CHAT_RETRACTING_H

#include "base/clock.h"
#include "chat/rules.h"
#include "store/sessions.h"

enum retracting {
	RETRACTING_FAILED,  /* the store failed */
	RETRACTING_DONE,    /* or it was done before */
	RETRACTING_UNKNOWN, /* no such message, or not of this sender */
	RETRACTING_OVER,    /* it belongs to an earlier chat */
	RETRACTING_LATE,    /* it was sent too long ago */
};

/*
 * Takes back a message of `who`, who is in a chat: its text is erased, whether
 * or not it was delivered, and the partner is told.
 */
enum retracting retracting_take_back(struct store *st,
    const struct rules *rules, const struct session *who, int64_t message,
    struct now now);

#endif
