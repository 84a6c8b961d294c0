/*
 * JSON as a stranger writes it. What is taken has been read a second time, by a
 * reader that knows nothing but RFC 8259 and our bounds; what that one takes is
 * taken.
 */
#include "fuzz.h"

#include "base/json_out.h"
#include "base/utf8.h"
#include "http/json_in.h"

enum { NUMBER_MAX = 60 /* as long as cJSON reads one */ };

static const char *const names[] = {"name", "text", "tags", "on", "seq", "id",
    "chat", "nonce", "widen", "error", "a", ""};

/* ---- the second reader ---- */

struct reader {
	const char *at, *end;
	int depth;
	bool is_odd; /* long numbers, escapes in names, many members: either */
};

static bool read_value(struct reader *r);

static void
skip_space(struct reader *r)
{
	while (r->at < r->end && memchr(" \t\r\n", *r->at, 4) != NULL)
		r->at++;
}

static bool
take(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool
read_digits(struct reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return r->at > from;
}

static bool
read_number(struct reader *r)
{
	const char *from = r->at;

	take(r, '-');
	if (!take(r, '0') && !read_digits(r))
		return false;
	if (take(r, '.') && !read_digits(r))
		return false;
	if (take(r, 'e') || take(r, 'E')) {
		if (!take(r, '+'))
			take(r, '-');
		if (!read_digits(r))
			return false;
	}
	r->is_odd |= r->at - from > NUMBER_MAX;
	return true;
}

/* Four hexadecimal digits; -1: there are none. */
static int
read_code(struct reader *r)
{
	char digits[5] = "";

	if (r->end - r->at < 4)
		return -1;
	memcpy(digits, r->at, 4);
	r->at += 4;
	return strspn(digits, "0123456789abcdefABCDEF") == 4
	    ? (int)strtol(digits, NULL, 16)
	    : -1;
}

static bool
read_escape(struct reader *r)
{
	int high, low;

	if (r->at == r->end)
		return false;
	if (*r->at != 'u')
		return memchr("\"\\/bfnrt", *r->at++, 8) != NULL;
	r->at++;
	high = read_code(r);
	if (high <= 0 || (high >= 0xdc00 && high < 0xe000))
		return false;
	if (high < 0xd800 || high >= 0xe000)
		return true;
	if (!take(r, '\\') || !take(r, 'u'))
		return false;
	low = read_code(r);
	return low >= 0xdc00 && low < 0xe000;
}

static bool
read_string(struct reader *r)
{
	if (!take(r, '"'))
		return false;
	while (r->at < r->end) {
		unsigned char c = (unsigned char)*r->at++;

		if (c == '"')
			return true;
		if (c < 0x20 || (c == '\\' && !read_escape(r)))
			return false;
	}
	return false;
}

/* Was this name there before in the object that begins at `from`? */
static bool
is_again(const char **names_at, const size_t *lens, int n)
{
	for (int i = 0; i < n; i++)
		if (lens[i] == lens[n] &&
		    memcmp(names_at[i], names_at[n], lens[n]) == 0)
			return true;
	return false;
}

static bool
read_object(struct reader *r)
{
	const char *names_at[JSON_MEMBERS_MAX];
	size_t lens[JSON_MEMBERS_MAX];
	int n = 0;

	skip_space(r);
	if (take(r, '}'))
		return true;
	do {
		skip_space(r);
		if (n == JSON_MEMBERS_MAX)
			return false;
		names_at[n] = r->at;
		if (!read_string(r))
			return false;
		lens[n] = (size_t)(r->at - names_at[n]);
		if (is_again(names_at, lens, n))
			return false;
		r->is_odd |= memchr(names_at[n], '\\', lens[n]) != NULL;
		n++;
		skip_space(r);
		if (!take(r, ':') || !read_value(r))
			return false;
		skip_space(r);
	} while (take(r, ','));
	return take(r, '}');
}

static bool
read_array(struct reader *r)
{
	skip_space(r);
	if (take(r, ']'))
		return true;
	do {
		if (!read_value(r))
			return false;
		skip_space(r);
	} while (take(r, ','));
	return take(r, ']');
}

static bool
read_word(struct reader *r, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0)
		return false;
	r->at += len;
	return true;
}

static bool
read_value(struct reader *r)
{
	bool good;

	skip_space(r);
	if (r->at == r->end)
		return false;
	if (*r->at == '{' || *r->at == '[') {
		bool is_object = *r->at++ == '{';

		if (++r->depth > JSON_DEPTH_MAX)
			return false;
		good = is_object ? read_object(r) : read_array(r);
		r->depth--;
		return good;
	}
	if (*r->at == '"')
		return read_string(r);
	return read_word(r, "true") || read_word(r, "false") ||
	    read_word(r, "null") || read_number(r);
}

static bool
read_document(struct reader *r)
{
	if (!utf8_valid(r->at, (size_t)(r->end - r->at)))
		return false;
	skip_space(r);
	if (r->at == r->end || *r->at != '{' || !read_value(r))
		return false;
	skip_space(r);
	return r->at == r->end;
}

/* ---- what must hold ---- */

/* What we write of a text can be read, and is harmless in HTML. */
static void
check_text(const char *text)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);
	const char *why, *again;
	struct json_in *doc;

	MUST(utf8_valid(text, strlen(text)));
	json_out_object(&j, NULL);
	json_out_text(&j, "t", text);
	json_out_close(&j);
	MUST(json_out_done(&j));
	doc = json_in_parse(b.data, b.len, &why);
	MUST(doc != NULL && json_in_text(doc, "t", &again) == JSON_OK);
	MUST(strcmp(text, again) == 0);
	buf_add(&b, "", 1);
	MUST(strpbrk(b.data, "<>&\n") == NULL);
	json_in_free(doc);
	buf_free(&b);
}

static void
visit_text(const char *text, void *arg)
{
	(void)arg;
	check_text(text);
}

static void
check_members(const struct json_in *doc)
{
	const char *text;
	int64_t n;
	bool on;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (json_in_text(doc, names[i], &text) == JSON_OK)
			check_text(text);
		if (json_in_int(doc, names[i], &n) == JSON_OK)
			MUST(n >= -(INT64_C(1) << 53) && n <= INT64_C(1) << 53);
		json_in_bool(doc, names[i], &on);
		json_in_texts(doc, names[i], visit_text, NULL);
		if (json_in_text_of(doc, names[i], "name", &text) == JSON_OK)
			check_text(text);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *bytes = (const char *)data, *why = NULL;
	struct reader r = {.at = bytes, .end = bytes + len};
	struct json_in *doc = json_in_parse(bytes, len, &why);
	bool is_good = len == 0 || read_document(&r);

	if (doc != NULL) {
		MUST(is_good);
		check_members(doc);
	} else {
		MUST(why != NULL && why[0] != '\0');
		MUST(strcmp(why, "no memory") != 0);
		MUST(!is_good || r.is_odd);
	}
	json_in_free(doc);
	return 0;
}
