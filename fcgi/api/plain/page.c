#include "api/plain/page.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "api/routes.h"
#include "http/html.h"

enum { STAYS_MS = 120 * 1000, ERROR_REFRESH_S = 3 };

static const char html_end[] = "</main>\n</body>\n</html>\n";

static const struct words *
find_words(const char *code, size_t len)
{
	for (int i = 0; len > 0 && i < WORDS_LANGS; i++)
		if (strncasecmp(words[i].code, code, len) == 0 &&
		    words[i].code[len] == '\0')
			return &words[i];
	return NULL;
}

/* "de-AT, ja;q=0.8": browsers name the one they like best first. */
static const struct words *
accepted(const char *languages)
{
	while (*languages != '\0') {
		const struct words *w;

		languages += strspn(languages, ", \t");
		w = find_words(languages, strcspn(languages, "-;, \t"));
		if (w != NULL)
			return w;
		languages += strcspn(languages, ",");
	}
	return &words[0];
}

/* What the address, a form or the browser asks for. */
static const struct words *
asked(const struct call *c)
{
	char code[PAGE_LANG_MAX];
	const struct words *w = NULL;
	const char *in_form;

	if (request_param(c->request, "lang", code, sizeof code) == PARAM_OK)
		w = find_words(code, strlen(code));
	if (w == NULL && c->json != NULL &&
	    json_in_text(c->json, "lang", &in_form) == JSON_OK)
		w = find_words(in_form, strlen(in_form));
	return w != NULL ? w : accepted(c->request->languages);
}

const struct words *
plain_words(const struct call *c)
{
	const struct words *w = find_words(c->page.lang, strlen(c->page.lang));

	if (w == NULL && c->request != NULL)
		w = asked(c);
	return w != NULL ? w : &words[0];
}

void
plain_html(struct call *c, const char *html)
{
	buf_add_str(&c->reply.body, html);
}

void
plain_text(struct call *c, const char *text)
{
	html_text(&c->reply.body, text);
}

void
plain_word(struct call *c, enum word w)
{
	html_text(&c->reply.body, plain_words(c)->text[w]);
}

/* The word with something in place of its {hole}. */
static void
fill(struct call *c, enum word w, const char *hole, const char *before,
    const char *value, const char *behind)
{
	const char *text = plain_words(c)->text[w], *at = strstr(text, hole);

	if (at == NULL) {
		plain_text(c, text);
		return;
	}
	html_part(&c->reply.body, text, (size_t)(at - text));
	plain_html(c, before);
	plain_text(c, value);
	plain_html(c, behind);
	plain_text(c, at + strlen(hole));
}

void
plain_word_name(struct call *c, enum word w, const char *name)
{
	fill(c, w, "{name}", "<bdi>", name, "</bdi>");
}

void
plain_word_number(struct call *c, enum word w, int64_t n)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%lld", (long long)n);
	fill(c, w, "{n}", "", digits, "");
}

void
plain_online(struct call *c)
{
	int64_t n = c->house->census.online;

	plain_html(c, "<p class=\"small\">");
	plain_word_number(c, n > 1 ? WORD_ONLINE_MANY : WORD_ONLINE_ONE,
	    n > 1 ? n : 1);
	plain_html(c, "</p>\n");
}

void
plain_head_on(struct call *c, enum word title, const char *kind, int wait_s,
    const char *target)
{
	const struct words *w = plain_words(c);
	struct buf *b = &c->reply.body;

	reply_clear(&c->reply);
	c->reply.status = 200;
	c->reply.media = REPLY_HTML;
	buf_addf(b,
	    "<!DOCTYPE html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n",
	    w->code, w->dir);
	if (target != NULL) {
		buf_addf(b,
		    "<meta http-equiv=\"refresh\" content=\"%d; url=%s\">\n",
		    wait_s, target);
		c->reply.refresh_s = wait_s;
		snprintf(c->reply.target, sizeof c->reply.target, "%s", target);
	}
	plain_html(c, "<title>");
	plain_word(c, title);
	buf_addf(b,
	    "</title>\n<link rel=\"stylesheet\" href=\"/plain.css\">\n"
	    "</head>\n<body class=\"%s\">\n<main>\n",
	    kind);
}

void
plain_head(struct call *c, enum word title, const char *kind)
{
	plain_head_on(c, title, kind, 0, NULL);
}

enum outcome
plain_foot(struct call *c)
{
	plain_html(c, html_end);
	return c->reply.body.failed ? call_fail(c) : DONE;
}

void
plain_a(struct call *c, const char *href, enum word w)
{
	buf_addf(&c->reply.body, "<p><a href=\"%s\">", href);
	plain_word(c, w);
	plain_html(c, "</a></p>\n");
}

void
plain_hidden(struct call *c, const char *name, const char *value)
{
	buf_addf(&c->reply.body, "<input type=\"hidden\" name=\"%s\" value=\"",
	    name);
	plain_text(c, value);
	plain_html(c, "\">\n");
}

void
plain_hidden_int(struct call *c, const char *name, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%lld", (long long)value);
	plain_hidden(c, name, digits);
}

void
plain_button(struct call *c, const char *action, enum word w)
{
	buf_addf(&c->reply.body,
	    "<form method=\"post\" action=\"%s\" target=\"_top\">\n", action);
	plain_hidden_int(c, "step", c->page.step);
	if (c->me.state == SESSION_CHATTING)
		plain_hidden_int(c, "chat", c->me.chat);
	plain_html(c, "<input type=\"submit\" value=\"");
	plain_word(c, w);
	plain_html(c, "\">\n</form>\n");
}

void
plain_stays(struct call *c)
{
	if (c->me.state == SESSION_CHATTING)
		c->here_ms = STAYS_MS;
}

enum word
plain_error_word(const char *code)
{
	static const struct {
		const char *code;
		enum word word;
	} errors[] = {
	    {"no_session", WORD_ERROR_EXPIRED},
	    {"not_found", WORD_PLAIN_MISSING},
	    {"chat_over", WORD_NOTE_OVER},
	    {"not_chatting", WORD_NOTE_OVER},
	    {"backlog_full", WORD_PLAIN_FULL},
	    {"too_large", WORD_PLAIN_LARGE},
	    {"wrong_type", WORD_PLAIN_WRONG_PICTURE},
	    {"pictures_full", WORD_PLAIN_FULL},
	    {"too_many", WORD_ERROR_TOO_MANY},
	    {"full", WORD_ERROR_UNAVAILABLE},
	    {"unavailable", WORD_ERROR_UNAVAILABLE},
	};

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (strcmp(errors[i].code, code) == 0)
			return errors[i].word;
	return WORD_PLAIN_BAD;
}

void
plain_error(struct call *c, int status, const char *code)
{
	plain_head(c, WORD_PLAIN_TITLE, "page");
	c->reply.status = status;
	c->reply.retry_after_s = status == 429 || status == 503;
	/* A page that refreshes itself is not to stay there. */
	if (c->reply.retry_after_s != 0 && c->route != NULL && c->route->holds)
		c->reply.refresh_s = ERROR_REFRESH_S;
	plain_html(c, "<h1>Parley</h1>\n<p role=\"alert\">");
	plain_word(c, plain_error_word(code));
	plain_html(c, "</p>\n");
	if (c->page.session != 0)
		plain_a(c, "./", WORD_PLAIN_BACK);
	else
		plain_html(c,
		    "<p><a href=\"/plain/\" target=\"_top\">Parley</a></p>\n");
	/* Not plain_foot, which comes here. */
	plain_html(c, html_end);
}
