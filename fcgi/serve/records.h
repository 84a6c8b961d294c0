/*
 * FastCGI records (1.0 §3.3), looked at before libfcgi reads them, because
 * libfcgi 2.4.2 trusts its peer: a variable whose two lengths overflow when
 * they are added, or FCGI_GET_VALUES that names a value six times, end the
 * process; variables without end fill its memory; and what it skips (padding
 * behind the beginning, other requests' records) it does not always skip to the
 * right place. So nothing passes but what a front server sends: BEGIN_REQUEST,
 * PARAMS to their end, STDIN to its end, all of one request.
 *
 * libfcgi reads by a function of its own, OS_Read. A program's symbols come
 * before those of a library, so that it calls ours: the gate rests on that, and
 * tests/unit/test_records.c pins it.
 */
#ifndef SERVE_RECORDS_H
#define SERVE_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RECORDS_HEADER_LEN = 8,
	RECORDS_PARAMS_MAX = 256 << 10, /* bytes of all variables */
};

/* How far the records of one request have come. */
struct records {
	unsigned char head[RECORDS_HEADER_LEN];
	size_t head_len;
	size_t content_left, padding_left; /* of the record */
	int type;                          /* of the record */
	int step;              /* which type comes next, see records.c */
	unsigned char lens[8]; /* of the next variable's name and value */
	size_t lens_len;
	size_t variable_left; /* bytes of a name and its value */
	size_t params_len;    /* bytes of variables so far */
	unsigned char id[2];  /* of the request */
};

/*
 * records_pass looks at the next bytes of a request; *r is zero at first.
 * False: no front server says that, and libfcgi must not see it. What comes
 * behind the request libfcgi does not look at, and neither does this.
 */
bool records_pass(struct records *r, const unsigned char *bytes, size_t len);

/*
 * Before libfcgi reads a request from this socket: takes in what has come of it
 * without waiting, which is mostly all. True: it is, and no read will wait.
 */
bool records_begin(int fd);

/*
 * libfcgi's (fcgios.h): what was taken in, and then read(2); or -1 and EPROTO
 * for what must not pass.
 */
int OS_Read(int fd, char *buf, size_t len);

#endif
