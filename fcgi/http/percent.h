/* Percent-encoding, as addresses and forms have it ("a+b%20c"). */
#ifndef HTTP_PERCENT_H
#define HTTP_PERCENT_H

#include "base/buf.h"

/*
 * percent_next returns the byte that stands at *at and moves *at behind it; -1
 * at a bad encoding, or a NUL. *at must be before end.
 */
int percent_next(const char **at, const char *end);

/* percent_add adds a text so that it can stand in a query parameter. */
void percent_add(struct buf *b, const char *text);

#endif
