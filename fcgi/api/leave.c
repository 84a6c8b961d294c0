#include "api/api.h"
#include "base/json_out.h"
#include "chat/parting.h"

/*
 * POST /api/leave {"chat"?}
 * 200 {"state": "idle"}
 *
 * Ends the chat (the partner is told `left`, reason `left`), or stops looking.
 * 409 chat_over: `chat` is not the chat that the session is in.
 */
enum outcome
api_leave(struct call *c)
{
	struct json_out j = json_out_to(&c->reply.body);

	if (!call_same_chat(c))
		return DONE;
	if (parting_leave(c->house->store, &c->me, LEFT_LEFT, c->now) ==
	    STORE_FAILED)
		return call_fail(c);
	json_out_object(&j, NULL);
	json_out_text(&j, "state", "idle");
	return call_answer(c, 200, &j);
}
