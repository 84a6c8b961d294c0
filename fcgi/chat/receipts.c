#include "chat/receipts.h"

#include "chat/telling.h"
#include "store/messages.h"
#include "store/receipts.h"

enum found
receipts_seen(struct store *st, const struct rules *rules,
    const struct session *who, int64_t message, struct now now)
{
	const struct telling t = {st, who->partner, who->chat, now.at};
	struct message m;
	struct receipts r;
	enum found f = store_message_find(st, message, &m);

	if (f != STORE_FOUND)
		return f;
	if (m.sender != who->partner || m.chat != who->chat)
		return STORE_NONE;
	if (store_receipts_of(st, who->id, who->partner, &r) != STORE_FOUND)
		return STORE_FAILED;
	/* Who does not read need not know, and the queue has an end. */
	if (!r.on || message <= r.shown ||
	    who->partner_backlog >= rules->backlog)
		return STORE_FOUND;
	if (store_receipts_shown(st, who->id, message) == STORE_FAILED)
		return STORE_FAILED;
	return tell_seen(&t, message);
}
