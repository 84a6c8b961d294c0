/*
 * One run of one named statement, for the files of the store:
 *
 *	struct query q = query(st, SQL_EVENT_ADD);
 *	query_int(&q, id);              parameters in order
 *	if (query_step(&q)) ...         true while there is a row
 *	return query_end(&q);           found, none or failed
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "store/store.h"

struct query {
	struct store *st;
	enum sql sql;
	int n_bound;
	bool had_row;
	enum db_result last;
};

struct query query(struct store *st, enum sql sql);
void query_int(struct query *q, int64_t n);
void query_text(struct query *q, const char *text, size_t len);
void query_blob(struct query *q, const void *bytes, size_t len);
bool query_step(struct query *q);
int64_t query_column(const struct query *q, int at);
const char *query_column_text(const struct query *q, int at, size_t *len);
/* Copies a short text, cut off at cap bytes with its NUL. */
void query_column_copy(const struct query *q, int at, char *out, size_t cap);
enum found query_end(struct query *q);
/* Ends a statement whose old content is overwritten in the file. */
enum found query_erased(struct query *q);
/* Ends a statement that writes; *rows is how many rows it wrote. */
enum found query_wrote(struct query *q, int64_t *rows);
/* Ends an INSERT of one row; *id is its id. */
enum found query_inserted(struct query *q, int64_t *id);

/* A statement whose rows do not matter, with up to three numbers. */
enum found query_run(struct store *st, enum sql sql, int n,
    const int64_t *numbers);
/*
 * A statement that removes up to `max` rows (its last parameter) and returns
 * each; STORE_FOUND: there may be more.
 */
enum found query_purge(struct store *st, enum sql sql, int n,
    const int64_t *numbers, int64_t max);

#endif
