#include "ws.h"

#include <string.h>

long
ws_parse(struct frame *f, char *data, size_t len)
{
	const unsigned char *b = (const unsigned char *)data;
	size_t head = 2, n;

	if (len < 2)
		return 0;
	/* Fragments, extensions and masked frames are not sent to clients
	 * that asked for nothing of it. */
	if ((b[0] & 0xf0) != 0x80 || (b[1] & 0x80) != 0)
		return -1;
	n = b[1];
	if (n == 127)
		return -1;
	if (n == 126) {
		if (len < 4)
			return 0;
		n = (size_t)b[2] << 8 | b[3];
		head = 4;
	}
	if (len < head + n)
		return 0;
	*f = (struct frame){b[0] & 15, data + head, n};
	return (long)(head + n);
}

size_t
ws_write(char *out, const char *text, size_t len)
{
	/* Any mask is as good: this guards against no proxy of ours. */
	static const char mask[4] = {0x5a, 0x13, 0x77, 0x2c};
	size_t head = 2;

	out[0] = (char)(0x80 | WS_TEXT);
	if (len < 126) {
		out[1] = (char)(0x80 | len);
	} else {
		out[1] = (char)(0x80 | 126);
		out[2] = (char)(len >> 8);
		out[3] = (char)len;
		head = 4;
	}
	memcpy(out + head, mask, 4);
	head += 4;
	for (size_t i = 0; i < len; i++)
		out[head + i] = (char)(text[i] ^ mask[i & 3]);
	return head + len;
}
