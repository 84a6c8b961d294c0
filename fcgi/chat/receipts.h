/* What one has seen of what the other wrote. In the caller's transaction. */
#ifndef CHAT_RECEIPTS_H
#define CHAT_RECEIPTS_H

#include "base/clock.h"
#include "chat/rules.h"
#include "store/sessions.h"

/*
 * `who`, who is in a chat, has seen its partner's messages up to this one. The
 * partner is told, if it was not told so far already and neither of the two has
 * switched that off. STORE_NONE: the partner sent no such message in this chat.
 */
enum found receipts_seen(struct store *st, const struct rules *rules,
    const struct session *who, int64_t message, struct now now);

#endif
