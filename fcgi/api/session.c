#include "api/api.h"
#include "base/json_out.h"
#include "chat/parting.h"
#include "chat/presence.h"
#include "chat/text.h"

static const char *
name_fault(enum text_verdict v)
{
	static const char *const faults[] = {
	    [TEXT_EMPTY] = "A name is needed.",
	    [TEXT_TOO_LONG] = "A name has 40 characters at most.",
	    [TEXT_INVALID] = "This name has characters that cannot be used.",
	};

	return faults[v];
}

static enum outcome
answer(struct call *c, const char *secret, int64_t id, const char *name)
{
	const struct conf *conf = c->house->conf;
	struct json_out j = json_out_to(&c->reply.body);

	json_out_object(&j, NULL);
	json_out_text(&j, "token", secret);
	json_out_id(&j, "id", id);
	json_out_text(&j, "name", name);
	json_out_int(&j, "cursor", 0);
	json_out_int(&j, "hold",
	    c->house->is_cgi ? conf->cgi_hold_s : conf->hold_s);
	return call_answer(c, 201, &j);
}

/*
 * POST /api/session {"name"}
 * 201 {"token", "id", "name", "cursor": 0, "hold": 25}
 *
 * A new session, idle, for one browser tab. The token is told here and never
 * again. `name` comes back trimmed. `hold` is the wait, in seconds, that the
 * server suggests for polls.
 * 400 bad_request: the name is missing, empty, over 40 characters, or has
 * control characters.
 */
enum outcome
api_session(struct call *c)
{
	char name[TEXT_NAME_BYTES], secret[TOKEN_TEXT_LEN + 1];
	unsigned char hash[TOKEN_HASH_LEN];
	const char *typed;
	enum text_verdict v;
	int64_t id;

	if (json_in_text(c->json, "name", &typed) != JSON_OK)
		return call_refuse(c, 400, "bad_request",
		    "name must be a string.");
	v = text_name(typed, name);
	if (v != TEXT_OK)
		return call_refuse(c, 400, "bad_request", name_fault(v));
	token_new(secret);
	token_hash(secret, hash);
	if (store_session_add(c->house->store, hash, name, c->now.ms, &id) !=
	    STORE_FOUND)
		return call_fail(c);
	return answer(c, secret, id, name);
}

/*
 * POST /api/session/end {"unload"?: true}
 * 204
 *
 * Ends the session and its chat: the partner is told `left`. With `unload`,
 * which a page's beacon says when it is closed or loaded anew, the session is
 * away at once and gone after a few seconds, unless it polls again.
 */
enum outcome
api_session_end(struct call *c)
{
	struct store *st = c->house->store;
	bool unload = false;
	enum found f;

	if (json_in_bool(c->json, "unload", &unload) == JSON_WRONG)
		return call_refuse(c, 400, "bad_request",
		    "unload must be true or false.");
	c->presence = PRESENCE_FORGET;
	f = unload ? presence_unload(st, &c->house->rules, &c->me, c->now)
		   : parting_end(st, &c->me, LEFT_LEFT, c->now);
	return f == STORE_FAILED ? call_fail(c) : call_done(c);
}
