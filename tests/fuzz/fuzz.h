/*
 * What all targets share. libFuzzer calls a target with what it makes up (`make
 * fuzz`), replay.c with what is kept in corpus/ (`make test`).
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define MUST(what)                                              \
	do                                                      \
		if (!(what)) {                                  \
			fprintf(stderr, "not so: %s\n", #what); \
			abort();                                \
		}                                               \
	while (0)

/* The bytes as a string of their own: what is read beyond it is noticed. */
static inline char *
fuzz_text(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1);

	MUST(text != NULL);
	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\0';
	return text;
}

/* The first line of what is left, taken from it; the rest if there is none. */
static inline char *
fuzz_line(const uint8_t **data, size_t *len)
{
	const uint8_t *end = *len == 0 ? NULL : memchr(*data, '\n', *len);
	size_t n = end == NULL ? *len : (size_t)(end - *data);
	char *line = fuzz_text(*data, n);

	n += end != NULL;
	*data += n;
	*len -= n;
	return line;
}

#endif
