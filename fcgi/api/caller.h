/* Who asks: by a token, or by the key of a page without JavaScript. */
#ifndef API_CALLER_H
#define API_CALLER_H

#include "api/call.h"

/*
 * caller_find reads the session into c->me, and the page, if the route needs
 * one, into c->page. A call that is run again is known by its wait.
 */
enum found caller_find(struct call *c);

#endif
