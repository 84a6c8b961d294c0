#include <string.h>

#include "api/api.h"
#include "api/sending.h"
#include "base/json_out.h"
#include "chat/pictures.h"
#include "chat/telling.h"
#include "chat/text.h"

static const enum reply_media media[IMAGE_KINDS] = {
    [IMAGE_JPEG] = REPLY_JPEG,
    [IMAGE_PNG] = REPLY_PNG,
    [IMAGE_GIF] = REPLY_GIF,
    [IMAGE_WEBP] = REPLY_WEBP,
};

/* As in send.c, from the address. An empty one: neither. False: refused. */
static bool
read_nonce(struct call *c, char nonce[TEXT_NONCE_MAX + 1])
{
	switch (request_param(c->request, "nonce", nonce, TEXT_NONCE_MAX + 1)) {
	case PARAM_MISSING:
		memcpy(nonce, c->request->id, strlen(c->request->id) + 1);
		return true;
	case PARAM_OK:
		if (text_nonce(nonce) == TEXT_OK)
			return true;
		break;
	case PARAM_WRONG:
		break;
	}
	call_refuse(c, 400, "bad_request",
	    "nonce must be 1 to 64 printable ASCII characters.");
	return false;
}

/* As call_in_chat, from the address. */
static bool
is_in_chat(struct call *c)
{
	int64_t chat = 0;
	enum param got = request_param_int(c->request, "chat", 1, INT64_MAX / 2,
	    &chat);
	bool chatting = c->me.state == SESSION_CHATTING;

	if (chatting &&
	    (got == PARAM_MISSING || (got == PARAM_OK && chat == c->me.chat)))
		return true;
	if (got == PARAM_MISSING)
		call_refuse(c, 409, "not_chatting", "You are in no chat.");
	else
		call_refuse(c, 409, "chat_over", "That chat has ended.");
	return false;
}

static enum outcome
answer(struct call *c, const struct image_row *row, int64_t at)
{
	struct json_out j = json_out_to(&c->reply.body);

	json_out_object(&j, NULL);
	json_out_id(&j, "id", row->message);
	json_out_int(&j, "at", at);
	pictures_write(&j, row);
	return call_answer(c, 200, &j);
}

/* Also if the picture itself is gone meanwhile. */
static enum outcome
answer_again(struct call *c, const struct sent *sent)
{
	struct image_row row = {0};
	enum found f = store_image_by_message(c->house->store, sent->message,
	    &row);

	if (f == STORE_FAILED)
		return call_fail(c);
	if (f == STORE_FOUND)
		return answer(c, &row, sent->at);
	return call_refuse(c, 400, "bad_request",
	    "This nonce is that of a message.");
}

static const struct refusal {
	int status, retry_after_s;
	const char *code, *message;
} refusals[] = {
    [PICTURES_CHAT_FULL] = {429, 60, "pictures_full",
	"There are enough pictures in this chat."},
    [PICTURES_STORE_FULL] = {503, 60, "unavailable",
	"There is no room for pictures right now."},
};

static enum outcome
refuse_for_now(struct call *c, const struct refusal *why)
{
	call_refuse(c, why->status, why->code, why->message);
	c->reply.retry_after_s = why->retry_after_s;
	return DONE;
}

static enum outcome
store(struct call *c, const char *nonce)
{
	struct store *st = c->house->store;
	const struct telling to_self = {st, c->me.id, c->me.chat, c->now.at};
	struct image_row row;
	struct sent sent = {.at = c->now.at};
	enum pictures_sent how = pictures_send(st, &c->house->rules, &c->me,
	    &c->image, &c->picture, c->now, &row);

	if (how == PICTURES_FAILED)
		return call_fail(c);
	if (how != PICTURES_SENT)
		return refuse_for_now(c, &refusals[how]);
	if (c->page.session != 0 &&
	    tell_own_image(&to_self, &row) == STORE_FAILED)
		return call_fail(c);
	sent.message = row.message;
	if (sending_note(c, nonce, &sent) == STORE_FAILED)
		return call_fail(c);
	return answer(c, &row, sent.at);
}

/*
 * POST /api/image?chat=&nonce= and the picture as the body
 * 200 {"id", "at", "url", "width", "height"}
 *
 * Stores a picture for the partner, cleaned of all that was written beside it.
 * What it is its bytes say, whatever Content-Type does. nonce and chat are what
 * they are to api_send; a repeated nonce is answered as the first time.
 * 400 bad_request: nonce. 409 not_chatting, chat_over. 413 too_large: over
 * 5 MiB, 8192 pixels, or a decompression bomb. 415 wrong_type: no such picture,
 * or more than that. 429 backlog_full; pictures_full: the chat has enough of
 * them. 503 unavailable: all chats have.
 */
enum outcome
api_image(struct call *c)
{
	char nonce[TEXT_NONCE_MAX + 1];
	struct sent sent;

	if (!read_nonce(c, nonce))
		return DONE;
	if (nonce[0] != '\0') {
		enum found f = store_nonce_find(c->house->store, &c->me, nonce,
		    &sent);

		if (f == STORE_FAILED)
			return call_fail(c);
		if (f == STORE_FOUND)
			return answer_again(c, &sent);
	}
	if (!is_in_chat(c) || !sending_has_room(c))
		return DONE;
	return store(c, nonce);
}

/*
 * GET /api/image/{id}
 * 200, the picture
 *
 * Needs no token, as a page's <img> has none: the address is known to the two
 * people of its chat alone, and cannot be guessed. 404 not_found: there is
 * none, or not any more.
 */
enum outcome
api_image_read(struct call *c)
{
	const char *address = strrchr(c->request->path, '/') + 1;
	char type[IMAGE_TYPE_MAX] = "";
	enum image_kind kind;
	enum found f = store_image_read(c->house->store, address,
	    &c->reply.body, type);

	if (f == STORE_FAILED)
		return call_fail(c);
	if (f == STORE_NONE || !image_kind_named(type, strlen(type), &kind))
		return call_refuse(c, 404, "not_found",
		    "There is no such picture.");
	c->reply.status = 200;
	c->reply.media = media[kind];
	return DONE;
}
