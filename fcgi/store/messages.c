#include "store/messages.h"

#include "store/query.h"

enum found
store_message_find(struct store *st, int64_t id, struct message *out)
{
	struct query q = query(st, SQL_MESSAGE_ROW);

	query_int(&q, id);
	if (query_step(&q)) {
		out->sender = query_column(&q, 0);
		out->chat = query_column(&q, 1);
		out->sent_ms = query_column(&q, 2);
		out->is_retracted = query_column(&q, 3) != 0;
	}
	return query_end(&q);
}

static enum found
erase(struct store *st, int64_t id, const char *body, size_t body_len)
{
	struct query q = query(st, SQL_MESSAGE_ERASE);

	query_int(&q, id);
	query_text(&q, body, body_len);
	return query_erased(&q);
}

enum found
store_message_retract(struct store *st, int64_t id, const char *body,
    size_t body_len)
{
	if (query_run(st, SQL_MESSAGE_RETRACT, 1, &id) == STORE_FAILED ||
	    erase(st, id, body, body_len) == STORE_FAILED)
		return STORE_FAILED;
	told_erase(&st->told, id);
	return STORE_FOUND;
}
