#include "chat/retracting.h"

#include "chat/telling.h"
#include "store/images.h"
#include "store/messages.h"

enum retracting
retracting_take_back(struct store *st, const struct rules *rules,
    const struct session *who, int64_t message, struct now now)
{
	const struct telling t = {st, who->partner, who->chat, now.at};
	struct message m;
	enum found f = store_message_find(st, message, &m);

	if (f == STORE_FAILED)
		return RETRACTING_FAILED;
	if (f == STORE_NONE || m.sender != who->id)
		return RETRACTING_UNKNOWN;
	if (m.chat != who->chat)
		return RETRACTING_OVER;
	if (m.is_retracted)
		return RETRACTING_DONE;
	if (now.ms - m.sent_ms > rules->retract_ms)
		return RETRACTING_LATE;
	if (tell_erased(&t, message) == STORE_FAILED ||
	    store_image_erase(st, message) == STORE_FAILED ||
	    tell_retracted(&t, message) == STORE_FAILED)
		return RETRACTING_FAILED;
	return RETRACTING_DONE;
}
