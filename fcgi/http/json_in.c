#include "http/json_in.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* cJSON allocates; a document is its root under another name. */
static const cJSON *
root_of(const struct json_in *doc)
{
	return (const cJSON *)(const void *)doc;
}

const char json_no_memory[] = "no memory";

/*
 * cJSON answers alike to bad JSON and to a lack of memory; its allocator, which
 * is one for the whole process, notices the difference.
 */
static bool has_failed;

static void *
allocate(size_t size)
{
	void *bytes = malloc(size);

	has_failed |= bytes == NULL;
	return bytes;
}

/* A place in the bytes, and what is wrong there. */
struct scan {
	const char *at, *end;
	int depth;
	const char *why;
};

static bool
wrong(struct scan *s, const char *why)
{
	s->why = why;
	return false;
}

static bool
is_digit(const struct scan *s)
{
	return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

static bool
skip_digits(struct scan *s)
{
	const char *start = s->at;

	while (is_digit(s))
		s->at++;
	return s->at > start;
}

static bool
skip_any(struct scan *s, const char *set)
{
	if (s->at == s->end || *s->at == '\0' || !strchr(set, *s->at))
		return false;
	s->at++;
	return true;
}

/* cJSON leaves numbers to strtod, which takes 01, 1. and -.5 as well. */
static bool
skip_number(struct scan *s)
{
	bool good;

	skip_any(s, "-");
	good = skip_any(s, "0") || skip_digits(s);
	if (good && skip_any(s, "."))
		good = skip_digits(s);
	if (good && skip_any(s, "eE")) {
		skip_any(s, "+-");
		good = skip_digits(s);
	}
	if (!good || is_digit(s))
		return wrong(s, "malformed number");
	return true;
}

/* Behind `\u`: cJSON reads what is not hexadecimal as 0, and ends there. */
static bool
skip_code(struct scan *s)
{
	const char *start = s->at;

	for (int i = 0; i < 4; i++)
		if (!skip_any(s, "0123456789abcdefABCDEF"))
			return wrong(s, "malformed escape");
	if (memcmp(start, "0000", 4) == 0)
		return wrong(s, "\\u0000 is not allowed");
	return true;
}

static bool
skip_string(struct scan *s)
{
	s->at++;
	while (s->at < s->end) {
		unsigned char c = (unsigned char)*s->at++;

		if (c == '"')
			return true;
		if (c < 0x20)
			return wrong(s, "control character in a string");
		/* Which letters may follow a backslash, cJSON does know. */
		if (c != '\\' || s->at == s->end)
			continue;
		if (*s->at++ == 'u' && !skip_code(s))
			return false;
	}
	return wrong(s, "unfinished string");
}

/* White space, punctuation and words; cJSON knows the order of them. */
static bool
skip_mark(struct scan *s)
{
	static const char marks[] = " \t\r\n,:[]{}truefalsn";
	char c = *s->at;

	if (!skip_any(s, marks))
		return wrong(s, "malformed JSON");
	s->depth += (c == '{' || c == '[') - (c == '}' || c == ']');
	if (s->depth > JSON_DEPTH_MAX)
		return wrong(s, "nested too deep");
	return true;
}

/* What cJSON lets through, or would misread, is refused before it looks. */
static bool
is_strict(struct scan *s)
{
	if (!utf8_valid(s->at, (size_t)(s->end - s->at)))
		return wrong(s, "not UTF-8");
	while (s->at < s->end) {
		bool good;

		if (*s->at == '"')
			good = skip_string(s);
		else if (*s->at == '-' || is_digit(s))
			good = skip_number(s);
		else
			good = skip_mark(s);
		if (!good)
			return false;
	}
	return true;
}

static bool
is_repeated(const cJSON *member)
{
	const cJSON *other = member->next;

	while (other && strcmp(other->string, member->string) != 0)
		other = other->next;
	return other != NULL;
}

/* Recursion is bounded: the depth has been looked at. */
static bool
has_distinct_names(const cJSON *value, const char **why)
{
	const cJSON *child;
	int n = 0;

	cJSON_ArrayForEach(child, value)
	{
		if (cJSON_IsObject(value) && ++n > JSON_MEMBERS_MAX) {
			*why = "too many members";
			return false;
		}
		if (cJSON_IsObject(value) && is_repeated(child)) {
			*why = "a name stands there twice";
			return false;
		}
		if (!has_distinct_names(child, why))
			return false;
	}
	return true;
}

/* The root has to be an object that ends where the bytes end. */
static cJSON *
parse_object(const char *bytes, size_t len, const char **why)
{
	const char *end = NULL;
	cJSON *root;

	while (len > 0 && strchr(" \t\r\n", bytes[len - 1]))
		len--;
	/* Also keeps cJSON from reading beyond the end behind a comma. */
	if (len == 0 || bytes[len - 1] != '}') {
		*why = "not a JSON object";
		return NULL;
	}
	root = cJSON_ParseWithLengthOpts(bytes, len, &end, 0);
	if (root && cJSON_IsObject(root) && end == bytes + len)
		return root;
	cJSON_Delete(root);
	*why = has_failed ? json_no_memory : "malformed JSON";
	return NULL;
}

struct json_in *
json_in_parse(const char *bytes, size_t len, const char **why)
{
	cJSON_Hooks hooks = {.malloc_fn = allocate, .free_fn = free};
	struct scan s = {.at = bytes};
	cJSON *root;

	cJSON_InitHooks(&hooks);
	has_failed = false;
	*why = json_no_memory;
	if (len == 0)
		return (struct json_in *)(void *)cJSON_CreateObject();
	s.end = bytes + len;
	if (!is_strict(&s)) {
		*why = s.why;
		return NULL;
	}
	root = parse_object(bytes, len, why);
	if (root && !has_distinct_names(root, why)) {
		cJSON_Delete(root);
		return NULL;
	}
	return (struct json_in *)(void *)root;
}

void
json_in_free(struct json_in *doc)
{
	cJSON_Delete((cJSON *)(void *)doc);
}

/* The member, or NULL where it is missing or null. */
static const cJSON *
member(const struct json_in *doc, const char *name)
{
	const cJSON *m = cJSON_GetObjectItemCaseSensitive(root_of(doc), name);

	return m && !cJSON_IsNull(m) ? m : NULL;
}

enum json_got
json_in_text(const struct json_in *doc, const char *name, const char **out)
{
	const cJSON *m = member(doc, name);

	if (!m)
		return JSON_MISSING;
	if (!cJSON_IsString(m))
		return JSON_WRONG;
	*out = m->valuestring;
	return JSON_OK;
}

enum json_got
json_in_text_of(const struct json_in *doc, const char *outer, const char *name,
    const char **out)
{
	const cJSON *m = member(doc, outer);

	if (!m)
		return JSON_MISSING;
	if (!cJSON_IsObject(m))
		return JSON_WRONG;
	return json_in_text((const struct json_in *)(const void *)m, name, out);
}

enum json_got
json_in_bool(const struct json_in *doc, const char *name, bool *out)
{
	const cJSON *m = member(doc, name);

	if (!m)
		return JSON_MISSING;
	if (!cJSON_IsBool(m))
		return JSON_WRONG;
	*out = cJSON_IsTrue(m);
	return JSON_OK;
}

enum json_got
json_in_int(const struct json_in *doc, const char *name, int64_t *out)
{
	static const double most = 9007199254740991.0;
	const cJSON *m = member(doc, name);
	double n;

	if (!m)
		return JSON_MISSING;
	if (!cJSON_IsNumber(m))
		return JSON_WRONG;
	n = m->valuedouble;
	/* In range first: the cast of anything else is undefined. */
	if (!(n >= -most && n <= most) || n != (double)(int64_t)n)
		return JSON_WRONG;
	*out = (int64_t)n;
	return JSON_OK;
}

enum json_got
json_in_texts(const struct json_in *doc, const char *name,
    void (*visit)(const char *text, void *arg), void *arg)
{
	const cJSON *m = member(doc, name), *element;

	if (!m)
		return JSON_MISSING;
	if (!cJSON_IsArray(m))
		return JSON_WRONG;
	cJSON_ArrayForEach(element, m)
	{
		if (!cJSON_IsString(element))
			return JSON_WRONG;
		visit(element->valuestring, arg);
	}
	return JSON_OK;
}
