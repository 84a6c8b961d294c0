/* Next taken back, within a few seconds and if the partner is still free. */
#ifndef CHAT_UNDO_H
#define CHAT_UNDO_H

#include "base/clock.h"
#include "chat/rules.h"
#include "store/sessions.h"

enum { UNDO_MS = 5000 }; /* so long after Next */

enum undone {
	UNDO_DONE,   /* they chat again, in a new chat; both have been told */
	UNDO_LATE,   /* there is no Next to take back, or none of late */
	UNDO_TAKEN,  /* the partner has found another, or has gone, or is not
			to be met again */
	UNDO_FAILED, /* the store has */
};

/*
 * Brings a session, whatever it does now, back to the partner whom it left last
 * with Next. A chat that it is in ends as with Next. *chat is the new chat.
 */
enum undone undo_next(struct store *st, const struct rules *rules,
    const struct session *who, struct now now, int64_t *chat);

#endif
