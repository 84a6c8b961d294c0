#include "base/utf8.h"

#include <string.h>

/*
 * What a lead byte says: how many bytes follow, which of its own bits count,
 * and the least code point that needs this form (anything less is overlong).
 */
struct form {
	unsigned char mask, lead; /* (byte & mask) == lead */
	unsigned char more, bits;
	int32_t least;
};

static const struct form forms[] = {
    {0x80, 0x00, 0, 0x7F, 0},
    {0xE0, 0xC0, 1, 0x1F, 0x80},
    {0xF0, 0xE0, 2, 0x0F, 0x800},
    {0xF8, 0xF0, 3, 0x07, 0x10000},
};

static const struct form *
form_of(unsigned char lead)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if ((lead & forms[i].mask) == forms[i].lead)
			return &forms[i];
	return NULL;
}

static bool
is_scalar(int32_t c, int32_t least)
{
	return c >= least && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

int32_t
utf8_next(const char **at, const char *end)
{
	const unsigned char *p = (const unsigned char *)*at;
	const struct form *form = form_of(*p);
	int32_t c;

	if (!form || end - *at <= form->more)
		return -1;
	c = *p & form->bits;
	for (int i = 1; i <= form->more; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return -1;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (!is_scalar(c, form->least))
		return -1;
	*at += 1 + form->more;
	return c;
}

/* Eight bytes at a time, for as long as they are ASCII: most text is. */
static const char *
skip_ascii(const char *at, const char *end)
{
	uint64_t word;

	while (end - at >= (ptrdiff_t)sizeof word) {
		memcpy(&word, at, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			break;
		at += sizeof word;
	}
	return at;
}

bool
utf8_valid(const char *text, size_t len)
{
	const char *at, *end;

	if (len == 0) /* text may be NULL */
		return true;
	end = text + len;
	for (at = skip_ascii(text, end); at < end; at = skip_ascii(at, end))
		if (utf8_next(&at, end) < 0)
			return false;
	return true;
}
