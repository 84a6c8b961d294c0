#include "chat/telling.h"

#include "base/json_out.h"
#include "chat/pictures.h"
#include "store/events.h"
#include "store/messages.h"
#include "store/tags.h"

static const char *const reasons[LEFT__MAX] = {
    [LEFT_NEXT] = "next",
    [LEFT_BACK] = "next",
    [LEFT_LEFT] = "left",
    [LEFT_GONE] = "gone",
    [LEFT_BANNED] = "banned",
};

/* Closes the body, adds the event and releases the body. */
static enum found
tell(const struct telling *t, const char *type, struct json_out *j, int64_t *id)
{
	struct event ev = {
	    .session = t->to,
	    .chat = t->chat,
	    .at = t->at,
	    .type = type,
	};
	enum found f = STORE_FAILED;

	json_out_close(j);
	ev.body = j->to->data;
	ev.body_len = j->to->len;
	if (json_out_done(j))
		f = store_event_add(t->st, &ev);
	buf_free(j->to);
	if (id != NULL)
		*id = ev.id;
	return f;
}

static void
add_tag(const char *typed, void *json)
{
	json_out_text(json, NULL, typed);
}

enum found
tell_matched(const struct telling *t, const struct meeting *m)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);
	enum found f = STORE_NONE;

	json_out_object(&j, NULL);
	json_out_object(&j, "partner");
	json_out_text(&j, "name", m->with->name);
	json_out_close(&j);
	json_out_array(&j, "common");
	if (m->both_have_tags)
		f = store_tag_common(t->st, t->to, m->with->id, add_tag, &j);
	json_out_close(&j);
	if (m->again)
		json_out_bool(&j, "again", true);
	if (m->back)
		json_out_bool(&j, "back", true);
	if (f != STORE_FAILED)
		return tell(t, "matched", &j, NULL);
	buf_free(&b);
	return STORE_FAILED;
}

enum found
tell_message(const struct telling *t, const char *text, int64_t *id)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);

	json_out_object(&j, NULL);
	json_out_text(&j, "text", text);
	return tell(t, "message", &j, id);
}

enum found
tell_image(const struct telling *t, const struct image_row *image, int64_t *id)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);

	json_out_object(&j, NULL);
	pictures_write(&j, image);
	json_out_int(&j, "bytes", image->len);
	return tell(t, "image", &j, id);
}

enum found
tell_own(const struct telling *t, const char *text, int64_t id)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);

	json_out_object(&j, NULL);
	json_out_id(&j, "id", id);
	json_out_text(&j, "text", text);
	return tell(t, "own", &j, NULL);
}

enum found
tell_own_image(const struct telling *t, const struct image_row *image)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);

	json_out_object(&j, NULL);
	json_out_id(&j, "id", image->message);
	pictures_write(&j, image);
	json_out_int(&j, "bytes", image->len);
	return tell(t, "own", &j, NULL);
}

enum found
tell_typing(const struct telling *t, bool on)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);

	json_out_object(&j, NULL);
	json_out_bool(&j, "on", on);
	return tell(t, "typing", &j, NULL);
}

enum found
tell_seen(const struct telling *t, int64_t upto)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);

	json_out_object(&j, NULL);
	json_out_id(&j, "upto", upto);
	return tell(t, "seen", &j, NULL);
}

static void
write_retracted(struct json_out *j, int64_t message)
{
	json_out_object(j, NULL);
	json_out_id(j, "id", message);
}

enum found
tell_erased(const struct telling *t, int64_t message)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);
	enum found f = STORE_FAILED;

	write_retracted(&j, message);
	json_out_close(&j);
	if (json_out_done(&j))
		f = store_message_retract(t->st, message, b.data, b.len);
	buf_free(&b);
	return f;
}

enum found
tell_retracted(const struct telling *t, int64_t message)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);

	write_retracted(&j, message);
	return tell(t, "retracted", &j, NULL);
}

enum found
tell_presence(const struct telling *t, bool away)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);

	json_out_object(&j, NULL);
	json_out_text(&j, "state", away ? "away" : "here");
	return tell(t, "presence", &j, NULL);
}

enum found
tell_left(const struct telling *t, enum left_reason reason)
{
	struct buf b = {0};
	struct json_out j = json_out_to(&b);

	json_out_object(&j, NULL);
	json_out_text(&j, "reason", reasons[reason]);
	return tell(t, "left", &j, NULL);
}
