#include "chat/pictures.h"

#include <stdio.h>
#include <string.h>

#include "chat/telling.h"

void
pictures_write(struct json_out *j, const struct image_row *row)
{
	char url[sizeof(row->address) + 16];

	snprintf(url, sizeof(url), "/api/image/%s", row->address);
	json_out_text(j, "url", url);
	json_out_int(j, "width", row->width);
	json_out_int(j, "height", row->height);
}

/* PICTURES_SENT: there is room. */
static enum pictures_sent
find_room(struct store *st, const struct rules *rules, int64_t chat,
    int64_t len)
{
	struct image_usage used = {0};

	if (store_image_usage(st, chat, &used) == STORE_FAILED)
		return PICTURES_FAILED;
	if (used.n >= rules->pictures || used.len + len > rules->pictures_bytes)
		return PICTURES_CHAT_FULL;
	if (used.all_len + len > rules->pictures_all_bytes)
		return PICTURES_STORE_FULL;
	return PICTURES_SENT;
}

enum pictures_sent
pictures_send(struct store *st, const struct rules *rules,
    const struct session *who, const struct image *image,
    const struct buf *bytes, struct now now, struct image_row *out)
{
	const struct telling t = {st, who->partner, who->chat, now.at};
	enum pictures_sent room = find_room(st, rules, who->chat,
	    (int64_t)bytes->len);

	if (room != PICTURES_SENT)
		return room;
	*out = (struct image_row){.session = who->id,
	    .chat = who->chat,
	    .width = image->width,
	    .height = image->height,
	    .len = (int64_t)bytes->len};
	token_new(out->address);
	snprintf(out->type, sizeof(out->type), "%s",
	    image_kind_name(image->kind));
	if (tell_image(&t, out, &out->message) != STORE_FOUND ||
	    store_image_add(st, out, bytes->data) == STORE_FAILED)
		return PICTURES_FAILED;
	return PICTURES_SENT;
}
