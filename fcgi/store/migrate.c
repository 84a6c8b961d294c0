/* Which schema a database has, and how it gets the one this program needs. */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "store/store.h"

static void
note_number(const char *text, void *number)
{
	*(int *)number = (int)strtol(text, NULL, 10);
}

int
store_version(struct db *db)
{
	int n = -1;

	db->engine->script(db, sql_texts[SQL_SQLITE_VERSION].text, note_number,
	    &n);
	return n;
}

static enum db_result
run(struct db *db, const char *text)
{
	return db->engine->script(db, text, NULL, NULL);
}

/* One step, whole or not at all; the text sets user_version itself. */
static int
step(struct store *st, const char *text, const char *name, char *why,
    size_t why_cap)
{
	struct db *db = st->db;
	const char *begin = sql_texts[SQL_SQLITE_BEGIN_WRITE].text;

	if (run(db, begin) == DB_DONE && run(db, text) == DB_DONE &&
	    run(db, sql_texts[SQL_SQLITE_COMMIT].text) == DB_DONE) {
		log_info("store: %s applied", name);
		return 0;
	}
	snprintf(why, why_cap, "%s: %s", name, db->engine->why(db));
	run(db, sql_texts[SQL_SQLITE_ROLLBACK].text);
	return -1;
}

int
store_migrate(struct store *st, const struct sql_migration *list, int version,
    char *why, size_t why_cap)
{
	int is = store_version(st->db);

	if (is < 0) {
		snprintf(why, why_cap, "the database cannot be read: %s",
		    st->db->engine->why(st->db));
		return -1;
	}
	if (is > version) {
		snprintf(why, why_cap,
		    "the database has schema version %d and this program "
		    "knows %d: use a newer parley",
		    is, version);
		return -1;
	}
	if (is == 0)
		return step(st, sql_schema, "the schema", why, why_cap);
	for (; list->version != 0; list++)
		if (list->version > is &&
		    step(st, list->text, list->name, why, why_cap) != 0)
			return -1;
	return 0;
}

int
store_migrate_try(struct db *db, const struct sql_migration *list, char *why,
    size_t why_cap)
{
	int is = store_version(db);
	const char *name = "the schema";
	enum db_result r = run(db, sql_texts[SQL_SQLITE_BEGIN_WRITE].text);

	if (r == DB_DONE && is == 0)
		r = run(db, sql_schema);
	for (; r == DB_DONE && is != 0 && list->version != 0; list++)
		if (list->version > is) {
			name = list->name;
			r = run(db, list->text);
		}
	if (r != DB_DONE)
		snprintf(why, why_cap, "%s: %s", name, db->engine->why(db));
	run(db, sql_texts[SQL_SQLITE_ROLLBACK].text);
	return r == DB_DONE ? 0 : -1;
}
