#include "api/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/plain/page.h"
#include "api/routes.h"
#include "base/json_out.h"
#include "base/token.h"

enum { FULL_PAUSE_MS = 2000 };

enum outcome
call_refuse(struct call *c, int status, const char *code, const char *message)
{
	c->code = code;
	if (routes_is_page(c))
		plain_error(c, status, code);
	else
		reply_error(&c->reply, status, code, message);
	return DONE;
}

enum outcome
call_fail(struct call *c)
{
	c->failed = true;
	c->wait.acked = 0; /* what is not shown has not been seen */
	call_refuse(c, 503, "unavailable",
	    "The service cannot store this right now. Try again.");
	c->reply.retry_after_s = 1;
	return DONE;
}

enum outcome
call_hurt(struct call *c)
{
	call_refuse(c, 503, "unavailable",
	    "The database was damaged or taken away a moment ago, and has been "
	    "opened anew. See the log.");
	c->reply.retry_after_s = 1;
	return DONE;
}

enum outcome
call_done(struct call *c)
{
	reply_clear(&c->reply);
	c->reply.status = 204;
	return DONE;
}

enum outcome
call_answer(struct call *c, int status, struct json_out *j)
{
	json_out_close(j);
	if (!json_out_done(j))
		return call_fail(c);
	c->reply.status = status;
	return DONE;
}

int64_t
call_pause_ms(const struct call *c)
{
	if (c->house->is_cgi)
		return c->house->conf->cgi_delay_ms;
	return c->woken == WOKEN_FULL ? token_spread_ms(FULL_PAUSE_MS) : 0;
}

enum json_got
call_id(const struct call *c, const char *name, int64_t *id)
{
	const char *text;
	enum json_got got = json_in_text(c->json, name, &text);
	char own[24];

	if (got != JSON_OK)
		return got;
	*id = strtoll(text, NULL, 10);
	/* Whatever else it takes for a number is no id of ours. */
	snprintf(own, sizeof(own), "%lld", (long long)*id);
	if (*id < 0 || strcmp(own, text) != 0)
		*id = 0;
	return JSON_OK;
}

bool
call_same_chat(struct call *c)
{
	int64_t chat;

	switch (call_id(c, "chat", &chat)) {
	case JSON_MISSING:
		return true;
	case JSON_WRONG:
		call_refuse(c, 400, "bad_request", "chat must be a string.");
		return false;
	case JSON_OK:
		break;
	}
	if (c->me.state == SESSION_CHATTING && chat == c->me.chat)
		return true;
	call_refuse(c, 409, "chat_over", "That chat has ended.");
	return false;
}

bool
call_in_chat(struct call *c)
{
	if (!call_same_chat(c))
		return false;
	if (c->me.state == SESSION_CHATTING)
		return true;
	call_refuse(c, 409, "not_chatting", "You are in no chat.");
	return false;
}

void
call_again(struct call *c)
{
	reply_clear(&c->reply);
	c->wait = (struct wait){0};
	c->page = (struct plain_page){0};
	c->presence = PRESENCE_NONE;
	c->here_ms = 0;
	c->code = NULL;
	c->due_ms = 0;
	c->urgent = c->failed = false;
}

void
call_clear(struct call *c)
{
	json_in_free(c->json);
	c->json = NULL;
	buf_free(&c->picture);
}
