/*
 * The pool of those who wait. Tickets are random, so that its order is random;
 * a pick begins at a random ticket, so that no ticket is an unlucky one. While
 * somebody waits for a common tag the ticket is negative, and only the tags
 * lead there.
 */
#include "store/waiting.h"

#include <string.h>

#include "base/token.h"
#include "store/query.h"
#include "store/tags.h"

enum found
store_waiting_add(struct store *st, const struct session *who, int64_t until_ms,
    int64_t now_ms)
{
	int64_t ticket = token_random();
	bool is_closed = who->tags > 0 && until_ms != 0;
	const int64_t n[] = {is_closed ? -ticket : ticket, who->id, now_ms,
	    until_ms};

	if (who->tags > 0 &&
	    store_tag_ticket(st, who->id, ticket) == STORE_FAILED)
		return STORE_FAILED;
	return query_run(st, SQL_WAITING_ADD, 4, n);
}

enum found
store_waiting_drop(struct store *st, const struct session *who)
{
	if (who->tags > 0 && store_tag_ticket(st, who->id, 0) == STORE_FAILED)
		return STORE_FAILED;
	return query_run(st, SQL_WAITING_DROP, 1, &who->id);
}

enum found
store_waiting_until(struct store *st, int64_t session, int64_t *until_ms)
{
	struct query q = query(st, SQL_WAITING_UNTIL);

	query_int(&q, session);
	if (query_step(&q))
		*until_ms = query_column(&q, 0);
	return query_end(&q);
}

enum found
store_waiting_open(struct store *st, int64_t session)
{
	return query_run(st, SQL_WAITING_OPEN, 1, &session);
}

enum found
store_waiting_widen(struct store *st, int64_t now_ms)
{
	enum found f = query_run(st, SQL_WAITING_DUE, 1, &now_ms);

	if (f != STORE_FOUND)
		return f;
	f = query_run(st, SQL_WAITING_WIDEN, 1, &now_ms);
	return f == STORE_FAILED ? f : STORE_FOUND;
}

enum found
store_waiting_next(struct store *st, int64_t *until_ms)
{
	struct query q = query(st, SQL_WAITING_NEXT);

	*until_ms = 0;
	if (query_step(&q))
		*until_ms = query_column(&q, 0);
	return query_end(&q);
}

static enum found
pick(struct store *st, enum sql sql, const struct session *seeker,
    int64_t fresh_ms, struct pick *out)
{
	struct query q = query(st, sql);

	query_int(&q, token_random());
	query_int(&q, seeker->id);
	query_int(&q, fresh_ms);
	query_text(&q, seeker->lang, strlen(seeker->lang));
	if (query_step(&q)) {
		out->session = query_column(&q, 0);
		out->again = query_column(&q, 1) != 0;
	}
	return query_end(&q);
}

enum found
store_waiting_pick(struct store *st, const struct session *seeker,
    int64_t fresh_ms, struct pick *out)
{
	return pick(st, SQL_WAITING_PICK, seeker, fresh_ms, out);
}

enum found
store_waiting_pick_common(struct store *st, const struct session *seeker,
    int64_t fresh_ms, struct pick *out)
{
	return pick(st, SQL_WAITING_PICK_COMMON, seeker, fresh_ms, out);
}

enum found
store_waiting_other(struct store *st, int64_t seeker, int64_t fresh_ms)
{
	const int64_t n[] = {seeker, fresh_ms};

	return query_run(st, SQL_WAITING_OTHER, 2, n);
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
