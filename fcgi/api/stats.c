#include "api/api.h"
#include "base/json_out.h"

/*
 * GET /api/stats
 * 200 {"online", "waiting", "chatting"}
 *
 * How many sessions are here; those that wait and those that chat are among
 * them. At most two seconds old.
 */
enum outcome
api_stats(struct call *c)
{
	const struct census *n = &c->house->census;
	struct json_out j = json_out_to(&c->reply.body);

	json_out_object(&j, NULL);
	json_out_int(&j, "online", n->online);
	json_out_int(&j, "waiting", n->waiting);
	json_out_int(&j, "chatting", n->chatting);
	return call_answer(c, 200, &j);
}
