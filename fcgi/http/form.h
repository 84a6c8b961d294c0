/*
 * A form as a browser without JavaScript sends it, as the JSON that the
 * handlers read: so a page follows the same rules as a call.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "http/json_in.h"
#include "http/request.h"

enum { FORM_FIELDS_MAX = 16 };

/*
 * form_parse turns the body (application/x-www-form-urlencoded, or
 * multipart/form-data: RFC 7578) into a document, owned by the caller, whose
 * members are strings; line breaks are "\n". A field named "tags[]" becomes an
 * array "tags" of what stands between commas. A file's bytes, at most one
 * file, take the body's place; without a file the body is empty then. NULL
 * with a short reason: malformed, or not UTF-8, or more than FORM_FIELDS_MAX,
 * or json_no_memory.
 */
struct json_in *form_parse(struct request *rq, const char **why);

#endif
