/* What all calls of a process share, made from the settings. */
#ifndef SERVE_HOUSE_H
#define SERVE_HOUSE_H

#include "api/call.h"

/*
 * Opens the store. 0, or -1 with a sentence in why. conf must outlive it;
 * house_close ends it.
 */
int house_open(struct house *h, const struct conf *conf, bool is_cgi, char *why,
    size_t why_cap);
void house_close(struct house *h);

#endif
