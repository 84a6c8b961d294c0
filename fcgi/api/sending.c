#include "api/sending.h"

bool
sending_has_room(struct call *c)
{
	int64_t max = c->house->rules.backlog;

	/* Much of it may have been acknowledged, and not been noted yet. */
	c->urgent |= c->me.partner_backlog >= max / 2;
	if (c->me.partner_backlog < max)
		return true;
	call_refuse(c, 429, "backlog_full",
	    "Your partner has too many unread messages.");
	c->reply.retry_after_s = 5;
	return false;
}

enum found
sending_note(struct call *c, const char *nonce, const struct sent *sent)
{
	struct store *st = c->house->store;

	if (c->me.typing_ms != 0 &&
	    store_session_typing(st, c->me.id, 0) == STORE_FAILED)
		return STORE_FAILED;
	return store_nonce_add(st, &c->me, nonce, c->now.ms, sent);
}
