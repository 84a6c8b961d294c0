/* What a message and a picture have in common on their way to the partner. */
#ifndef API_SENDING_H
#define API_SENDING_H

#include "api/call.h"
#include "store/nonces.h"

/* Refuses with 429 backlog_full, and is false, if the partner's queue is full.
 */
bool sending_has_room(struct call *c);

/*
 * Notes what was sent, also without a nonce (""): who sent it is asked later by
 * api_retract and api_seen. And its sender types no more.
 */
enum found sending_note(struct call *c, const char *nonce,
    const struct sent *sent);

#endif
