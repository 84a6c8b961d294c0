#include "chat/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

struct range {
	int32_t first, last;
};

#define IS_IN(set, c) is_in(set, sizeof(set) / sizeof *(set), c)

static bool
is_in(const struct range *set, size_t n, int32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (c >= set[i].first && c <= set[i].last)
			return true;
	return false;
}

/* Unicode's White_Space. */
static bool
is_space(int32_t c)
{
	static const struct range set[] = {
	    {0x09, 0x0D},
	    {0x20, 0x20},
	    {0x85, 0x85},
	    {0xA0, 0xA0},
	    {0x1680, 0x1680},
	    {0x2000, 0x200A},
	    {0x2028, 0x2029},
	    {0x202F, 0x202F},
	    {0x205F, 0x205F},
	    {0x3000, 0x3000},
	};

	return IS_IN(set, c);
}

/* General category Cc: C0, DEL and C1. */
static bool
is_control(int32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/* What reorders the page around a name, and what is no character at all. */
static bool
is_unfit_for_name(int32_t c)
{
	static const struct range set[] = {
	    {0x202A, 0x202E}, /* bidi embeddings and overrides */
	    {0x2066, 0x2069}, /* bidi isolates */
	    {0xFDD0, 0xFDEF}, /* noncharacters, as the last two of a plane */
	};

	return is_control(c) || IS_IN(set, c) || (c & 0xFFFE) == 0xFFFE;
}

/*
 * Shows nothing of its own. Allowed inside a name (a zero-width joiner makes
 * one emoji of several), but does not make one.
 */
static bool
is_invisible(int32_t c)
{
	static const struct range set[] = {
	    {0xAD, 0xAD},       /* soft hyphen */
	    {0x034F, 0x034F},   /* grapheme joiner */
	    {0x061C, 0x061C},   /* Arabic letter mark */
	    {0x115F, 0x1160},   /* Hangul fillers */
	    {0x17B4, 0x17B5},   /* Khmer inherent vowels */
	    {0x180B, 0x180F},   /* Mongolian selectors */
	    {0x200B, 0x200F},   /* zero width, direction marks */
	    {0x2060, 0x206F},   /* word joiner, invisible operators */
	    {0x2800, 0x2800},   /* blank Braille pattern */
	    {0x3164, 0x3164},   /* Hangul filler */
	    {0xFE00, 0xFE0F},   /* variation selectors */
	    {0xFEFF, 0xFEFF},   /* byte order mark */
	    {0xFFA0, 0xFFA0},   /* halfwidth Hangul filler */
	    {0x1D173, 0x1D17A}, /* musical format characters */
	    {0xE0000, 0xE0FFF}, /* tags, further selectors */
	};

	return IS_IN(set, c);
}

/* A name or tag as it grows: spaces wait until a character follows them. */
struct name {
	char *at;
	int n, max; /* characters, the waiting space not counted */
	bool space_waits, is_visible;
};

static bool
add_char(struct name *name, const char *from, const char *next, int32_t c)
{
	bool space = name->space_waits && name->n > 0;
	size_t len = (size_t)(next - from);

	name->n += 1 + space;
	if (name->n > name->max)
		return false;
	if (space)
		*name->at++ = ' ';
	memcpy(name->at, from, len);
	name->at += len;
	name->space_waits = false;
	name->is_visible |= !is_invisible(c);
	return true;
}

static enum text_verdict
tidy(const char *typed, int max, char *out)
{
	struct name name = {.at = out, .max = max};
	const char *at = typed, *end = typed + strlen(typed);

	while (at < end) {
		const char *from = at;
		int32_t c = utf8_next(&at, end);

		if (c < 0 || is_unfit_for_name(c))
			return TEXT_INVALID;
		if (is_space(c))
			name.space_waits = true;
		else if (!add_char(&name, from, at, c))
			return TEXT_TOO_LONG;
	}
	*name.at = '\0';
	return name.is_visible ? TEXT_OK : TEXT_EMPTY;
}

enum text_verdict
text_name(const char *typed, char out[TEXT_NAME_BYTES])
{
	return tidy(typed, TEXT_NAME_MAX, out);
}

enum text_verdict
text_tag(const char *typed, char out[TEXT_TAG_BYTES])
{
	return tidy(typed, TEXT_TAG_MAX, out);
}

/* An ASCII letter: the bit is what makes it a small one. */
static bool
is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

enum text_verdict
text_lang(const char *typed, char out[TEXT_LANG_BYTES])
{
	size_t n = 0;

	while (n < TEXT_LANG_BYTES - 1 && is_letter(typed[n])) {
		out[n] = (char)(typed[n] | 0x20);
		n++;
	}
	out[n] = '\0';
	if (n < 2 || (typed[n] != '\0' && typed[n] != '-'))
		return TEXT_INVALID;
	/* What follows is of no interest, but is to look like it. */
	for (; typed[n] != '\0'; n++)
		if (typed[n] != '-' && !is_letter(typed[n]) &&
		    !(typed[n] >= '0' && typed[n] <= '9'))
			return TEXT_INVALID;
	return TEXT_OK;
}

enum text_verdict
text_message(const char *typed)
{
	const char *at = typed, *end = typed + strlen(typed);
	bool is_blank = true;

	for (int n = 1; at < end; n++) {
		int32_t c = utf8_next(&at, end);

		if (c < 0 || (is_control(c) && c != '\n' && c != '\t'))
			return TEXT_INVALID;
		if (n > TEXT_MESSAGE_MAX)
			return TEXT_TOO_LONG;
		is_blank = is_blank && is_space(c);
	}
	return is_blank ? TEXT_EMPTY : TEXT_OK;
}

enum text_verdict
text_nonce(const char *typed)
{
	size_t n = 0;

	for (; typed[n]; n++) {
		if (n == TEXT_NONCE_MAX)
			return TEXT_TOO_LONG;
		if (typed[n] <= ' ' || typed[n] > '~')
			return TEXT_INVALID;
	}
	return n > 0 ? TEXT_OK : TEXT_EMPTY;
}
