#include "unit.h"

#include <errno.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static char dir[] = "/tmp/test_log.XXXXXX";

/* What the file in our folder holds; a new one each time. */
static const char *
read_file(const char *path)
{
	static char text[8192];
	FILE *f = fopen(path, "r");
	size_t n = 0;

	if (f) {
		n = fread(text, 1, sizeof text - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	return text;
}

static bool
matches(const char *text, const char *pattern)
{
	regex_t re;
	bool yes;

	assert_int_equal(regcomp(&re, pattern, REG_EXTENDED), 0);
	yes = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return yes;
}

static int
open_file(void **state)
{
	(void)state;
	unlink("log");
	unlink("log.1");
	return log_open("log", LOG_INFO);
}

static void
a_line_has_time_level_and_process(void **state)
{
	char pattern[200];

	(void)state;
	log_info("worker: %s", "ready");
	snprintf(pattern, sizeof pattern,
	    "^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
	    "\\.[0-9]{3}Z info %ld worker: ready\n$",
	    (long)getpid());
	assert_true(matches(read_file("log"), pattern));
}

static void
only_lines_up_to_the_level_are_written(void **state)
{
	(void)state;
	log_open("log", LOG_WARN);
	log_error("e");
	log_warn("w");
	log_info("i");
	log_debug("d");
	assert_true(matches(read_file("log"),
	    "^[^\n]* error [0-9]+ e\n[^\n]* warn [0-9]+ w\n$"));
}

static void
control_characters_cannot_forge_a_line(void **state)
{
	(void)state;
	log_info("a\nb\r\x1B[1m\x7F\xC2\x85\xFF\xC3\xA4");
	assert_true(matches(read_file("log"),
	    " a\\?b\\?\\?\\[1m\\?\\?\\?\\?\xC3\xA4\n$"));
}

static void
a_line_that_is_too_long_is_cut_and_says_so(void **state)
{
	static char text[4000];
	const char *line;

	(void)state;
	memset(text, 'x', sizeof text - 1);
	log_info("%s", text);
	line = read_file("log");
	assert_int_equal(strlen(line), 2048);
	assert_true(matches(line, "x\\.\\.\\.\n$"));
}

static void
a_rotated_file_is_left_on_reopen(void **state)
{
	(void)state;
	log_info("one");
	rename("log", "log.1");
	log_info("two");
	log_reopen();
	log_info("three");
	assert_true(matches(read_file("log.1"), " one\n[^\n]* two\n$"));
	assert_true(matches(read_file("log"), "^[^\n]* three\n$"));
}

static void
errno_is_kept_and_can_be_printed(void **state)
{
	(void)state;
	errno = ENOSPC;
	log_info("%m");
	assert_int_equal(errno, ENOSPC);
	assert_true(matches(read_file("log"), " No space left on device\n$"));
}

static void
a_path_that_cannot_be_opened_leaves_stderr(void **state)
{
	static char endless[5000];

	(void)state;
	memset(endless, 'x', sizeof endless - 1);
	assert_int_equal(log_open("no/such/folder", LOG_ERROR), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(log_open(endless, LOG_ERROR), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(log_open("-", LOG_ERROR), 0);
	assert_int_equal(log_open("", LOG_ERROR), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_line_has_time_level_and_process,
		open_file),
	    cmocka_unit_test_setup(only_lines_up_to_the_level_are_written,
		open_file),
	    cmocka_unit_test_setup(control_characters_cannot_forge_a_line,
		open_file),
	    cmocka_unit_test_setup(a_line_that_is_too_long_is_cut_and_says_so,
		open_file),
	    cmocka_unit_test_setup(a_rotated_file_is_left_on_reopen, open_file),
	    cmocka_unit_test_setup(errno_is_kept_and_can_be_printed, open_file),
	    cmocka_unit_test(a_path_that_cannot_be_opened_leaves_stderr),
	};
	int failed;

	if (!mkdtemp(dir) || chdir(dir) != 0)
		return 1;
	failed = RUN(tests);
	unlink("log");
	unlink("log.1");
	rmdir(dir);
	return failed;
}
