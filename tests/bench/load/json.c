#include "json.h"

#include <stdlib.h>
#include <string.h>

static void
skip(struct walk *w)
{
	while (
	    w->at < w->end && (*w->at == ',' || *w->at == ':' || *w->at == ' '))
		w->at++;
}

/* From behind the opening quote to the closing one. */
static const char *
string_end(const char *at, const char *end)
{
	while (at < end && *at != '"')
		at += *at == '\\' ? 2 : 1;
	return at < end ? at : end;
}

/* From the opening bracket to behind the closing one. */
static const char *
nest_end(const char *at, const char *end)
{
	int depth = 0;

	for (; at < end; at++) {
		if (*at == '"')
			at = string_end(at + 1, end);
		else if (*at == '{' || *at == '[')
			depth++;
		else if ((*at == '}' || *at == ']') && --depth == 0)
			return at + 1;
	}
	return end;
}

static struct span
value(struct walk *w)
{
	const char *from = w->at, *to = from;

	if (*from == '"') {
		to = string_end(++from, w->end);
		w->at = to < w->end ? to + 1 : to;
	} else if (*from == '{' || *from == '[') {
		w->at = to = nest_end(from, w->end);
	} else {
		while (to < w->end && *to != ',' && *to != '}' && *to != ']')
			to++;
		w->at = to;
	}
	return (struct span){from, (size_t)(to - from)};
}

struct walk
json_walk(struct span text)
{
	if (text.len < 2)
		return (struct walk){text.at, text.at};
	return (struct walk){text.at + 1, text.at + text.len - 1};
}

bool
json_element(struct walk *w, struct span *out)
{
	skip(w);
	if (w->at >= w->end || *w->at == '}' || *w->at == ']')
		return false;
	*out = value(w);
	return true;
}

bool
json_member(struct walk *w, struct span *name, struct span *out)
{
	return json_element(w, name) && json_element(w, out);
}

struct span
json_get(struct span object, const char *name)
{
	struct walk w = json_walk(object);
	struct span key, out;

	while (json_member(&w, &key, &out))
		if (span_is(key, name))
			return out;
	return (struct span){object.at, 0};
}

bool
span_is(struct span s, const char *text)
{
	return strlen(text) == s.len && memcmp(text, s.at, s.len) == 0;
}

int64_t
span_int(struct span s)
{
	return s.len == 0 ? 0 : strtoll(s.at, NULL, 10);
}
