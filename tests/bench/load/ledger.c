#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#include "fault.h"

enum { CHATS_MAX = 1 << 26 };

struct entry {
	struct person *a, *b;
};

/* Chats have small numbers, one after the other. */
static struct entry *entries;
static int64_t n_entries, base;

static struct entry *
entry_of(int64_t chat)
{
	int64_t i, more;

	if (n_entries == 0)
		base = chat > 100000 ? chat - 100000 : 0;
	i = chat - base;
	if (i < 0 || i >= CHATS_MAX)
		fault("chat %lld: a strange number", (long long)chat);
	if (i < n_entries)
		return &entries[i];
	more = (i + 1) * 2;
	entries = realloc(entries, (size_t)more * sizeof(*entries));
	if (entries == NULL)
		fault("no memory for %lld chats", (long long)more);
	memset(entries + n_entries, 0,
	    (size_t)(more - n_entries) * sizeof(*entries));
	n_entries = more;
	return &entries[i];
}

struct person *
ledger_enter(struct person *p, int64_t chat)
{
	struct entry *e = entry_of(chat);

	if (e->a == p || e->b == p)
		fault("person %u was told of chat %lld twice", p->id,
		    (long long)chat);
	if (e->b != NULL)
		fault("person %u is the third in chat %lld", p->id,
		    (long long)chat);
	if (e->a == NULL) {
		e->a = p;
		return NULL;
	}
	e->b = p;
	return e->a;
}

void
ledger_check(void)
{
	for (int64_t i = 0; i < n_entries; i++)
		if (entries[i].a != NULL && entries[i].b == NULL)
			fault("only person %u was told of chat %lld",
			    entries[i].a->id, (long long)(base + i));
}
