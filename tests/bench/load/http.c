#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *
http_header(const struct answer *a, const char *name, size_t *len)
{
	const char *at = a->head, *end = a->head + a->head_len;
	size_t name_len = strlen(name);

	while (at < end) {
		const char *eol = memchr(at, '\r', (size_t)(end - at));

		if (eol == NULL)
			eol = end;
		if ((size_t)(eol - at) > name_len && at[name_len] == ':' &&
		    strncasecmp(at, name, name_len) == 0) {
			at += name_len + 1;
			while (at < eol && *at == ' ')
				at++;
			*len = (size_t)(eol - at);
			return at;
		}
		at = eol + 2;
	}
	return NULL;
}

/* A chunk's data; NULL: the end is not there yet. *next is behind the chunk. */
static char *
chunk(char *at, char *end, size_t *len, char **next)
{
	char *eol = memchr(at, '\n', (size_t)(end - at));

	if (eol == NULL)
		return NULL;
	*len = strtoul(at, NULL, 16);
	if (*len > (size_t)(end - eol - 1) ||
	    (size_t)(end - eol - 1) - *len < 2)
		return NULL;
	*next = eol + 1 + *len + 2;
	return eol + 1;
}

/* Puts the chunks together, if all are there. The end of the last, or NULL. */
static char *
join_chunks(struct answer *a, char *at, char *end)
{
	char *part, *next, *probe = at;
	size_t len;

	do {
		if (chunk(probe, end, &len, &next) == NULL)
			return NULL;
		probe = next;
	} while (len > 0);
	a->body = at;
	a->body_len = 0;
	while ((part = chunk(at, end, &len, &next)) != NULL && len > 0) {
		memmove(a->body + a->body_len, part, len);
		a->body_len += len;
		at = next;
	}
	return next;
}

static bool
is_chunked(const struct answer *a)
{
	size_t len;
	const char *v = http_header(a, "transfer-encoding", &len);

	return v != NULL && len >= 7 &&
	    strncasecmp(v + len - 7, "chunked", 7) == 0;
}

/* 204, 304 and 101 have no body, whatever their headers say. */
static size_t
body_len(const struct answer *a)
{
	size_t len;
	const char *v = http_header(a, "content-length", &len);

	if (a->status == 204 || a->status == 304 || a->status < 200 ||
	    v == NULL)
		return 0;
	return strtoul(v, NULL, 10);
}

static bool
says_close(const struct answer *a)
{
	size_t len;
	const char *v = http_header(a, "connection", &len);

	return v != NULL && len == 5 && strncasecmp(v, "close", 5) == 0;
}

long
http_parse(struct answer *a, char *data, size_t len)
{
	char *body = memmem(data, len, "\r\n\r\n", 4), *end = data + len;
	char *line;

	if (len >= 5 && memcmp(data, "HTTP/", 5) != 0)
		return -1;
	if (body == NULL)
		return 0;
	body += 4;
	line = memchr(data, '\n', (size_t)(body - data)) + 1;
	a->status = atoi(data + 9);
	a->head = line;
	a->head_len = body - 2 > line ? (size_t)(body - 2 - line) : 0;
	a->closes = says_close(a);
	if (is_chunked(a)) {
		char *after = join_chunks(a, body, end);

		return after == NULL ? 0 : after - data;
	}
	a->body = body;
	a->body_len = body_len(a);
	if (a->body_len > (size_t)(end - body))
		return 0;
	return body - data + (long)a->body_len;
}
