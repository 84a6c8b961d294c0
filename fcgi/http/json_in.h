/*
 * Strict reading of JSON over cJSON, which alone is lax (case of names,
 * duplicates, trailing bytes, invalid UTF-8, raw control bytes, \u0000, deep
 * nesting: all of these are refused here). RFC 8259.
 */
#ifndef HTTP_JSON_IN_H
#define HTTP_JSON_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_DEPTH_MAX = 8, JSON_MEMBERS_MAX = 64 /* of one object */ };

struct json_in; /* a parsed document whose root is an object */

/* The one reason of json_in_parse that says nothing about the bytes. */
extern const char json_no_memory[];

/*
 * json_in_parse returns a document, owned by the caller (json_in_free), or
 * NULL with a short reason in *why. Bytes need no NUL at their end. No bytes
 * at all are the empty object: `POST /api/next` needs no body.
 */
struct json_in *json_in_parse(const char *bytes, size_t len, const char **why);

void json_in_free(struct json_in *doc); /* NULL is fine */

enum json_got { JSON_OK, JSON_MISSING, JSON_WRONG }; /* WRONG: other type */

/* The text stays the document's. A null member counts as missing. */
enum json_got json_in_text(const struct json_in *doc, const char *name,
    const char **out);
/* The same for a member of the object that is the member `outer`. */
enum json_got json_in_text_of(const struct json_in *doc, const char *outer,
    const char *name, const char **out);
enum json_got json_in_bool(const struct json_in *doc, const char *name,
    bool *out);
/* A whole number within ±(2^53 - 1), as doubles are exact there. */
enum json_got json_in_int(const struct json_in *doc, const char *name,
    int64_t *out);
/*
 * An array of texts: visit sees them in order. JSON_WRONG, and visit has seen
 * some of them at most, if it is no array or an element is no text.
 */
enum json_got json_in_texts(const struct json_in *doc, const char *name,
    void (*visit)(const char *text, void *arg), void *arg);

#endif
