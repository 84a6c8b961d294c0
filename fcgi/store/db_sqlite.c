/*
 * SQLite under the store. The only file that includes sqlite3.h. It opens no
 * descriptor on the database's files by itself: closing one would drop the
 * POSIX locks that SQLite holds on them.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/db.h"

enum {
	PARAMETERS_MAX = 8,      /* $1 to $8 */
	BUSY_MS = 2000,          /* longest wait for another process */
	CHECKPOINT_BUSY_MS = 20, /* and for its readers */
};

struct db_sqlite {
	struct db db;
	sqlite3 *sq;
	sqlite3_stmt *stmts[SQL__MAX];
	/* To SQLite $2 is a name; its number is the order of appearance. */
	signed char numbers[SQL__MAX][PARAMETERS_MAX + 1];
	int failed; /* SQLITE_* of the first bind or column that failed */
	int64_t data_version;
	char *log_path;  /* the -wal file */
	int64_t log_len; /* its length after the last commit; -1: not known */
};

static struct db_sqlite *
own(struct db *db)
{
	return (struct db_sqlite *)db;
}

static enum db_result
result(int code)
{
	static const enum db_result results[] = {
	    [SQLITE_BUSY] = DB_BUSY,
	    [SQLITE_LOCKED] = DB_BUSY,
	    [SQLITE_FULL] = DB_FULL,
	    [SQLITE_CORRUPT] = DB_DAMAGED,
	    [SQLITE_NOTADB] = DB_DAMAGED,
	};
	size_t n = (size_t)code & 0xff;

	if (n == SQLITE_OK || n == SQLITE_DONE || n == SQLITE_ROW)
		return n == SQLITE_ROW ? DB_ROW : DB_DONE;
	if (n >= sizeof(results) / sizeof(*results) || results[n] == DB_DONE)
		return DB_BROKEN;
	return results[n];
}

static void
sqlite_close(struct db *db)
{
	struct db_sqlite *d = own(db);

	for (int i = 0; i < SQL__MAX; i++)
		sqlite3_finalize(d->stmts[i]);
	sqlite3_close(d->sq);
	free(d->log_path);
	free(d);
}

struct listener {
	void (*hear)(const char *text, void *arg);
	void *arg;
};

static int
hear_row(void *arg, int n, char **values, char **names)
{
	const struct listener *l = arg;

	if ((void)names, l->hear != NULL && n > 0 && values[0] != NULL)
		l->hear(values[0], l->arg);
	return 0;
}

static enum db_result
sqlite_script(struct db *db, const char *text,
    void (*hear)(const char *text, void *arg), void *arg)
{
	return result(sqlite3_exec(own(db)->sq, text, hear_row,
	    &(struct listener){hear, arg}, NULL));
}

/* After each commit of ours SQLite tells how many pages the log has. */
static int
note_log(void *arg, sqlite3 *sq, const char *name, int n_pages)
{
	struct db_sqlite *d = arg;

	(void)sq, (void)name;
	d->log_len = (int64_t)n_pages * 4096;
	return SQLITE_OK;
}

static struct db *
sqlite_open(const char *where, char *why, size_t why_cap)
{
	struct db_sqlite *d = calloc(1, sizeof(*d));
	int code;

	/* One thread, and nobody asks SQLite how much memory it uses. */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (d == NULL || asprintf(&d->log_path, "%s-wal", where) < 0) {
		free(d);
		snprintf(why, why_cap, "out of memory");
		return NULL;
	}
	d->db.engine = &db_sqlite;
	code = sqlite3_open_v2(where, &d->sq,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
	    NULL);
	if (code == SQLITE_OK) {
		sqlite3_extended_result_codes(d->sq, 1);
		sqlite3_db_config(d->sq, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
		    NULL);
		sqlite3_db_config(d->sq, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_busy_timeout(d->sq, BUSY_MS);
		code = sqlite3_exec(d->sq, sql_texts[SQL_SQLITE_SETUP].text,
		    NULL, NULL, NULL);
		sqlite3_wal_hook(d->sq, note_log, d);
	}
	d->log_len = -1; /* not known */
	if (code == SQLITE_OK)
		return &d->db;
	snprintf(why, why_cap, "%s: %s", where, sqlite3_errmsg(d->sq));
	sqlite_close(&d->db);
	return NULL;
}

static void
number_parameters(struct db_sqlite *d, int sql)
{
	char name[] = "$0";

	for (int i = 1; i <= PARAMETERS_MAX; i++) {
		name[1] = (char)('0' + i);
		d->numbers[sql][i] = (signed char)
		    sqlite3_bind_parameter_index(d->stmts[sql], name);
	}
}

static int
sqlite_prepare(struct db *db, char *why, size_t why_cap)
{
	struct db_sqlite *d = own(db);

	for (int i = 0; i < SQL__MAX; i++) {
		/* To prepare this script is to run some of it. */
		if (i == SQL_SQLITE_SETUP)
			continue;
		if (sqlite3_prepare_v3(d->sq, sql_texts[i].text, -1,
			SQLITE_PREPARE_PERSISTENT, &d->stmts[i],
			NULL) != SQLITE_OK) {
			snprintf(why, why_cap, "%s: %s", sql_texts[i].name,
			    sqlite3_errmsg(d->sq));
			return -1;
		}
		number_parameters(d, i);
	}
	return 0;
}

/* A statement without parameters or interesting rows. */
static enum db_result
run(struct db_sqlite *d, enum sql sql)
{
	int code = sqlite3_step(d->stmts[sql]);

	sqlite3_reset(d->stmts[sql]);
	return result(code);
}

static void
sqlite_rollback(struct db *db)
{
	/* Some failures have rolled back by themselves. */
	if (!sqlite3_get_autocommit(own(db)->sq))
		run(own(db), SQL_SQLITE_ROLLBACK);
}

static enum db_result
sqlite_begin(struct db *db, enum db_mode mode)
{
	return run(own(db),
	    mode == DB_WRITE ? SQL_SQLITE_BEGIN_WRITE : SQL_SQLITE_BEGIN_READ);
}

static enum db_result
sqlite_commit(struct db *db)
{
	enum db_result r;

	if (sqlite3_get_autocommit(own(db)->sq))
		return DB_BROKEN; /* lost on the way */
	r = run(own(db), SQL_SQLITE_COMMIT);
	if (r != DB_DONE)
		sqlite_rollback(db);
	return r;
}

static enum db_result
sqlite_savepoint(struct db *db)
{
	/* Without its transaction a savepoint would begin one of its own. */
	if (sqlite3_get_autocommit(own(db)->sq))
		return DB_BROKEN;
	return run(own(db), SQL_SQLITE_SAVEPOINT);
}

static enum db_result
sqlite_release(struct db *db)
{
	return run(own(db), SQL_SQLITE_RELEASE);
}

static int
sqlite_rollback_to(struct db *db)
{
	struct db_sqlite *d = own(db);

	return sqlite3_get_autocommit(d->sq) ||
		run(d, SQL_SQLITE_ROLLBACK_TO) != DB_DONE ||
		run(d, SQL_SQLITE_RELEASE) != DB_DONE
	    ? -1
	    : 0;
}

static void
note(struct db_sqlite *d, int code)
{
	if (code != SQLITE_OK && d->failed == SQLITE_OK)
		d->failed = code;
}

static void
sqlite_bind_int(struct db *db, enum sql sql, int at, int64_t n)
{
	note(own(db),
	    sqlite3_bind_int64(own(db)->stmts[sql], own(db)->numbers[sql][at],
		n));
}

static void
sqlite_bind_text(struct db *db, enum sql sql, int at, const char *text,
    size_t len)
{
	note(own(db),
	    sqlite3_bind_text64(own(db)->stmts[sql], own(db)->numbers[sql][at],
		text, len, SQLITE_STATIC, SQLITE_UTF8));
}

static void
sqlite_bind_blob(struct db *db, enum sql sql, int at, const void *bytes,
    size_t len)
{
	note(own(db),
	    sqlite3_bind_blob64(own(db)->stmts[sql], own(db)->numbers[sql][at],
		bytes, len, SQLITE_STATIC));
}

static enum db_result
sqlite_step(struct db *db, enum sql sql)
{
	struct db_sqlite *d = own(db);

	return result(
	    d->failed != SQLITE_OK ? d->failed : sqlite3_step(d->stmts[sql]));
}

static int64_t
sqlite_column_int(struct db *db, enum sql sql, int at)
{
	return sqlite3_column_int64(own(db)->stmts[sql], at);
}

static const char *
sqlite_column_text(struct db *db, enum sql sql, int at, size_t *len)
{
	sqlite3_stmt *st = own(db)->stmts[sql];
	int type = sqlite3_column_type(st, at);
	/* To ask for a blob's text would copy it. */
	const void *text = type == SQLITE_BLOB ? sqlite3_column_blob(st, at)
					       : sqlite3_column_text(st, at);

	*len = text == NULL ? 0 : (size_t)sqlite3_column_bytes(st, at);
	if (text == NULL && sqlite3_errcode(own(db)->sq) == SQLITE_NOMEM)
		note(own(db), SQLITE_NOMEM);
	return text == NULL && type != SQLITE_NULL ? "" : text;
}

static int64_t
sqlite_rows(struct db *db)
{
	return sqlite3_changes(own(db)->sq);
}

static int64_t
sqlite_inserted(struct db *db)
{
	return sqlite3_last_insert_rowid(own(db)->sq);
}

static enum db_result
sqlite_reset(struct db *db, enum sql sql)
{
	struct db_sqlite *d = own(db);
	int failed = d->failed;

	d->failed = SQLITE_OK;
	sqlite3_reset(d->stmts[sql]);
	sqlite3_clear_bindings(d->stmts[sql]);
	return result(failed);
}

static bool
sqlite_changed(struct db *db)
{
	struct db_sqlite *d = own(db);
	sqlite3_stmt *st = d->stmts[SQL_SQLITE_DATA_VERSION];
	int64_t before = d->data_version;

	if (sqlite3_step(st) == SQLITE_ROW)
		d->data_version = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return d->data_version != before;
}

static int64_t
sqlite_log_size(struct db *db)
{
	struct db_sqlite *d = own(db);
	struct stat st;

	if (d->log_len < 0 && stat(d->log_path, &st) == 0)
		d->log_len = st.st_size;
	return d->log_len > 0 ? d->log_len : 0;
}

static enum db_result
sqlite_checkpoint(struct db *db, bool empty)
{
	struct db_sqlite *d = own(db);
	sqlite3_stmt
	    *st = d->stmts[empty ? SQL_SQLITE_TRUNCATE : SQL_SQLITE_CHECKPOINT];
	int code;
	bool busy;

	/* Somebody who reads for long must not hold up everybody else. */
	sqlite3_busy_timeout(d->sq, CHECKPOINT_BUSY_MS);
	code = sqlite3_step(st);
	/* The first column tells whether readers kept it from ending. */
	busy = code == SQLITE_ROW && sqlite3_column_int(st, 0) != 0;
	sqlite3_reset(st);
	sqlite3_busy_timeout(d->sq, BUSY_MS);
	if (busy)
		return DB_BUSY;
	d->log_len = 0;
	return code == SQLITE_ROW ? DB_DONE : result(code);
}

static const char *
sqlite_why(struct db *db)
{
	return sqlite3_errmsg(own(db)->sq);
}

const struct db_engine db_sqlite = {
    .open = sqlite_open,
    .close = sqlite_close,
    .script = sqlite_script,
    .prepare = sqlite_prepare,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .savepoint = sqlite_savepoint,
    .release = sqlite_release,
    .rollback_to = sqlite_rollback_to,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .step = sqlite_step,
    .column_int = sqlite_column_int,
    .column_text = sqlite_column_text,
    .rows = sqlite_rows,
    .inserted = sqlite_inserted,
    .reset = sqlite_reset,
    .changed = sqlite_changed,
    .log_size = sqlite_log_size,
    .checkpoint = sqlite_checkpoint,
    .why = sqlite_why,
};
