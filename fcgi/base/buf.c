#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAP_FIRST = 256, CAP_KEPT_MAX = 256 << 10 };

/* Nothing of ours comes near it; sums of sizes below it cannot overflow. */
static const size_t cap_max = SIZE_MAX / 4;

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){0};
}

void
buf_clear(struct buf *b)
{
	if (b->cap > CAP_KEPT_MAX)
		buf_free(b);
	b->len = 0;
	b->failed = false;
}

static bool
grow(struct buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : CAP_FIRST;
	char *data;

	while (cap < need)
		cap *= 2;
	data = realloc(b->data, cap);
	if (!data)
		return false;
	b->data = data;
	b->cap = cap;
	return true;
}

bool
buf_reserve(struct buf *b, size_t more)
{
	if (b->failed)
		return false;
	if (more <= b->cap - b->len)
		return true;
	if (more > cap_max - b->len || !grow(b, b->len + more))
		b->failed = true;
	return !b->failed;
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	bool fits = len <= b->cap - b->len && !b->failed;

	if (len == 0 || (!fits && !buf_reserve(b, len)))
		return;
	memcpy(b->data + b->len, bytes, len);
	b->len += len;
}

void
buf_add_str(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_add_int(struct buf *b, int64_t n)
{
	char digits[20]; /* "-9223372036854775808" */
	char *at = digits + sizeof digits;
	/* Negating INT64_MIN is undefined, negating it unsigned is not. */
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (n < 0)
		*--at = '-';
	buf_add(b, at, (size_t)(digits + sizeof digits - at));
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0)
		b->failed = true;
	/* vsnprintf wants room for its NUL; len does not count it. */
	if (len <= 0 || !buf_reserve(b, (size_t)len + 1))
		return;
	va_start(args, fmt);
	vsnprintf(b->data + b->len, (size_t)len + 1, fmt, args);
	va_end(args);
	b->len += (size_t)len;
}
