/* Which schema a database has, and how it gets the one it needs. */
#include "fixture.h"

static const struct sql_migration two_steps[] = {
    {SQL_VERSION, "old.sql", "no such statement"},
    {SQL_VERSION + 1, "one.sql",
	"CREATE TABLE one (x INTEGER); INSERT INTO one VALUES (1);"
	"PRAGMA user_version = 1001"},
    {SQL_VERSION + 2, "two.sql",
	"UPDATE one SET x = x + 1; PRAGMA user_version = 1002"},
    {0, 0, 0},
};

static void
an_older_database_is_brought_forward_step_by_step(void **state)
{
	char why[512] = "";

	(void)state;
	assert_int_equal(store_migrate(fx.st, two_steps, SQL_VERSION + 2, why,
			     sizeof why),
	    0);
	assert_int_equal(fx_ask("SELECT x FROM one"), 2);
	assert_int_equal(fx_ask("PRAGMA user_version"), 1002);
	assert_int_equal(sqlite3_get_autocommit(fx.sq), 1);
}

static void
a_step_that_fails_leaves_the_version_before_it_whole(void **state)
{
	static const struct sql_migration list[] = {
	    {SQL_VERSION + 1, "one.sql",
		"CREATE TABLE one (x INTEGER); PRAGMA user_version = 1001"},
	    {SQL_VERSION + 2, "two.sql",
		"DROP TABLE one; PRAGMA user_version = 1002; nonsense"},
	    {0, 0, 0},
	};
	char why[512] = "";

	(void)state;
	assert_int_equal(store_migrate(fx.st, list, SQL_VERSION + 2, why,
			     sizeof why),
	    -1);
	assert_non_null(strstr(why, "two.sql: "));
	assert_int_equal(fx_ask("PRAGMA user_version"), 1001);
	assert_int_equal(fx_ask("SELECT count(*) FROM one"), 0);
	assert_int_equal(sqlite3_get_autocommit(fx.sq), 1);
}

static void
a_database_of_this_version_is_left_alone(void **state)
{
	static const struct sql_migration list[] = {
	    {SQL_VERSION, "same.sql", "no such statement"},
	    {0, 0, 0},
	};
	char why[512] = "";

	(void)state;
	assert_int_equal(store_migrate(fx.st, list, SQL_VERSION, why,
			     sizeof why),
	    0);
}

/* The list that was compiled in ends where the schema is. */
static void
the_migrations_go_up_to_the_schema(void **state)
{
	int last = 1;

	(void)state;
	for (const struct sql_migration *m = sql_migrations; m->version; m++) {
		assert_int_equal(m->version, last + 1);
		last = m->version;
	}
	assert_int_equal(last, SQL_VERSION);
}

/* ---- the way from each version that there ever was ---- */

/* Every table, column and index, in words. */
static void
describe(sqlite3 *sq, char *out, size_t cap)
{
	static const char sql[] =
	    "SELECT group_concat(x, char(10)) FROM (SELECT m.name || ' ' ||"
	    " c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk ||"
	    " ' ' || coalesce(c.dflt_value, '-') AS x"
	    " FROM sqlite_schema m, pragma_table_xinfo(m.name) c"
	    " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
	    " UNION SELECT tbl_name || ' ' || name || ' ' || coalesce(sql, '')"
	    " FROM sqlite_schema WHERE type = 'index' ORDER BY x)";
	sqlite3_stmt *s = NULL;

	assert_int_equal(sqlite3_prepare_v2(sq, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	snprintf(out, cap, "%s", (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
}

/* The database of an old version, as old/schema-N.sql and old/data-N.sql say.
 */
static void
make_old(const char *const files[], size_t n)
{
	sqlite3 *sq = NULL;
	char text[32768];

	assert_int_equal(sqlite3_open(fx.path, &sq), SQLITE_OK);
	for (size_t i = 0; i < n; i++) {
		FILE *f = fopen(files[i], "r");

		assert_non_null(f);
		text[fread(text, 1, sizeof text - 1, f)] = '\0';
		fclose(f);
		assert_int_equal(sqlite3_exec(sq, text, NULL, NULL, NULL),
		    SQLITE_OK);
	}
	sqlite3_close(sq);
}

static void
becomes_what_a_new_database_is(void **state, const char *schema,
    const char *data)
{
	const char *const files[] = {schema, data};
	static char fresh[16384], old[16384];

	assert_int_equal(fx_open(state), 0);
	describe(fx.sq, fresh, sizeof fresh);
	assert_int_equal(fx_close(state), 0);
	fx_directory(state);
	make_old(files, 2);
	fx.st = fx_store();
	assert_non_null(fx.st);
	describe(fx.sq, old, sizeof old);
	assert_string_equal(old, fresh);
	assert_int_equal(fx_ask("PRAGMA user_version"), SQL_VERSION);
	assert_int_equal(fx_ask(
			     "SELECT count(*) FROM pragma_foreign_key_check"),
	    0);
	/* Ann and Bea still chat, and Bea has two messages to read. */
	assert_string_equal(fx_session(1).partner_name, "Bea");
	assert_string_equal(fx_told(2),
	    "message {\"text\":\"one\"} | message {\"text\":\"two\"}");
}

static void
version_1_becomes_what_a_new_database_is(void **state)
{
	becomes_what_a_new_database_is(state, "tests/unit/old/schema-1.sql",
	    "tests/unit/old/data-1.sql");
}

static void
version_2_becomes_what_a_new_database_is(void **state)
{
	becomes_what_a_new_database_is(state, "tests/unit/old/schema-2.sql",
	    "tests/unit/old/data-2.sql");
}

#define MISSING(f) cmocka_unit_test_setup_teardown(f, fx_directory, fx_close)
#define OPEN(f) cmocka_unit_test_setup_teardown(f, fx_open, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    OPEN(an_older_database_is_brought_forward_step_by_step),
	    OPEN(a_step_that_fails_leaves_the_version_before_it_whole),
	    OPEN(a_database_of_this_version_is_left_alone),
	    MISSING(the_migrations_go_up_to_the_schema),
	    MISSING(version_1_becomes_what_a_new_database_is),
	    MISSING(version_2_becomes_what_a_new_database_is),
	};

	return RUN(tests);
}
