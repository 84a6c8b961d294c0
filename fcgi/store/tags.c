#include "store/tags.h"

#include <string.h>

#include "store/query.h"

enum found
store_tag_add(struct store *st, int64_t session, int64_t place,
    const char *folded, const char *typed)
{
	struct query q = query(st, SQL_TAG_ADD);

	query_int(&q, session);
	query_int(&q, place);
	query_text(&q, folded, strlen(folded));
	query_text(&q, typed, strlen(typed));
	query_step(&q);
	return query_end(&q);
}

enum found
store_tag_ticket(struct store *st, int64_t session, int64_t ticket)
{
	const int64_t n[] = {session, ticket};

	return query_run(st, SQL_TAG_TICKET, 2, n);
}

enum found
store_tag_common(struct store *st, int64_t session, int64_t other,
    void (*visit)(const char *typed, void *arg), void *arg)
{
	struct query q = query(st, SQL_TAG_COMMON);
	size_t len;

	query_int(&q, session);
	query_int(&q, other);
	while (query_step(&q))
		visit(query_column_text(&q, 0, &len), arg);
	return query_end(&q);
}
