#include "api/api.h"
#include "api/sending.h"
#include "base/json_out.h"
#include "chat/telling.h"
#include "chat/text.h"

/*
 * The client's nonce, else the front server's id of the request: then a
 * request that the front server itself repeats is not stored twice. NULL:
 * neither. False: refused.
 */
static bool
read_nonce(struct call *c, const char **nonce)
{
	*nonce = c->request->id[0] != '\0' ? c->request->id : NULL;
	switch (json_in_text(c->json, "nonce", nonce)) {
	case JSON_MISSING:
		return true;
	case JSON_OK:
		if (text_nonce(*nonce) == TEXT_OK)
			return true;
		break;
	case JSON_WRONG:
		break;
	}
	call_refuse(c, 400, "bad_request",
	    "nonce must be a string of 1 to 64 printable ASCII characters.");
	return false;
}

static bool
read_text(struct call *c, char text[TEXT_MESSAGE_BYTES])
{
	static const char *const faults[] = {
	    [TEXT_EMPTY] = "The message is empty.",
	    [TEXT_TOO_LONG] = "A message has 2000 characters at most.",
	    [TEXT_INVALID] = "The message has control characters.",
	};
	const char *typed;
	enum text_verdict v;

	if (json_in_text(c->json, "text", &typed) != JSON_OK) {
		call_refuse(c, 400, "bad_request", "text must be a string.");
		return false;
	}
	v = text_message(typed, text);
	if (v == TEXT_OK)
		return true;
	call_refuse(c, 400, "bad_request", faults[v]);
	return false;
}

static enum outcome
answer(struct call *c, const struct sent *sent)
{
	struct json_out j = json_out_to(&c->reply.body);

	json_out_object(&j, NULL);
	json_out_id(&j, "id", sent->message);
	json_out_int(&j, "at", sent->at);
	return call_answer(c, 200, &j);
}

static enum outcome
store(struct call *c, const char *text, const char *nonce)
{
	struct store *st = c->house->store;
	const struct telling t = {st, c->me.partner, c->me.chat, c->now.at};
	const struct telling to_self = {st, c->me.id, c->me.chat, c->now.at};
	struct sent sent = {.at = c->now.at};

	if (tell_message(&t, text, &sent.message) != STORE_FOUND)
		return call_fail(c);
	if (c->page.session != 0 &&
	    tell_own(&to_self, text, sent.message) != STORE_FOUND)
		return call_fail(c);
	if (sending_note(c, nonce != NULL ? nonce : "", &sent) == STORE_FAILED)
		return call_fail(c);
	return answer(c, &sent);
}

/*
 * POST /api/send {"text", "nonce"?, "chat"?}
 * 200 {"id", "at"}
 *
 * Stores a message for the partner; the answer leaves when it is on the disk.
 * A repeated nonce is answered as the first time and stores nothing, also
 * when the chat is over meanwhile.
 * What text_message removes is neither stored nor counted.
 * 400 bad_request: text or nonce is not as it must be. 409 not_chatting,
 * chat_over. 429 backlog_full: the partner has not read too many yet.
 */
enum outcome
api_send(struct call *c)
{
	char text[TEXT_MESSAGE_BYTES];
	const char *nonce;
	struct sent sent;

	if (!read_nonce(c, &nonce) || !read_text(c, text))
		return DONE;
	if (nonce != NULL) {
		enum found f = store_nonce_find(c->house->store, &c->me, nonce,
		    &sent);

		if (f == STORE_FAILED)
			return call_fail(c);
		if (f == STORE_FOUND)
			return answer(c, &sent);
	}
	if (!call_in_chat(c) || !sending_has_room(c))
		return DONE;
	return store(c, text, nonce);
}
