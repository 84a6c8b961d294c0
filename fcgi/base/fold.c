#include "base/fold.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum fold
fold_text(const char *text, char *out, size_t cap)
{
	char *folded = (char *)utf8proc_NFKC_Casefold(
	    (const utf8proc_uint8_t *)text);
	enum fold f = FOLD_TOO_LONG;

	if (folded == NULL)
		return FOLD_NO_MEMORY;
	if (strlen(folded) < cap) {
		memcpy(out, folded, strlen(folded) + 1);
		f = FOLD_DONE;
	}
	free(folded);
	return f;
}

int
fold_mark(int32_t c)
{
	const utf8proc_property_t *p = utf8proc_get_property(c);

	return p->category == UTF8PROC_CATEGORY_MN ||
		p->category == UTF8PROC_CATEGORY_ME
	    ? p->combining_class
	    : -1;
}
