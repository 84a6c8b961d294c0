/*
 * Settings: an input is a list of strings with NUL between them. Those that
 * begin like a variable's name go into the environment, the others are
 * arguments.
 */
#include "fuzz.h"

#include "base/conf.h"

enum { ARGS_MAX = 16 };

/* What --check prints, as arguments of a second run. */
static void
check_again(const struct conf *c)
{
	static struct conf again;
	char *text = NULL, *argv[64] = {"parley"}, why[512];
	size_t len;
	int argc = 1;
	FILE *f = open_memstream(&text, &len);

	MUST(f != NULL);
	conf_print(c, f);
	fclose(f);
	clearenv();
	MUST(conf_export(c) == 0);
	MUST(conf_load(&again, 1, argv, why, sizeof why) == CONF_SERVE);
	MUST(memcmp(c, &again, sizeof again) == 0);
	clearenv();
	for (char *at = strtok(text, "\n"); at != NULL && argc < 64;
	     at = strtok(NULL, "\n")) {
		char *gap = strstr(at, " = "), *arg = malloc(strlen(at) + 3);

		MUST(gap != NULL && arg != NULL);
		sprintf(arg, "--%.*s=%s", (int)(gap - at), at, gap + 3);
		for (char *p = arg; p < arg + 2 + (gap - at); p++)
			if (*p == '_')
				*p = '-';
		argv[argc++] = arg;
	}
	MUST(conf_load(&again, argc, argv, why, sizeof why) == CONF_SERVE);
	MUST(memcmp(c, &again, sizeof again) == 0);
	while (argc > 1)
		free(argv[--argc]);
	free(text);
}

static void
check_numbers(const struct conf *c)
{
	MUST(c->workers >= 1 && c->workers <= 64);
	MUST(c->socket_mode >= 0 && c->socket_mode <= 0777);
	MUST(c->hold_s <= c->hold_max_s && c->away_s < c->gone_s);
	MUST(c->gone_s < c->nonce_s && c->db[0] != '\0');
	MUST(strlen(c->listen) <= 107);
}

/* A path may have a line break in it; the lines of --check have none. */
static bool
is_in_lines(const struct conf *c)
{
	return strpbrk(c->db, "\n") == NULL && strpbrk(c->log, "\n") == NULL &&
	    strpbrk(c->listen, "\n") == NULL;
}

static void
load(char **argv, int argc)
{
	static struct conf c;
	char why[200] = "";
	enum conf_asked asked = conf_load(&c, argc, argv, why, sizeof why);

	if (asked == CONF_WRONG)
		MUST(why[0] != '\0' && strpbrk(why, "\r\n") == NULL);
	if (asked != CONF_SERVE && asked != CONF_CHECK)
		return;
	check_numbers(&c);
	if (is_in_lines(&c))
		check_again(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = fuzz_text(data, len), *argv[ARGS_MAX + 1] = {"parley"};
	int argc = 1;

	clearenv();
	for (char *at = text; at < text + len; at += strlen(at) + 1) {
		char *equals = strchr(at, '=');

		if (equals > at && at[0] >= 'A' && at[0] <= 'Z') {
			*equals = '\0';
			setenv(at, equals + 1, 1);
			*equals = '=';
		} else if (argc < ARGS_MAX)
			argv[argc++] = at;
	}
	load(argv, argc);
	free(text);
	return 0;
}
