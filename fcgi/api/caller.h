/* Who asks: by a token, or by the key of a page without JavaScript. */
#ifndef API_CALLER_H
#define API_CALLER_H

#include "api/call.h"

/*
 * caller_find reads the session into c->me, and the page, if the route needs
 * one, into c->page. A call that is run again is known by its wait.
 */
enum found caller_find(struct call *c);

/*
 * From which network the request comes: an IPv4 address, or the /64 of an IPv6
 * one. All those of whom that cannot be said come from one.
 */
struct address caller_network(const struct call *c);

#endif
