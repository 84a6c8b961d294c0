#include "base/conf_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/log.h"

static const char *const switch_names[] = {"off", "on"};
static const char *const work_names[] = {"off", "auto", "always"};

/* The words of a setting that is one of some. */
static const char *const *
names(const struct conf_row *row)
{
	return row->type == LEVEL ? log_level_names
	    : row->type == SWITCH ? switch_names
				  : work_names;
}

static char *
text_at(const struct conf *c, size_t at)
{
	return (char *)c + at;
}

int64_t *
conf_number(const struct conf *c, size_t at)
{
	return (int64_t *)(void *)((char *)c + at);
}

static bool
read_text(const struct conf_row *row, const char *text, struct conf *c)
{
	size_t len = strlen(text);

	if ((int64_t)len < row->min || (int64_t)len > row->max)
		return false;
	memcpy(text_at(c, row->at), text, len + 1);
	return true;
}

static bool
read_proxies(const struct conf_row *row, const char *text, struct conf *c)
{
	struct proxies proxies;

	return proxies_parse(text, &proxies) && read_text(row, text, c);
}

static bool
read_number(const struct conf_row *row, const char *text, struct conf *c)
{
	int base = row->type == OCTAL ? 8 : 10;
	char *end;
	long long n;

	/* strtoll alone takes white space and signs; beyond its range it gives
	 * the largest number, which is beyond ours. */
	if (text[0] < '0' || text[0] > '9')
		return false;
	n = strtoll(text, &end, base);
	if (*end != '\0' || n < row->min || n > row->max)
		return false;
	*conf_number(c, row->at) = n;
	return true;
}

static bool
read_choice(const struct conf_row *row, const char *text, struct conf *c)
{
	for (int64_t i = row->min; i <= row->max; i++)
		if (strcmp(text, names(row)[i]) == 0) {
			*conf_number(c, row->at) = i;
			return true;
		}
	return false;
}

static void
print_text(const struct conf_row *row, const struct conf *c, char *out)
{
	snprintf(out, CONF_PATH_MAX, "%s", text_at(c, row->at));
}

static void
print_int(const struct conf_row *row, const struct conf *c, char *out)
{
	snprintf(out, CONF_PATH_MAX, "%" PRId64, *conf_number(c, row->at));
}

static void
print_octal(const struct conf_row *row, const struct conf *c, char *out)
{
	snprintf(out, CONF_PATH_MAX, "%04" PRIo64,
	    (uint64_t)*conf_number(c, row->at));
}

static void
print_choice(const struct conf_row *row, const struct conf *c, char *out)
{
	snprintf(out, CONF_PATH_MAX, "%s",
	    names(row)[*conf_number(c, row->at)]);
}

static void
text_range(const struct conf_row *row, char *out)
{
	snprintf(out, CONF_RANGE_MAX,
	    "a path of %" PRId64 " to %" PRId64 " bytes", row->min, row->max);
}

static void
proxies_range(const struct conf_row *row, char *out)
{
	(void)row;
	snprintf(out, CONF_RANGE_MAX,
	    "a list of up to %d addresses, networks, or unix:",
	    ADDRESS_RANGES_MAX);
}

static void
int_range(const struct conf_row *row, char *out)
{
	snprintf(out, CONF_RANGE_MAX,
	    "a whole number from %" PRId64 " to %" PRId64, row->min, row->max);
}

static void
octal_range(const struct conf_row *row, char *out)
{
	snprintf(out, CONF_RANGE_MAX,
	    "an octal number from %" PRIo64 " to %04" PRIo64,
	    (uint64_t)row->min, (uint64_t)row->max);
}

static void
choice_range(const struct conf_row *row, char *out)
{
	int n = snprintf(out, CONF_RANGE_MAX, "one of %s",
	    names(row)[row->min]);

	for (int64_t i = row->min + 1; i <= row->max; i++)
		n += snprintf(out + n, CONF_RANGE_MAX - (size_t)n, ", %s",
		    names(row)[i]);
}

static const struct {
	const char *sample;
	bool (*read)(const struct conf_row *, const char *, struct conf *);
	void (*print)(const struct conf_row *, const struct conf *, char *);
	void (*range)(const struct conf_row *, char *);
} types[] = {
    [TEXT] = {"PATH", read_text, print_text, text_range},
    [INT] = {"N", read_number, print_int, int_range},
    [OCTAL] = {"MODE", read_number, print_octal, octal_range},
    [PROXIES] = {"LIST", read_proxies, print_text, proxies_range},
    [LEVEL] = {"LEVEL", read_choice, print_choice, choice_range},
    [SWITCH] = {"WORD", read_choice, print_choice, choice_range},
    [WORK] = {"WORD", read_choice, print_choice, choice_range},
};

bool
conf_row_read(const struct conf_row *row, const char *text, struct conf *c)
{
	return types[row->type].read(row, text, c);
}

void
conf_row_print(const struct conf_row *row, const struct conf *c,
    char out[CONF_PATH_MAX])
{
	types[row->type].print(row, c, out);
}

void
conf_row_range(const struct conf_row *row, char out[CONF_RANGE_MAX])
{
	types[row->type].range(row, out);
}

const char *
conf_row_sample(const struct conf_row *row)
{
	return types[row->type].sample;
}
