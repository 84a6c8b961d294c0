/* The unix socket that a supervisor serves. */
#ifndef SERVE_LISTENER_H
#define SERVE_LISTENER_H

#include <stddef.h>

/*
 * Binds and listens. A socket that nobody serves any more is replaced; one
 * that is served is not. Returns the descriptor, or -1 with a sentence in why.
 */
int listener_open(const char *path, int mode, char *why, size_t why_cap);

#endif
