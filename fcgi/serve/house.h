/* What all calls of a process share, made from the settings. */
#ifndef SERVE_HOUSE_H
#define SERVE_HOUSE_H

#include "api/call.h"

enum house_for {
	HOUSE_START, /* the service's start: a database may be begun anew */
	HOUSE_WORKER,
	HOUSE_CGI,
};

/* A worker's exit status: it has no database, or has lost it. */
enum { HOUSE_LOST = 4 };

/*
 * Opens the store. 0, or -1 with a sentence in why. conf must outlive it;
 * house_close ends it.
 */
int house_open(struct house *h, const struct conf *conf, enum house_for who,
    char *why, size_t why_cap);
void house_close(struct house *h);

/*
 * The database is made, brought forward and woken before anybody serves. 0, or
 * -1 with a sentence in why.
 */
int house_make_ready(const struct conf *conf, char *why, size_t why_cap);

#endif
