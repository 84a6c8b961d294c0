#include "http/percent.h"

#include <ctype.h>
#include <string.h>

static const char digits[] = "0123456789abcdef";

static int
hex(char c)
{
	const char *at = strchr(digits, tolower((unsigned char)c));

	return c != '\0' && at ? (int)(at - digits) : -1;
}

int
percent_next(const char **at, const char *end)
{
	const char *p = (*at)++;
	int high, low;

	if (*p == '+')
		return ' ';
	if (*p == '\0')
		return -1;
	if (*p != '%')
		return (unsigned char)*p;
	if (end - p < 3)
		return -1;
	high = hex(p[1]);
	low = hex(p[2]);
	if (high < 0 || low < 0 || high + low == 0)
		return -1;
	*at += 2;
	return high << 4 | low;
}

void
percent_add(struct buf *b, const char *text)
{
	static const char plain[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-._~/:";

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		const char coded[] = {'%', digits[c >> 4], digits[c & 15]};

		if (strchr(plain, *text) != NULL)
			buf_add(b, text, 1);
		else
			buf_add(b, coded, sizeof coded);
	}
}
