#include <string.h>

#include "api/api.h"
#include "api/plain/link.h"
#include "api/plain/page.h"
#include "api/plain/plain.h"
#include "api/plain/start.h"
#include "chat/parting.h"
#include "chat/text.h"

static void
add_languages(struct call *c)
{
	plain_html(c, "<p class=\"small\">");
	for (int i = 0; i < WORDS_LANGS; i++)
		buf_addf(&c->reply.body,
		    "%s<a href=\"?lang=%s\" lang=\"%s\">%s</a>",
		    i > 0 ? " · " : "", words[i].code, words[i].code,
		    words[i].name);
	plain_html(c, "</p>\n");
}

static void
add_field(struct call *c, const char *name, enum word label, const char *value)
{
	buf_addf(&c->reply.body, "<p><label for=\"%.4s\">", name);
	plain_word(c, label);
	buf_addf(&c->reply.body,
	    "</label><br>\n<input id=\"%.4s\" name=\"%s\" size=\"30\" "
	    "dir=\"auto\" value=\"",
	    name, name);
	plain_text(c, value);
	plain_html(c, "\"></p>\n");
}

/* What the form that begins a session shows. */
struct start_form {
	const char *name, *tags, *once; /* what stands in it already, or "" */
	const enum word *fault;         /* what was wrong, or NULL */
	const char *ticket;             /* or NULL */
	int64_t wait_s;                 /* before it is pressed again, or 0 */
};

static void
add_fault(struct call *c, const struct start_form *f)
{
	if (f->fault == NULL)
		return;
	plain_html(c, "<p class=\"fault\" role=\"alert\">");
	plain_word_number(c, *f->fault, f->wait_s);
	plain_html(c, "</p>\n");
}

static void
add_form(struct call *c, const struct start_form *f)
{
	char once[TOKEN_TEXT_LEN + 1];

	token_new(once);
	plain_html(c, "<form method=\"post\" action=\"/plain/\">\n");
	plain_hidden(c, "once", f->once[0] != '\0' ? f->once : once);
	plain_hidden(c, "lang", plain_words(c)->code);
	if (f->ticket != NULL)
		plain_hidden(c, "ticket", f->ticket);
	add_field(c, "name", WORD_START_NAME, f->name);
	add_field(c, "tags[]", WORD_TAGS_LABEL, f->tags);
	plain_html(c, "<p><input type=\"submit\" value=\"");
	plain_word(c, WORD_START_GO);
	plain_html(c, "\"></p>\n</form>\n");
}

static enum outcome
show(struct call *c, const struct start_form *f)
{
	plain_head(c, WORD_TITLE_START, "page");
	plain_html(c, "<h1>");
	plain_word(c, WORD_START_TITLE);
	plain_html(c, "</h1>\n");
	add_fault(c, f);
	add_form(c, f);
	plain_html(c, "<p class=\"small\">");
	plain_word(c, WORD_START_PRIVACY);
	plain_html(c, " ");
	plain_word(c, WORD_PLAIN_KEPT);
	plain_html(c, "</p>\n");
	plain_online(c);
	add_languages(c);
	return plain_foot(c);
}

/* GET /plain/?lang=. 200: the form that begins a session. */
enum outcome
plain_start(struct call *c)
{
	const struct start_form empty = {.name = "", .tags = "", .once = ""};

	return show(c, &empty);
}

/* The form again, with what was wrong. */
static enum outcome
refuse_form(struct call *c, const char *typed)
{
	static const enum word faults[] = {
	    [TEXT_EMPTY] = WORD_ERROR_NO_NAME,
	    [TEXT_TOO_LONG] = WORD_ERROR_LONG_NAME,
	    [TEXT_INVALID] = WORD_ERROR_BAD_NAME,
	};
	static const enum word tags = WORD_TAGS_HELP;
	char name[TEXT_NAME_BYTES];
	enum text_verdict v = text_name(typed, name);
	/* If not the name, then the interests: that says how they are. */
	const struct start_form f = {.name = typed,
	    .tags = "",
	    .once = "",
	    .fault = v == TEXT_OK ? &tags : &faults[v]};

	show(c, &f);
	if (!c->failed)
		c->reply.status = 400;
	return DONE;
}

static void
note_first(const char *text, void *first)
{
	const char **at = first;

	if (*at == NULL)
		*at = text;
}

/*
 * Under pressure who cannot work waits: the form again, with all that stood in
 * it and a ticket that is good in a while. api_session has answered both.
 */
static enum outcome
ask_to_wait(struct call *c, const char *name, const char *once)
{
	static const enum word crowd = WORD_PLAIN_CROWD;
	struct json_in *told = json_in_parse(c->reply.body.data,
	    c->reply.body.len, &(const char *){NULL});
	const char *tags = NULL;
	struct start_form f = {.name = name, .once = once, .fault = &crowd};

	json_in_texts(c->json, "tags", note_first, &tags);
	f.tags = tags == NULL ? "" : tags;
	f.wait_s = c->reply.retry_after_s;
	if (told == NULL ||
	    json_in_text_of(told, "wait", "ticket", &f.ticket) != JSON_OK) {
		json_in_free(told);
		return call_fail(c);
	}
	show(c, &f);
	json_in_free(told);
	if (c->failed)
		return DONE;
	c->reply.status = 429;
	c->reply.retry_after_s = (int)f.wait_s;
	return DONE;
}

/*
 * The form was sent before, perhaps by an impatient second press, and nobody
 * but this browser knows its value: the session it began then is ended.
 */
static enum found
end_earlier(struct call *c, const unsigned char form[TOKEN_HASH_LEN])
{
	struct store *st = c->house->store;
	struct session who;
	struct plain_page page;
	enum found f = store_page_by_form(st, form, &page);

	if (f == STORE_FOUND)
		f = store_session_by_id(st, page.session, &who);
	if (f == STORE_FOUND)
		f = parting_end(st, &who, LEFT_LEFT, c->now);
	return f;
}

/* The session that api_session has just made, by the token it answered. */
static enum found
take_session(struct call *c)
{
	unsigned char hash[TOKEN_HASH_LEN];
	const char *why, *token;
	struct json_in *answer = json_in_parse(c->reply.body.data,
	    c->reply.body.len, &why);
	enum found f = STORE_FAILED;

	if (answer != NULL &&
	    json_in_text(answer, "token", &token) == JSON_OK &&
	    token_hash(token, hash))
		f = store_session_by_token(c->house->store, hash, &c->me);
	json_in_free(answer);
	return f;
}

enum found
start_page(struct call *c, const unsigned char *form)
{
	unsigned char hash[TOKEN_HASH_LEN];
	char key[TOKEN_TEXT_LEN + 1], target[REPLY_TARGET_MAX];

	token_new(key);
	token_hash(key, hash);
	if (store_page_set(c->house->store, c->me.id, hash, form,
		plain_words(c)->code) == STORE_FAILED)
		return STORE_FAILED;
	strcpy(target, "/plain/");
	strcat(target, key);
	strcat(target, "/");
	reply_redirect(&c->reply, target);
	return STORE_FOUND;
}

/*
 * POST /plain/ name, tags[]?, once, lang?, ticket?
 * 303 to /plain/KEY/: a new session that looks for a partner, by the rules of
 * api_session and api_next. The key is random, stored hashed, good for these
 * pages alone, and told here alone. A form sent again begins anew in place of
 * what it began before. 400: the form again, with the reason. 429: too many
 * come; the form again, with a ticket that is good after the wait it tells.
 */
enum outcome
plain_begin(struct call *c)
{
	unsigned char form[TOKEN_HASH_LEN];
	const char *once, *name;

	if (json_in_text(c->json, "once", &once) != JSON_OK ||
	    !token_hash(once, form) ||
	    json_in_text(c->json, "name", &name) != JSON_OK)
		return call_refuse(c, 400, "bad_request", "");
	if (end_earlier(c, form) == STORE_FAILED)
		return call_fail(c);
	api_session(c);
	if (c->failed)
		return DONE;
	if (c->code != NULL && c->reply.status == 400)
		return refuse_form(c, name);
	if (c->code != NULL)
		return strcmp(c->code, "work") == 0 ? ask_to_wait(c, name, once)
						    : DONE;
	if (take_session(c) != STORE_FOUND)
		return call_fail(c);
	api_next(c);
	if (c->code == NULL && start_page(c, form) == STORE_FAILED)
		return call_fail(c);
	return DONE;
}

/*
 * GET /plain/link?to=ADDRESS
 * 200: what a stranger's link leads to, and a link there. The address of this
 * page has no key, so that even a browser that sends a Referer in spite of all
 * headers tells nobody one. 400: that is no http or https address.
 */
enum outcome
plain_link(struct call *c)
{
	char to[REQUEST_QUERY_MAX];

	if (request_param(c->request, "to", to, sizeof to) != PARAM_OK ||
	    !link_is_good(to))
		return call_refuse(c, 400, "bad_request", "");
	plain_head(c, WORD_PLAIN_TITLE, "page");
	plain_html(c, "<h1>Parley</h1>\n<p>");
	plain_word(c, WORD_PLAIN_LINK);
	plain_html(c, "</p>\n<p dir=\"ltr\"><code>");
	plain_text(c, to);
	plain_html(c,
	    "</code></p>\n<p><a rel=\"noopener noreferrer nofollow "
	    "ugc\" href=\"");
	plain_text(c, to);
	plain_html(c, "\">");
	plain_word(c, WORD_PLAIN_GO);
	plain_html(c, "</a></p>\n");
	return plain_foot(c);
}
