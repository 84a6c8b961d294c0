/* Who was told to be in which chat: exactly two each. */
#ifndef LOAD_LEDGER_H
#define LOAD_LEDGER_H

#include <stdint.h>

#include "person.h"

/* p was told of a chat: the other one, or NULL as long as p is the first. */
struct person *ledger_enter(struct person *p, int64_t chat);
/* Ends the run if only one of two was told. */
void ledger_check(void);

#endif
