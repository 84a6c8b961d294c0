/* What any answer must be, whatever was asked. */
#ifndef ANSWER_H
#define ANSWER_H

#include "markup.h"

#include "api/routes.h"
#include "base/utf8.h"
#include "http/reply.h"

/* {"error": {"code", "message"}} and nothing else. */
static inline void
answer_check_error(const struct json_in *doc, const char *code)
{
	const char *got = NULL, *message = NULL;

	MUST(json_in_text_of(doc, "error", "code", &got) == JSON_OK);
	MUST(json_in_text_of(doc, "error", "message", &message) == JSON_OK);
	MUST(code != NULL && strcmp(got, code) == 0 && message[0] != '\0');
}

static inline void
answer_check_json(const struct call *c)
{
	const struct buf *b = &c->reply.body;
	const char *why = NULL;
	struct json_in *doc = json_in_parse(b->data, b->len, &why);

	MUST(b->len > 0 && doc != NULL);
	if (c->reply.status >= 400)
		answer_check_error(doc, c->code);
	else
		MUST(c->code == NULL);
	json_in_free(doc);
}

static inline void
answer_check_page(const struct call *c)
{
	const struct buf *b = &c->reply.body;
	char *html = fuzz_text((const uint8_t *)b->data, b->len);

	MUST(b->len > 0 && strlen(html) == b->len);
	MUST(utf8_valid(html, b->len) && markup_is_ours(html));
	free(html);
}

/* Header lines as they must be, none that somebody else has put there. */
static inline void
answer_check_head(const struct call *c)
{
	static const char *const known[] = {"Status: ", "Cache-Control: ",
	    "X-Content-Type-Options: ", "Referrer-Policy: ",
	    "Content-Security-Policy: ", "Content-Type: ", "Content-Length: ",
	    "Content-Disposition: ", "Retry-After: ", "Allow: ", "Location: ",
	    "Refresh: ", "Cross-Origin-",
	    "Permissions-Policy: ", "X-Frame-Options: ", NULL};
	struct buf out = {0};
	char *head, *end, *line;

	reply_render(&c->reply, &out);
	end = memmem(out.data, out.len, "\r\n\r\n", 4);
	MUST(end != NULL);
	head = fuzz_text((uint8_t *)out.data, (size_t)(end - out.data));
	MUST(strlen(head) == (size_t)(end - out.data));
	MUST(strncmp(head, "Status: ", 8) == 0);
	MUST(strtol(head + 8, NULL, 10) == c->reply.status);
	for (line = strtok(head, "\n"); line != NULL; line = strtok(NULL, "\n"))
		MUST(markup_start(known, line) > 0);
	MUST(c->reply.status == 204 ||
	    (size_t)(out.data + out.len - end - 4) == c->reply.body.len);
	free(head);
	buf_free(&out);
}

/* A healthy database answers everything but 500 and 503. */
static inline void
answer_check(const struct call *c)
{
	static const int statuses[] = {200, 201, 204, 303, 400, 401, 403, 404,
	    405, 408, 409, 413, 415, 429};
	const struct reply *rp = &c->reply;
	bool is_known = false;

	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		is_known |= statuses[i] == rp->status;
	MUST(is_known && !c->failed && !rp->body.failed);
	MUST(rp->status != 429 || rp->retry_after_s > 0);
	MUST((rp->status == 405) == (rp->allow != NULL));
	answer_check_head(c);
	if (rp->status == 204)
		MUST(rp->body.len == 0);
	else if (rp->media == REPLY_JSON)
		answer_check_json(c);
	else if (rp->media == REPLY_HTML || rp->media == REPLY_SCRIPT)
		answer_check_page(c);
}

#endif
