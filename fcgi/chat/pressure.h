/*
 * How many come, and what that makes a new session cost. Nobody counts them:
 * the number of the newest session, and what it was at the beginning of this
 * minute, are enough. Pure.
 */
#ifndef CHAT_PRESSURE_H
#define CHAT_PRESSURE_H

#include <stdbool.h>
#include <stdint.h>

/* The minute that runs, in the steady clock's time. */
struct minute {
	int64_t began_ms;
	int64_t first;  /* the number of the newest session then */
	int64_t before; /* how many came in the minute before */
};

/* Begins a new minute if it is time. True: it did. */
bool minute_turn(struct minute *m, int64_t newest, int64_t now_ms);

/* About how many came within the last 60 s. */
int64_t minute_count(const struct minute *m, int64_t newest, int64_t now_ms);

struct pressure {
	int64_t all, all_free; /* came in a minute, and may for nothing */
	int64_t address, address_free; /* and of one address */
	bool always;                   /* nobody may for nothing */
	int bits, bits_max;            /* what it costs at first, at most */
};

/*
 * pressure_bits is how many bits of work a new session costs: none, or `bits`
 * and another one (which is twice as much) for each doubling of those who come.
 */
int pressure_bits(const struct pressure *p);

#endif
