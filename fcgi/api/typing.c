#include "api/api.h"
#include "chat/telling.h"

/*
 * POST /api/typing {"on", "chat"?}
 * 204
 *
 * Tells the partner that this side types, or has stopped; only a change is
 * told. Whoever does not say `true` again for some seconds (a setting) has
 * stopped: then the partner is told so without a further call.
 * 409 not_chatting, chat_over.
 */
enum outcome
api_typing(struct call *c)
{
	struct store *st = c->house->store;
	const struct telling t = {st, c->me.partner, c->me.chat, c->now.at};
	bool on, was_on = c->me.typing_ms != 0;

	if (json_in_bool(c->json, "on", &on) != JSON_OK)
		return call_refuse(c, 400, "bad_request",
		    "on must be true or false.");
	if (!call_in_chat(c))
		return DONE;
	/* Who does not read need not know, and the queue has an end. */
	if ((!on && !was_on) ||
	    c->me.partner_backlog >= c->house->rules.backlog)
		return call_done(c);
	if (store_session_typing(st, c->me.id,
		on ? c->now.ms + c->house->rules.typing_ms : 0) ==
		STORE_FAILED ||
	    (on != was_on && tell_typing(&t, on) == STORE_FAILED))
		return call_fail(c);
	return call_done(c);
}
