/* Who sent a message, and the end of its text. See also store/nonces.h. */
#ifndef STORE_MESSAGES_H
#define STORE_MESSAGES_H

#include "store/store.h"

struct message {
	int64_t sender, chat;
	int64_t sent_ms;
	bool is_retracted;
};

/* Of a message that was sent within the time that nonces are known for. */
enum found store_message_find(struct store *st, int64_t id,
    struct message *out);

/*
 * Its sender takes it back. If it is still in the receiver's queue, it is an
 * event `retracted` with that body from now on, and nothing of its text remains
 * there or in what is remembered of this transaction.
 */
enum found store_message_retract(struct store *st, int64_t id, const char *body,
    size_t body_len);

#endif
