#include "check.h"

#include "fault.h"
#include "message.h"
#include "person.h"

static uint64_t *
word_of(struct seen *s, uint32_t number, uint64_t *bit)
{
	*bit = UINT64_C(1) << (number % 64);
	return &s->above[number % SEEN_MAX / 64];
}

bool
seen_add(struct seen *s, uint32_t number)
{
	uint64_t bit, *word = word_of(s, number, &bit);

	if (number < s->low)
		return false;
	if (number - s->low >= SEEN_MAX)
		fault("message %u is not through, but message %u is", s->low,
		    number);
	if ((*word & bit) != 0)
		return false;
	*word |= bit;
	while ((*(word = word_of(s, s->low, &bit)) & bit) != 0) {
		*word &= ~bit;
		s->low++;
	}
	return true;
}

void
check_message(struct person *p, const struct message *m)
{
	if (m->to != p->id)
		fault("person %u was given a message to %u", p->id, m->to);
	if (p->partner == NULL || m->from != p->partner->id)
		fault("person %u was given a message from %u, no partner",
		    p->id, m->from);
	if (m->number >= p->partner->n_sent)
		fault("person %u was given message %u, which nobody sent",
		    p->id, m->number);
	if (!seen_add(&p->seen, m->number))
		fault("person %u was given message %u of %u twice", p->id,
		    m->number, m->from);
	if (p->seen.low < m->floor)
		fault("person %u was given message %u of %u before %u, which "
		      "had been acknowledged when it was sent",
		    p->id, m->number, m->from, p->seen.low);
}

void
check_complete(const struct person *p)
{
	if (p->partner != NULL && p->seen.low != p->partner->n_sent)
		fault("person %u never got message %u of %u (%u were sent)",
		    p->id, p->seen.low, p->partner->id, p->partner->n_sent);
}
