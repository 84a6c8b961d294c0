/*
 * How often each latency was seen: 64 steps for every power of two, so that a
 * percentile is right within 1.6 %, however many there are.
 */
#ifndef LOAD_HIST_H
#define LOAD_HIST_H

#include <stdint.h>

enum { HIST_STEPS = 64, HIST_POWERS = 40 };

struct hist {
	uint64_t n;
	int64_t max;
	uint64_t count[HIST_POWERS * HIST_STEPS];
};

void hist_add(struct hist *h, int64_t ns);
/* The value below which `share` of all are (0.5: the median); 0 if none. */
int64_t hist_at(const struct hist *h, double share);

#endif
