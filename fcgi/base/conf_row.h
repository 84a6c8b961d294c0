/* One setting of conf.c's table: how its value is read, printed and told. */
#ifndef BASE_CONF_ROW_H
#define BASE_CONF_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"

enum { CONF_RANGE_MAX = 80 };

enum conf_type {
	TEXT,
	PROXIES, /* a list of addresses and networks */
	INT,
	OCTAL,
	LEVEL,  /* these are words: a log level, */
	SWITCH, /* off or on, */
	WORK    /* enum conf_work */
};

struct conf_row {
	const char *name; /* hold_s is --hold-s and PARLEY_HOLD_S */
	size_t at;        /* where in struct conf */
	enum conf_type type;
	const char *fallback;
	int64_t min, max; /* of a TEXT: of its length */
	const char *help;
};

/* The number that stands at an offset into c. */
int64_t *conf_number(const struct conf *c, size_t at);

/* conf_row_read puts the value into c; false where it is out of range. */
bool conf_row_read(const struct conf_row *row, const char *text,
    struct conf *c);

/* conf_row_print writes the value as conf_row_read takes it. */
void conf_row_print(const struct conf_row *row, const struct conf *c,
    char out[CONF_PATH_MAX]);

/* conf_row_range: "a whole number from 1 to 64". */
void conf_row_range(const struct conf_row *row, char out[CONF_RANGE_MAX]);

/* What --help shows for the value. */
const char *conf_row_sample(const struct conf_row *row);

#endif
