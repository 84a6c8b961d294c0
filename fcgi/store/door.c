#include "store/door.h"

#include <string.h>

#include "store/query.h"

enum { PURGE_MAX = 1000 };

enum found
store_door_read(struct store *st, struct door *out)
{
	struct query q = query(st, SQL_DOOR_ROW);

	*out = (struct door){0};
	if (query_step(&q)) {
		size_t len;
		const char *secret = query_column_text(&q, 0, &len);

		if (len == sizeof out->secret) {
			memcpy(out->secret, secret, len);
			out->secret_ms = query_column(&q, 1);
		}
		out->minute_ms = query_column(&q, 2);
		out->minute_first = query_column(&q, 3);
		out->minute_before = query_column(&q, 4);
		out->newest = query_column(&q, 5);
	}
	return query_end(&q);
}

enum found
store_door_secret(struct store *st, const struct door *d)
{
	struct query q = query(st, SQL_DOOR_SECRET);

	query_blob(&q, d->secret, sizeof d->secret);
	query_int(&q, d->secret_ms);
	return query_erased(&q);
}

enum found
store_door_minute(struct store *st, const struct door *d)
{
	const int64_t n[] = {d->minute_ms, d->minute_first, d->minute_before};

	return query_run(st, SQL_DOOR_MINUTE, 3, n);
}

enum found
store_door_crowd(struct store *st, int64_t *sessions, int64_t *waiting)
{
	struct query q = query(st, SQL_DOOR_CROWD);

	if (query_step(&q)) {
		*sessions = query_column(&q, 0);
		*waiting = query_column(&q, 1);
	}
	return query_end(&q);
}

enum found
store_visitor_read(struct store *st, const unsigned char hash[SEAL_HASH_LEN],
    struct visitor *out)
{
	struct query q = query(st, SQL_ADDRESS_ROW);

	*out = (struct visitor){0};
	query_blob(&q, hash, SEAL_HASH_LEN);
	if (query_step(&q)) {
		out->id = query_column(&q, 0);
		out->sessions = query_column(&q, 1);
		out->full_ms = query_column(&q, 2);
	}
	return query_end(&q);
}

static enum found
add(struct store *st, struct visitor *v,
    const unsigned char hash[SEAL_HASH_LEN])
{
	struct query q = query(st, SQL_ADDRESS_ADD);

	query_blob(&q, hash, SEAL_HASH_LEN);
	query_int(&q, v->full_ms);
	return query_inserted(&q, &v->id);
}

enum found
store_visitor_came(struct store *st, struct visitor *v,
    const unsigned char hash[SEAL_HASH_LEN], int64_t session)
{
	const int64_t came[] = {v->id, v->full_ms};
	enum found f = v->id == 0 ? add(st, v, hash)
				  : query_run(st, SQL_ADDRESS_CAME, 2, came);
	const int64_t from[] = {session, v->id};

	if (f == STORE_FAILED)
		return f;
	return query_run(st, SQL_SESSION_FROM, 2, from);
}

enum found
store_door_spend(struct store *st, int64_t until_ms, const unsigned char *nonce,
    size_t nonce_len)
{
	struct query q = query(st, SQL_SPEND);
	int64_t rows;
	enum found f;

	query_int(&q, until_ms);
	query_blob(&q, nonce, nonce_len);
	f = query_wrote(&q, &rows);
	return f == STORE_FAILED ? f : rows > 0 ? STORE_FOUND : STORE_NONE;
}

enum found
store_door_purge(struct store *st, int64_t now_ms)
{
	if (query_run(st, SQL_SPENT_PURGE, 1, &now_ms) == STORE_FAILED)
		return STORE_FAILED;
	return query_purge(st, SQL_ADDRESS_PURGE, 1, &now_ms, PURGE_MAX);
}
