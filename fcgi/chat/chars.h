/* What single characters (code points) are to a text of a stranger's. Pure. */
#ifndef CHAT_CHARS_H
#define CHAT_CHARS_H

#include <stdint.h>

enum chars_kind {
	CHARS_BASE,     /* shows something, and marks may stand on it */
	CHARS_SPACE,    /* Unicode's White_Space, and the blank Braille cell */
	CHARS_BREAK,    /* tab and newline */
	CHARS_CONTROL,  /* the others of general category Cc: C0, DEL, C1 */
	CHARS_TURNING,  /* bidi embeddings, overrides and isolates (UAX #9) */
	CHARS_NONE,     /* a noncharacter */
	CHARS_USELESS,  /* deprecated formats, a byte order mark */
	CHARS_TAG,      /* U+E0020 ...: only at the end of a black flag */
	CHARS_SELECTOR, /* chooses a form of the base before it */
	CHARS_MARK,     /* nonspacing or enclosing: stands on what is before */
	CHARS_JOINER,   /* shows nothing, and many scripts and emoji need it */
	CHARS_HIDDEN,   /* shows nothing */
	CHARS__MAX
};

/* chars_kind tells what a Unicode scalar value is. */
enum chars_kind chars_kind(int32_t c);

#endif
