#include "chat/rates.h"

#include <limits.h>
#include <stdlib.h>

#include "base/token.h"

/* 4 places to a row, which is a line of the processor's cache. */
enum { ROWS = 8192, PLACES = 4 };

struct bucket {
	uint64_t key;
	int64_t full_us;
};

struct rates {
	struct bucket rows[ROWS][PLACES];
	uint64_t seed;
};

/* How long the bucket takes to regain so much. */
static int64_t
regain_us(const struct rate *r, int64_t amount)
{
	int64_t whole = amount / r->burst, rest = amount % r->burst;

	return whole * r->period_us + rest * r->period_us / r->burst;
}

int64_t
rate_take(int64_t *full_us, const struct rate *r, int64_t cost, int64_t now_us)
{
	int64_t full = *full_us > now_us ? *full_us : now_us, late;

	if (r->burst <= 0)
		return 0;
	if (cost > r->burst)
		cost = r->burst;
	full += regain_us(r, cost);
	late = full - now_us - r->period_us;
	if (late > 0)
		return late;
	*full_us = full;
	return 0;
}

int64_t
rate_missing(int64_t full_us, const struct rate *r, int64_t now_us)
{
	int64_t us = full_us - now_us;

	if (us <= 0 || r->burst <= 0)
		return 0;
	return us / r->period_us * r->burst +
	    (us % r->period_us * r->burst + r->period_us - 1) / r->period_us;
}

struct rates *
rates_new(void)
{
	struct rates *rs = calloc(1, sizeof *rs);

	if (rs != NULL)
		rs->seed = (uint64_t)token_random();
	return rs;
}

void
rates_free(struct rates *rs)
{
	free(rs);
}

/* The last step of splitmix64, around the seed. */
static uint64_t
mix(uint64_t n)
{
	n = (n ^ (n >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ (n >> 27)) * UINT64_C(0x94d049bb133111eb);
	return n ^ (n >> 31);
}

/* Its place in the row; else the one whose bucket is fullest, now its own. */
static struct bucket *
find(struct bucket row[PLACES], uint64_t key)
{
	struct bucket *least = &row[0];

	for (int i = 0; i < PLACES; i++) {
		if (row[i].key == key)
			return &row[i];
		if (row[i].full_us < least->full_us)
			least = &row[i];
	}
	*least = (struct bucket){.key = key};
	return least;
}

int64_t
rates_take(struct rates *rs, enum rate_kind kind, uint64_t who,
    const struct rate *r, int64_t cost, int64_t now_us)
{
	uint64_t key;

	if (rs == NULL || r->burst <= 0)
		return 0;
	/* Every bit of who counts: an address has some in the last places. */
	key = mix(mix(who ^ rs->seed) + (uint64_t)kind);
	return rate_take(&find(rs->rows[key % ROWS], key)->full_us, r, cost,
	    now_us);
}

int
rate_seconds(int64_t wait_us)
{
	int64_t s = (wait_us + 999999) / 1000000;

	return s > INT_MAX ? INT_MAX : (int)s;
}
