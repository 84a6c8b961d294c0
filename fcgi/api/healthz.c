#include "api/api.h"
#include "base/json_out.h"
#include "store/host.h"

/*
 * GET /healthz
 * 200 {"ok": true}
 *
 * Writes to the database and commits: 503 if it cannot; also for some seconds
 * after a worker had to open it anew, so that somebody looks into the log.
 */
enum outcome
api_healthz(struct call *c)
{
	struct json_out j = json_out_to(&c->reply.body);

	if (store_was_hurt(c->house->store, c->now.at))
		return call_hurt(c);
	if (store_host_check(c->house->store, c->now.at) != STORE_FOUND)
		return call_fail(c);
	json_out_object(&j, NULL);
	json_out_bool(&j, "ok", true);
	return call_answer(c, 200, &j);
}
