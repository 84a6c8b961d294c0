/* How texts are compared that people take for the same. */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * fold_text writes a valid UTF-8 text as Unicode's NFKC_Casefold has it:
 * compatible forms, composition and case make no difference, and what is
 * ignorable (joiners, variation selectors) is gone, which may leave nothing.
 * False: no memory, or it does not fit into cap bytes with its NUL.
 */
bool fold_text(const char *text, char *out, size_t cap);

#endif
