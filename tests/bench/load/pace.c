#include "pace.h"

#include "options.h"
#include "run.h"
#include "ticks.h"

static int64_t begin_ns;
static uint64_t n_due, n_taken;

static bool
is_on(void)
{
	return options.rate > 0 &&
	    (run.phase == WARMING || run.phase == MEASURING);
}

static int64_t
due_ns(uint64_t j)
{
	return begin_ns + (int64_t)((double)j * SECOND / options.rate);
}

void
pace_begin(void)
{
	begin_ns = now_ns();
}

int64_t
pace_wake_ns(void)
{
	return is_on() ? due_ns(n_due) : INT64_MAX;
}

void
pace_next(struct person *p, struct lane *l)
{
	if (p->n_taken == p->n_due)
		return;
	n_taken++;
	person_send(p, l, due_ns(p->n_taken++ * options.people + p->id));
}

static void
give(struct person *p)
{
	p->n_due++;
	for (int i = 0; i < options.inflight; i++)
		if (!p->lanes[i].busy)
			return pace_next(p, &p->lanes[i]);
}

void
pace_due(void)
{
	int64_t now = now_ns();

	while (is_on() && due_ns(n_due) <= now) {
		struct person *p = &run.people[n_due++ % options.people];

		give(p);
	}
}

bool
pace_is_behind(void)
{
	return n_taken < n_due;
}
