#include "chat/chars.h"

#include <stddef.h>

#include "base/fold.h"

struct range {
	int32_t first, last;
	enum chars_kind kind;
};

/* In order. What is not here has the kind that its general category gives. */
static const struct range ranges[] = {
    {0x00, 0x08, CHARS_CONTROL},
    {0x09, 0x0A, CHARS_BREAK},
    {0x0B, 0x1F, CHARS_CONTROL},
    {0x20, 0x20, CHARS_SPACE},
    {0x7F, 0x9F, CHARS_CONTROL},
    {0xA0, 0xA0, CHARS_SPACE},
    {0xAD, 0xAD, CHARS_HIDDEN},     /* soft hyphen */
    {0x034F, 0x034F, CHARS_HIDDEN}, /* grapheme joiner */
    {0x061C, 0x061C, CHARS_JOINER}, /* Arabic letter mark */
    {0x115F, 0x1160, CHARS_HIDDEN}, /* Hangul fillers */
    {0x1680, 0x1680, CHARS_SPACE},
    {0x17B4, 0x17B5, CHARS_HIDDEN},   /* Khmer inherent vowels */
    {0x180B, 0x180D, CHARS_SELECTOR}, /* Mongolian forms */
    {0x180E, 0x180E, CHARS_JOINER},   /* Mongolian vowel separator */
    {0x180F, 0x180F, CHARS_SELECTOR},
    {0x2000, 0x200A, CHARS_SPACE},
    {0x200B, 0x200B, CHARS_HIDDEN}, /* zero width space */
    {0x200C, 0x200F, CHARS_JOINER}, /* ZWNJ, ZWJ, direction marks */
    {0x2028, 0x2029, CHARS_SPACE},
    {0x202A, 0x202E, CHARS_TURNING},
    {0x202F, 0x202F, CHARS_SPACE},
    {0x205F, 0x205F, CHARS_SPACE},
    {0x2060, 0x2064, CHARS_HIDDEN}, /* word joiner, invisible operators */
    {0x2065, 0x2065, CHARS_USELESS},
    {0x2066, 0x2069, CHARS_TURNING},
    {0x206A, 0x206F, CHARS_USELESS}, /* deprecated */
    {0x2800, 0x2800, CHARS_SPACE},   /* blank Braille cell */
    {0x3000, 0x3000, CHARS_SPACE},
    {0x3164, 0x3164, CHARS_HIDDEN}, /* Hangul filler */
    {0xFDD0, 0xFDEF, CHARS_NONE},
    {0xFE00, 0xFE0F, CHARS_SELECTOR},
    {0xFEFF, 0xFEFF, CHARS_USELESS},   /* byte order mark */
    {0xFFA0, 0xFFA0, CHARS_HIDDEN},    /* halfwidth Hangul filler */
    {0xFFF0, 0xFFFB, CHARS_USELESS},   /* interlinear annotation */
    {0x1BCA0, 0x1BCA3, CHARS_HIDDEN},  /* shorthand */
    {0x1D173, 0x1D17A, CHARS_USELESS}, /* musical format characters */
    {0xE0000, 0xE001F, CHARS_USELESS}, /* a language tag */
    {0xE0020, 0xE007F, CHARS_TAG},
    {0xE0080, 0xE00FF, CHARS_USELESS},
    {0xE0100, 0xE01EF, CHARS_SELECTOR}, /* of ideographs */
    {0xE01F0, 0xE0FFF, CHARS_USELESS},
};

enum chars_kind
chars_kind(int32_t c)
{
	if (c > 0x20 && c < 0x7F) /* most are */
		return CHARS_BASE;
	/* The last two of each plane are no characters. */
	if ((c & 0xFFFE) == 0xFFFE)
		return CHARS_NONE;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c <= ranges[i].last) {
			if (c >= ranges[i].first)
				return ranges[i].kind;
			break;
		}
	if (c < 0x300) /* where the marks begin */
		return CHARS_BASE;
	return fold_mark(c) < 0 ? CHARS_BASE : CHARS_MARK;
}
