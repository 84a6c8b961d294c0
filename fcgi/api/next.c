#include "api/api.h"
#include "base/json_out.h"
#include "chat/pairing.h"
#include "chat/parting.h"

/*
 * POST /api/next {}
 * 200 {"state": "chatting", "chat"} or {"state": "waiting"}
 *
 * Leaves any chat (the partner is told `left`, reason `next`) and looks for a
 * partner. Whoever waits already goes on waiting.
 */
enum outcome
api_next(struct call *c)
{
	struct store *st = c->house->store;
	struct json_out j = json_out_to(&c->reply.body);
	int64_t chat = 0;
	enum found f = STORE_NONE;

	if (c->me.state == SESSION_CHATTING)
		f = parting_leave(st, &c->me, LEFT_NEXT, c->now);
	/* Asking is a sign of life, and others must see it at once. */
	if (f != STORE_FAILED)
		f = store_session_seen(st, c->me.id, c->now.ms, 0);
	if (f != STORE_FAILED)
		f = pairing_seek(st, &c->house->rules, c->me.id, c->now, &chat);
	if (f == STORE_FAILED)
		return call_fail(c);
	json_out_object(&j, NULL);
	json_out_text(&j, "state", f == STORE_FOUND ? "chatting" : "waiting");
	if (f == STORE_FOUND)
		json_out_id(&j, "chat", chat);
	return call_answer(c, 200, &j);
}
