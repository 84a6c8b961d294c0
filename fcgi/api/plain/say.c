#include "api/plain/say.h"

#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "api/plain/page.h"
#include "api/plain/plain.h"
#include "chat/text.h"

/* What a form says of itself: the name of the value, and where it leads. */
static const struct {
	const char *name, *target;
} froms[] = {
    [FROM_FRAME] = {"frame", "say"},
    [FROM_ROOM] = {"room", "./"},
};

enum say_from
say_from(const struct call *c)
{
	const char *name;
	char in_query[8];

	if (c->json == NULL || json_in_text(c->json, "from", &name) != JSON_OK)
		name = request_param(c->request, "from", in_query,
			   sizeof in_query) == PARAM_OK
		    ? in_query
		    : "";
	return strcmp(name, froms[FROM_ROOM].name) == 0 ? FROM_ROOM
							: FROM_FRAME;
}

const char *
say_from_name(enum say_from from)
{
	return froms[from].name;
}

void
say_return(struct call *c)
{
	reply_redirect(&c->reply, froms[say_from(c)].target);
}

/* Text browsers open an editor for a textarea: there it is one line. */
static void
add_box(struct call *c, enum say_from from, const char *text)
{
	if (from == FROM_ROOM) {
		plain_html(c,
		    "<input id=\"text\" name=\"text\" size=\"60\" "
		    "dir=\"auto\" value=\"");
		plain_text(c, text);
		plain_html(c, "\">\n");
		return;
	}
	plain_html(c,
	    "<textarea id=\"text\" name=\"text\" rows=\"2\" "
	    "cols=\"60\" dir=\"auto\" autofocus>");
	/* The first line break after the tag is dropped: this one. */
	plain_html(c, "\n");
	plain_text(c, text);
	plain_html(c, "</textarea>\n");
}

void
say_form(struct call *c, enum say_from from, const char *text)
{
	char once[TOKEN_TEXT_LEN + 1];

	token_new(once);
	plain_html(c, "<form class=\"say\" method=\"post\" action=\"say\">\n");
	plain_hidden(c, "nonce", once);
	plain_hidden_int(c, "chat", c->me.chat);
	plain_hidden(c, "from", froms[from].name);
	plain_html(c, "<label for=\"text\">");
	plain_word(c, WORD_BOX_LABEL);
	plain_html(c, "</label>\n");
	add_box(c, from, text);
	plain_html(c, "<input type=\"submit\" value=\"");
	plain_word(c, WORD_BOX_SEND);
	plain_html(c, "\">\n</form>\n");
	buf_addf(&c->reply.body,
	    "<p class=\"small\"><a href=\"picture?from=%s\">",
	    froms[from].name);
	plain_word(c, WORD_PLAIN_PICTURE);
	plain_html(c, "</a></p>\n");
}

static enum outcome
show(struct call *c, const char *text, const enum word *fault)
{
	enum say_from from = say_from(c);

	plain_head(c, WORD_BOX_LABEL, "frame");
	if (fault != NULL) {
		plain_html(c, "<p class=\"fault\" role=\"alert\">");
		plain_word(c, *fault);
		plain_html(c, "</p>\n");
	}
	say_form(c, from, text);
	if (from == FROM_ROOM)
		plain_a(c, "./", WORD_PLAIN_BACK);
	return plain_foot(c);
}

/* The form with what was refused in it, and why. */
static enum outcome
show_again(struct call *c, const char *text, enum text_verdict v)
{
	enum word w = v == TEXT_TOO_LONG ? WORD_PLAIN_LONG
					 : plain_error_word(c->code);
	int status = c->reply.status, wait_s = c->reply.retry_after_s;

	show(c, text, &w);
	if (c->failed)
		return DONE;
	c->reply.status = status;
	c->reply.retry_after_s = wait_s;
	return DONE;
}

/*
 * GET /plain/KEY/say?from=
 * 200: the form to write with, in a frame of its own, so that nothing that
 * comes takes away what is being typed.
 */
enum outcome
plain_form(struct call *c)
{
	if (say_from(c) == FROM_ROOM)
		plain_stays(c);
	return show(c, "", NULL);
}

/*
 * POST /plain/KEY/say text, nonce, chat, from
 * 303 back to the form. Follows the rules of api_send: a repeated nonce, which
 * is new in each form, stores nothing. What is refused is shown again with the
 * reason, in the form. 400: a field is missing.
 */
enum outcome
plain_say(struct call *c)
{
	char tidy[TEXT_MESSAGE_BYTES];
	const char *text, *nonce;
	enum text_verdict v;

	if (say_from(c) == FROM_ROOM)
		plain_stays(c);
	if (json_in_text(c->json, "text", &text) != JSON_OK ||
	    json_in_text(c->json, "nonce", &nonce) != JSON_OK)
		return call_refuse(c, 400, "bad_request", "");
	v = text_message(text, tidy);
	if (v != TEXT_EMPTY)
		api_send(c);
	if (c->code != NULL && !c->failed)
		return show_again(c, text, v);
	if (!c->failed)
		say_return(c);
	return DONE;
}

/* A message that came too soon after others is not lost. */
enum outcome
plain_say_refused(struct call *c)
{
	const char *text;

	if (json_in_text(c->json, "text", &text) == JSON_OK)
		return show_again(c, text, TEXT_OK);
	return DONE;
}
