/*
 * The open loop: message j of all is due at begin + j / rate, whether or not
 * the server keeps up. What waits for a free lane keeps the time at which it
 * was due, so that nobody's slowness hides (no coordinated omission).
 */
#ifndef LOAD_PACE_H
#define LOAD_PACE_H

#include <stdbool.h>

#include "person.h"

void pace_begin(void);
/* Sends what is due. */
void pace_due(void);
/* A lane has become free: the next message that waits for it. */
void pace_next(struct person *p, struct lane *l);
/* When the next one is due. */
int64_t pace_wake_ns(void);
/* Are there due ones that nobody has taken up? */
bool pace_is_behind(void);

#endif
