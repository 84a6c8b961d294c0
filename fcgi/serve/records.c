#include "serve/records.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { VERSION_1 = 1, BEGIN_REQUEST = 1, PARAMS = 4, STDIN = 5, BEGIN_LEN = 8 };

/* What a request consists of; PARAMS and STDIN end with an empty record. */
static const int steps[] = {BEGIN_REQUEST, PARAMS, STDIN};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

enum { AHEAD_LEN = 1024 }; /* of a request: most of them are shorter */

/* Of the request that is being read: there is one at a time in a process. */
static struct records current;

/* Its first bytes, taken in before libfcgi asks: a call to the kernel less. */
static struct {
	unsigned char bytes[AHEAD_LEN];
	size_t at, len;
} ahead;

/* One byte, or four of which the first has its highest bit set. */
static size_t
len_size(unsigned char first)
{
	return first & 0x80 ? 4 : 1;
}

static size_t
len_of(const unsigned char *at)
{
	if (len_size(*at) == 1)
		return *at;
	return (size_t)(at[0] & 0x7f) << 24 | (size_t)at[1] << 16 |
	    (size_t)at[2] << 8 | at[3];
}

/* A byte of a variable's two lengths; false: it would not fit. */
static bool
pass_len(struct records *r, unsigned char byte)
{
	size_t name_size;

	r->lens[r->lens_len++] = byte;
	name_size = len_size(r->lens[0]);
	if (r->lens_len <= name_size ||
	    r->lens_len < name_size + len_size(r->lens[name_size]))
		return true;
	r->variable_left = len_of(r->lens) + len_of(r->lens + name_size);
	r->lens_len = 0;
	return r->variable_left <= RECORDS_PARAMS_MAX;
}

/* A variable begins, and both its lengths are there, of one byte each. */
static bool
are_short(const struct records *r, const unsigned char *bytes, size_t len)
{
	return r->lens_len == 0 && len > 1 && len_size(bytes[0]) == 1 &&
	    len_size(bytes[1]) == 1;
}

static bool
pass_params(struct records *r, const unsigned char *bytes, size_t len)
{
	r->params_len += len;
	if (r->params_len > RECORDS_PARAMS_MAX)
		return false;
	while (len > 0) {
		size_t n = r->variable_left < len ? r->variable_left : len;

		if (n > 0)
			r->variable_left -= n;
		else if (are_short(r, bytes, len)) {
			r->variable_left = (size_t)bytes[0] + bytes[1];
			n = 2;
		} else if (pass_len(r, *bytes))
			n = 1;
		else
			return false;
		bytes += n;
		len -= n;
	}
	return true;
}

/* Of a header's bytes, as many as there are. */
static size_t
take_head(struct records *r, const unsigned char *bytes, size_t len)
{
	size_t left = RECORDS_HEADER_LEN - r->head_len;
	size_t n = left < len ? left : len;

	memcpy(r->head + r->head_len, bytes, n);
	r->head_len += n;
	return n;
}

/*
 * The header is whole. Where libfcgi goes on to the next step it forgets that
 * there was padding. Id 0 is that of management records: nobody needs them.
 */
static bool
pass_head(struct records *r)
{
	const unsigned char *h = r->head;
	bool is_begin = h[1] == BEGIN_REQUEST, is_last;

	r->head_len = 0;
	r->content_left = (size_t)h[4] << 8 | h[5];
	r->padding_left = h[6];
	r->type = h[1];
	is_last = is_begin || r->content_left == 0;
	if (is_begin)
		memcpy(r->id, h + 2, sizeof(r->id));
	if (h[0] != VERSION_1 || h[1] != steps[r->step] ||
	    memcmp(r->id, h + 2, sizeof(r->id)) != 0 ||
	    (h[2] == 0 && h[3] == 0) || (is_last && r->padding_left > 0) ||
	    (is_begin && r->content_left != BEGIN_LEN))
		return false;
	r->step += is_last;
	return true;
}

static size_t
skip(size_t *left, size_t len)
{
	size_t n = *left < len ? *left : len;

	*left -= n;
	return n;
}

bool
records_pass(struct records *r, const unsigned char *bytes, size_t len)
{
	while (len > 0 && r->step < STEPS) {
		size_t n;

		if (r->content_left > 0) {
			n = skip(&r->content_left, len);
			if (r->type == PARAMS && !pass_params(r, bytes, n))
				return false;
		} else if (r->padding_left > 0) {
			n = skip(&r->padding_left, len);
		} else {
			n = take_head(r, bytes, len);
			if (r->head_len == RECORDS_HEADER_LEN && !pass_head(r))
				return false;
		}
		bytes += n;
		len -= n;
	}
	return true;
}

bool
records_begin(int fd)
{
	struct records whole = {0};
	ssize_t n = recv(fd, ahead.bytes, sizeof(ahead.bytes), MSG_DONTWAIT);

	current = whole;
	ahead.at = 0;
	ahead.len = n > 0 ? (size_t)n : 0;
	return records_pass(&whole, ahead.bytes, ahead.len) &&
	    whole.step == STEPS;
}

static ssize_t
take_ahead(char *buf, size_t len)
{
	size_t left = ahead.len - ahead.at, n = left < len ? left : len;

	memcpy(buf, ahead.bytes + ahead.at, n);
	ahead.at += n;
	return (ssize_t)n;
}

int
OS_Read(int fd, char *buf, size_t len)
{
	ssize_t n = ahead.at < ahead.len ? take_ahead(buf, len)
					 : read(fd, buf, len);

	if (n <= 0 || records_pass(&current, (unsigned char *)buf, (size_t)n))
		return (int)n;
	errno = EPROTO;
	return -1;
}
