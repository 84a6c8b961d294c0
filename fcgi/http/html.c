#include "http/html.h"

#include <string.h>

static const char *
escape(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
html_part(struct buf *b, const char *text, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		const char *as = escape(text[i]);

		if (as == NULL)
			continue;
		buf_add(b, text + from, i - from);
		buf_add_str(b, as);
		from = i + 1;
	}
	if (len > from)
		buf_add(b, text + from, len - from);
}

void
html_text(struct buf *b, const char *text)
{
	html_part(b, text, strlen(text));
}

void
html_lines(struct buf *b, const char *text, size_t len)
{
	const char *end = text + len;

	for (;;) {
		const char *at = memchr(text, '\n', (size_t)(end - text));

		html_part(b, text, (size_t)((at ? at : end) - text));
		if (at == NULL)
			return;
		buf_add_str(b, "<br>");
		text = at + 1;
	}
}
