/*
 * Walking through JSON that a server sent: no tree, no copies. Strings are
 * given raw, without their quotes: what a run sends needs no escapes.
 */
#ifndef LOAD_JSON_H
#define LOAD_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const char *at;
	size_t len;
};

/* Where in an object or array the walk is. */
struct walk {
	const char *at, *end;
};

/* Begins inside of the object or array that text is. */
struct walk json_walk(struct span text);
/* The next member, the next element; false at the end. */
bool json_member(struct walk *w, struct span *name, struct span *value);
bool json_element(struct walk *w, struct span *value);

/* The member of an object, or an empty span. */
struct span json_get(struct span object, const char *name);
bool span_is(struct span s, const char *text);
int64_t span_int(struct span s);

#endif
