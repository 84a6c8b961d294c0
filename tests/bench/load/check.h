/*
 * The correctness of a run: each number of a sender comes exactly once, and
 * never before one that had been acknowledged when it was sent. Messages that
 * were on their way together may overtake each other: nobody promised more.
 */
#ifndef LOAD_CHECK_H
#define LOAD_CHECK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A message whose request is stuck somewhere may be overtaken by this many.
 */
enum { SEEN_MAX = 4096 };

/* A set of numbers: all below `low`, and some of the next ones. */
struct seen {
	uint32_t low;
	uint64_t above[SEEN_MAX / 64]; /* a ring of bits: number % SEEN_MAX */
};

/* False: it was there already. Ends the run where it is too far ahead. */
bool seen_add(struct seen *s, uint32_t number);

struct message;
struct person;

/* A message that p has been given; ends the run where it is wrong. */
void check_message(struct person *p, const struct message *m);
/* At the end: has everything that was sent arrived? */
void check_complete(const struct person *p);

#endif
