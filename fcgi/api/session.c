#include "api/admit.h"
#include "api/api.h"
#include "base/json_out.h"
#include "chat/parting.h"
#include "chat/presence.h"
#include "chat/tags.h"
#include "store/receipts.h"
#include "store/tags.h"

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

/* Who comes, as the request says. */
struct newcomer {
	char name[TEXT_NAME_BYTES], lang[TEXT_LANG_BYTES];
	struct tags tags;
	bool receipts;
};

static enum outcome
answer(struct call *c, const char *secret, int64_t id,
    const struct newcomer *who)
{
	const struct conf *conf = c->house->conf;
	struct json_out j = json_out_to(&c->reply.body);

	json_out_object(&j, NULL);
	json_out_text(&j, "token", secret);
	json_out_id(&j, "id", id);
	json_out_text(&j, "name", who->name);
	json_out_array(&j, "tags");
	for (int i = 0; i < who->tags.n; i++)
		json_out_text(&j, NULL, who->tags.list[i].typed);
	json_out_close(&j);
	json_out_int(&j, "cursor", 0);
	json_out_int(&j, "hold",
	    c->house->is_cgi ? conf->cgi_hold_s : conf->hold_s);
	return call_answer(c, 201, &j);
}

/* These: false if the member is refused. */
static bool
read_name(struct call *c, struct newcomer *who)
{
	const char *typed;
	enum text_verdict v;

	if (json_in_text(c->json, "name", &typed) != JSON_OK) {
		call_refuse(c, 400, "bad_request", "name must be a string.");
		return false;
	}
	v = text_name(typed, who->name);
	if (v != TEXT_OK)
		call_refuse(c, 400, "bad_request", name_fault(v));
	return v == TEXT_OK;
}

static void
add_tag(const char *typed, void *tags)
{
	tags_add(tags, typed);
}

static bool
read_tags(struct call *c, struct newcomer *who)
{
	const char *why = NULL;

	who->tags.n = 0;
	who->tags.verdict = TEXT_OK;
	who->tags.too_many = who->tags.failed = false;
	if (json_in_texts(c->json, "tags", add_tag, &who->tags) == JSON_WRONG)
		why = "tags must be an array of strings.";
	else if (who->tags.verdict == TEXT_TOO_LONG)
		why = "A tag has 24 characters at most.";
	else if (who->tags.verdict != TEXT_OK)
		why = "A tag has characters that cannot be used.";
	else if (who->tags.too_many)
		why = "There are 5 tags at most.";
	if (why != NULL)
		call_refuse(c, 400, "bad_request", why);
	else if (who->tags.failed)
		call_fail(c);
	return why == NULL && !who->tags.failed;
}

static bool
read_lang(struct call *c, struct newcomer *who)
{
	const char *typed;
	enum json_got got = json_in_text(c->json, "lang", &typed);

	who->lang[0] = '\0';
	if (got == JSON_MISSING ||
	    (got == JSON_OK && text_lang(typed, who->lang) == TEXT_OK))
		return true;
	call_refuse(c, 400, "bad_request",
	    "lang must be a language's short name, like en.");
	return false;
}

static bool
read_receipts(struct call *c, struct newcomer *who)
{
	who->receipts = true;
	if (json_in_bool(c->json, "receipts", &who->receipts) != JSON_WRONG)
		return true;
	call_refuse(c, 400, "bad_request", "receipts must be true or false.");
	return false;
}

/* What the session would like its partners to have. */
static enum found
store_wish(struct store *st, int64_t id, const struct newcomer *who)
{
	if (who->tags.n == 0 && who->lang[0] == '\0')
		return STORE_NONE;
	for (int i = 0; i < who->tags.n; i++) {
		const struct tag *t = &who->tags.list[i];

		if (store_tag_add(st, id, i, t->folded, t->typed) ==
		    STORE_FAILED)
			return STORE_FAILED;
	}
	return store_session_wish(st, id, who->lang, who->tags.n);
}

/*
 * POST /api/session {"name", "tags"?: [..], "lang"?,
 *      "receipts"?, "work"?: {"challenge", "answer"}}
 * 201 {"token", "id", "name", "tags": [..], "cursor": 0, "hold": 25}
 *
 * A new session, idle, for one browser tab. The token is told here and never
 * again. `name` and `tags` come back trimmed; empty tags and repeated ones
 * (compared after Unicode NFKC and case folding) are left out. `hold` is the
 * wait, in seconds, that the server suggests for polls. `receipts` is what
 * api_receipts can change later.
 * 400 bad_request: the name is missing, empty, over 40 characters, or has
 * control characters; there are over 5 tags, one is over 24 characters or has
 * control characters; lang is no BCP 47 language tag; receipts is no
 * boolean; work has something else than two strings. 429 too_many: too many
 * come from this address. 429 work: the service is under pressure, and wants a
 * proof of work: {"work": {"challenge", "bits", "expires_s"}} stands beside the
 * error. `answer` is a whole number in decimal digits, such that SHA-256 of
 * challenge and answer begins with so many zero bits. 503 full: there are too
 * many sessions.
 */
enum outcome
api_session(struct call *c)
{
	struct store *st = c->house->store;
	struct newcomer who;
	struct newcomer_from from;
	char secret[TOKEN_TEXT_LEN + 1];
	unsigned char hash[TOKEN_HASH_LEN];
	int64_t id;

	if (!read_name(c, &who) || !read_tags(c, &who) || !read_lang(c, &who) ||
	    !read_receipts(c, &who) || !admit_check(c, &from))
		return DONE;
	token_new(secret);
	token_hash(secret, hash);
	if (store_session_add(st, hash, who.name, c->now.ms, &id) !=
		STORE_FOUND ||
	    admit_note(c, &from, id) == STORE_FAILED ||
	    store_wish(st, id, &who) == STORE_FAILED ||
	    (!who.receipts &&
		store_receipts_set(st, id, false) == STORE_FAILED))
		return call_fail(c);
	return answer(c, secret, id, &who);
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
