#include "chat/undo.h"

#include "chat/pairing.h"
#include "chat/parting.h"
#include "store/chats.h"

/* STORE_FOUND: the partner is there, in no chat, and may be met. */
static enum found
find_free(struct store *st, const struct rules *rules, int64_t who, int64_t id,
    struct now now, struct session *partner)
{
	enum found f = store_session_by_id(st, id, partner);

	if (f != STORE_FOUND)
		return f;
	if (partner->state == SESSION_CHATTING ||
	    partner->seen_ms < now.ms - rules->fresh_ms)
		return STORE_NONE;
	f = store_blocked_find(st, who, id);
	return f == STORE_FAILED ? f
	    : f == STORE_FOUND   ? STORE_NONE
				 : STORE_FOUND;
}

enum undone
undo_next(struct store *st, const struct rules *rules,
    const struct session *who, struct now now, int64_t *chat)
{
	struct session partner, idle = *who;
	int64_t id;
	enum found f = store_chat_left(st, who->id, now.ms - UNDO_MS, &id);

	if (f != STORE_FOUND)
		return f == STORE_FAILED ? UNDO_FAILED : UNDO_LATE;
	f = find_free(st, rules, who->id, id, now, &partner);
	if (f != STORE_FOUND)
		return f == STORE_FAILED ? UNDO_FAILED : UNDO_TAKEN;
	if (parting_leave(st, who, LEFT_BACK, now) == STORE_FAILED)
		return UNDO_FAILED;
	idle.state = SESSION_IDLE;
	f = pairing_meet(st, &partner, &idle, (struct reunion){.back = true},
	    now, chat);
	return f == STORE_FOUND ? UNDO_DONE : UNDO_FAILED;
}
