/*
 * How often somebody may do something: the generic cell rate algorithm (ITU-T
 * I.371), a token bucket that is one number, the time at which the bucket will
 * be full again. Pure but for a table of such numbers, whose size is fixed: a
 * bucket that is full needs no place in it, and where there is none left the
 * one that is fullest gives way. It is a worker's own and can be lost.
 */
#ifndef CHAT_RATES_H
#define CHAT_RATES_H

#include <stdbool.h>
#include <stdint.h>

/* `burst` at once, and as many more in each period; burst 0: no limit. */
struct rate {
	int64_t burst;
	int64_t period_us;
};

/*
 * rate_take takes `cost` out of the bucket *full_us. 0: taken; else nothing is
 * taken, and it is how many microseconds later it could be. What costs more
 * than a full bucket is taken from a full one.
 */
int64_t rate_take(int64_t *full_us, const struct rate *r, int64_t cost,
    int64_t now_us);

/* How much is missing from the bucket, rounded up. */
int64_t rate_missing(int64_t full_us, const struct rate *r, int64_t now_us);

/* What is counted: by session, and (from RATE_PAIRINGS on) by address. */
enum rate_kind {
	RATE_ACTS, /* all that has no row of its own */
	RATE_MESSAGES,
	RATE_POLLS,
	RATE_PICTURES,
	RATE_BYTES, /* of what it sends */
	RATE_PAIRINGS,
	RATE_PICTURE_BYTES,
	RATE_WAITS, /* tickets to wait instead of working */
	RATE__MAX
};

struct rates; /* the table */

/* NULL on no memory. The table's place of a key is nobody's to foretell. */
struct rates *rates_new(void);
void rates_free(struct rates *rs);

/*
 * rates_take is rate_take for the bucket of (who, kind), who being any number
 * that stands for a session or an address.
 */
int64_t rates_take(struct rates *rs, enum rate_kind kind, uint64_t who,
    const struct rate *r, int64_t cost, int64_t now_us);

/* Seconds for a Retry-After, rounded up. */
int rate_seconds(int64_t wait_us);

#endif
