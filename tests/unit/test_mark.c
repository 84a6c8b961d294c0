/* What processes on one database leave for each other in its lock file. */
#include "fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "store/mark.h"

static int fd;

static void
put(const char *path)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs("database", file);
	fclose(file);
}

static int
begin(void **state)
{
	char path[64];

	if (fx_directory(state) != 0)
		return -1;
	put(fx.path);
	snprintf(path, sizeof path, "%s.lock", fx.path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return fd < 0 ? -1 : 0;
}

static int
end(void **state)
{
	close(fd);
	return fx_close(state);
}

static void
a_mark_is_read_as_it_was_written(void **state)
{
	struct mark m = {.epoch = 7, .doubt = MARK_WRITING, .hurt_at = 9}, got;

	(void)state;
	m.db = mark_stat(fx.path);
	assert_int_equal(mark_write(fd, &m), 0);
	assert_true(mark_read(fd, &got));
	assert_memory_equal(&got, &m, sizeof m);
}

static void
no_mark_part_of_one_or_another_versions_is_none(void **state)
{
	struct mark m = {.epoch = 7};
	int64_t magic = 1;

	(void)state;
	assert_false(mark_read(fd, &m));
	assert_int_equal(m.epoch, 0);
	mark_write(fd, &m);
	assert_int_equal(ftruncate(fd, sizeof m - 1), 0);
	assert_false(mark_read(fd, &m));
	mark_write(fd, &m);
	assert_true(mark_read(fd, &m));
	assert_int_equal(pwrite(fd, &magic, sizeof magic, 0), sizeof magic);
	assert_false(mark_read(fd, &m));
}

static void
what_cannot_be_written_is_told(void **state)
{
	struct mark m = {0};

	(void)state;
	assert_int_equal(mark_write(-1, &m), -1);
	assert_false(mark_read(-1, &m));
}

static void
a_file_is_known_by_its_place_length_and_time(void **state)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 9}};
	struct mark_file was = mark_stat(fx.path), is;
	int path_fd = open(fx.path, O_PATH | O_CLOEXEC);

	(void)state;
	is = mark_fstat(path_fd);
	close(path_fd);
	assert_true(mark_is_untouched(&is, &was));
	assert_int_equal(utimensat(AT_FDCWD, fx.path, times, 0), 0);
	is = mark_stat(fx.path);
	assert_true(mark_is_same_file(&is, &was));
	assert_false(mark_is_untouched(&is, &was));
	assert_int_equal(truncate(fx.path, 3), 0);
	assert_int_equal(utimensat(AT_FDCWD, fx.path, times, 0), 0);
	was = is;
	is = mark_stat(fx.path);
	assert_false(mark_is_untouched(&is, &was));
}

static void
another_file_of_the_same_name_is_another(void **state)
{
	struct mark_file was = mark_stat(fx.path), is;
	char aside[64];

	(void)state;
	snprintf(aside, sizeof aside, "%s.was", fx.path);
	assert_int_equal(rename(fx.path, aside), 0);
	is = mark_stat(fx.path);
	assert_int_equal(is.ino, 0);
	assert_false(mark_is_same_file(&is, &was));
	put(fx.path);
	is = mark_stat(fx.path);
	assert_false(mark_is_same_file(&is, &was));
	is = mark_fstat(-1);
	assert_int_equal(is.ino, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_mark_is_read_as_it_was_written),
	    T(no_mark_part_of_one_or_another_versions_is_none),
	    T(what_cannot_be_written_is_told),
	    T(a_file_is_known_by_its_place_length_and_time),
	    T(another_file_of_the_same_name_is_another),
	};

	return RUN(tests);
}
