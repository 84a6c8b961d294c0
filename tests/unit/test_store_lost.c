/* A store whose files are taken away, changed or refused under it. */
#include "fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "store/store.h"

static char why[1400];

static void
name_of(char name[64], const char *end)
{
	snprintf(name, 64, "%s%s", fx.path, end);
}

static void
take_away(const char *end)
{
	char name[64], away[64];

	name_of(name, end);
	snprintf(away, sizeof away, "%s.away%s", fx.path, end);
	assert_int_equal(rename(name, away), 0);
}

static void
refuses_both(void)
{
	assert_int_equal(store_begin(fx.st, DB_WRITE), -1);
	assert_int_equal(store_begin(fx.st, DB_READ), -1);
	assert_false(fx.st->locked);
}

/* Setup: two people are stored, nothing is going on. */
static int
rests(void **state)
{
	if (fx_begin(state) != 0)
		return -1;
	return store_commit(fx.st);
}

/* ---- taken away ---- */

static void
who_reads_notices_first(void **state)
{
	(void)state;
	take_away("");
	assert_int_equal(store_begin(fx.st, DB_READ), -1);
	assert_true(store_is_lost(fx.st));
	refuses_both();
	assert_true(store_was_hurt(fx.st, clock_wall_ms()));
	store_checkpoint(fx.st, 0, true);
}

static void
who_looks_for_news_notices_first(void **state)
{
	(void)state;
	take_away("");
	assert_false(store_changed(fx.st));
	assert_true(store_is_lost(fx.st));
	assert_false(store_changed(fx.st));
}

static void
who_writes_notices_before_anything_is_promised(void **state)
{
	(void)state;
	assert_int_equal(store_begin(fx.st, DB_WRITE), 0);
	fx_person("Cem");
	take_away("");
	assert_int_equal(store_commit(fx.st), -1);
	assert_true(store_is_lost(fx.st));
	refuses_both();
}

static void
a_checkpoint_waits_for_who_will_say_so(void **state)
{
	(void)state;
	take_away("");
	store_checkpoint(fx.st, 0, false);
	assert_false(store_is_lost(fx.st));
	refuses_both();
}

/* What was acknowledged is only there: it goes into the database. */
static void
what_a_log_without_a_name_holds_is_saved(void **state)
{
	(void)state;
	take_away("-wal");
	assert_int_equal(store_begin(fx.st, DB_WRITE), -1);
	assert_true(store_is_lost(fx.st));
	assert_int_equal(sqlite3_open(fx.path, &fx.sq), SQLITE_OK);
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 2);
	sqlite3_close(fx.sq);
}

/* While somebody else reads the log it cannot be emptied. */
static void
it_is_saved_also_while_others_read(void **state)
{
	sqlite3 *sq = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(fx.path, &sq), SQLITE_OK);
	assert_int_equal(sqlite3_exec(sq, "BEGIN; SELECT count(*) FROM session",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	take_away("-wal");
	assert_int_equal(store_begin(fx.st, DB_READ), -1);
	sqlite3_close(sq);
	assert_true(store_is_lost(fx.st));
}

/* Whoever has it does the same. */
static void
who_does_not_get_the_lock_leaves_that_to_others(void **state)
{
	struct lock others;

	(void)state;
	fx.st->lock.wait_ms = 50;
	assert_int_equal(lock_open(&others, fx.path, 50), 0);
	assert_int_equal(lock_take(&others), 0);
	take_away("");
	assert_int_equal(store_begin(fx.st, DB_READ), -1);
	lock_drop(&others);
	lock_close(&others);
	assert_true(store_is_lost(fx.st));
	assert_false(store_was_hurt(fx.st, clock_wall_ms()));
}

/* ---- changed ---- */

static void
of_another_version_it_is_read_and_not_written(void **state)
{
	(void)state;
	fx_others_run("PRAGMA user_version = 999");
	assert_int_equal(store_begin(fx.st, DB_WRITE), -1);
	assert_true(store_is_lost(fx.st));
	assert_int_equal(store_begin(fx.st, DB_READ), 0);
	assert_int_equal(store_commit(fx.st), 0);
	assert_int_equal(store_begin(fx.st, DB_WRITE), -1);
}

static void
what_was_found_damaged_is_not_gone_on_with(void **state)
{
	(void)state;
	assert_non_null(strstr(store_why(fx.st), "cannot be written to"));
	store_note_failure(fx.st, DB_DAMAGED, "a page");
	assert_non_null(strstr(store_why(fx.st), "it is damaged"));
	store_note_failure(fx.st, DB_DAMAGED, "another, in the same second");
	refuses_both();
	assert_true(store_is_lost(fx.st));
	assert_non_null(strstr(store_why(fx.st), "it is damaged"));
}

/* ---- refused at the opening ---- */

static void
cannot_be_opened(const char *reason)
{
	assert_null(fx_try_store(why, sizeof why));
	if (strstr(why, reason) == NULL)
		fail_msg("it says: %s", why);
}

static void
closed(void)
{
	store_checkpoint(fx.st, 0, true);
	store_close(fx.st);
	fx.st = NULL;
}

static void
what_others_have_written_is_read_first(void **state)
{
	(void)state;
	closed();
	fx_others_run("UPDATE session SET name = 'Eve'");
	fx.st = fx_try_store(why, sizeof why);
	assert_non_null(fx.st);
}

/* Written into by another program, and no more a database that is whole. */
static void
what_others_have_damaged_is_refused(void **state)
{
	FILE *file;

	(void)state;
	closed();
	fx_others_run("UPDATE session SET name = 'Eve'");
	file = fopen(fx.path, "r+");
	assert_non_null(file);
	fseek(file, 2 * 4096, SEEK_SET);
	for (int n = 0; n < 4096; n++)
		fputc(0x55, file);
	fclose(file);
	cannot_be_opened("another program has damaged it");
}

static void
a_folder_that_is_not_there_is_refused(void **state)
{
	(void)state;
	closed();
	snprintf(fx.path, sizeof fx.path, "%s/none/p.db", fx.dir);
	cannot_be_opened("cannot open its lock file");
}

static void
who_holds_the_lock_for_long_is_told(void **state)
{
	struct lock others;

	(void)state;
	closed();
	fx.lock_ms = 50;
	assert_int_equal(lock_open(&others, fx.path, 50), 0);
	assert_int_equal(lock_take(&others), 0);
	cannot_be_opened("cannot get the write lock");
	lock_drop(&others);
	lock_close(&others);
}

#define T(f) cmocka_unit_test_setup_teardown(f, rests, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(who_reads_notices_first),
	    T(who_looks_for_news_notices_first),
	    T(who_writes_notices_before_anything_is_promised),
	    T(a_checkpoint_waits_for_who_will_say_so),
	    T(what_a_log_without_a_name_holds_is_saved),
	    T(it_is_saved_also_while_others_read),
	    T(who_does_not_get_the_lock_leaves_that_to_others),
	    T(of_another_version_it_is_read_and_not_written),
	    T(what_was_found_damaged_is_not_gone_on_with),
	    T(what_others_have_written_is_read_first),
	    T(what_others_have_damaged_is_refused),
	    T(a_folder_that_is_not_there_is_refused),
	    T(who_holds_the_lock_for_long_is_told),
	};

	return RUN(tests);
}
