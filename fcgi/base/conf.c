#include "base/conf.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf_row.h"
#include "base/log.h"

enum { NAME_MAX_LEN = 40, LISTEN_MAX = 107 /* sun_path */, DAY_S = 86400 };

#define FIELD(f) #f, offsetof(struct conf, f)

static const struct conf_row rows[] = {
    {FIELD(listen), TEXT, "", 0, LISTEN_MAX,
	"unix socket to listen on; empty: the one on descriptor 0"},
    {FIELD(db), TEXT, "parley.db", 1, CONF_PATH_MAX - 1, "the database file"},
    {FIELD(log), TEXT, "-", 0, CONF_PATH_MAX - 1, "log file; - is stderr"},
    {FIELD(log_level), LEVEL, "info", LOG_ERROR, LOG_DEBUG,
	"how much is logged"},
    {FIELD(workers), INT, "2", 1, 64, "worker processes"},
    {FIELD(socket_mode), OCTAL, "0660", 0, 0777,
	"permissions of the listening socket"},
    {FIELD(hold_s), INT, "25", 1, 50, "a poll's wait where it names none"},
    {FIELD(hold_max_s), INT, "50", 1, 50, "the longest wait a poll gets"},
    {FIELD(cgi_hold_s), INT, "5", 0, 50, "the longest wait under CGI"},
    {FIELD(cgi_delay_ms), INT, "1000", 0, 60000,
	"pause between two polls under CGI"},
    {FIELD(away_s), INT, "10", 1, 3600, "without a poll for so long: away"},
    {FIELD(gone_s), INT, "90", 2, DAY_S, "without a poll for so long: gone"},
    {FIELD(unload_s), INT, "8", 1, 3600,
	"gone after the page was closed, at most gone-s"},
    {FIELD(fresh_s), INT, "5", 1, 3600,
	"who waits and was seen within it may be paired"},
    {FIELD(widen_s), INT, "8", 0, 3600, "a common tag is waited for so long"},
    {FIELD(typing_s), INT, "6", 1, 3600, "typing ends by itself after so long"},
    {FIELD(retract_s), INT, "120", 1, DAY_S,
	"a message can be taken back for so long"},
    {FIELD(session_idle_s), INT, "900", 10, DAY_S * 30,
	"an unused session expires"},
    {FIELD(session_age_s), INT, "86400", 60, DAY_S * 365,
	"the oldest a session gets"},
    {FIELD(nonce_s), INT, "1800", 10, DAY_S,
	"a nonce is remembered for so long"},
    {FIELD(backlog_max), INT, "1000", 10, 10000000,
	"unread events of one session"},
    {FIELD(pictures_max), INT, "30", 0, 10000, "pictures of one chat"},
    {FIELD(pictures_kib), INT, "32768", 0, 4194304,
	"how much the pictures of one chat are together"},
    {FIELD(pictures_all_mib), INT, "1024", 0, 1048576,
	"how much the pictures of all chats are together"},
    {FIELD(lock_wait_ms), INT, "2000", 10, 60000,
	"longest wait for the write lock"},
    {FIELD(flush_ms), INT, "1000", 10, 60000,
	"how often leases and acks are stored"},
    {FIELD(erase_s), INT, "60", 1, 3600,
	"nothing of what was deleted is in any file after so long"},
    {FIELD(wal_max_kib), INT, "16384", 64, 4194304,
	"checkpoint when the log of writes is larger"},
    {FIELD(drain_s), INT, "10", 1, 600,
	"a worker that is told to stop ends after so long"},
    {FIELD(stuck_ms), INT, "8000", 1000, 3600000,
	"a worker that stands still for so long is killed"},
    {FIELD(proxies), PROXIES, "", 0, CONF_PATH_MAX - 1,
	"whose X-Forwarded-For is believed"},
    {FIELD(rates), SWITCH, "on", 0, 1,
	"limits of one session, of one address, of all"},
    {FIELD(sessions_max), INT, "100000", 1, 10000000, "sessions in all"},
    {FIELD(waiting_max), INT, "10000", 1, 10000000,
	"people who wait for a partner"},
    {FIELD(held_max), INT, "20000", 1, 1000000,
	"polls that one worker holds; the others are answered at once"},
    {FIELD(sessions_address), INT, "200", 0, 10000000,
	"sessions of one address at a time; 0: no limit"},
    {FIELD(sessions_minute), INT, "120", 0, 1000000,
	"new sessions of one address; 0: no limit"},
    {FIELD(pairings_minute), INT, "1200", 0, 1000000,
	"next and back of one address; 0: no limit"},
    {FIELD(picture_mib_hour), INT, "500", 0, 1024,
	"pictures from one address; 0: no limit"},
    {FIELD(messages_minute), INT, "120", 0, 1000000,
	"messages of one session; 0: no limit"},
    {FIELD(polls_minute), INT, "600", 0, 1000000,
	"polls of one session; 0: no limit"},
    {FIELD(acts_minute), INT, "240", 0, 1000000,
	"all else that one session does; 0: no limit"},
    {FIELD(pictures_hour), INT, "60", 0, 1000000,
	"pictures of one session; 0: no limit"},
    {FIELD(kib_minute), INT, "512", 0, 1048576,
	"bytes that one session writes; 0: no limit"},
    {FIELD(work), WORK, "auto", WORK_OFF, WORK_ALWAYS,
	"proof of work for a new session"},
    {FIELD(work_minute), INT, "600", 1, 1000000,
	"new sessions in all from which on there is work"},
    {FIELD(work_address), INT, "60", 1, 1000000,
	"new sessions of one address, the same"},
    {FIELD(work_bits), INT, "14", 1, 24, "how much work there is at first"},
    {FIELD(work_bits_max), INT, "18", 1, 24, "and at the most"},
    {FIELD(work_s), INT, "600", 10, 3600, "and how long one has for it"},
    {FIELD(wait_s), INT, "20", 1, 600,
	"who cannot work, for want of scripts, waits"},
    {FIELD(sandbox), INT, "1", 0, 1,
	"1: workers lock themselves in (seccomp, Landlock)"},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* What has to hold between two settings. */
static const struct rule {
	const char *less;
	size_t less_at;
	const char *more;
	size_t more_at;
	bool may_equal;
	const char *reason;
} rules[] = {
    {FIELD(away_s), FIELD(gone_s), false, "who is gone was away before"},
    {FIELD(gone_s), FIELD(nonce_s), false,
	"a nonce must outlive the longest gap in a chat"},
    {FIELD(hold_s), FIELD(hold_max_s), true,
	"the usual wait is within the longest"},
    {FIELD(lock_wait_ms), FIELD(stuck_ms), false,
	"who waits for the write lock is not stuck"},
    {FIELD(work_bits), FIELD(work_bits_max), true,
	"the first work is within the most"},
    {FIELD(wait_s), FIELD(work_s), true,
	"a wait must end before its ticket expires"},
};

static const struct flag {
	const char *name;
	enum conf_asked asked;
} flags[] = {
    {"--check", CONF_CHECK},
    {"--check-db", CONF_CHECK_DB},
    {"--help", CONF_HELP},
    {"--version", CONF_VERSION},
};

static void
option_name(const char *name, char out[NAME_MAX_LEN])
{
	snprintf(out, NAME_MAX_LEN, "--%s", name);
	for (char *p = out; *p; p++)
		if (*p == '_')
			*p = '-';
}

static void
env_name(const char *name, char out[NAME_MAX_LEN])
{
	snprintf(out, NAME_MAX_LEN, "PARLEY_%s", name);
	for (char *p = out; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p -= 'a' - 'A';
}

static void
take_environ(const char *given[ROWS])
{
	char name[NAME_MAX_LEN];
	const char *value;

	for (int i = 0; i < ROWS; i++) {
		env_name(rows[i].name, name);
		value = getenv(name);
		given[i] = value ? value : rows[i].fallback;
	}
}

/* The row of `--name` or `--name=VALUE`, or -1; *value is behind the "=". */
static int
find_option(const char *arg, const char **value)
{
	char name[NAME_MAX_LEN];
	size_t len = strcspn(arg, "=");

	for (int i = 0; i < ROWS; i++) {
		option_name(rows[i].name, name);
		if (strlen(name) == len && strncmp(arg, name, len) == 0) {
			*value = arg[len] ? arg + len + 1 : NULL;
			return i;
		}
	}
	return -1;
}

static enum conf_asked
find_flag(const char *arg)
{
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (strcmp(arg, flags[i].name) == 0)
			return flags[i].asked;
	return CONF_SERVE;
}

/* One setting from *arg, which moves to the last argument that was used. */
static bool
take_option(const char *given[ROWS], char *const **arg, char *const *end,
    char *why, size_t why_cap)
{
	const char *name = **arg, *value = NULL;
	int i = find_option(name, &value);

	if (i < 0) {
		snprintf(why, why_cap, "%.60s: no such option; see --help",
		    name);
		return false;
	}
	/* `--db --check` is a slip, not a file called --check. */
	if (!value && *arg + 1 < end && strncmp((*arg)[1], "--", 2) != 0)
		value = *++*arg;
	if (!value) {
		snprintf(why, why_cap, "%s needs a value", name);
		return false;
	}
	given[i] = value;
	return true;
}

static enum conf_asked
take_options(const char *given[ROWS], int argc, char *const argv[], char *why,
    size_t why_cap)
{
	enum conf_asked asked = CONF_SERVE, flag;
	char *const *end = argv + argc;

	for (char *const *arg = argv + 1; arg < end; arg++) {
		flag = find_flag(*arg);
		if (flag == CONF_HELP || flag == CONF_VERSION)
			return flag;
		if (flag == CONF_CHECK || flag == CONF_CHECK_DB)
			asked = flag;
		else if (!take_option(given, &arg, end, why, why_cap))
			return CONF_WRONG;
	}
	return asked;
}

static bool
convert(struct conf *c, const char *given[ROWS], char *why, size_t why_cap)
{
	char option[NAME_MAX_LEN], env[NAME_MAX_LEN], range[CONF_RANGE_MAX];

	for (int i = 0; i < ROWS; i++) {
		const struct conf_row *row = &rows[i];

		if (conf_row_read(row, given[i], c))
			continue;
		option_name(row->name, option);
		env_name(row->name, env);
		conf_row_range(row, range);
		snprintf(why, why_cap, "%s (%s): \"%.60s%s\" is not %s", option,
		    env, given[i], strlen(given[i]) > 60 ? "..." : "", range);
		return false;
	}
	return true;
}

static bool
fits_together(const struct conf *c, char *why, size_t why_cap)
{
	char less[NAME_MAX_LEN], more[NAME_MAX_LEN];

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		const struct rule *rule = &rules[i];
		int64_t low = *conf_number(c, rule->less_at);
		int64_t high = *conf_number(c, rule->more_at);

		if (low < high || (rule->may_equal && low == high))
			continue;
		option_name(rule->less, less);
		option_name(rule->more, more);
		snprintf(why, why_cap,
		    "%s (%" PRId64 ") must be %s %s (%" PRId64 "): %s", more,
		    high, rule->may_equal ? "at least" : "more than", less, low,
		    rule->reason);
		return false;
	}
	return true;
}

/* What was given may have line breaks in it; a sentence about it has none. */
static enum conf_asked
wrong(char *why)
{
	for (; *why != '\0'; why++)
		if ((unsigned char)*why < ' ' || *why == 0x7f)
			*why = '?';
	return CONF_WRONG;
}

enum conf_asked
conf_load(struct conf *c, int argc, char *const argv[], char *why,
    size_t why_cap)
{
	const char *given[ROWS];
	enum conf_asked asked = CONF_SERVE;

	memset(c, 0, sizeof *c);
	take_environ(given);
	/* Web servers make arguments of a CGI program from an address without
	 * "=" (RFC 3875, 4.4): these are a stranger's, not options. */
	if (!getenv("GATEWAY_INTERFACE"))
		asked = take_options(given, argc, argv, why, why_cap);
	if (asked == CONF_WRONG)
		return wrong(why);
	if (asked == CONF_HELP || asked == CONF_VERSION)
		return asked;
	if (!convert(c, given, why, why_cap) || !fits_together(c, why, why_cap))
		return wrong(why);
	return asked;
}

void
conf_usage(FILE *out)
{
	char option[NAME_MAX_LEN], range[CONF_RANGE_MAX],
	    left[NAME_MAX_LEN + 8];

	fputs("usage: parley [--name VALUE ...] [--check | --check-db | --help "
	      "| "
	      "--version]\n\n"
	      "Each --name-of-setting is PARLEY_NAME_OF_SETTING in the "
	      "environment, too.\n\n",
	    out);
	for (int i = 0; i < ROWS; i++) {
		option_name(rows[i].name, option);
		conf_row_range(&rows[i], range);
		snprintf(left, sizeof left, "%s %s", option,
		    conf_row_sample(&rows[i]));
		fprintf(out, "  %-22s %s\n  %-22s   %s [%s]\n", left,
		    rows[i].help, "", range, rows[i].fallback);
	}
}

void
conf_print(const struct conf *c, FILE *out)
{
	char value[CONF_PATH_MAX];

	for (int i = 0; i < ROWS; i++) {
		conf_row_print(&rows[i], c, value);
		fprintf(out, "%s = %s\n", rows[i].name, value);
	}
}

int
conf_export(const struct conf *c)
{
	char name[NAME_MAX_LEN], value[CONF_PATH_MAX];

	for (int i = 0; i < ROWS; i++) {
		env_name(rows[i].name, name);
		conf_row_print(&rows[i], c, value);
		if (setenv(name, value, 1) != 0)
			return -1;
	}
	return 0;
}
