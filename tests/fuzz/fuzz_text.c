/* What people type, whatever it is: the rules for names, tags and messages. */
#include "fuzz.h"

#include "base/utf8.h"
#include "chat/tags.h"
#include "chat/text.h"

/* Code points, or -1 if a character is not allowed in a name. */
static int
count(const char *text)
{
	const char *end = text + strlen(text);
	int n = 0;

	for (const char *at = text; at < end; n++) {
		int32_t c = utf8_next(&at, end);

		if (c < 0x20 || (c >= 0x7f && c <= 0x9f) ||
		    (c >= 0x202a && c <= 0x202e) ||
		    (c >= 0x2066 && c <= 0x2069) || (c & 0xfffe) == 0xfffe ||
		    (c >= 0xd800 && c <= 0xdfff) || c == 0x2028 || c == 0x2029)
			return -1;
	}
	return n;
}

/* What was tidied is tidy, and stays as it is. */
static void
check_tidied(const char *out, int max, size_t cap,
    enum text_verdict (*tidy)(const char *, char *))
{
	char *again = malloc(cap);
	int n = count(out);

	MUST(utf8_valid(out, strlen(out)));
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
	if (text_message(text) != TEXT_OK)
		return;
	MUST(utf8_valid(text, strlen(text)));
	MUST(text[0] != '\0' && strlen(text) <= 4 * TEXT_MESSAGE_MAX);
	for (const char *at = text; *at != '\0'; at++)
		MUST((unsigned char)*at >= ' ' || *at == '\n' || *at == '\t');
	MUST(text[strspn(text, " \t\n")] != '\0');
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
