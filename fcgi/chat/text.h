/* What people may type: names and messages. Pure. */
#ifndef CHAT_TEXT_H
#define CHAT_TEXT_H

#include <stddef.h>

enum {
	TEXT_NAME_MAX = 40,      /* characters (code points) after trimming */
	TEXT_NAME_BYTES = 161,   /* room for them in UTF-8, and a NUL */
	TEXT_TAG_MAX = 24,       /* characters after trimming */
	TEXT_TAG_BYTES = 97,     /* room for them, and a NUL */
	TEXT_MESSAGE_MAX = 2000, /* characters */
	TEXT_MESSAGE_BYTES = 8001,
	TEXT_NONCE_MAX = 64, /* bytes, printable ASCII */
	TEXT_LANG_BYTES = 9, /* room for a language's subtag, and a NUL */
};

enum text_verdict {
	TEXT_OK,
	TEXT_EMPTY,
	TEXT_TOO_LONG,
	TEXT_INVALID /* not UTF-8, or a control character */
};

/*
 * What is removed from all of them, without a word: what shows nothing and only
 * hides something (a byte order mark, deprecated format characters, interlinear
 * annotations, tag characters but for a region's flag, variation selectors
 * without a base), and marks beyond 4 of one combining class on one base. What
 * a script or an emoji needs (joiners, direction marks, an ideograph's
 * selector) stays. Characters are counted after that.
 */

/*
 * text_name trims white space (Unicode's, too) at both ends, folds inner runs
 * of it to one space, and copies the name to out. Control characters,
 * bidi-overrides, noncharacters, unassigned surrogates and the like are
 * refused; whatever shows nothing is removed, but for joiners and direction
 * marks, and so is a fifth mark on one base. A name of nothing visible is
 * empty.
 */
enum text_verdict text_name(const char *typed, char out[TEXT_NAME_BYTES]);

/* text_tag does the same with an interest, of 24 characters at most. */
enum text_verdict text_tag(const char *typed, char out[TEXT_TAG_BYTES]);

/*
 * text_lang takes a BCP 47 language tag and copies its primary subtag in small
 * letters: "zh-TW" is "zh". TEXT_INVALID: it is none.
 */
enum text_verdict text_lang(const char *typed, char out[TEXT_LANG_BYTES]);

/*
 * text_message copies a message to out: 1 to 2000 characters, newline and tab
 * allowed, other control characters refused, something visible in it. Bidi
 * embeddings, overrides and isolates, noncharacters, and a ninth mark on one
 * base are removed.
 */
enum text_verdict text_message(const char *typed, char out[TEXT_MESSAGE_BYTES]);

/* text_nonce: 1 to 64 printable ASCII characters without space. */
enum text_verdict text_nonce(const char *typed);

#endif
