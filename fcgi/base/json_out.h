/*
 * Writing JSON straight into a buffer: a small stack of levels, commas by
 * itself. Strings are UTF-8 and are escaped as RFC 8259 asks; "<", ">" and "&"
 * and U+2028/9 are escaped as well, so that the text is harmless in HTML.
 * A document that is not whole (a level left open, no memory) is told by
 * json_out_done.
 */
#ifndef BASE_JSON_OUT_H
#define BASE_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct json_out {
	struct buf *to; /* borrowed */
	char close[8];  /* the closing bracket of each open level */
	int depth;
	bool comma;  /* the next member or element needs a comma */
	bool broken; /* misused: too deep, or closed too often */
};

struct json_out json_out_to(struct buf *to);

/* name is NULL for the root and for elements of an array. */
void json_out_object(struct json_out *j, const char *name);
void json_out_array(struct json_out *j, const char *name);
void json_out_close(struct json_out *j);
void json_out_text(struct json_out *j, const char *name, const char *text);
void json_out_int(struct json_out *j, const char *name, int64_t n);
/* An id: a number within, a string on the wire. */
void json_out_id(struct json_out *j, const char *name, int64_t id);
void json_out_bool(struct json_out *j, const char *name, bool b);
/*
 * The members of a rendered object ("{...}") are added to the object that is
 * open; "{}" adds nothing.
 */
void json_out_members(struct json_out *j, const char *object, size_t len);

/* True if the document is whole and the buffer has not failed. */
bool json_out_done(const struct json_out *j);

#endif
