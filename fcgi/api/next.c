#include "api/admit.h"
#include "api/api.h"
#include "base/json_out.h"
#include "chat/pairing.h"
#include "chat/parting.h"
#include "chat/undo.h"
#include "store/waiting.h"

/* In a chat, or waiting for a wish until then (0: for anybody). */
static enum outcome
answer(struct call *c, const struct sought *s)
{
	struct json_out j = json_out_to(&c->reply.body);

	json_out_object(&j, NULL);
	json_out_text(&j, "state", s->chat != 0 ? "chatting" : "waiting");
	if (s->chat != 0)
		json_out_id(&j, "chat", s->chat);
	else if (s->until_ms > c->now.ms) {
		json_out_int(&j, "widen_ms", s->until_ms - c->now.ms);
		c->due_ms = s->until_ms;
	}
	return call_answer(c, 200, &j);
}

/* A request that the front server repeats: it is answered as it stands. */
static enum outcome
answer_again(struct call *c)
{
	struct sought s = {.chat = c->me.chat};

	if (c->me.state == SESSION_WAITING &&
	    store_waiting_until(c->house->store, c->me.id, &s.until_ms) ==
		STORE_FAILED)
		return call_fail(c);
	return answer(c, &s);
}

/* There is no room for one more who waits: back to where it came from. */
static enum outcome
stop_again(struct call *c)
{
	c->me.state = SESSION_WAITING;
	if (parting_leave(c->house->store, &c->me, LEFT_LEFT, c->now) ==
	    STORE_FAILED)
		return call_fail(c);
	return DONE;
}

/*
 * POST /api/next {"widen"?: true}
 * 200 {"state": "chatting", "chat"} or {"state": "waiting", "widen_ms"?}
 *
 * Leaves any chat (the partner is told `left`, reason `next`) and looks for a
 * partner. Whoever waits already goes on waiting. `widen_ms`: for so long it
 * waits for a common tag, and then takes anybody; with `widen`
 * it does so at once.
 * 400 bad_request: widen is not true or false. 503 full: nobody is there to be
 * met, and too many wait already; the session is idle then.
 */
enum outcome
api_next(struct call *c)
{
	struct store *st = c->house->store;
	struct sought sought;
	bool widen = false, waited = c->me.state == SESSION_WAITING;
	enum found f;

	if (json_in_bool(c->json, "widen", &widen) == JSON_WRONG)
		return call_refuse(c, 400, "bad_request",
		    "widen must be true or false.");
	/*
	 * Has the front server sent this very request before? Its worker died
	 * before it could answer: the new partner is not left again for that.
	 */
	f = store_session_asks(st, c->me.id, c->request->id, c->now.ms);
	if (f == STORE_FOUND && c->me.state != SESSION_IDLE)
		return answer_again(c);
	if (f != STORE_FAILED && c->me.state == SESSION_CHATTING) {
		f = parting_leave(st, &c->me, LEFT_NEXT, c->now);
		c->me.state = SESSION_IDLE;
	}
	if (f != STORE_FAILED)
		f = pairing_seek(st, &c->house->rules, &c->me, widen, c->now,
		    &sought);
	if (f == STORE_FAILED)
		return call_fail(c);
	return sought.chat == 0 && !waited && !admit_waiting(c)
	    ? stop_again(c)
	    : answer(c, &sought);
}

/*
 * POST /api/back {}
 * 200 {"state": "chatting", "chat"}
 *
 * Takes back a Next: up to 5 s after it, and if that partner is still free,
 * they chat again, in a new chat (`matched` with `back`). Whatever the session
 * does meanwhile ends; a new partner is told `left`, reason `next`.
 * 409 too_late: the last Next is longer ago, or left nobody. 409 partner_taken:
 * the partner has another one, or has gone, or is blocked.
 */
enum outcome
api_back(struct call *c)
{
	struct store *st = c->house->store;
	struct sought sought = {0};
	enum found f = store_session_asks(st, c->me.id, c->request->id,
	    c->now.ms);

	if (f == STORE_FAILED)
		return call_fail(c);
	if (f == STORE_FOUND && c->me.state == SESSION_CHATTING)
		return answer_again(c);
	switch (undo_next(st, &c->house->rules, &c->me, c->now, &sought.chat)) {
	case UNDO_DONE:
		return answer(c, &sought);
	case UNDO_LATE:
		return call_refuse(c, 409, "too_late",
		    "It is too late to go back.");
	case UNDO_TAKEN:
		return call_refuse(c, 409, "partner_taken",
		    "Your partner is no longer free.");
	case UNDO_FAILED:
		break;
	}
	return call_fail(c);
}
