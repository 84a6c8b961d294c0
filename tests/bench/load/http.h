/* Reading HTTP/1.1 answers: Content-Length and chunked, keep-alive or not. */
#ifndef LOAD_HTTP_H
#define LOAD_HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct answer {
	int status;
	bool closes;      /* the server closes the connection after it */
	const char *head; /* the header lines */
	size_t head_len;
	char *body; /* whole, chunks put together */
	size_t body_len;
};

/*
 * The answer that stands at the beginning of data: how many bytes it takes; 0
 * as long as it is not whole (call again with more); -1: this is not HTTP.
 * Chunks are put together in place, once all of them are there.
 */
long http_parse(struct answer *a, char *data, size_t len);

/* The value of a header, its name in lower case; NULL: there is none. */
const char *http_header(const struct answer *a, const char *name, size_t *len);

#endif
