/*
 * What is asked of Unicode's tables: how texts are compared that people take
 * for the same, and what is a mark.
 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include <stddef.h>
#include <stdint.h>

enum fold { FOLD_NO_MEMORY = -1, FOLD_TOO_LONG = 0, FOLD_DONE = 1 };

/*
 * fold_text writes a valid UTF-8 text as Unicode's NFKC_Casefold has it:
 * compatible forms, composition and case make no difference, and what is
 * ignorable (joiners, variation selectors) is gone, which may leave nothing.
 * FOLD_TOO_LONG: it does not fit into cap bytes with its NUL.
 */
enum fold fold_text(const char *text, char *out, size_t cap);

/*
 * fold_mark returns the combining class (UAX #44) of a nonspacing or enclosing
 * mark; -1: the character is none.
 */
int fold_mark(int32_t c);

#endif
