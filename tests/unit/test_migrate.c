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
	};

	return RUN(tests);
}
