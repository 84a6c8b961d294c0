/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, to U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * utf8_next reads one code point at *at, moves *at behind it and returns it;
 * -1 at an invalid sequence (then *at stays). *at must be before end.
 */
int32_t utf8_next(const char **at, const char *end);

/* utf8_valid tells whether all len bytes are valid UTF-8. */
bool utf8_valid(const char *text, size_t len);

#endif
