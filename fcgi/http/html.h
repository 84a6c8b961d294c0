/* Text into HTML. Everything a person typed goes through here. */
#ifndef HTTP_HTML_H
#define HTTP_HTML_H

#include "base/buf.h"

/* html_text adds a text so that it is nothing but text, in quotes as well. */
void html_text(struct buf *b, const char *text);

/* The same with <br> for each line break. */
void html_lines(struct buf *b, const char *text, size_t len);

/* The same for len bytes of it. */
void html_part(struct buf *b, const char *text, size_t len);

#endif
