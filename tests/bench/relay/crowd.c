#include "crowd.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static struct person *people[PEOPLE_MAX];
static uint32_t n_people, first_free;
static struct person *waiting, *woken;
static int64_t last_chat, last_event;

struct person *
crowd_add(void)
{
	uint32_t i = first_free;

	while (i < n_people && people[i]->is_used)
		i++;
	if (i == PEOPLE_MAX)
		return NULL;
	first_free = i + 1;
	if (i == n_people) {
		people[i] = calloc(1, sizeof(struct person));
		if (people[i] == NULL)
			return NULL;
		n_people++;
	}
	people[i]->is_used = true;
	people[i]->number = i;
	return people[i];
}

void
crowd_drop(struct person *p)
{
	crowd_leave(p);
	for (int i = 0; i < QUEUE_MAX; i++)
		buf_free(&p->events[i]);
	p->is_used = false;
	p->chat = p->seq = p->acked = p->cursor = 0;
	if (p->number < first_free)
		first_free = p->number;
}

struct person *
crowd_find(const char *token)
{
	unsigned long i = strtoul(token, NULL, 16);

	return i < n_people && people[i]->is_used ? people[i] : NULL;
}

bool
crowd_tell(struct person *p, const char *type, const char *more,
    size_t more_len)
{
	struct buf *b = &p->events[(p->seq + 1) % QUEUE_MAX];

	if (p->seq - p->acked >= QUEUE_MAX)
		return false;
	buf_clear(b);
	buf_addf(b,
	    "{\"seq\":%lld,\"type\":\"%s\",\"chat\":\"%lld\",\"at\":%lld,"
	    "\"id\":\"%lld\"",
	    (long long)++p->seq, type, (long long)p->chat,
	    (long long)clock_wall_ms(), (long long)++last_event);
	buf_add(b, more, more_len);
	buf_add(b, "}", 1);
	if (!p->is_woken) {
		p->is_woken = true;
		p->next_woken = woken;
		woken = p;
	}
	return true;
}

static void
meet(struct person *a, struct person *b)
{
	static const char more[] = ",\"partner\":{\"name\":\"Somebody\"},"
				   "\"common\":[]";

	a->partner = b;
	b->partner = a;
	a->chat = b->chat = ++last_chat;
	crowd_tell(a, "matched", more, sizeof(more) - 1);
	crowd_tell(b, "matched", more, sizeof(more) - 1);
}

void
crowd_leave(struct person *p)
{
	static const char more[] = ",\"reason\":\"next\"";
	struct person *other = p->partner;

	if (waiting == p)
		waiting = NULL;
	p->is_waiting = false;
	if (other == NULL)
		return;
	crowd_tell(other, "left", more, sizeof(more) - 1);
	other->partner = p->partner = NULL;
	other->chat = p->chat = 0;
}

void
crowd_seek(struct person *p)
{
	struct person *other = waiting;

	crowd_leave(p);
	if (other == p)
		other = NULL;
	waiting = other == NULL ? p : NULL;
	p->is_waiting = other == NULL;
	if (other == NULL)
		return;
	other->is_waiting = false;
	meet(other, p);
}

struct person *
crowd_woken(void)
{
	struct person *p = woken;

	if (p == NULL)
		return NULL;
	woken = p->next_woken;
	p->is_woken = false;
	return p;
}
