/*
 * Two columns of the session that nobody else wants to know: so they are not
 * part of struct session, nor remembered with it.
 */
#include "store/receipts.h"

#include "store/query.h"

enum found
store_receipts_of(struct store *st, int64_t session, int64_t partner,
    struct receipts *out)
{
	struct query q = query(st, SQL_RECEIPTS_OF);

	query_int(&q, session);
	query_int(&q, partner);
	if (query_step(&q)) {
		out->on = query_column(&q, 0) != 0;
		out->shown = query_column(&q, 1);
	}
	return query_end(&q);
}

enum found
store_receipts_set(struct store *st, int64_t session, bool on)
{
	const int64_t n[] = {session, on};

	return query_run(st, SQL_RECEIPTS_SET, 2, n);
}

enum found
store_receipts_shown(struct store *st, int64_t session, int64_t message)
{
	const int64_t n[] = {session, message};

	return query_run(st, SQL_RECEIPTS_SHOWN, 2, n);
}
