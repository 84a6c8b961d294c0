#include "api/guard.h"

#include <string.h>

#include "api/caller.h"
#include "api/routes.h"
#include "chat/presence.h"
#include "http/form.h"

/* What the request itself has wrong, as an answer. */
static const struct {
	int status;
	const char *code, *message;
} faults[] = {
    [REQUEST_BAD] = {400, "bad_request", "This request is malformed."},
    [REQUEST_TRUNCATED] = {400, "bad_request",
	"The body is shorter than its length says."},
    [REQUEST_TOO_LARGE] = {413, "too_large", "The body is too large."},
    [REQUEST_SLOW] = {408, "timeout", "The body did not come in time."},
    [REQUEST_NO_MEMORY] = {503, "unavailable", "Try again."},
};

static bool
refuse(struct call *c, int status, const char *code, const char *message)
{
	call_refuse(c, status, code, message);
	if (status == 503)
		c->reply.retry_after_s = 1;
	return false;
}

static bool
check_fault(struct call *c)
{
	enum request_fault f = c->request->fault;

	return f == REQUEST_OK ||
	    refuse(c, faults[f].status, faults[f].code, faults[f].message);
}

/*
 * text/plain is what a beacon sends. It is also what a page of another site can
 * send without asking, so it needs a token.
 */
static bool
is_beacon(const struct call *c)
{
	return c->request->media == MEDIA_TEXT &&
	    c->route->needs == NEED_SESSION;
}

/*
 * Only pages of ours make a browser write. Who says nothing is no browser that
 * could be led astray, or too old a one. "null" is what the forms of /plain/
 * and the beacons of ours send, because of `Referrer-Policy: no-referrer`:
 * there the key, or the token, tells.
 */
static bool
check_origin(struct call *c)
{
	enum origin o = c->request->origin;

	if (o == ORIGIN_UNTOLD || o == ORIGIN_OWN ||
	    strcmp(c->route->method, "POST") != 0 ||
	    (o == ORIGIN_NULL && (c->route->is_page || is_beacon(c))))
		return true;
	return refuse(c, 403, "origin", "Another site may not do this.");
}

/* A body that could not be read, for whatever reason. */
static bool
refuse_body(struct call *c, const char *code, const char *why)
{
	return why == json_no_memory
	    ? refuse(c, 503, "unavailable", "Try again.")
	    : refuse(c, 400, code, why);
}

static bool
read_json(struct call *c)
{
	const struct request *rq = c->request;
	const char *why;

	if (rq->body.len > 0 && rq->media != MEDIA_JSON && !is_beacon(c))
		return refuse(c, 415, "wrong_type",
		    "The body must be application/json.");
	c->json = json_in_parse(rq->body.data, rq->body.len, &why);
	return c->json != NULL || refuse_body(c, "bad_json", why);
}

static const struct {
	int status;
	const char *code, *message;
} verdicts[] = {
    [IMAGE_REFUSED] = {415, "wrong_type",
	"This is not a whole JPEG, PNG, GIF or WebP picture."},
    [IMAGE_TOO_LARGE] = {413, "too_large", "The picture has too many pixels."},
    [IMAGE_NO_MEMORY] = {503, "unavailable", "Try again."},
};

/*
 * The picture is cleaned here, before the transaction: it takes milliseconds.
 * What its header says it is does not matter.
 */
static bool
read_image(struct call *c)
{
	struct buf *body = &c->request->body;
	enum image_verdict v = image_clean(body->data, body->len, &c->picture,
	    &c->image);

	buf_free(body);
	return v == IMAGE_OK ||
	    refuse(c, verdicts[v].status, verdicts[v].code,
		verdicts[v].message);
}

static bool
read_form(struct call *c)
{
	struct request *rq = c->request;
	const char *why;

	if (rq->body.len > 0 && rq->media != MEDIA_FORM &&
	    rq->media != MEDIA_MULTIPART)
		return refuse(c, 415, "wrong_type", "The body must be a form.");
	c->json = form_parse(rq, &why);
	return c->json != NULL || refuse_body(c, "bad_request", why);
}

static bool
refuse_too_many(struct call *c, int64_t wait_us)
{
	refuse(c, 429, "too_many", "That was a little fast. Wait a moment.");
	c->reply.retry_after_s = rate_seconds(wait_us);
	if (c->reply.refresh_s > 0)
		c->reply.refresh_s += c->reply.retry_after_s;
	return false;
}

static int64_t
take(const struct call *c, enum rate_kind kind, uint64_t who, int64_t cost)
{
	const struct house *h = c->house;

	return rates_take(h->rates, kind, who, &h->limits[kind], cost,
	    c->now.ms * 1000);
}

/* What is counted by address: before a picture is cleaned, which is work. */
static bool
check_address(struct call *c)
{
	struct address network;
	int64_t wait_us;

	if (c->house->rates == NULL ||
	    !(c->route->pairs || c->route->takes_image))
		return true;
	network = caller_network(c);
	wait_us = c->route->pairs
	    ? take(c, RATE_PAIRINGS, address_number(&network), 1)
	    : take(c, RATE_PICTURE_BYTES, address_number(&network),
		  (int64_t)c->request->content_len);
	return wait_us == 0 || refuse_too_many(c, wait_us);
}

/*
 * And by session. Once for a call: one whose transaction was undone, or whose
 * wait is over, is run again.
 */
static bool
check_session(struct call *c)
{
	uint64_t who = (uint64_t)c->me.id;
	int64_t wait_us = 0;

	if (c->house->rates == NULL || c->woken != WOKEN_NOT || c->charged)
		return true;
	if (c->request->content_len > 0 && !c->route->takes_image)
		wait_us = take(c, RATE_BYTES, who,
		    (int64_t)c->request->content_len);
	if (wait_us == 0)
		wait_us = take(c, c->route->rate, who, 1);
	c->charged = wait_us == 0;
	return wait_us == 0 || refuse_too_many(c, wait_us);
}

bool
guard_prepare(struct call *c)
{
	const struct route *other;

	c->route = routes_find(c->request, &other);
	if (c->route == NULL && other != NULL) {
		refuse(c, 405, "method_not_allowed",
		    "This address wants another method.");
		c->reply.allow = other->method;
		return false;
	}
	if (c->request->fault == REQUEST_BAD)
		return check_fault(c);
	if (c->route == NULL)
		return refuse(c, 404, "not_found", "There is no such address.");
	return check_fault(c) && check_origin(c) && check_address(c) &&
	    (!c->route->takes_json || read_json(c)) &&
	    (!c->route->takes_form || read_form(c)) &&
	    (!c->route->takes_image || read_image(c));
}

enum outcome
guard_run(struct call *c)
{
	enum found f;

	if (c->route->needs == NEED_NOTHING)
		return c->route->run(c);
	f = caller_find(c);
	if (f == STORE_FAILED)
		return call_fail(c);
	/* Under CGI there may have been nobody to sweep it away. */
	if (f == STORE_NONE ||
	    presence_is_expired(&c->me, &c->house->rules, c->house->is_cgi,
		c->now))
		return call_refuse(c, 401, "no_session",
		    "There is no such session, or it has expired.");
	c->wait.session = c->me.id;
	c->wait.route = c->route;
	c->presence = PRESENCE_SEEN;
	c->urgent = presence_is_urgent(&c->me, &c->house->rules, c->now);
	if (!check_session(c))
		return c->route->refused != NULL ? c->route->refused(c) : DONE;
	return c->route->run(c);
}
