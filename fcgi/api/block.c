#include "api/api.h"
#include "chat/parting.h"
#include "store/chats.h"

/* The partner of a chat that the session is in, or was in lately. */
static enum found
find_partner(struct call *c, int64_t chat, int64_t *partner)
{
	if (c->me.state != SESSION_CHATTING || c->me.chat != chat)
		return store_chat_partner(c->house->store, c->me.id, chat,
		    partner);
	*partner = c->me.partner;
	return STORE_FOUND;
}

/*
 * POST /api/block {"chat"}
 * 204
 *
 * The partner of that chat, which may have ended, is never met again by this
 * session. If it still runs it ends: the partner is told `left`, reason `left`.
 * 400 bad_request: chat is no string. 404 not_found: the session was in no such
 * chat lately.
 */
enum outcome
api_block(struct call *c)
{
	struct store *st = c->house->store;
	int64_t chat, partner;
	enum found f = STORE_NONE;

	switch (call_id(c, "chat", &chat)) {
	case JSON_OK:
		f = find_partner(c, chat, &partner);
		break;
	case JSON_MISSING:
	case JSON_WRONG:
		return call_refuse(c, 400, "bad_request",
		    "chat must be a string.");
	}
	if (f == STORE_NONE)
		return call_refuse(c, 404, "not_found",
		    "You were in no such chat lately.");
	if (f == STORE_FOUND)
		f = store_blocked_add(st, c->me.id, partner);
	if (f != STORE_FAILED && c->me.state == SESSION_CHATTING &&
	    c->me.chat == chat)
		f = parting_leave(st, &c->me, LEFT_LEFT, c->now);
	return f == STORE_FAILED ? call_fail(c) : call_done(c);
}
