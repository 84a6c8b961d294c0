#include "store/query.h"

#include <string.h>

struct query
query(struct store *st, enum sql sql)
{
	return (struct query){.st = st, .sql = sql, .last = DB_DONE};
}

void
query_int(struct query *q, int64_t n)
{
	struct db *db = q->st->db;

	db->engine->bind_int(db, q->sql, ++q->n_bound, n);
}

void
query_text(struct query *q, const char *text, size_t len)
{
	struct db *db = q->st->db;

	db->engine->bind_text(db, q->sql, ++q->n_bound, text, len);
}

void
query_blob(struct query *q, const void *bytes, size_t len)
{
	struct db *db = q->st->db;

	db->engine->bind_blob(db, q->sql, ++q->n_bound, bytes, len);
}

bool
query_step(struct query *q)
{
	struct db *db = q->st->db;

	q->last = db->engine->step(db, q->sql);
	if (q->last == DB_ROW)
		q->had_row = true;
	return q->last == DB_ROW;
}

int64_t
query_column(const struct query *q, int at)
{
	struct db *db = q->st->db;

	return db->engine->column_int(db, q->sql, at);
}

const char *
query_column_text(const struct query *q, int at, size_t *len)
{
	struct db *db = q->st->db;

	return db->engine->column_text(db, q->sql, at, len);
}

void
query_column_copy(const struct query *q, int at, char *out, size_t cap)
{
	size_t len;
	const char *text = query_column_text(q, at, &len);

	if (len >= cap)
		len = cap - 1;
	if (len > 0)
		memcpy(out, text, len);
	out[len] = '\0';
}

static bool
has_failed(enum db_result r)
{
	return r != DB_ROW && r != DB_DONE;
}

enum found
query_end(struct query *q)
{
	struct db *db = q->st->db;

	/* Why is known only until the statement is reset. */
	if (has_failed(q->last))
		store_note_failure(q->st, q->last, sql_texts[q->sql].name);
	if (has_failed(db->engine->reset(db, q->sql)) || has_failed(q->last))
		return STORE_FAILED;
	return q->had_row ? STORE_FOUND : STORE_NONE;
}

enum found
query_erased(struct query *q)
{
	q->st->has_erased = true;
	query_step(q);
	return query_end(q);
}

enum found
query_run(struct store *st, enum sql sql, int n, const int64_t *numbers)
{
	struct query q = query(st, sql);

	for (int i = 0; i < n; i++)
		query_int(&q, numbers[i]);
	while (query_step(&q))
		;
	return query_end(&q);
}

enum found
query_wrote(struct query *q, int64_t *rows)
{
	struct db *db = q->st->db;

	query_step(q);
	*rows = db->engine->rows(db);
	return query_end(q);
}

enum found
query_inserted(struct query *q, int64_t *id)
{
	struct db *db = q->st->db;
	enum found f;

	query_step(q);
	*id = db->engine->inserted(db);
	f = query_end(q);
	return f == STORE_FAILED ? f : STORE_FOUND;
}

enum found
query_purge(struct store *st, enum sql sql, int n, const int64_t *numbers,
    int64_t max)
{
	struct query q = query(st, sql);
	int64_t purged;
	enum found f;

	for (int i = 0; i < n; i++)
		query_int(&q, numbers[i]);
	query_int(&q, max);
	f = query_wrote(&q, &purged);
	return f == STORE_FAILED ? f : purged == max ? STORE_FOUND : STORE_NONE;
}
