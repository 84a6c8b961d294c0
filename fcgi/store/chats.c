/* Conversations, who has met whom, and who is not to meet again. */
#include "store/chats.h"
#include "store/images.h"
#include "store/query.h"

enum {
	MET_KEPT = 5,    /* so many last partners are avoided */
	PURGE_STEP = 100 /* rows that one step removes at most */
};

enum found
store_chat_add(struct store *st, int64_t a, int64_t b, int64_t at, int64_t *id)
{
	struct query q = query(st, SQL_CHAT_ADD);

	query_int(&q, a);
	query_int(&q, b);
	query_int(&q, at);
	return query_inserted(&q, id);
}

enum found
store_chat_end(struct store *st, int64_t id, int64_t now_ms, int64_t next_by)
{
	const int64_t n[] = {id, now_ms, next_by};

	return query_run(st, SQL_CHAT_END, 3, n);
}

/* The first column of a statement's first row. */
static enum found
look_up(struct store *st, enum sql sql, int64_t a, int64_t b, int64_t *out)
{
	struct query q = query(st, sql);

	query_int(&q, a);
	query_int(&q, b);
	if (query_step(&q))
		*out = query_column(&q, 0);
	return query_end(&q);
}

enum found
store_chat_partner(struct store *st, int64_t session, int64_t chat,
    int64_t *partner)
{
	return look_up(st, SQL_CHAT_PARTNER, session, chat, partner);
}

enum found
store_chat_left(struct store *st, int64_t session, int64_t since_ms,
    int64_t *partner)
{
	return look_up(st, SQL_CHAT_LEFT, session, since_ms, partner);
}

/* A chat goes when its pictures have gone. */
enum found
store_chat_purge(struct store *st, int64_t ended_ms)
{
	enum found f = store_image_purge(st, ended_ms);

	if (f != STORE_NONE)
		return f;
	return query_purge(st, SQL_CHAT_PURGE, 1, &ended_ms, PURGE_STEP);
}

static enum found
remember(struct store *st, int64_t who, int64_t whom, int64_t chat)
{
	const int64_t n[] = {who, whom, chat};
	const int64_t keep[] = {who, MET_KEPT};
	enum found many;

	if (query_run(st, SQL_MET_ADD, 3, n) == STORE_FAILED)
		return STORE_FAILED;
	/* A look is much cheaper than a removal of nothing. */
	many = query_run(st, SQL_MET_MANY, 2, keep);
	return many == STORE_FOUND ? query_run(st, SQL_MET_PURGE, 2, keep)
				   : many;
}

enum found
store_met_add(struct store *st, int64_t a, int64_t b, int64_t chat)
{
	if (remember(st, a, b, chat) == STORE_FAILED)
		return STORE_FAILED;
	return remember(st, b, a, chat);
}

enum found
store_blocked_add(struct store *st, int64_t a, int64_t b)
{
	const int64_t one[] = {a, b}, other[] = {b, a};

	if (query_run(st, SQL_BLOCKED_ADD, 2, one) == STORE_FAILED)
		return STORE_FAILED;
	return query_run(st, SQL_BLOCKED_ADD, 2, other);
}

enum found
store_blocked_find(struct store *st, int64_t a, int64_t b)
{
	int64_t partner;

	return look_up(st, SQL_BLOCKED_FIND, a, b, &partner);
}
