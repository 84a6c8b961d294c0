/* Conversations, and who has met whom. */
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
store_chat_end(struct store *st, int64_t id, int64_t now_ms)
{
	const int64_t n[] = {id, now_ms};

	return query_run(st, SQL_CHAT_END, 2, n);
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

	if (query_run(st, SQL_MET_ADD, 3, n) == STORE_FAILED)
		return STORE_FAILED;
	return query_run(st, SQL_MET_PURGE, 2, keep);
}

enum found
store_met_add(struct store *st, int64_t a, int64_t b, int64_t chat)
{
	if (remember(st, a, b, chat) == STORE_FAILED)
		return STORE_FAILED;
	return remember(st, b, a, chat);
}
