/*
 * Growable bytes. Running out of memory does not end the process: `failed`
 * sticks, further adds do nothing, and whoever uses the buffer asks once at
 * the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;  /* len bytes, not NUL-terminated; NULL while empty */
	size_t len;  /* bytes in use */
	size_t cap;  /* bytes allocated */
	bool failed; /* an allocation failed: the content is not whole */
};

/* buf_free releases the memory and leaves an empty, usable buffer. */
void buf_free(struct buf *b);

/* buf_clear forgets content and failure, and keeps the memory unless it is
 * large (a picture's). */
void buf_clear(struct buf *b);

/* buf_reserve makes room for more bytes beyond len; false on no memory. */
bool buf_reserve(struct buf *b, size_t more);

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_add_str(struct buf *b, const char *text);
void buf_add_int(struct buf *b, int64_t n);
void buf_addf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
