#include "api/plain/link.h"

#include <string.h>
#include <strings.h>

#include "http/html.h"
#include "http/percent.h"

enum { ADDRESS_MAX = 160 }; /* bytes: a query has room for it, encoded */

/* "http://" or "https://"; 0: neither stands here. */
static size_t
scheme_len(const char *at)
{
	static const char *const schemes[] = {"https://", "http://"};

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (strncasecmp(at, schemes[i], strlen(schemes[i])) == 0)
			return strlen(schemes[i]);
	return 0;
}

/* How far an address goes: not into the full stop of its sentence. */
static size_t
address_len(const char *at)
{
	size_t scheme = scheme_len(at), len;

	if (scheme == 0)
		return 0;
	len = strcspn(at, " \t\n<>\"");
	while (len > scheme && strchr(".,;:!?'()[]", at[len - 1]) != NULL)
		len--;
	return len > scheme && len <= ADDRESS_MAX ? len : 0;
}

bool
link_is_good(const char *address)
{
	for (const char *at = address; *at != '\0'; at++)
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return false;
	return scheme_len(address) > 0 && address[scheme_len(address)] != '\0';
}

static void
add_link(struct buf *b, const char *at, size_t len)
{
	char address[ADDRESS_MAX + 1];

	memcpy(address, at, len);
	address[len] = '\0';
	buf_add_str(b, "<a href=\"/plain/link?to=");
	percent_add(b, address);
	buf_add_str(b,
	    "\" target=\"_blank\" "
	    "rel=\"noopener noreferrer nofollow ugc\">");
	html_text(b, address);
	buf_add_str(b, "</a>");
}

/* Does a word begin here? */
static bool
is_start(const char *text, const char *at)
{
	return at == text || strchr(" \t\n(<[\"'", at[-1]) != NULL ||
	    (at[-1] & 0x80) != 0;
}

void
link_text(struct buf *b, const char *text)
{
	const char *from = text;

	for (const char *at = text; *at != '\0';) {
		size_t len = is_start(text, at) ? address_len(at) : 0;

		if (len == 0) {
			at++;
			continue;
		}
		html_lines(b, from, (size_t)(at - from));
		add_link(b, at, len);
		from = at += len;
	}
	html_lines(b, from, strlen(from));
}
