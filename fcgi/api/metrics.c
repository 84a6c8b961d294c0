#include "api/api.h"
#include "store/host.h"

static void
add(struct buf *b, const char *name, const char *type, const char *help,
    int64_t n)
{
	buf_addf(b, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name,
	    type, name, (long long)n);
}

/*
 * GET /metrics
 * 200, Prometheus text
 *
 * What is the same whichever worker answers: people, as in /api/stats, and how
 * many sessions, chats and events there have ever been.
 */
enum outcome
api_metrics(struct call *c)
{
	const struct census *n = &c->house->census;
	struct buf *b = &c->reply.body;
	struct totals t;

	if (store_host_totals(c->house->store, &t) == STORE_FAILED)
		return call_fail(c);
	add(b, "parley_online", "gauge", "Sessions that are here.", n->online);
	add(b, "parley_waiting", "gauge",
	    "Of them, those that wait for a partner.", n->waiting);
	add(b, "parley_chatting", "gauge", "Of them, those that chat.",
	    n->chatting);
	add(b, "parley_sessions_total", "counter", "Sessions ever begun.",
	    t.sessions);
	add(b, "parley_chats_total", "counter", "Chats ever begun.", t.chats);
	add(b, "parley_events_total", "counter", "Events ever stored.",
	    t.events);
	c->reply.status = 200;
	c->reply.media = REPLY_PLAIN;
	return DONE;
}
