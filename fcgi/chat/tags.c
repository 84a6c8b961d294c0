#include "chat/tags.h"

#include <string.h>

#include "base/fold.h"

static bool
has(const struct tags *tags, const char *folded)
{
	for (int i = 0; i < tags->n; i++)
		if (strcmp(tags->list[i].folded, folded) == 0)
			return true;
	return false;
}

void
tags_add(struct tags *tags, const char *typed)
{
	struct tag tag;
	enum text_verdict v = text_tag(typed, tag.typed);
	enum fold f = FOLD_DONE;

	tag.folded[0] = '\0';
	if (v == TEXT_OK)
		f = fold_text(tag.typed, tag.folded, sizeof(tag.folded));
	tags->failed |= f == FOLD_NO_MEMORY;
	if (f == FOLD_TOO_LONG)
		v = TEXT_INVALID;
	else if (v == TEXT_OK && tag.folded[0] == '\0')
		v = TEXT_EMPTY;
	if (v == TEXT_TOO_LONG || v == TEXT_INVALID) {
		if (tags->verdict == TEXT_OK)
			tags->verdict = v;
	} else if (v == TEXT_OK && !has(tags, tag.folded)) {
		if (tags->n == TAGS_MAX)
			tags->too_many = true;
		else
			tags->list[tags->n++] = tag;
	}
}
