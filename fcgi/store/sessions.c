/* People, each in one browser tab. */
#include <string.h>

#include "store/cache.h"
#include "store/chains.h"
#include "store/events.h"
#include "store/query.h"
#include "store/queues.h"
#include "store/sessions.h"

/* The columns of session_by_token and session_by_id. */
static enum found
read_one(struct query *q, struct session *out)
{
	if (query_step(q)) {
		out->id = query_column(q, 0);
		out->state = (enum session_state)query_column(q, 1);
		out->chat = query_column(q, 2);
		out->partner = query_column(q, 3);
		out->away = query_column(q, 4) != 0;
		out->typing_ms = query_column(q, 5);
		out->acked = query_column(q, 6);
		out->born_ms = query_column(q, 7);
		out->seen_ms = query_column(q, 8);
		out->unload_ms = query_column(q, 9);
		query_column_copy(q, 10, out->name, sizeof out->name);
		query_column_copy(q, 11, out->partner_name,
		    sizeof out->partner_name);
		out->partner_away = query_column(q, 12) != 0;
		out->partner_acked = query_column(q, 13);
		query_column_copy(q, 14, out->lang, sizeof out->lang);
		out->tags = query_column(q, 15);
	}
	return query_end(q);
}

/* What its row does not say: how far the two queues have come. */
static enum found
add_queues(struct store *st, struct session *s)
{
	struct queue own, theirs = {0};

	if (queues_read(st, s->id, &own) != STORE_FOUND ||
	    (s->partner != 0 &&
		queues_read(st, s->partner, &theirs) == STORE_FAILED))
		return STORE_FAILED;
	s->seq = own.seq;
	s->sent = own.sent;
	s->partner_backlog = theirs.seq - s->partner_acked;
	return STORE_FOUND;
}

enum found
store_session_add(struct store *st, const unsigned char hash[TOKEN_HASH_LEN],
    const char *name, int64_t now_ms, int64_t *id)
{
	struct query q = query(st, SQL_SESSION_ADD);

	query_blob(&q, hash, TOKEN_HASH_LEN);
	query_text(&q, name, strlen(name));
	query_int(&q, now_ms);
	if (query_inserted(&q, id) == STORE_FAILED)
		return STORE_FAILED;
	return queues_add(st, *id);
}

/* True, and copied, if it is remembered. */
static bool
remembered(const struct session *s, struct session *out)
{
	if (s == NULL)
		return false;
	*out = *s;
	return true;
}

enum found
store_session_by_token(struct store *st,
    const unsigned char hash[TOKEN_HASH_LEN], struct session *out)
{
	struct query q = query(st, SQL_SESSION_BY_TOKEN);
	enum found f;

	if (remembered(cache_by_token(st->cache, hash), out))
		return add_queues(st, out);
	query_blob(&q, hash, TOKEN_HASH_LEN);
	f = read_one(&q, out);
	if (f == STORE_FOUND)
		cache_put(st->cache, hash, out);
	return f == STORE_FOUND ? add_queues(st, out) : f;
}

enum found
store_session_by_id(struct store *st, int64_t id, struct session *out)
{
	struct query q = query(st, SQL_SESSION_BY_ID);

	enum found f;

	if (remembered(cache_by_id(st->cache, id), out))
		return add_queues(st, out);
	query_int(&q, id);
	f = read_one(&q, out);
	return f == STORE_FOUND ? add_queues(st, out) : f;
}

/* A statement that changes the row of session numbers[0]. */
static enum found
change(struct store *st, enum sql sql, int n, const int64_t *numbers)
{
	cache_drop(st->cache, numbers[0]);
	return query_run(st, sql, n, numbers);
}

enum found
store_session_drop(struct store *st, int64_t id)
{
	chains_drop(st->chains, id);
	if (store_event_purge(st, id, INT64_MAX) == STORE_FAILED ||
	    queues_drop(st, id) == STORE_FAILED ||
	    query_run(st, SQL_ADDRESS_WENT, 1, &id) == STORE_FAILED)
		return STORE_FAILED;
	return change(st, SQL_SESSION_DROP, 1, &id);
}

enum found
store_session_retoken(struct store *st, int64_t id,
    const unsigned char hash[TOKEN_HASH_LEN])
{
	struct query q = query(st, SQL_SESSION_RETOKEN);

	cache_drop(st->cache, id);
	query_int(&q, id);
	query_blob(&q, hash, TOKEN_HASH_LEN);
	query_step(&q);
	return query_end(&q) == STORE_FAILED ? STORE_FAILED : STORE_FOUND;
}

enum found
store_session_state(struct store *st, int64_t id, enum session_state state,
    int64_t chat, int64_t partner)
{
	const int64_t n[] = {id, state, chat, partner};

	return change(st, SQL_SESSION_STATE, 4, n);
}

enum found
store_session_wish(struct store *st, int64_t id, const char *lang, int64_t tags)
{
	struct query q = query(st, SQL_SESSION_WISH);

	cache_drop(st->cache, id);
	query_int(&q, id);
	query_text(&q, lang, strlen(lang));
	query_int(&q, tags);
	query_step(&q);
	return query_end(&q);
}

enum found
store_session_away(struct store *st, int64_t id, bool away)
{
	const int64_t n[] = {id, away};

	return change(st, SQL_SESSION_AWAY, 2, n);
}

enum found
store_session_typing(struct store *st, int64_t id, int64_t until_ms)
{
	const int64_t n[] = {id, until_ms};

	return change(st, SQL_SESSION_TYPING, 2, n);
}

enum found
store_session_seen(struct store *st, int64_t id, int64_t seen_ms, int64_t acked)
{
	const int64_t n[] = {id, seen_ms, acked};

	return change(st, SQL_SESSION_SEEN, 3, n);
}

enum found
store_session_hold(struct store *st, int64_t id, int64_t until_ms,
    int64_t acked)
{
	const int64_t n[] = {id, until_ms, acked};

	return change(st, SQL_SESSION_HOLD, 3, n);
}

enum found
store_session_unseen(struct store *st, int64_t id, int64_t lease_ms,
    int64_t seen_ms, int64_t acked)
{
	const int64_t n[] = {id, lease_ms, seen_ms, acked};

	return change(st, SQL_SESSION_UNSEEN, 4, n);
}

enum found
store_session_unload(struct store *st, int64_t id, int64_t seen_ms,
    int64_t now_ms)
{
	const int64_t n[] = {id, seen_ms, now_ms};

	return change(st, SQL_SESSION_UNLOAD, 3, n);
}

enum found
store_session_asks(struct store *st, int64_t id, const char *request,
    int64_t now_ms)
{
	struct query q = query(st, SQL_SESSION_ASKS);
	int64_t noted;
	enum found f;

	cache_drop(st->cache, id);
	query_int(&q, id);
	query_text(&q, request, strlen(request));
	query_int(&q, now_ms);
	f = query_wrote(&q, &noted);
	return f == STORE_FAILED ? f : noted > 0 ? STORE_NONE : STORE_FOUND;
}

enum found
store_session_due(struct store *st, const struct due *due, int64_t *ids,
    size_t max, size_t *n)
{
	struct query q = query(st, SQL_SESSION_DUE);

	query_int(&q, due->away_ms);
	query_int(&q, due->gone_ms);
	query_int(&q, due->idle_ms);
	query_int(&q, due->born_ms);
	query_int(&q, due->typing_ms);
	query_int(&q, (int64_t)max);
	*n = 0;
	while (*n < max && query_step(&q))
		ids[(*n)++] = query_column(&q, 0);
	return query_end(&q);
}

enum found
store_session_census(struct store *st, const struct due *due, int64_t seen_ms,
    struct census *out)
{
	struct query q = query(st, SQL_SESSION_CENSUS);

	query_int(&q, due->away_ms);
	query_int(&q, due->gone_ms);
	query_int(&q, due->idle_ms);
	query_int(&q, due->born_ms);
	query_int(&q, due->typing_ms);
	query_int(&q, seen_ms);
	if (query_step(&q)) {
		out->online = query_column(&q, 0);
		out->waiting = query_column(&q, 1);
		out->chatting = query_column(&q, 2);
		out->due = query_column(&q, 3);
		out->sessions = query_column(&q, 4);
	}
	return query_end(&q);
}
