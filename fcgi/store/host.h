/* The machine under the service; see host.c. */
#ifndef STORE_HOST_H
#define STORE_HOST_H

#include "store/store.h"

/* Leases of an earlier boot of this machine are moved to its new clock. */
enum found store_host_rebase(struct store *st, int64_t now_ms);
/*
 * At the service's start: the time since anybody was last served is added to
 * every lease, so that a restart holds nobody's silence against them.
 */
enum found store_host_resume(struct store *st, int64_t now_ms);
/* A real write, for health checks. */
enum found store_host_check(struct store *st, int64_t at);

/* How many there have ever been, as all processes count them. */
struct totals {
	int64_t sessions, chats, events;
};
enum found store_host_totals(struct store *st, struct totals *out);

#endif
