/* What a stranger wrote, as HTML: addresses in it lead over a warning page. */
#ifndef API_PLAIN_LINK_H
#define API_PLAIN_LINK_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * link_text adds a message: escaped, line by line, http and https addresses as
 * links to /plain/link?to=..., whose own address has no key to leak.
 */
void link_text(struct buf *b, const char *text);

/* An address as link_text takes one, from its beginning to its end. */
bool link_is_good(const char *address);

#endif
