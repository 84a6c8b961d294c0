#include "store/receipts.h"
#include "api/api.h"

/*
 * POST /api/receipts {"on"}
 * 204
 *
 * Whether this session tells its partners what it has seen, and is told. If one
 * side has switched it off, neither is told. On at first.
 * 400 bad_request: on is missing or no boolean.
 */
enum outcome
api_receipts(struct call *c)
{
	bool on;

	if (json_in_bool(c->json, "on", &on) != JSON_OK)
		return call_refuse(c, 400, "bad_request",
		    "on must be true or false.");
	if (store_receipts_set(c->house->store, c->me.id, on) == STORE_FAILED)
		return call_fail(c);
	return call_done(c);
}
