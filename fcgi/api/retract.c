#include "api/api.h"
#include "chat/retracting.h"

static const struct {
	int status;
	const char *code, *message;
} refusals[] = {
    [RETRACTING_UNKNOWN] = {404, "not_found", "You sent no such message."},
    [RETRACTING_OVER] = {409, "chat_over", "That chat has ended."},
    [RETRACTING_LATE] = {409, "too_late",
	"This message can no longer be taken back."},
};

/*
 * POST /api/retract {"id", "chat"?}
 * 204
 *
 * Takes back a message of one's own: its text is erased at once, whether or not
 * it was delivered, and the partner is told `retracted`. To do it again changes
 * nothing.
 * 400 bad_request: id is missing or no string. 404 not_found: no such message,
 * or somebody else's. 409 too_late: it was sent over two minutes ago (a
 * setting); chat_over, not_chatting.
 */
enum outcome
api_retract(struct call *c)
{
	int64_t id;
	enum retracting r;

	if (call_id(c, "id", &id) != JSON_OK)
		return call_refuse(c, 400, "bad_request",
		    "id must be a string.");
	if (!call_in_chat(c))
		return DONE;
	r = retracting_take_back(c->house->store, &c->house->rules, &c->me, id,
	    c->now);
	if (r == RETRACTING_FAILED)
		return call_fail(c);
	if (r == RETRACTING_DONE)
		return call_done(c);
	return call_refuse(c, refusals[r].status, refusals[r].code,
	    refusals[r].message);
}
