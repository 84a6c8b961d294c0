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
 * Has the front server sent this very request before? Its worker died before
 * it could answer: the new partner must not be left again for that.
 */
static enum found
was_done(struct call *c)
{
	if (c->request->id[0] == '\0')
		return STORE_NONE;
	return store_session_asked(c->house->store, c->me.id, c->request->id);
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
	enum found f = was_done(c);

	if (f == STORE_FOUND && c->me.state != SESSION_IDLE)
		return answer(c, c->me.chat);
	if (f != STORE_FAILED && c->me.state == SESSION_CHATTING)
		f = parting_leave(st, &c->me, LEFT_NEXT, c->now);
	/* Asking is a sign of life, and others must see it at once. */
	if (f != STORE_FAILED)
		f = store_session_seen(st, c->me.id, c->now.ms, 0);
	if (f != STORE_FAILED)
		f = pairing_seek(st, &c->house->rules, c->me.id, c->now, &chat);
	return f == STORE_FAILED ? call_fail(c) : answer(c, chat);
}
