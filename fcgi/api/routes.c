#include "api/routes.h"

#include <string.h>

#include "api/api.h"
#include "api/plain/plain.h"

enum {
	BODY_SMALL = 1 << 10,
	/* 2000 emoji as a form has them, or as \ud83d\ude00 in JSON: 24 KB */
	BODY_TEXT = 32 << 10,
	BODY_IMAGE = 5 << 20,
};

static const struct route routes[] = {
    {.method = "GET",
	.path = "/api/poll",
	.run = api_poll,
	.needs = NEED_SESSION,
	.rate = RATE_POLLS,
	.holds = true},
    {.method = "POST",
	.path = "/api/send",
	.run = api_send,
	.needs = NEED_SESSION,
	.rate = RATE_MESSAGES,
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
	.pairs = true,
	.writes = true,
	.takes_json = true,
	.body_max = BODY_SMALL},
    {.method = "POST",
	.path = "/api/back",
	.run = api_back,
	.needs = NEED_SESSION,
	.pairs = true,
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
	.rate = RATE_PICTURES,
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
	.rate = RATE_POLLS,
	.holds = true,
	.is_page = true},
    {.method = "GET",
	.path = "/plain/*/log",
	.run = plain_log,
	.needs = NEED_PAGE,
	.rate = RATE_POLLS,
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
	.refused = plain_say_refused,
	.needs = NEED_PAGE,
	.rate = RATE_MESSAGES,
	.writes = true,
	.takes_form = true,
	.body_max = BODY_TEXT,
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
	.rate = RATE_PICTURES,
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
	.pairs = true,
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

const struct route *
routes_at(size_t i)
{
	return i < N_ROUTES ? &routes[i] : NULL;
}

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

const struct route *
routes_find(const struct request *rq, const struct route **other)
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
	const struct route *other, *r = routes_find(rq, &other);

	return r == NULL ? 0 : r->body_max;
}
