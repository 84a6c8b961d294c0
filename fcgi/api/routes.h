/* Every endpoint: one row each. See guard.h for what they share. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/call.h"

enum need {
	NEED_NOTHING,
	NEED_SESSION,
	NEED_PAGE /* a session, by the key in the path: /plain/KEY/ */
};

struct route {
	const char *method, *path; /* a * stands for one part of a path */
	enum outcome (*run)(struct call *c);
	enum need needs;
	bool writes;         /* runs inside a write transaction */
	bool takes_json;     /* its body is a JSON object (or empty) */
	bool takes_form;     /* its body is a form, which is read as JSON */
	bool takes_image;    /* its body is a picture; or a form that has one */
	bool holds;          /* it may wait: a session holds one of them */
	bool is_page;        /* it answers HTML, also what it refuses */
	bool is_heavy;       /* it moves megabytes: few of them in one turn */
	bool pairs;          /* it makes chats */
	enum rate_kind rate; /* what of it a session may do so often */
	/* Shows a form again that was sent too soon, instead of an error. */
	enum outcome (*refused)(struct call *c);
	size_t body_max; /* bytes of body */
};

/* The longest body that a request may have, before anybody reads it. */
size_t routes_body_max(const struct request *rq);

/* The row, or NULL; then *other is a row of the same path, or NULL. */
const struct route *routes_find(const struct request *rq,
    const struct route **other);

/* The rows, from 0 on; NULL behind the last. */
const struct route *routes_at(size_t i);

/* Does somebody who reads HTML wait for the answer? */
bool routes_is_page(const struct call *c);

#endif
