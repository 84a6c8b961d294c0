/* Pictures in a chat: how many, and who is told. In a write transaction. */
#ifndef CHAT_PICTURES_H
#define CHAT_PICTURES_H

#include "base/clock.h"
#include "base/json_out.h"
#include "chat/image.h"
#include "chat/rules.h"
#include "store/images.h"
#include "store/sessions.h"

enum pictures_sent {
	PICTURES_FAILED, /* the store failed */
	PICTURES_SENT,
	PICTURES_CHAT_FULL,  /* this chat has enough of them */
	PICTURES_STORE_FULL, /* and all chats together */
};

/*
 * Sends a cleaned picture to the partner of `who`, who is in a chat. *out tells
 * where it is and the message's id.
 */
enum pictures_sent pictures_send(struct store *st, const struct rules *rules,
    const struct session *who, const struct image *image,
    const struct buf *bytes, struct now now, struct image_row *out);

/* What both sides are told: "url", "width", "height". */
void pictures_write(struct json_out *j, const struct image_row *row);

#endif
