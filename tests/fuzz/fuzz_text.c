/* What people type, whatever it is: the rules for names, tags and messages. */
#include "fuzz.h"

#include <utf8proc.h>

#include "base/utf8.h"
#include "chat/tags.h"
#include "chat/text.h"

/* What turns text around, breaks off a line, or is no character at all. */
static bool
is_unfit(int32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') ||
	    (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069) || (c & 0xfffe) == 0xfffe ||
	    (c >= 0xfdd0 && c <= 0xfdef) || (c >= 0xd800 && c <= 0xdfff) ||
	    c > 0x10ffff;
}

/* It takes no room of its own. */
static bool
is_selector(int32_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef) ||
	    (c >= 0x180b && c <= 0x180f) || c == 0x34f;
}

/* A format character that is seen: the Arabic number sign and its like. */
static bool
is_sign(int32_t c)
{
	return utf8proc_get_property(c)->boundclass ==
	    UTF8PROC_BOUNDCLASS_PREPEND;
}

/* How high marks are piled: what is not seen between them changes nothing. */
static void
count_mark(int32_t c, int *pile, int max)
{
	utf8proc_category_t kind = utf8proc_category(c);

	if (is_selector(c))
		return;
	if (kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_ME)
		MUST(++*pile <= max);
	else if (kind != UTF8PROC_CATEGORY_CF || is_sign(c))
		*pile = 0;
}

/* Code points of a text that was let through. */
static int
count(const char *text, int marks_max)
{
	const char *end = text + strlen(text);
	int n = 0, pile = 0;

	for (const char *at = text; at < end; n++) {
		int32_t c = utf8_next(&at, end);

		MUST(c >= 0 && !is_unfit(c));
		count_mark(c, &pile, marks_max);
	}
	return n;
}

/* What was tidied is tidy, and stays as it is. */
static void
check_tidied(const char *out, int max, size_t cap,
    enum text_verdict (*tidy)(const char *, char *))
{
	char *again = malloc(cap);
	int n = count(out, 4);

	MUST(utf8_valid(out, strlen(out)) && strpbrk(out, "\n\t") == NULL);
	MUST(n > 0 && n <= max && strlen(out) < cap);
	MUST(out[0] != ' ' && out[strlen(out) - 1] != ' ');
	MUST(strstr(out, "  ") == NULL);
	MUST(again != NULL && tidy(out, again) == TEXT_OK);
	MUST(strcmp(out, again) == 0);
	free(again);
}

static void
check_tidy(const char *text, int max, size_t cap,
    enum text_verdict (*tidy)(const char *, char *))
{
	char *out = malloc(cap);

	MUST(out != NULL);
	if (tidy(text, out) == TEXT_OK)
		check_tidied(out, max, cap, tidy);
	free(out);
}

static void
check_tags(const char *text)
{
	struct tags tags = {0};
	char *copy = fuzz_text((const uint8_t *)text, strlen(text));

	for (char *at = strtok(copy, "\n"); at != NULL; at = strtok(NULL, "\n"))
		tags_add(&tags, at);
	MUST(tags.n >= 0 && tags.n <= TAGS_MAX);
	for (int i = 0; i < tags.n; i++) {
		const struct tag *t = &tags.list[i];

		check_tidied(t->typed, TEXT_TAG_MAX, TEXT_TAG_BYTES, text_tag);
		MUST(t->folded[0] != '\0' &&
		    utf8_valid(t->folded, strlen(t->folded)));
		for (int k = 0; k < i; k++)
			MUST(strcmp(t->folded, tags.list[k].folded) != 0);
	}
	free(copy);
}

static void
check_message(const char *text)
{
	char *out = malloc(TEXT_MESSAGE_BYTES), *again;

	MUST(out != NULL);
	if (text_message(text, out) == TEXT_OK) {
		MUST(utf8_valid(out, strlen(out)));
		MUST(out[0] != '\0' && count(out, 8) <= TEXT_MESSAGE_MAX);
		MUST(out[strspn(out, " \t\n")] != '\0');
		again = malloc(TEXT_MESSAGE_BYTES);
		MUST(again != NULL && text_message(out, again) == TEXT_OK);
		MUST(strcmp(out, again) == 0);
		free(again);
	}
	free(out);
}

static void
check_words(const char *text)
{
	char lang[TEXT_LANG_BYTES];

	if (text_lang(text, lang) == TEXT_OK)
		MUST(strlen(lang) >= 2 &&
		    strspn(lang, "abcdefghijklmnopqrstuvwxyz") == strlen(lang));
	if (text_nonce(text) == TEXT_OK) {
		MUST(text[0] != '\0' && strlen(text) <= TEXT_NONCE_MAX);
		for (const char *at = text; *at != '\0'; at++)
			MUST(*at > ' ' && *at <= '~');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = fuzz_text(data, len);

	check_tidy(text, TEXT_NAME_MAX, TEXT_NAME_BYTES, text_name);
	check_tidy(text, TEXT_TAG_MAX, TEXT_TAG_BYTES, text_tag);
	check_tags(text);
	check_message(text);
	check_words(text);
	free(text);
	return 0;
}
