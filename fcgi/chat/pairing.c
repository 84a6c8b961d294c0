#include "chat/pairing.h"

#include "chat/telling.h"
#include "store/chats.h"
#include "store/sessions.h"
#include "store/waiting.h"

enum { SWEEP_MAX = 64 }; /* waiters that one sweep looks at */

/* One side of a new chat. */
static enum found
enter(struct store *st, const struct session *who,
    const struct session *partner, int64_t chat, struct now now)
{
	const struct telling t = {st, who->id, chat, now.at};

	if ((who->state == SESSION_WAITING &&
		store_waiting_drop(st, who->id) == STORE_FAILED) ||
	    store_session_state(st, who->id, SESSION_CHATTING, chat,
		partner->id) == STORE_FAILED)
		return STORE_FAILED;
	return tell_matched(&t, partner->name);
}

static enum found
meet(struct store *st, int64_t a, int64_t b, struct now now, int64_t *chat)
{
	struct session sa, sb;

	if (store_session_by_id(st, a, &sa) != STORE_FOUND ||
	    store_session_by_id(st, b, &sb) != STORE_FOUND ||
	    store_chat_add(st, a, b, now.at, chat) != STORE_FOUND ||
	    store_met_add(st, a, b, *chat) == STORE_FAILED ||
	    enter(st, &sa, &sb, *chat, now) != STORE_FOUND ||
	    enter(st, &sb, &sa, *chat, now) != STORE_FOUND)
		return STORE_FAILED;
	return STORE_FOUND;
}

static enum found
pick(struct store *st, const struct rules *rules, int64_t session,
    struct now now, int64_t *partner)
{
	int64_t fresh_ms = now.ms - rules->fresh_ms;
	enum found f = store_waiting_pick(st, session, fresh_ms, false,
	    partner);

	if (f != STORE_NONE)
		return f;
	return store_waiting_pick(st, session, fresh_ms, true, partner);
}

enum found
pairing_seek(struct store *st, const struct rules *rules, int64_t session,
    struct now now, int64_t *chat)
{
	int64_t partner = 0;
	enum found f = pick(st, rules, session, now, &partner);

	if (f == STORE_FOUND)
		return meet(st, partner, session, now, chat);
	if (f == STORE_FAILED ||
	    store_waiting_add(st, session, now.ms) == STORE_FAILED ||
	    store_session_state(st, session, SESSION_WAITING, 0, 0) ==
		STORE_FAILED)
		return STORE_FAILED;
	return STORE_NONE;
}

enum found
pairing_sweep(struct store *st, const struct rules *rules, struct now now)
{
	int64_t ids[SWEEP_MAX], chat;
	size_t n;
	enum found f;

	f = store_waiting_fresh(st, now.ms - rules->fresh_ms, ids, SWEEP_MAX,
	    &n);
	if (f == STORE_FAILED || n < 2)
		return f == STORE_FAILED ? f : STORE_NONE;
	for (size_t i = 0; i < n; i++) {
		struct session s;

		f = store_session_by_id(st, ids[i], &s);
		if (f == STORE_FOUND && s.state == SESSION_WAITING)
			f = pairing_seek(st, rules, s.id, now, &chat);
		if (f == STORE_FAILED)
			return f;
	}
	return n == SWEEP_MAX ? STORE_FOUND : STORE_NONE;
}
