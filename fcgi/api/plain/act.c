#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/plain/page.h"
#include "api/plain/plain.h"

/* The value of the form that was sent; false: it has none. */
static bool
read_step(const struct call *c, int64_t *step)
{
	const char *text;
	char *end;

	if (json_in_text(c->json, "step", &text) != JSON_OK ||
	    strspn(text, "0123456789") != strlen(text) || strlen(text) > 18 ||
	    text[0] == '\0')
		return false;
	*step = strtoll(text, &end, 10);
	return true;
}

/*
 * A button's form is worth one press: sent again, by a reload or from an old
 * page, it shows how things stand and changes nothing.
 */
static enum outcome
act(struct call *c, enum outcome (*run)(struct call *), const char *target)
{
	enum found f;
	int64_t step;

	if (!read_step(c, &step))
		return call_refuse(c, 400, "bad_request", "");
	f = store_page_step(c->house->store, c->page.session, step);
	if (f == STORE_FAILED)
		return call_fail(c);
	if (f == STORE_FOUND)
		run(c);
	if (c->code == NULL)
		reply_redirect(&c->reply, f == STORE_FOUND ? target : "./");
	return DONE;
}

/*
 * POST /plain/KEY/next step
 * 303 to the page, which waits or chats; api_next's rules. What stood in the
 * log is needed no more.
 */
enum outcome
plain_next(struct call *c)
{
	/* Who reads a chat stays for a while; who waits must really be here. */
	if (store_session_hold(c->house->store, c->me.id, c->now.ms, 0) ==
	    STORE_FAILED)
		return call_fail(c);
	c->wait.acked = c->me.seq;
	return act(c, api_next, "./");
}

/*
 * POST /plain/KEY/stop step, chat?
 * 303 to the page, which is idle; api_leave's rules. 409 chat_over.
 */
enum outcome
plain_stop(struct call *c)
{
	return act(c, api_leave, "./");
}

/*
 * POST /plain/KEY/block step, chat
 * 303 to the page, which is idle; api_block's rules. 404: in no such chat.
 */
enum outcome
plain_block(struct call *c)
{
	return act(c, api_block, "./");
}

/* POST /plain/KEY/end step. 303 to the first page; the session is over. */
enum outcome
plain_end(struct call *c)
{
	return act(c, api_session_end, "/plain/");
}
