/*
 * The pool of those who wait. Tickets are random, so that its order is random;
 * a pick begins at a random ticket, so that no ticket is an unlucky one.
 */
#include "store/waiting.h"
#include "base/token.h"
#include "store/query.h"

enum found
store_waiting_add(struct store *st, int64_t session, int64_t now_ms)
{
	const int64_t n[] = {token_random(), session, now_ms};

	return query_run(st, SQL_WAITING_ADD, 3, n);
}

enum found
store_waiting_drop(struct store *st, int64_t session)
{
	return query_run(st, SQL_WAITING_DROP, 1, &session);
}

static enum found
pick_from(struct store *st, int64_t ticket, int64_t seeker, int64_t fresh_ms,
    bool again, int64_t *session)
{
	struct query q = query(st, SQL_WAITING_PICK);

	query_int(&q, ticket);
	query_int(&q, seeker);
	query_int(&q, fresh_ms);
	query_int(&q, again);
	if (query_step(&q))
		*session = query_column(&q, 0);
	return query_end(&q);
}

static enum found
anybody(struct store *st, int64_t seeker)
{
	return query_run(st, SQL_WAITING_ANY, 1, &seeker);
}

enum found
store_waiting_pick(struct store *st, int64_t seeker, int64_t fresh_ms,
    bool again, int64_t *session)
{
	enum found f = anybody(st, seeker);

	if (f != STORE_FOUND)
		return f;
	f = pick_from(st, token_random(), seeker, fresh_ms, again, session);
	if (f != STORE_NONE)
		return f;
	return pick_from(st, 0, seeker, fresh_ms, again, session);
}

enum found
store_waiting_fresh(struct store *st, int64_t fresh_ms, int64_t *ids,
    size_t max, size_t *n)
{
	struct query q = query(st, SQL_WAITING_FRESH);

	query_int(&q, fresh_ms);
	query_int(&q, (int64_t)max);
	*n = 0;
	while (*n < max && query_step(&q))
		ids[(*n)++] = query_column(&q, 0);
	return query_end(&q);
}
