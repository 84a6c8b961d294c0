/* What a repeated send is answered with. */
#include <string.h>

#include "store/nonces.h"
#include "store/query.h"

enum { PURGE_STEP = 500 }; /* rows that one step removes at most */

enum found
store_nonce_find(struct store *st, int64_t session, const char *nonce,
    int64_t now_ms, struct sent *out)
{
	struct query q = query(st, SQL_NONCE_FIND);

	query_int(&q, now_ms / st->nonce_epoch_ms);
	query_int(&q, session);
	query_text(&q, nonce, strlen(nonce));
	if (query_step(&q)) {
		out->message = query_column(&q, 0);
		out->at = query_column(&q, 1);
	}
	return query_end(&q);
}

enum found
store_nonce_add(struct store *st, int64_t session, const char *nonce,
    int64_t now_ms, const struct sent *sent)
{
	struct query q = query(st, SQL_NONCE_ADD);

	query_int(&q, now_ms / st->nonce_epoch_ms);
	query_int(&q, session);
	query_text(&q, nonce, strlen(nonce));
	query_int(&q, sent->message);
	query_int(&q, sent->at);
	query_step(&q);
	return query_end(&q);
}

enum found
store_nonce_purge(struct store *st, int64_t now_ms)
{
	int64_t before = now_ms / st->nonce_epoch_ms - 1;

	return query_purge(st, SQL_NONCE_PURGE, 1, &before, PURGE_STEP);
}
