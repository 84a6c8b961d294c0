#include "hist.h"

/* Below 64 the value itself; above, its power of two and the next six bits. */
static unsigned
slot_of(uint64_t v)
{
	unsigned power, slot;

	if (v < HIST_STEPS)
		return (unsigned)v;
	power = 63 - (unsigned)__builtin_clzll(v);
	slot = (power - 5) * HIST_STEPS +
	    (unsigned)(v >> (power - 6) & (HIST_STEPS - 1));
	return slot < HIST_POWERS * HIST_STEPS ? slot
					       : HIST_POWERS * HIST_STEPS - 1;
}

/* The middle of a slot. */
static int64_t
value_of(unsigned slot)
{
	unsigned power = slot / HIST_STEPS + 5;
	uint64_t low;

	if (slot < HIST_STEPS)
		return slot;
	low = (UINT64_C(1) << power) |
	    (uint64_t)(slot % HIST_STEPS) << (power - 6);
	return (int64_t)(low + (UINT64_C(1) << (power - 6)) / 2);
}

void
hist_add(struct hist *h, int64_t ns)
{
	if (ns < 0)
		ns = 0;
	h->count[slot_of((uint64_t)ns)]++;
	h->n++;
	if (ns > h->max)
		h->max = ns;
}

int64_t
hist_at(const struct hist *h, double share)
{
	uint64_t seen = 0;
	double want = share * (double)h->n;

	if (h->n == 0)
		return 0;
	for (unsigned i = 0; i < HIST_POWERS * HIST_STEPS; i++) {
		seen += h->count[i];
		if (seen > 0 && (double)seen >= want)
			return value_of(i) < h->max ? value_of(i) : h->max;
	}
	return h->max;
}
