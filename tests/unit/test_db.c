/* SQLite through the seam of store/db.h. */
#include "fixture.h"

static struct db *db;
static char why[512];

static int
start(void **state)
{
	if (fx_directory(state) != 0)
		return -1;
	db = db_sqlite.open(fx.path, why, sizeof why);
	if (db == NULL ||
	    db_sqlite.script(db, sql_schema, NULL, NULL) != DB_DONE)
		return -1;
	return db_sqlite.prepare(db, why, sizeof why);
}

static int
end(void **state)
{
	db_sqlite.close(db);
	return fx_close(state);
}

static enum db_result
step(enum sql sql, int n, const int64_t *numbers)
{
	enum db_result r;

	for (int i = 0; i < n; i++)
		db_sqlite.bind_int(db, sql, i + 1, numbers[i]);
	r = db_sqlite.step(db, sql);
	db_sqlite.reset(db, sql);
	return r;
}

static void
add_session(const char *name)
{
	enum db_result r;

	db_sqlite.bind_blob(db, SQL_SESSION_ADD, 1, name, strlen(name));
	db_sqlite.bind_text(db, SQL_SESSION_ADD, 2, name, strlen(name));
	db_sqlite.bind_int(db, SQL_SESSION_ADD, 3, 1);
	r = db_sqlite.step(db, SQL_SESSION_ADD);
	assert_true(r == DB_DONE || r == DB_ROW);
	db_sqlite.reset(db, SQL_SESSION_ADD);
}

/* A second connection, for what somebody else does. */
static sqlite3 *
other(void)
{
	sqlite3 *mine = fx.sq, *sq = NULL;

	assert_int_equal(sqlite3_open(fx.path, &sq), SQLITE_OK);
	fx.sq = mine;
	return sq;
}

static void
run(sqlite3 *sq, const char *sql)
{
	assert_int_equal(sqlite3_exec(sq, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* ---- statements ---- */

static void
every_statement_has_a_name_and_a_text(void **state)
{
	(void)state;
	for (int i = 0; i < SQL__MAX; i++) {
		assert_non_null(sql_texts[i].name);
		assert_true(strlen(sql_texts[i].text) > 0);
	}
}

static void
a_statement_that_does_not_fit_the_schema_is_named(void **state)
{
	struct db *empty;
	char path[64], reason[512] = "";

	(void)state;
	snprintf(path, sizeof path, "%s/empty.db", fx.dir);
	empty = db_sqlite.open(path, reason, sizeof reason);
	assert_non_null(empty);
	assert_int_equal(db_sqlite.prepare(empty, reason, sizeof reason), -1);
	assert_non_null(strstr(reason, "host_boot: no such table"));
	db_sqlite.close(empty);
}

/* In session_state $2 stands first and $1 last. */
static void
parameters_go_by_their_number(void **state)
{
	const int64_t n[] = {1, 2, 77, 88};

	(void)state;
	add_session("Ann");
	assert_int_equal(step(SQL_SESSION_STATE, 4, n), DB_DONE);
	assert_int_equal(fx_ask("SELECT state FROM session"), 2);
	assert_int_equal(fx_ask("SELECT chat FROM session"), 77);
	assert_int_equal(fx_ask("SELECT partner FROM session"), 88);
}

static void
every_parameter_is_a_number_from_one_on(void **state)
{
	(void)state;
	for (int i = 0; i < SQL__MAX; i++) {
		sqlite3_stmt *s = NULL;
		int n;

		sqlite3_prepare_v2(fx.sq, sql_texts[i].text, -1, &s, NULL);
		n = sqlite3_bind_parameter_count(s);
		assert_in_range(n, 0, 8);
		for (int at = 1; at <= n; at++) {
			char name[4] = {'$', (char)('0' + at), 0, 0};

			assert_int_not_equal(sqlite3_bind_parameter_index(s,
						 name),
			    0);
		}
		sqlite3_finalize(s);
	}
}

static void
a_bind_without_its_parameter_fails_at_the_step_and_only_there(void **state)
{
	(void)state;
	db_sqlite.bind_int(db, SQL_HOST_BOOT, 1, 5);
	assert_int_equal(db_sqlite.step(db, SQL_HOST_BOOT), DB_BROKEN);
	db_sqlite.reset(db, SQL_HOST_BOOT);
	assert_int_equal(step(SQL_HOST_BOOT, 0, NULL), DB_DONE);
}

static void
a_reset_forgets_the_parameters(void **state)
{
	const int64_t id = 1;
	size_t len = 9;

	(void)state;
	add_session("Ann");
	assert_int_equal(step(SQL_SESSION_BY_ID, 1, &id), DB_ROW);
	assert_int_equal(step(SQL_SESSION_BY_ID, 0, NULL), DB_DONE);
	db_sqlite.bind_int(db, SQL_SESSION_BY_ID, 1, 1);
	db_sqlite.step(db, SQL_SESSION_BY_ID);
	assert_memory_equal(db_sqlite.column_text(db, SQL_SESSION_BY_ID, 10,
				&len),
	    "Ann", 3);
	assert_int_equal(len, 3);
	/* The partner's name, without a partner. */
	assert_null(db_sqlite.column_text(db, SQL_SESSION_BY_ID, 11, &len));
	assert_int_equal(len, 0);
	db_sqlite.reset(db, SQL_SESSION_BY_ID);
}

/* ---- a connection ---- */

static void
a_connection_is_set_up_for_durability(void **state)
{
	(void)state;
	assert_int_equal(fx_ask("PRAGMA synchronous"), 2);
	assert_int_equal(fx_ask("PRAGMA wal_autocheckpoint"), 0);
	assert_int_equal(fx_ask("PRAGMA foreign_keys"), 1);
	assert_int_equal(fx_ask("PRAGMA busy_timeout"), 2000);
	assert_int_equal(fx_ask("PRAGMA secure_delete"), 1);
	assert_int_equal(fx_ask("PRAGMA trusted_schema"), 0);
	assert_int_equal(fx_ask("SELECT journal_mode = 'wal' "
				"FROM pragma_journal_mode"),
	    1);
}

static void
a_second_connection_is_set_up_the_same(void **state)
{
	struct db *second = db_sqlite.open(fx.path, why, sizeof why);

	assert_non_null(second);
	a_connection_is_set_up_for_durability(state);
	db_sqlite.close(second);
}

static void
every_table_is_strict(void **state)
{
	(void)state;
	assert_int_equal(fx_ask("SELECT count(*) > 5 FROM pragma_table_list "
				"WHERE strict"),
	    1);
	assert_int_equal(fx_ask("SELECT count(*) FROM pragma_table_list "
				"WHERE schema = 'main' AND type = 'table' AND "
				"NOT strict "
				"AND name NOT LIKE 'sqlite_%'"),
	    0);
	assert_int_equal(fx_ask("INSERT INTO host (id, boot_id, checked_at) "
				"VALUES (1, 'b', 'x')"),
	    -2);
}

static void
a_file_that_is_no_database_is_refused(void **state)
{
	char path[64], reason[512] = "";
	FILE *f;

	(void)state;
	snprintf(path, sizeof path, "%s/garbage", fx.dir);
	f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 1000; i++)
		fputs("not a database\n", f);
	fclose(f);
	assert_null(db_sqlite.open(path, reason, sizeof reason));
	assert_non_null(strstr(reason, "garbage: file is not a database"));
}

/* ---- failures have their kinds ---- */

static void
a_broken_rule_is_broken(void **state)
{
	(void)state;
	add_session("Ann");
	db_sqlite.bind_blob(db, SQL_SESSION_ADD, 1, "Ann", 3);
	db_sqlite.bind_text(db, SQL_SESSION_ADD, 2, "Ann", 3);
	db_sqlite.bind_int(db, SQL_SESSION_ADD, 3, 1);
	assert_int_equal(db_sqlite.step(db, SQL_SESSION_ADD), DB_BROKEN);
	assert_non_null(strstr(db_sqlite.why(db), "UNIQUE"));
	db_sqlite.reset(db, SQL_SESSION_ADD);
}

static void
no_room_is_full(void **state)
{
	static const char text[30000];
	int64_t pages = fx_ask("PRAGMA page_count");
	char sql[64];

	(void)state;
	snprintf(sql, sizeof sql, "PRAGMA max_page_count = %d", (int)pages);
	fx_ask(sql);
	db_sqlite.begin(db, DB_WRITE);
	db_sqlite.bind_blob(db, SQL_SESSION_ADD, 1, text, sizeof text);
	db_sqlite.bind_text(db, SQL_SESSION_ADD, 2, text, sizeof text);
	db_sqlite.bind_int(db, SQL_SESSION_ADD, 3, 1);
	assert_int_equal(db_sqlite.step(db, SQL_SESSION_ADD), DB_FULL);
	db_sqlite.reset(db, SQL_SESSION_ADD);
	db_sqlite.rollback(db);
}

static void
a_foreign_writer_is_busy(void **state)
{
	sqlite3 *foreign = other();

	(void)state;
	run(foreign, "BEGIN IMMEDIATE");
	sqlite3_busy_timeout(fx.sq, 1);
	assert_int_equal(db_sqlite.begin(db, DB_WRITE), DB_BUSY);
	assert_int_equal(db_sqlite.begin(db, DB_READ), DB_DONE);
	assert_int_equal(db_sqlite.commit(db), DB_DONE);
	sqlite3_close(foreign);
}

/* ---- transactions ---- */

static int
refuse(void *arg)
{
	(void)arg;
	return 1;
}

static void
a_failed_commit_has_been_rolled_back(void **state)
{
	(void)state;
	db_sqlite.begin(db, DB_WRITE);
	add_session("Ann");
	sqlite3_commit_hook(fx.sq, refuse, NULL);
	assert_int_equal(db_sqlite.commit(db), DB_BROKEN);
	sqlite3_commit_hook(fx.sq, NULL, NULL);
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 0);
	assert_int_equal(db_sqlite.begin(db, DB_WRITE), DB_DONE);
	assert_int_equal(db_sqlite.commit(db), DB_DONE);
}

static void
a_lost_transaction_is_noticed(void **state)
{
	(void)state;
	db_sqlite.begin(db, DB_WRITE);
	run(fx.sq, "ROLLBACK");
	assert_int_equal(db_sqlite.savepoint(db), DB_BROKEN);
	assert_int_equal(db_sqlite.rollback_to(db), -1);
	assert_int_equal(db_sqlite.commit(db), DB_BROKEN);
	assert_int_equal(sqlite3_get_autocommit(fx.sq), 1);
	db_sqlite.rollback(db);
}

static void
a_change_is_somebody_elses_commit(void **state)
{
	sqlite3 *foreign = other();

	(void)state;
	db_sqlite.changed(db);
	assert_false(db_sqlite.changed(db));
	add_session("Ann");
	assert_false(db_sqlite.changed(db));
	run(foreign,
	    "INSERT INTO host (id, boot_id, checked_at) VALUES (1, 'b', 0)");
	assert_true(db_sqlite.changed(db));
	assert_false(db_sqlite.changed(db));
	sqlite3_close(foreign);
}

static void
a_checkpoint_empties_the_log(void **state)
{
	(void)state;
	add_session("Ann");
	assert_true(db_sqlite.log_size(db) > 0);
	assert_int_equal(db_sqlite.checkpoint(db, true), DB_DONE);
	assert_int_equal(db_sqlite.log_size(db), 0);
}

static void
a_checkpoint_gives_way_to_a_reader(void **state)
{
	sqlite3 *foreign = other();

	(void)state;
	run(foreign, "BEGIN; SELECT * FROM session");
	add_session("Ann");
	sqlite3_busy_timeout(fx.sq, 1);
	assert_int_equal(db_sqlite.checkpoint(db, true), DB_BUSY);
	assert_true(db_sqlite.log_size(db) > 0);
	sqlite3_close(foreign);
	assert_int_equal(db_sqlite.checkpoint(db, true), DB_DONE);
}

#define T(f) cmocka_unit_test_setup_teardown(f, start, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(every_statement_has_a_name_and_a_text),
	    T(a_statement_that_does_not_fit_the_schema_is_named),
	    T(parameters_go_by_their_number),
	    T(every_parameter_is_a_number_from_one_on),
	    T(a_bind_without_its_parameter_fails_at_the_step_and_only_there),
	    T(a_reset_forgets_the_parameters),
	    T(a_connection_is_set_up_for_durability),
	    T(a_second_connection_is_set_up_the_same),
	    T(every_table_is_strict),
	    T(a_file_that_is_no_database_is_refused),
	    T(a_broken_rule_is_broken),
	    T(no_room_is_full),
	    T(a_foreign_writer_is_busy),
	    T(a_failed_commit_has_been_rolled_back),
	    T(a_lost_transaction_is_noticed),
	    T(a_change_is_somebody_elses_commit),
	    T(a_checkpoint_empties_the_log),
	    T(a_checkpoint_gives_way_to_a_reader),
	};

	return RUN(tests);
}
