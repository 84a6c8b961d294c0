/* What people say they like to talk about, as they type it. Pure. */
#ifndef CHAT_TAGS_H
#define CHAT_TAGS_H

#include <stdbool.h>

#include "chat/text.h"

enum {
	TAGS_MAX = 5,
	/* A character may become 18 of three bytes (U+FDFA). */
	TAG_FOLDED_BYTES = TEXT_TAG_MAX * 18 * 3 + 1
};

struct tag {
	char typed[TEXT_TAG_BYTES]; /* trimmed */
	char folded[TAG_FOLDED_BYTES];
};

struct tags {
	struct tag list[TAGS_MAX];
	int n;
	enum text_verdict verdict; /* of all so far: the first that is wrong */
	bool too_many;
	bool failed; /* no memory */
};

/*
 * Adds one as it was typed. One that is empty, or the same as one before, is
 * left out. What is wrong stays in verdict, too_many and failed.
 */
void tags_add(struct tags *tags, const char *typed);

#endif
