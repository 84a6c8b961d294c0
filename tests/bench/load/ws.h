/* WebSocket frames (RFC 6455), as much as socket.io needs: whole text frames.
 */
#ifndef LOAD_WS_H
#define LOAD_WS_H

#include <stddef.h>

enum { WS_TEXT = 1, WS_CLOSE = 8, WS_PING = 9, WS_HEAD_MAX = 14 };

struct frame {
	int opcode;
	char *data;
	size_t len;
};

/* Bytes that the first frame takes; 0: not whole yet; -1: not for us. */
long ws_parse(struct frame *f, char *data, size_t len);

/* A masked text frame of up to 64 KiB into out; its length. */
size_t ws_write(char *out, const char *text, size_t len);

#endif
