#include "store/pages.h"

#include <string.h>

#include "store/query.h"

enum found
store_page_set(struct store *st, int64_t session,
    const unsigned char key[TOKEN_HASH_LEN], const unsigned char *form,
    const char *lang)
{
	struct query q = query(st, SQL_PAGE_SET);

	query_int(&q, session);
	query_blob(&q, key, TOKEN_HASH_LEN);
	query_blob(&q, form, form == NULL ? 0 : TOKEN_HASH_LEN);
	query_text(&q, lang, strlen(lang));
	query_step(&q);
	return query_end(&q) == STORE_FAILED ? STORE_FAILED : STORE_FOUND;
}

static enum found
read_one(struct query *q, struct plain_page *out)
{
	if (query_step(q)) {
		out->session = query_column(q, 0);
		out->step = query_column(q, 1);
		query_column_copy(q, 2, out->lang, sizeof(out->lang));
	}
	return query_end(q);
}

static enum found
by_hash(struct store *st, enum sql sql,
    const unsigned char hash[TOKEN_HASH_LEN], struct plain_page *out)
{
	struct query q = query(st, sql);

	query_blob(&q, hash, TOKEN_HASH_LEN);
	return read_one(&q, out);
}

enum found
store_page_by_key(struct store *st, const unsigned char key[TOKEN_HASH_LEN],
    struct plain_page *out)
{
	return by_hash(st, SQL_PAGE_BY_KEY, key, out);
}

enum found
store_page_by_form(struct store *st, const unsigned char form[TOKEN_HASH_LEN],
    struct plain_page *out)
{
	return by_hash(st, SQL_PAGE_BY_FORM, form, out);
}

enum found
store_page_by_session(struct store *st, int64_t session, struct plain_page *out)
{
	struct query q = query(st, SQL_PAGE_BY_SESSION);

	query_int(&q, session);
	return read_one(&q, out);
}

enum found
store_page_step(struct store *st, int64_t session, int64_t step)
{
	struct query q = query(st, SQL_PAGE_STEP);
	int64_t rows;
	enum found f;

	query_int(&q, session);
	query_int(&q, step);
	f = query_wrote(&q, &rows);
	return f == STORE_FAILED ? f : rows > 0 ? STORE_FOUND : STORE_NONE;
}
