/*
 * What a message of a run says: everything that proves its right arrival. It
 * is text of one length, of characters that neither JSON nor a URL touches.
 */
#ifndef LOAD_MESSAGE_H
#define LOAD_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MESSAGE_LEN = 64 };

struct message {
	uint32_t from, to; /* persons */
	uint32_t number;   /* 0, 1, 2 ... of this sender */
	uint32_t floor;    /* all below it were acknowledged when it was sent */
	int64_t at_ns;     /* when it was meant to be sent */
};

void message_write(const struct message *m, char text[MESSAGE_LEN]);
/* False: this is not a message of a run. */
bool message_read(struct message *m, const char *text, size_t len);

#endif
