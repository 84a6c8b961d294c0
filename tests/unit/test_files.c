/* The files under a database, as nobody but Parley may change them. */
#include "fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "store/files.h"
#include "store/lock.h"

static struct lock own;
static struct files f;
static char why[1400];

/* ---- files as SQLite would leave them ---- */

static const char *
name_of(const char *end)
{
	static char name[64];

	snprintf(name, sizeof name, "%s%s", fx.path, end);
	return name;
}

static void
put(const char *end, const char *text)
{
	FILE *file = fopen(name_of(end), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* The same bytes, in a new file. */
static void
replace(const char *end, const char *text)
{
	char was[64];

	snprintf(was, sizeof was, "%s.was%s", fx.path, end);
	assert_int_equal(rename(name_of(end), was), 0);
	put(end, text);
}

static void
put_back(const char *end)
{
	char was[64];

	snprintf(was, sizeof was, "%s.was%s", fx.path, end);
	assert_int_equal(rename(was, name_of(end)), 0);
}

/* Clocks of files are coarse. */
static void
touch_later(const char *end)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {0}};

	clock_gettime(CLOCK_REALTIME, &times[1]);
	times[1].tv_sec += 2;
	assert_int_equal(utimensat(AT_FDCWD, name_of(end), times, 0), 0);
}

static int
begin(void **state)
{
	why[0] = '\0';
	if (fx_directory(state) != 0 || lock_open(&own, fx.path, 100) != 0)
		return -1;
	put("", "database");
	put("-wal", "log of writes");
	put("-shm", "index");
	files_begin(&f, fx.path, own.fd);
	return 0;
}

/* Setup: as a process has it that has opened them. */
static int
open_them(void **state)
{
	return begin(state) != 0 ? -1 : files_opened(&f, FILES_GOOD, false);
}

static int
end(void **state)
{
	files_end(&f);
	lock_close(&own);
	return fx_close(state);
}

/* What another process would say that opens them now. */
static enum files_verdict
verdict(bool anew)
{
	static struct files other;

	why[0] = '\0';
	files_begin(&other, fx.path, own.fd);
	return files_may_open(&other, anew, why, sizeof why);
}

/* ---- may they be opened? ---- */

static void
without_a_mark_all_is_good(void **state)
{
	(void)state;
	assert_int_equal(verdict(false), FILES_GOOD);
	unlink(name_of(""));
	assert_int_equal(verdict(false), FILES_GOOD);
}

static void
as_we_have_left_them_they_are_good(void **state)
{
	(void)state;
	assert_int_equal(verdict(false), FILES_GOOD);
	put("-wal", "a log of writes that has grown");
	assert_int_equal(verdict(false), FILES_GOOD);
}

static void
a_log_that_is_shorter_has_lost_something(void **state)
{
	(void)state;
	put("-wal", "");
	assert_int_equal(verdict(false), FILES_REFUSED);
	assert_non_null(strstr(why, "was removed or cut off"));
	assert_int_equal(verdict(true), FILES_GOOD);
	unlink(name_of("-wal"));
	assert_int_equal(verdict(false), FILES_REFUSED);
}

static void
a_database_that_is_gone_is_begun_anew_by_nobody_but_a_person(void **state)
{
	(void)state;
	unlink(name_of(""));
	assert_int_equal(verdict(true), FILES_REFUSED);
	assert_non_null(strstr(why, "its log of writes (-wal) is there"));
	unlink(name_of("-wal"));
	assert_int_equal(verdict(false), FILES_REFUSED);
	assert_non_null(strstr(why, "put it back"));
	assert_int_equal(verdict(true), FILES_GOOD);
	put("", "");
	assert_int_equal(verdict(false), FILES_REFUSED);
}

static void
another_file_does_not_go_with_this_log(void **state)
{
	(void)state;
	replace("", "database");
	assert_int_equal(verdict(false), FILES_REFUSED);
	assert_int_equal(verdict(true), FILES_REFUSED);
	assert_non_null(strstr(why, "another file than the one"));
	unlink(name_of("-wal"));
	assert_int_equal(verdict(false), FILES_CHANGED);
}

static void
what_others_have_written_is_to_be_checked(void **state)
{
	(void)state;
	touch_later("");
	assert_int_equal(verdict(false), FILES_CHANGED);
}

static void
who_died_writing_left_it_good_unless_it_was_found_damaged(void **state)
{
	(void)state;
	assert_int_equal(files_before_checkpoint(&f), 0);
	touch_later("");
	assert_int_equal(verdict(false), FILES_GOOD);
	files_after_checkpoint(&f);
	assert_int_equal(verdict(false), FILES_GOOD);
	files_note_loss(&f, 1000, true);
	assert_int_equal(verdict(false), FILES_CHANGED);
}

/* ---- while they are open ---- */

static void
nothing_has_happened_to_them(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_null(files_look(&f));
		assert_null(files_verify(&f));
	}
}

/* Each of them, by its name: gone, replaced, and back again. */
static void
a_file_that_is_gone_or_replaced_is_noticed_at_once(void **state)
{
	static const char *const ends[][2] = {{"", "the database was removed"},
	    {"-wal", "(-wal) was removed"}, {"-shm", "(-shm) was removed"},
	    {".lock", "(.lock) was removed"}};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		assert_null(files_look(&f));
		replace(ends[i][0], "");
		assert_non_null(strstr(files_look(&f), ends[i][1]));
		assert_non_null(strstr(files_verify(&f), ends[i][1]));
		unlink(name_of(ends[i][0]));
		assert_non_null(strstr(files_look(&f), ends[i][1]));
		put_back(ends[i][0]);
		assert_null(files_look(&f));
	}
}

/* A look that found nothing does not hide what comes in the same moment. */
static void
a_quick_change_is_not_hidden(void **state)
{
	(void)state;
	for (int i = 0; i < 200; i++) {
		put(".other", "");
		assert_null(files_look(&f));
		replace("-wal", "");
		assert_non_null(files_look(&f));
		put_back("-wal");
		unlink(name_of(".other"));
	}
}

static void
who_writes_notices_what_others_have_written(void **state)
{
	(void)state;
	touch_later("");
	assert_null(files_look(&f));
	assert_non_null(
	    strstr(files_verify(&f), "another program has written"));
}

static void
who_writes_notices_a_log_that_was_cut_off(void **state)
{
	(void)state;
	put("-wal", "a log of writes that has grown");
	assert_null(files_wrote_log(&f));
	assert_null(files_verify(&f));
	put("-wal", "log of writes");
	assert_non_null(strstr(files_verify(&f), "cut off its log"));
	/* In the moment of our commit: it is not taken down as it is now. */
	assert_non_null(strstr(files_wrote_log(&f), "cut off its log"));
	assert_non_null(strstr(files_verify(&f), "cut off its log"));
}

/* In the middle of a write, which makes it as long again. */
static void
a_log_that_was_cut_off_under_a_write_is_noticed(void **state)
{
	FILE *log = fopen(name_of("-wal"), "r+");

	(void)state;
	assert_int_equal(ftruncate(fileno(log), 0), 0);
	fseek(log, 4096, SEEK_SET);
	fputs("a page", log);
	fclose(log);
	assert_int_equal(files_before_checkpoint(&f), -1);
	f.looked_ms = 0; /* as a quarter of a second later */
	assert_non_null(strstr(files_look(&f), "cut off its log"));
	assert_int_equal(verdict(false), FILES_REFUSED);
	assert_non_null(strstr(why, "was removed or cut off"));
	assert_int_equal(verdict(true), FILES_GOOD);
}

static void
who_writes_learns_what_another_of_us_has_found(void **state)
{
	struct mark m;

	(void)state;
	files_note_loss(&f, 1000, true);
	assert_non_null(strstr(files_verify(&f), "found it damaged"));
	assert_int_equal(files_opened(&f, FILES_CHANGED, false), 0);
	assert_null(files_verify(&f));
	assert_true(mark_read(own.fd, &m));
	m.epoch++;
	mark_write(own.fd, &m);
	assert_non_null(strstr(files_verify(&f), "opened it anew"));
	assert_int_equal(ftruncate(own.fd, 0), 0);
	assert_non_null(strstr(files_verify(&f), "opened it anew"));
}

static void
a_checkpoint_that_somebody_died_at_is_taken_over(void **state)
{
	(void)state;
	assert_int_equal(files_before_checkpoint(&f), 0);
	touch_later("");
	put("-wal", "");
	assert_null(files_verify(&f));
	assert_int_equal(f.mark.doubt, MARK_SURE);
}

static void
a_checkpoint_does_not_begin_where_the_mark_cannot_be_written(void **state)
{
	int fd = f.lock_fd;

	(void)state;
	f.lock_fd = open(name_of(".lock"), O_RDONLY | O_CLOEXEC);
	assert_int_equal(files_before_checkpoint(&f), -1);
	assert_int_equal(files_opened(&f, FILES_GOOD, false), -1);
	close(f.lock_fd);
	f.lock_fd = fd;
}

static void
a_log_can_be_saved_if_nothing_else_is_gone(void **state)
{
	(void)state;
	assert_false(files_can_save_log(&f));
	replace("-wal", "another");
	assert_false(files_can_save_log(&f));
	unlink(name_of("-wal"));
	assert_true(files_can_save_log(&f));
	unlink(name_of("-shm"));
	assert_false(files_can_save_log(&f));
}

static void
a_loss_is_told_for_a_while_until_a_person_starts_anew(void **state)
{
	(void)state;
	assert_false(files_was_hurt(&f, 1700000000000));
	files_note_loss(&f, 1700000000000, false);
	assert_true(files_was_hurt(&f, 1700000000000));
	assert_true(files_was_hurt(&f, 1700000019999));
	assert_false(files_was_hurt(&f, 1700000020000));
	assert_false(files_was_hurt(&f, 1699999999999)); /* the clock was set */
	files_opened(&f, FILES_GOOD, false);
	assert_true(files_was_hurt(&f, 1700000000000));
	files_opened(&f, FILES_GOOD, true);
	assert_false(files_was_hurt(&f, 1700000000000));
}

#define THERE(f) cmocka_unit_test_setup_teardown(f, begin, end)
#define OPENED(f) cmocka_unit_test_setup_teardown(f, open_them, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    THERE(without_a_mark_all_is_good),
	    OPENED(as_we_have_left_them_they_are_good),
	    OPENED(a_log_that_is_shorter_has_lost_something),
	    OPENED(
		a_database_that_is_gone_is_begun_anew_by_nobody_but_a_person),
	    OPENED(another_file_does_not_go_with_this_log),
	    OPENED(what_others_have_written_is_to_be_checked),
	    OPENED(who_died_writing_left_it_good_unless_it_was_found_damaged),
	    OPENED(nothing_has_happened_to_them),
	    OPENED(a_file_that_is_gone_or_replaced_is_noticed_at_once),
	    OPENED(a_quick_change_is_not_hidden),
	    OPENED(who_writes_notices_what_others_have_written),
	    OPENED(who_writes_notices_a_log_that_was_cut_off),
	    OPENED(a_log_that_was_cut_off_under_a_write_is_noticed),
	    OPENED(who_writes_learns_what_another_of_us_has_found),
	    OPENED(a_checkpoint_that_somebody_died_at_is_taken_over),
	    OPENED(
		a_checkpoint_does_not_begin_where_the_mark_cannot_be_written),
	    OPENED(a_log_can_be_saved_if_nothing_else_is_gone),
	    OPENED(a_loss_is_told_for_a_while_until_a_person_starts_anew),
	};

	return RUN(tests);
}
