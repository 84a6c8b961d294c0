#include "api/routes.h"

#include <string.h>

#include "api/api.h"
#include "api/caller.h"
#include "api/plain/plain.h"
#include "chat/presence.h"
#include "http/form.h"

enum {
	BODY_SMALL = 1 << 10,
	BODY_TEXT = 16 << 10,
	BODY_FORM = 32 << 10, /* a message whose every byte is encoded */
	BODY_IMAGE = 5 << 20,
};

static const struct route routes[] = {
    {.method = "GET",
	.path = "/api/poll",
	.run = api_poll,
	.needs = NEED_SESSION,
	.holds = true},
    {.method = "POST",
	.path = "/api/send",
	.run = api_send,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_TEXT},
    {.method = "POST",
	.path = "/api/typing",
	.run = api_typing,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_SMALL},
    {.method = "POST",
	.path = "/api/seen",
	.run = api_seen,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_SMALL},
    {.method = "POST",
	.path = "/api/receipts",
	.run = api_receipts,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_SMALL},
    {.method = "POST",
	.path = "/api/retract",
	.run = api_retract,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_SMALL},
    {.method = "POST",
	.path = "/api/next",
	.run = api_next,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_SMALL},
    {.method = "POST",
	.path = "/api/back",
	.run = api_back,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_SMALL},
    {.method = "POST",
	.path = "/api/block",
	.run = api_block,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_SMALL},
    {.method = "POST",
	.path = "/api/leave",
	.run = api_leave,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_SMALL},
    {.method = "POST",
	.path = "/api/session",
	.run = api_session,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_TEXT},
    {.method = "POST",
	.path = "/api/session/end",
	.run = api_session_end,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_SMALL},
    {.method = "POST",
	.path = "/api/image",
	.run = api_image,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_image = true,
	.is_heavy = true,
	.body_max = BODY_IMAGE},
    {.method = "GET",
	.path = "/api/image/*",
	.run = api_image_read,
	.is_heavy = true},
    {.method = "GET", .path = "/api/stats", .run = api_stats},
    {.method = "GET", .path = "/metrics", .run = api_metrics},
    {.method = "GET", .path = "/healthz", .run = api_healthz, .writes = true},
    {.method = "GET", .path = "/plain/", .run = plain_start, .is_page = true},
    {.method = "POST",
	.path = "/plain/",
	.run = plain_begin,
	.writes = true,
	.takes_form = true,
	.body_max = BODY_TEXT,
	.is_page = true},
    {.method = "POST",
	.path = "/plain/carry",
	.run = plain_carry,
	.needs = NEED_SESSION,
	.writes = true,
	.takes_form = true,
	.body_max = BODY_SMALL,
	.is_page = true},
    {.method = "GET",
	.path = "/plain/link",
	.run = plain_link,
	.is_page = true},
    {.method = "GET",
	.path = "/plain/*/",
	.run = plain_room,
	.needs = NEED_PAGE,
	.holds = true,
	.is_page = true},
    {.method = "GET",
	.path = "/plain/*/log",
	.run = plain_log,
	.needs = NEED_PAGE,
	.holds = true,
	.is_page = true},
    {.method = "GET",
	.path = "/plain/*/say",
	.run = plain_form,
	.needs = NEED_PAGE,
	.is_page = true},
    {.method = "POST",
	.path = "/plain/*/say",
	.run = plain_say,
	.needs = NEED_PAGE,
	.writes = true,
	.takes_form = true,
	.body_max = BODY_FORM,
	.is_page = true},
    {.method = "GET",
	.path = "/plain/*/picture",
	.run = plain_picture,
	.needs = NEED_PAGE,
	.is_page = true},
    {.method = "POST",
	.path = "/plain/*/picture",
	.run = plain_picture_send,
	.needs = NEED_PAGE,
	.writes = true,
	.takes_form = true,
	.takes_image = true,
	.is_page = true,
	.is_heavy = true,
	.body_max = BODY_IMAGE + BODY_SMALL},
    {.method = "POST",
	.path = "/plain/*/next",
	.run = plain_next,
	.needs = NEED_PAGE,
	.writes = true,
	.takes_form = true,
	.body_max = BODY_SMALL,
	.is_page = true},
    {.method = "POST",
	.path = "/plain/*/stop",
	.run = plain_stop,
	.needs = NEED_PAGE,
	.writes = true,
	.takes_form = true,
	.body_max = BODY_SMALL,
	.is_page = true},
    {.method = "POST",
	.path = "/plain/*/block",
	.run = plain_block,
	.needs = NEED_PAGE,
	.writes = true,
	.takes_form = true,
	.body_max = BODY_SMALL,
	.is_page = true},
    {.method = "POST",
	.path = "/plain/*/end",
	.run = plain_end,
	.needs = NEED_PAGE,
	.writes = true,
	.takes_form = true,
	.body_max = BODY_SMALL,
	.is_page = true},
    {.method = "POST",
	.path = "/plain/*/script",
	.run = plain_script,
	.needs = NEED_PAGE,
	.writes = true,
	.takes_form = true,
	.body_max = BODY_SMALL,
	.is_page = true},
};

enum { N_ROUTES = sizeof(routes) / sizeof(routes[0]) };

bool
routes_is_page(const struct call *c)
{
	static const char pages[] = "/plain/";

	if (c->route != NULL)
		return c->route->is_page;
	return strncmp(c->request->path, pages, strlen(pages)) == 0;
}

/* The same parts, where the pattern does not have a star. */
static bool
fits(const char *pattern, const char *path)
{
	while (*pattern != '\0') {
		if (*pattern == '*') {
			size_t len = strcspn(path, "/");

			if (len == 0)
				return false;
			path += len;
			pattern++;
		} else if (*pattern++ != *path++)
			return false;
	}
	return *path == '\0';
}

/* The row, or NULL; then *other is a row of the same path, or NULL. */
static const struct route *
find(const struct request *rq, const struct route **other)
{
	*other = NULL;
	for (size_t i = 0; i < N_ROUTES; i++) {
		if (!fits(routes[i].path, rq->path))
			continue;
		if (strcmp(routes[i].method, rq->method) == 0)
			return &routes[i];
		*other = &routes[i];
	}
	return NULL;
}

size_t
routes_body_max(const struct request *rq)
{
	const struct route *other, *r = find(rq, &other);

	return r == NULL ? 0 : r->body_max;
}

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

/* text/plain is what a beacon sends. */
static bool
read_json(struct call *c)
{
	const struct request *rq = c->request;
	const char *why;

	if (rq->body.len > 0 && rq->media != MEDIA_JSON &&
	    rq->media != MEDIA_TEXT)
		return refuse(c, 415, "wrong_type",
		    "The body must be application/json.");
	c->json = json_in_parse(rq->body.data, rq->body.len, &why);
	return c->json != NULL || refuse(c, 400, "bad_json", why);
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
	return c->json != NULL || refuse(c, 400, "bad_request", why);
}

bool
routes_prepare(struct call *c)
{
	const struct route *other;

	c->route = find(c->request, &other);
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
	return check_fault(c) && (!c->route->takes_json || read_json(c)) &&
	    (!c->route->takes_form || read_form(c)) &&
	    (!c->route->takes_image || read_image(c));
}

enum outcome
routes_run(struct call *c)
{
	enum found f;

	if (c->route->needs == NEED_NOTHING)
		return c->route->run(c);
	f = caller_find(c);
	if (f == STORE_FAILED)
		return call_fail(c);
	if (f == STORE_NONE)
		return call_refuse(c, 401, "no_session",
		    "There is no such session, or it has expired.");
	c->wait.session = c->me.id;
	c->wait.route = c->route;
	c->presence = PRESENCE_SEEN;
	c->urgent = presence_is_urgent(&c->me, &c->house->rules, c->now);
	return c->route->run(c);
}
