#include "api/api.h"
#include "base/json_out.h"
#include "chat/pairing.h"
#include "chat/parting.h"

static enum outcome
answer(struct call *c, int64_t chat)
{
	struct json_out j = json_out_to(&c->reply.body);

	json_out_object(&j, NULL);
	json_out_text(&j, "state", chat != 0 ? "chatting" : "waiting");
	if (chat != 0)
		json_out_id(&j, "chat", chat);
	return call_answer(c, 200, &j);
}

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
	int64_t chat = 0;
	/*
	 * Has the front server sent this very request before? Its worker died
	 * before it could answer: the new partner is not left again for that.
	 */
	enum found f = store_session_asks(st, c->me.id, c->request->id,
	    c->now.ms);

	if (f == STORE_FOUND && c->me.state != SESSION_IDLE)
		return answer(c, c->me.chat);
	if (f != STORE_FAILED && c->me.state == SESSION_CHATTING)
		f = parting_leave(st, &c->me, LEFT_NEXT, c->now);
	if (f != STORE_FAILED)
		f = pairing_seek(st, &c->house->rules, c->me.id, c->now, &chat);
	return f == STORE_FAILED ? call_fail(c) : answer(c, chat);
}
