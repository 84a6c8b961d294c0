/* How a chat, a wait or a session ends. In the caller's write transaction. */
#ifndef CHAT_PARTING_H
#define CHAT_PARTING_H

#include "base/clock.h"
#include "chat/telling.h"
#include "store/sessions.h"

/*
 * Takes a session out of its chat or out of the pool; it is idle then. The
 * partner is told the reason, and is idle, too. An idle session stays so.
 */
enum found parting_leave(struct store *st, const struct session *who,
    enum left_reason reason, struct now now);

/* The same, and the session is gone with all that was kept for it. */
enum found parting_end(struct store *st, const struct session *who,
    enum left_reason reason, struct now now);

#endif
