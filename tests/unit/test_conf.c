#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/log.h"

enum { ARGS_MAX = 16 };

static struct conf c;
static char why[200];

/* Loads from the arguments up to NULL; LOAD(NULL) is no argument. */
static enum conf_asked
load(const char *const *args)
{
	char *argv[ARGS_MAX + 1] = {(char *)"parley"};
	int argc = 1;

	while (*args && argc < ARGS_MAX)
		argv[argc++] = (char *)*args++;
	why[0] = '\0';
	return conf_load(&c, argc, argv, why, sizeof why);
}

#define LOAD(...) load((const char *const[]){__VA_ARGS__, NULL})

static int
clean_environment(void **state)
{
	(void)state;
	return clearenv();
}

static void
defaults_are_good(void **state)
{
	(void)state;
	assert_int_equal(LOAD(NULL), CONF_SERVE);
	assert_string_equal(c.listen, "");
	assert_string_equal(c.db, "parley.db");
	assert_string_equal(c.log, "-");
	assert_int_equal(c.log_level, LOG_INFO);
	assert_int_equal(c.workers, 2);
	assert_int_equal(c.socket_mode, 0660);
	assert_int_equal(c.hold_s, 25);
	assert_int_equal(c.hold_max_s, 50);
	assert_int_equal(c.cgi_delay_ms, 1000);
	assert_int_equal(c.session_age_s, 86400);
	assert_int_equal(c.drain_s, 10);
	assert_int_equal(c.stuck_ms, 8000);
	assert_int_equal(c.sandbox, 1);
	assert_int_equal(c.rates, 1);
	assert_int_equal(c.work, WORK_AUTO);
	assert_string_equal(c.proxies, "");
}

static void
options_come_before_environment_before_defaults(void **state)
{
	(void)state;
	setenv("PARLEY_WORKERS", "5", 1);
	setenv("PARLEY_HOLD_MAX_S", "40", 1);
	assert_int_equal(LOAD("--workers", "7"), CONF_SERVE);
	assert_int_equal(c.workers, 7);
	assert_int_equal(c.hold_max_s, 40);
	assert_int_equal(c.hold_s, 25);
	/* What is not used cannot be wrong. */
	setenv("PARLEY_WORKERS", "many", 1);
	assert_int_equal(LOAD("--workers", "7"), CONF_SERVE);
}

static void
both_spellings_of_an_option_are_read(void **state)
{
	(void)state;
	assert_int_equal(LOAD("--hold-s=3", "--db", "/x/y=z", "--log-level",
			     "debug", "--socket-mode=0600", "--log", "-",
			     "--listen="),
	    CONF_SERVE);
	assert_int_equal(c.hold_s, 3);
	assert_string_equal(c.db, "/x/y=z");
	assert_int_equal(c.log_level, LOG_DEBUG);
	assert_int_equal(c.socket_mode, 0600);
	assert_string_equal(c.log, "-");
	assert_string_equal(c.listen, "");
}

static void
a_wrong_value_names_setting_value_and_range(void **state)
{
	(void)state;
	assert_int_equal(LOAD("--workers", "99"), CONF_WRONG);
	assert_string_equal(why,
	    "--workers (PARLEY_WORKERS): \"99\" is not "
	    "a whole number from 1 to 64");
	setenv("PARLEY_LOG_LEVEL", "loud", 1);
	assert_int_equal(LOAD(NULL), CONF_WRONG);
	assert_string_equal(why,
	    "--log-level (PARLEY_LOG_LEVEL): \"loud\" is "
	    "not one of error, warn, info, debug");
	assert_int_equal(LOAD("--log-level=info", "--socket-mode=0888"),
	    CONF_WRONG);
	assert_string_equal(why,
	    "--socket-mode (PARLEY_SOCKET_MODE): "
	    "\"0888\" is not an octal number from 0 to "
	    "0777");
}

static void
numbers_are_whole_and_within_their_range(void **state)
{
	static const char *const bad[] = {"", "0", "65", "-1", "+1", " 1", "1 ",
	    "1.0", "1e1", "0x1", "one", "18446744073709551617"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		char option[64];

		snprintf(option, sizeof option, "--workers=%s", bad[i]);
		assert_int_equal(LOAD(option), CONF_WRONG);
	}
	assert_int_equal(LOAD("--workers=1"), CONF_SERVE);
	assert_int_equal(LOAD("--workers=64"), CONF_SERVE);
}

static void
words_and_lists_are_what_they_may_be(void **state)
{
	(void)state;
	assert_int_equal(LOAD("--rates=off", "--work=always",
			     "--proxies=127.0.0.1, fd00::/8"),
	    CONF_SERVE);
	assert_int_equal(c.rates, 0);
	assert_int_equal(c.work, WORK_ALWAYS);
	assert_string_equal(c.proxies, "127.0.0.1, fd00::/8");
	assert_int_equal(LOAD("--rates=1"), CONF_WRONG);
	assert_non_null(strstr(why, "is not one of off, on"));
	assert_int_equal(LOAD("--proxies=here"), CONF_WRONG);
	assert_non_null(strstr(why, "is not a list of up to 32 addresses"));
	assert_int_equal(LOAD("--work-bits=19"), CONF_WRONG);
}

static void
paths_have_a_length(void **state)
{
	static char path[2000] = "--listen=";

	(void)state;
	memset(path + 9, 'x', 107);
	assert_int_equal(LOAD(path), CONF_SERVE);
	path[9 + 107] = 'x';
	assert_int_equal(LOAD(path), CONF_WRONG);
	assert_non_null(strstr(why, "is not a path of 0 to 107 bytes"));
	memset(path, 'x', sizeof path - 1);
	assert_int_equal(LOAD("--db", path), CONF_WRONG);
	path[CONF_PATH_MAX - 1] = '\0';
	assert_int_equal(LOAD("--db", path), CONF_SERVE);
	assert_string_equal(c.db, path);
	assert_int_equal(LOAD("--db="), CONF_WRONG);
}

static void
what_is_no_setting_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(LOAD("--no-such=1"), CONF_WRONG);
	assert_int_equal(LOAD("--hold_s", "5"), CONF_WRONG);
	assert_int_equal(LOAD("--work", "5"), CONF_WRONG);
	assert_int_equal(LOAD("stray"), CONF_WRONG);
	assert_int_equal(LOAD("--"), CONF_WRONG);
	assert_int_equal(LOAD("--check=1"), CONF_WRONG);
	assert_int_equal(LOAD("--workers"), CONF_WRONG);
	assert_string_equal(why, "--workers needs a value");
	assert_int_equal(LOAD("--db", "--check"), CONF_WRONG);
}

static void
settings_have_to_fit_together(void **state)
{
	(void)state;
	assert_int_equal(LOAD("--away-s=90"), CONF_WRONG);
	assert_string_equal(why,
	    "--gone-s (90) must be more than --away-s "
	    "(90): who is gone was away before");
	assert_int_equal(LOAD("--away-s=89"), CONF_SERVE);
	assert_int_equal(LOAD("--gone-s=500", "--nonce-s=500"), CONF_WRONG);
	assert_int_equal(LOAD("--gone-s=499", "--nonce-s=500"), CONF_SERVE);
	assert_int_equal(LOAD("--hold-max-s=24"), CONF_WRONG);
	assert_string_equal(why,
	    "--hold-max-s (24) must be at least --hold-s (25): the usual "
	    "wait is within the longest");
	assert_int_equal(LOAD("--hold-max-s=25"), CONF_SERVE);
}

static void
flags_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(LOAD("--check"), CONF_CHECK);
	assert_int_equal(LOAD("--check", "--workers=0"), CONF_WRONG);
	assert_int_equal(LOAD("--workers=0", "--help"), CONF_HELP);
	assert_int_equal(LOAD("--version"), CONF_VERSION);
}

static void
under_cgi_a_visitors_arguments_are_not_read(void **state)
{
	(void)state;
	setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
	assert_int_equal(LOAD("--db=/etc/passwd", "--help"), CONF_SERVE);
	assert_string_equal(c.db, "parley.db");
}

static char *
printed(const struct conf *conf)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_print(conf, out);
	fclose(out);
	return text;
}

static void
an_exported_conf_is_loaded_the_same(void **state)
{
	struct conf before;
	char *text;

	(void)state;
	assert_int_equal(LOAD("--socket-mode=0007", "--log-level=warn",
			     "--db=a b", "--drain-s=600"),
	    CONF_SERVE);
	before = c;
	text = printed(&c);
	assert_non_null(strstr(text, "socket_mode = 0007\n"));
	assert_non_null(strstr(text, "log_level = warn\n"));
	assert_non_null(strstr(text, "db = a b\n"));
	free(text);
	assert_int_equal(conf_export(&c), 0);
	assert_int_equal(LOAD(NULL), CONF_SERVE);
	assert_memory_equal(&c, &before, sizeof c);
}

static void
help_tells_every_setting(void **state)
{
	char *help = NULL, *all, *line;
	size_t len;
	FILE *out = open_memstream(&help, &len);
	int n = 0;

	(void)state;
	conf_usage(out);
	fclose(out);
	LOAD(NULL);
	all = printed(&c);
	for (line = strtok(all, "\n"); line; line = strtok(NULL, "\n"), n++) {
		char option[64];

		snprintf(option, sizeof option, "--%.*s ",
		    (int)strcspn(line, " "), line);
		for (char *p = option; *p; p++)
			*p = *p == '_' ? '-' : *p;
		assert_non_null(strstr(help, option));
	}
	assert_true(n > 20);
	free(all);
	free(help);
}

/* Found by tests/fuzz/fuzz_conf.c: a value's line breaks stood in it. */
static void
what_is_wrong_is_told_in_one_line(void **state)
{
	(void)state;
	assert_int_equal(LOAD("--workers=a\nb\x1b[2J"), CONF_WRONG);
	assert_null(strpbrk(why, "\n\x1b"));
	assert_non_null(strstr(why, "\"a?b?[2J\""));
	assert_int_equal(LOAD("--no\nsuch"), CONF_WRONG);
	assert_null(strchr(why, '\n'));
}

#define TEST(name) cmocka_unit_test_setup(name, clean_environment)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(defaults_are_good),
	    TEST(options_come_before_environment_before_defaults),
	    TEST(both_spellings_of_an_option_are_read),
	    TEST(a_wrong_value_names_setting_value_and_range),
	    TEST(numbers_are_whole_and_within_their_range),
	    TEST(words_and_lists_are_what_they_may_be),
	    TEST(paths_have_a_length),
	    TEST(what_is_no_setting_is_wrong),
	    TEST(settings_have_to_fit_together),
	    TEST(flags_are_told_apart),
	    TEST(under_cgi_a_visitors_arguments_are_not_read),
	    TEST(an_exported_conf_is_loaded_the_same),
	    TEST(help_tells_every_setting),
	    TEST(what_is_wrong_is_told_in_one_line),
	};

	return RUN(tests);
}
