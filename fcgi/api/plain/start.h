/* How a session gets its page. */
#ifndef API_PLAIN_START_H
#define API_PLAIN_START_H

#include "api/call.h"

/*
 * start_page gives the session c->me a page with a new key and answers 303 to
 * it; `form` is the hash of the form that asked for it, or NULL.
 */
enum found start_page(struct call *c, const unsigned char *form);

#endif
