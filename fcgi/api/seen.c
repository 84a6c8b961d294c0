#include "api/api.h"
#include "chat/receipts.h"
#include "store/events.h"

static enum outcome
refuse_unknown(struct call *c)
{
	return call_refuse(c, 404, "not_found",
	    "Your partner sent no such message in this chat.");
}

static bool
take_id(const struct event *ev, void *arg)
{
	struct event *found = arg;

	found->id = ev->id;
	found->seq = ev->seq;
	return false;
}

/*
 * The message that is meant; 0: none. An event that was acknowledged may be
 * gone from the queue: so a client says the id as well. False: refused.
 */
static bool
read_message(struct call *c, int64_t *id)
{
	struct event ev = {0};
	int64_t seq;

	if (json_in_int(c->json, "seq", &seq) != JSON_OK || seq < 1 ||
	    seq > c->me.seq) {
		call_refuse(c, 400, "bad_request",
		    "seq must be the seq of an event of this session.");
		return false;
	}
	switch (call_id(c, "id", id)) {
	case JSON_OK:
		return true;
	case JSON_WRONG:
		call_refuse(c, 400, "bad_request", "id must be a string.");
		return false;
	case JSON_MISSING:
		break;
	}
	if (store_event_after(c->house->store, c->me.id, seq - 1, 1, take_id,
		&ev) == STORE_FAILED) {
		call_fail(c);
		return false;
	}
	*id = ev.seq == seq ? ev.id : 0;
	return true;
}

/*
 * POST /api/seen {"seq", "id"?, "chat"?}
 * 204
 *
 * The partner's messages have been looked at up to this one: its event's
 * number, and its id, without which it is only found while its event is in the
 * queue. The partner is told `seen`, once for each step forward, unless one of
 * the two has switched receipts off.
 * 400 bad_request: seq or id is not as it must be. 404 not_found: the partner
 * sent no such message in this chat. 409 not_chatting, chat_over.
 */
enum outcome
api_seen(struct call *c)
{
	int64_t id;
	enum found f;

	if (!call_in_chat(c) || !read_message(c, &id))
		return DONE;
	f = receipts_seen(c->house->store, &c->house->rules, &c->me, id,
	    c->now);
	if (f == STORE_FAILED)
		return call_fail(c);
	return f == STORE_NONE ? refuse_unknown(c) : call_done(c);
}
