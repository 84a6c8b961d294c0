#include "chat/parting.h"

#include "store/chats.h"
#include "store/waiting.h"

static enum found
leave_chat(struct store *st, const struct session *who, enum left_reason reason,
    struct now now)
{
	const struct telling to_partner = {st, who->partner, who->chat, now.at};

	if (store_chat_end(st, who->chat, now.ms,
		reason == LEFT_NEXT ? who->id : 0) == STORE_FAILED ||
	    store_session_state(st, who->partner, SESSION_IDLE, 0, 0) ==
		STORE_FAILED ||
	    tell_left(&to_partner, reason) == STORE_FAILED)
		return STORE_FAILED;
	return STORE_FOUND;
}

enum found
parting_leave(struct store *st, const struct session *who,
    enum left_reason reason, struct now now)
{
	if (who->state == SESSION_IDLE)
		return STORE_NONE;
	if (who->state == SESSION_CHATTING &&
	    leave_chat(st, who, reason, now) == STORE_FAILED)
		return STORE_FAILED;
	if (who->state == SESSION_WAITING &&
	    store_waiting_drop(st, who) == STORE_FAILED)
		return STORE_FAILED;
	if (store_session_state(st, who->id, SESSION_IDLE, 0, 0) ==
	    STORE_FAILED)
		return STORE_FAILED;
	return STORE_FOUND;
}

enum found
parting_end(struct store *st, const struct session *who,
    enum left_reason reason, struct now now)
{
	if (parting_leave(st, who, reason, now) == STORE_FAILED)
		return STORE_FAILED;
	return store_session_drop(st, who->id);
}
