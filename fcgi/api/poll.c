#include <string.h>

#include "api/api.h"
#include "base/json_out.h"
#include "store/events.h"

enum {
	EVENTS_MAX = 100,     /* events in one answer */
	BYTES_MAX = 60 << 10, /* the answer stays below 64 KiB */
};

static const char *const state_names[] = {
    [SESSION_IDLE] = "idle",
    [SESSION_WAITING] = "waiting",
    [SESSION_CHATTING] = "chatting",
};

/* An answer's events while they are being written. */
struct page {
	struct json_out j;
	int n;
	int64_t cursor;
	bool more;
};

static bool
write_event(const struct event *ev, void *arg)
{
	struct page *p = arg;

	if (p->n == EVENTS_MAX ||
	    (p->n > 0 && p->j.to->len + ev->body_len > BYTES_MAX)) {
		p->more = true;
		return false;
	}
	json_out_object(&p->j, NULL);
	json_out_int(&p->j, "seq", ev->seq);
	json_out_text(&p->j, "type", ev->type);
	json_out_id(&p->j, "chat", ev->chat);
	json_out_int(&p->j, "at", ev->at);
	if (strcmp(ev->type, "message") == 0 || strcmp(ev->type, "image") == 0)
		json_out_id(&p->j, "id", ev->id);
	json_out_members(&p->j, ev->body, ev->body_len);
	json_out_close(&p->j);
	p->cursor = ev->seq;
	p->n++;
	return true;
}

static void
write_partner(struct json_out *j, const struct session *me)
{
	if (me->state != SESSION_CHATTING)
		return;
	json_out_id(j, "chat", me->chat);
	json_out_object(j, "partner");
	json_out_text(j, "name", me->partner_name);
	json_out_text(j, "state", me->partner_away ? "away" : "here");
	json_out_close(j);
}

/* The census may be a second old: it knows at least those who ask. */
static int64_t
online(const struct call *c)
{
	int64_t here = c->me.state == SESSION_CHATTING ? 2 : 1;

	return c->house->census.online > here ? c->house->census.online : here;
}

/* What stands behind the events. */
static enum outcome
answer(struct call *c, struct page *p)
{
	int64_t pause_ms = call_pause_ms(c);

	json_out_close(&p->j);
	json_out_int(&p->j, "cursor", p->cursor);
	json_out_text(&p->j, "state", state_names[c->me.state]);
	write_partner(&p->j, &c->me);
	json_out_int(&p->j, "online", online(c));
	if (p->more)
		json_out_bool(&p->j, "more", true);
	if (c->woken == WOKEN_REPLACED)
		json_out_bool(&p->j, "superseded", true);
	if (pause_ms > 0 && !p->more)
		json_out_int(&p->j, "delay_ms", pause_ms);
	return call_answer(c, 200, &p->j);
}

/* False: refused. */
static bool
read_parameters(struct call *c)
{
	const struct conf *conf = c->house->conf;
	int64_t max_s = c->house->is_cgi ? conf->cgi_hold_s : conf->hold_max_s;
	int64_t wait_s = conf->hold_s, cursor = 0;

	if (request_param_int(c->request, "cursor", 0, INT64_MAX / 2,
		&cursor) == PARAM_WRONG ||
	    cursor > c->me.seq) {
		call_refuse(c, 400, "bad_request",
		    "cursor must be the seq of an event of this session, or "
		    "0.");
		return false;
	}
	if (request_param_int(c->request, "wait", 0, 50, &wait_s) ==
	    PARAM_WRONG) {
		call_refuse(c, 400, "bad_request",
		    "wait must be a number of seconds from 0 to 50.");
		return false;
	}
	if (wait_s > max_s)
		wait_s = max_s;
	c->wait.cursor = c->wait.acked = cursor;
	c->wait.until_ms = c->now.ms + token_spread_ms(wait_s * 1000);
	return true;
}

/*
 * A page of the session was closed since. If that was the page before this one,
 * whose word came late, the next poll says that somebody is here.
 */
static bool
is_doubted(const struct call *c)
{
	return c->me.unload_ms > c->began_ms;
}

/*
 * GET /api/poll?cursor=N&wait=S
 * 200 {"events": [..], "cursor", "state", "chat"?, "partner"?: {"name",
 *      "state": "here"|"away"}, "online", "more"?, "superseded"?, "delay_ms"?}
 *
 * The events beyond the cursor, oldest first, at once if there are any; else
 * when one comes, or after S seconds (±10 %) without any. At most 100 events
 * or 64 KiB: `more` says that a further poll is answered at once. A newer poll
 * of the session replaces a held one, which answers with `superseded`. A held
 * one also answers when a page of its session says that it is closed. Under
 * CGI, and where as many polls are held as can be (then at once, without any),
 * `delay_ms` says how long to pause before the next poll. Writes nothing: the
 * front door notes cursor and presence.
 * 400 bad_request: cursor or wait is not as it must be.
 */
enum outcome
api_poll(struct call *c)
{
	struct page p = {.j = json_out_to(&c->reply.body)};

	if (c->woken == WOKEN_NOT && !read_parameters(c))
		return DONE;
	p.cursor = c->wait.cursor;
	json_out_object(&p.j, NULL);
	json_out_array(&p.j, "events");
	if (c->me.seq > p.cursor &&
	    store_event_after(c->house->store, c->me.id, p.cursor,
		EVENTS_MAX + 1, write_event, &p) == STORE_FAILED)
		return call_fail(c);
	if (p.n > 0 || c->now.ms >= c->wait.until_ms || is_doubted(c) ||
	    c->woken >= WOKEN_REPLACED)
		return answer(c, &p);
	return WAIT;
}
