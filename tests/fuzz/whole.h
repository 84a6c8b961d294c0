/* What must hold of the database after any calls; needs unit/fixture.h. */
#ifndef WHOLE_H
#define WHOLE_H

#include "fuzz.h"

/* How many rows there are that should not be; each is the answer to a query. */
static const char *const whole_faults[] = {
    /* Pairing is a matching: the partner's partner is oneself, in that chat. */
    "SELECT count(*) FROM session a LEFT JOIN session b ON b.id = a.partner "
    "WHERE a.state = 2 AND (b.id IS NULL OR b.id = a.id OR b.state <> 2 OR "
    "b.partner <> a.id OR b.chat <> a.chat)",
    /* A chat that goes on has its two people. */
    "SELECT count(*) FROM chat c WHERE c.ended_ms IS NULL AND (SELECT count(*) "
    "FROM session s WHERE s.chat = c.id AND s.id IN (c.a, c.b)) <> 2",
    "SELECT count(*) FROM chat c JOIN session s ON s.chat = c.id "
    "WHERE c.ended_ms IS NOT NULL",
    /* Who waits stands in the pool, and nobody else. */
    "SELECT count(*) FROM session s WHERE (s.state = 1) <> "
    "EXISTS (SELECT 1 FROM waiting w WHERE w.session = s.id)",
    /* Queues have no gaps, and end where they say. */
    "SELECT count(*) FROM (SELECT max(seq) - min(seq) + 1 - count(*) AS gaps, "
    "count(DISTINCT seq) - count(*) AS twice FROM event GROUP BY session) "
    "WHERE gaps <> 0 OR twice <> 0",
    "SELECT count(*) FROM event e LEFT JOIN queue q ON q.session = e.session "
    "WHERE q.session IS NULL OR e.seq > q.seq",
    /* Nothing is left of who has gone. */
    "SELECT count(*) FROM queue q LEFT JOIN session s ON s.id = q.session "
    "WHERE s.id IS NULL",
    "SELECT count(*) FROM tag t LEFT JOIN session s ON s.id = t.session "
    "WHERE s.id IS NULL",
    "SELECT count(*) FROM page p LEFT JOIN session s ON s.id = p.session "
    "WHERE s.id IS NULL",
    /* A message that was taken back is nowhere. */
    "SELECT count(*) FROM sent m JOIN event e ON e.id = m.message "
    "WHERE m.retracted = 1 AND e.type <> 'retracted'",
    "SELECT count(*) FROM sent m JOIN image_bytes b ON b.message = m.message "
    "WHERE m.retracted = 1",
};

/* When everybody has gone, and a while has passed, nothing is left. */
static const char *const whole_remains[] = {
    "SELECT count(*) FROM session",
    "SELECT count(*) FROM waiting",
    "SELECT count(*) FROM tag",
    "SELECT count(*) FROM chat",
    "SELECT count(*) FROM met",
    "SELECT count(*) FROM blocked",
    "SELECT count(*) FROM queue",
    "SELECT count(*) FROM event",
    "SELECT count(*) FROM sent",
    "SELECT count(*) FROM image",
    "SELECT count(*) FROM image_bytes",
    "SELECT count(*) FROM page",
};

static inline void
whole_count(int64_t (*ask)(const char *sql), const char *sql)
{
	int64_t n = ask(sql);

	if (n != 0)
		fprintf(stderr, "%lld: %s\n", (long long)n, sql);
	MUST(n == 0);
}

static inline void
whole_check(int64_t (*ask)(const char *sql))
{
	for (size_t i = 0; i < sizeof whole_faults / sizeof *whole_faults; i++)
		whole_count(ask, whole_faults[i]);
}

static inline void
whole_check_empty(int64_t (*ask)(const char *sql))
{
	for (size_t i = 0; i < sizeof whole_remains / sizeof *whole_remains;
	     i++)
		whole_count(ask, whole_remains[i]);
}

#endif
