#include "chat/pressure.h"

enum { MINUTE_MS = 60000 };

bool
minute_turn(struct minute *m, int64_t newest, int64_t now_ms)
{
	int64_t ms = now_ms - m->began_ms;

	if (m->began_ms != 0 && ms >= 0 && ms < MINUTE_MS)
		return false;
	/* Of a longer time the share of one minute. */
	m->before = m->began_ms != 0 && ms > 0
	    ? (newest - m->first) * MINUTE_MS / ms
	    : 0;
	m->first = newest;
	m->began_ms = now_ms;
	return true;
}

int64_t
minute_count(const struct minute *m, int64_t newest, int64_t now_ms)
{
	int64_t left_ms = MINUTE_MS - (now_ms - m->began_ms);

	return newest - m->first + m->before * left_ms / MINUTE_MS;
}

/* How often can it be halved until it is no more than is free? */
static int
doublings(int64_t n, int64_t is_free)
{
	int times = 0;

	for (; n >= is_free && n > 0; n /= 2)
		times++;
	return times;
}

int
pressure_bits(const struct pressure *p)
{
	int all = doublings(p->all, p->all_free);
	int address = doublings(p->address, p->address_free);
	int more = all > address ? all : address, bits;

	if (more == 0 && !p->always)
		return 0;
	bits = p->bits + (more > 0 ? more - 1 : 0);
	return bits < p->bits_max ? bits : p->bits_max;
}
