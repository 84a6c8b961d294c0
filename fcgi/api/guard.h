/*
 * What all handlers share: they begin with a body that was read, and with a
 * session that was found.
 */
#ifndef API_GUARD_H
#define API_GUARD_H

#include "api/call.h"

/*
 * Finds the row and checks all that needs no database. False: refused, and
 * the answer stands in c->reply.
 */
bool guard_prepare(struct call *c);

/*
 * Runs a prepared call, or a woken one again, inside a transaction of the
 * kind that its route asks for: finds the session, then the handler.
 */
enum outcome guard_run(struct call *c);

#endif
