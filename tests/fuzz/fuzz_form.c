/*
 * A form as a browser sends it, and what a stranger wrote as HTML: the first
 * line of an input is the form's Content-Type, the rest its body, which is text
 * as well.
 */
#include "markup.h"

#include "api/plain/link.h"
#include "base/utf8.h"
#include "http/form.h"
#include "http/html.h"

static const char *const names[] = {"name", "text", "nonce", "chat", "step",
    "from", "once", "tags", "lang", "token"};

static void
check_tag(const char *tag, void *arg)
{
	(void)arg;
	MUST(utf8_valid(tag, strlen(tag)));
	MUST(strpbrk(tag, ",;") == NULL);
}

static void
check_fields(const struct json_in *doc)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *text;

		if (json_in_text(doc, names[i], &text) == JSON_OK) {
			MUST(utf8_valid(text, strlen(text)));
			MUST(strstr(text, "\r\n") == NULL);
		} else
			json_in_texts(doc, names[i], check_tag, NULL);
	}
}

/* What is left of the body is a file that stood in it. */
static void
check_form(char *type, const uint8_t *body, size_t len)
{
	char type_of[600];
	const char *const env[] = {"REQUEST_METHOD=POST", "SCRIPT_NAME=/plain/",
	    type_of, NULL};
	struct request rq;
	struct json_in *doc;
	const char *why = NULL;

	snprintf(type_of, sizeof type_of, "CONTENT_TYPE=%s", type);
	request_parse(&rq, env);
	buf_add(&rq.body, body, len);
	doc = form_parse(&rq, &why);
	if (doc != NULL) {
		check_fields(doc);
		MUST(rq.body.len == 0 ||
		    memmem(body, len, rq.body.data, rq.body.len) != NULL);
		MUST(rq.body.len == 0 || rq.media == MEDIA_MULTIPART);
	} else
		MUST(why != NULL && strcmp(why, "no memory") != 0);
	json_in_free(doc);
	request_free(&rq);
}

/* The other way round. */
static char *
unescape(const char *html)
{
	static const char chars[] = "&<>\"'";
	char *text = fuzz_text((const uint8_t *)html, strlen(html)), *to = text;

	while (*html != '\0') {
		size_t i = 0;

		while (markup_entities[i] != NULL &&
		    strncmp(html, markup_entities[i],
			strlen(markup_entities[i])) != 0)
			i++;
		if (markup_entities[i] != NULL) {
			*to++ = chars[i];
			html += strlen(markup_entities[i]);
		} else
			*to++ = *html++;
	}
	*to = '\0';
	return text;
}

static void
check_html(const char *text)
{
	struct buf b = {0};
	char *back;

	html_text(&b, text);
	buf_add(&b, "", 1);
	MUST(strpbrk(b.data, "<>\"'") == NULL && markup_is_ours(b.data));
	back = unescape(b.data);
	MUST(strcmp(back, text) == 0);
	free(back);
	buf_clear(&b);
	html_lines(&b, text, strlen(text));
	buf_add(&b, "", 1);
	MUST(markup_is_ours(b.data));
	buf_free(&b);
}

/* Addresses in it lead to our page about them, and nowhere else. */
static void
check_links(const char *text)
{
	struct buf b = {0};

	link_text(&b, text);
	buf_add(&b, "", 1);
	MUST(markup_is_ours(b.data));
	for (const char *at = b.data; (at = strstr(at, "href=\"")) != NULL;
	     at++)
		MUST(strncmp(at, "href=\"/plain/link?to=http", 25) == 0 ||
		    strncasecmp(at, "href=\"/plain/link?to=http", 25) == 0);
	buf_free(&b);
	if (link_is_good(text))
		MUST(strncasecmp(text, "http", 4) == 0 &&
		    strpbrk(text, " \t\r\n") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *type = fuzz_line(&data, &len), *text = fuzz_text(data, len);

	check_form(type, data, len);
	check_html(text);
	check_links(text);
	free(type);
	free(text);
	return 0;
}
