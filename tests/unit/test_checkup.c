/* What `parley --check-db` says of a database, and that it changes nothing. */
#include "fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "store/checkup.h"

static char said[16384];

/* 0: all is well; what it says is in `said`. */
static int
check(void)
{
	FILE *out = fmemopen(said, sizeof said, "w");
	int ok = store_checkup(fx.path, out);

	fclose(out);
	return ok;
}

static void
says(const char *what)
{
	if (strstr(said, what) == NULL)
		fail_msg("it says:\n%s", said);
}

static void
is_wrong(const char *what)
{
	assert_int_equal(check(), -1);
	says(what);
	says("\nwrong: ");
	says("Stop Parley");
}

static int64_t
ask(const char *sql)
{
	assert_int_equal(sqlite3_open(fx.path, &fx.sq), SQLITE_OK);
	int64_t n = fx_ask(sql);

	sqlite3_close(fx.sq);
	return n;
}

/* Setup: the files of a database that nobody has open, all of it in the first.
 */
static int
make(void **state)
{
	if (fx_begin(state) != 0 || store_commit(fx.st) != 0)
		return -1;
	store_checkpoint(fx.st, 0, true);
	store_close(fx.st);
	fx.st = NULL;
	return 0;
}

static void
name_of(char name[64], const char *end)
{
	snprintf(name, 64, "%s%s", fx.path, end);
}

/* ---- what is well ---- */

static void
a_good_database_is_well(void **state)
{
	(void)state;
	assert_int_equal(check(), 0);
	says("p.db: ");
	says("every page was read\nall is well\n");
}

static void
it_may_be_in_use(void **state)
{
	(void)state;
	assert_int_equal(store_begin(fx.st, DB_WRITE), 0);
	fx_person("Cem");
	assert_int_equal(check(), 0);
	assert_int_equal(store_commit(fx.st), 0);
	assert_int_equal(check(), 0);
}

static void
without_a_lock_file_none_is_made(void **state)
{
	char name[64];

	(void)state;
	name_of(name, ".lock");
	assert_int_equal(unlink(name), 0);
	assert_int_equal(check(), 0);
	says("p.db.lock: No such file");
	assert_int_equal(access(name, F_OK), -1);
}

static void
what_another_program_has_written_is_told(void **state)
{
	(void)state;
	fx_others_run("UPDATE session SET name = 'Eve'");
	assert_int_equal(check(), 0);
	says("another program has written into it");
}

/* ---- what is wrong ---- */

static void
there_is_none(void **state)
{
	(void)state;
	assert_int_equal(check(), -1);
	says("there is no database");
	assert_int_equal(access(fx.path, F_OK), -1);
}

static void
it_is_no_database(void **state)
{
	FILE *file = fopen(fx.path, "w");

	(void)state;
	for (int i = 0; i < 999; i++)
		fputs("somebody's text. ", file);
	fclose(file);
	is_wrong("not a database");
}

static void
a_page_is_damaged(void **state)
{
	static const char noise[512] = {'?'};
	int fd = open(fx.path, O_WRONLY | O_CLOEXEC);

	(void)state;
	for (int page = 2; page < 20; page++)
		assert_int_equal(pwrite(fd, noise, sizeof noise, page * 4096),
		    sizeof noise);
	close(fd);
	is_wrong("wrong: ");
}

static void
it_is_cut_off(void **state)
{
	(void)state;
	assert_int_equal(truncate(fx.path, 8192), 0);
	is_wrong("wrong: ");
}

static void
a_row_names_one_that_is_not_there(void **state)
{
	(void)state;
	fx_others_run("PRAGMA foreign_keys = OFF;"
		      "INSERT INTO tag VALUES (99, 0, 'x', 'x', NULL)");
	is_wrong("wrong: tag");
}

static void
its_log_is_gone(void **state)
{
	char name[64];

	(void)state;
	fx.st = fx_store();
	store_begin(fx.st, DB_WRITE);
	fx_person("Cem");
	store_commit(fx.st);
	store_close(fx.st);
	fx.st = NULL;
	name_of(name, "-wal");
	assert_int_equal(unlink(name), 0);
	is_wrong("removed or cut off");
}

/* ---- versions ---- */

static void
a_newer_one_wants_a_newer_program(void **state)
{
	(void)state;
	fx_others_run("PRAGMA user_version = 999");
	is_wrong("schema is newer");
}

static void
an_older_one_is_brought_forward_later(void **state)
{
	static const char *const files[] = {"tests/unit/old/schema-1.sql",
	    "tests/unit/old/data-1.sql"};
	char text[32768];

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		FILE *file = fopen(files[i], "r");

		assert_non_null(file);
		text[fread(text, 1, sizeof text - 1, file)] = '\0';
		fclose(file);
		fx_others_run(text);
	}
	assert_int_equal(check(), 0);
	says("brought forward at the next start");
	assert_int_equal(ask("PRAGMA user_version"), 1);
	assert_int_equal(ask("SELECT count(*) FROM sqlite_schema "
			     "WHERE name = 'queue'"),
	    0);
}

/* Somebody has set it, and the next start would fail. */
static void
one_that_only_says_it_is_older_is_wrong(void **state)
{
	static const char *const lowered[] = {"PRAGMA user_version = 0",
	    "PRAGMA user_version = 1", "PRAGMA user_version = 2"};

	(void)state;
	for (int v = 0; v < (int)COUNT(lowered); v++) {
		fx_others_run(lowered[v]);
		is_wrong("cannot be brought forward: ");
		says("set it back");
		assert_int_equal(ask("PRAGMA user_version"), v);
		assert_int_equal(ask("SELECT count(*) FROM session"), 2);
	}
}

#define NONE(f) cmocka_unit_test_setup_teardown(f, fx_directory, fx_close)
#define MADE(f) cmocka_unit_test_setup_teardown(f, make, fx_close)
#define OPEN(f) cmocka_unit_test_setup_teardown(f, fx_open, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MADE(a_good_database_is_well),
	    OPEN(it_may_be_in_use),
	    MADE(without_a_lock_file_none_is_made),
	    MADE(what_another_program_has_written_is_told),
	    NONE(there_is_none),
	    NONE(it_is_no_database),
	    MADE(a_page_is_damaged),
	    MADE(it_is_cut_off),
	    MADE(a_row_names_one_that_is_not_there),
	    MADE(its_log_is_gone),
	    MADE(a_newer_one_wants_a_newer_program),
	    NONE(an_older_one_is_brought_forward_later),
	    MADE(one_that_only_says_it_is_older_is_wrong),
	};

	return RUN(tests);
}
