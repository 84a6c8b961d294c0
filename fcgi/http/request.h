/*
 * One request as the handlers see it, made from CGI variables (RFC 3875) that
 * the gate or the CGI front door hand over. All strings are copies of bounded
 * length; only the body is allocated.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/token.h"
#include "http/origin.h"

enum {
	REQUEST_PATH_MAX = 128,
	REQUEST_BOUNDARY_MAX = 70, /* RFC 2046 §5.1.1 */
	REQUEST_LANGUAGES_MAX = 64,
	REQUEST_QUERY_MAX = 512,
	REQUEST_ID_MAX = 64,
	REQUEST_REMOTE_MAX = 64,
	REQUEST_FORWARDED_MAX = 256,
};

enum media {
	MEDIA_NONE,
	MEDIA_JSON,
	MEDIA_TEXT,
	MEDIA_FORM,      /* application/x-www-form-urlencoded */
	MEDIA_MULTIPART, /* multipart/form-data */
	MEDIA_OTHER
};

/* What is wrong with a request before any handler has seen it. */
enum request_fault {
	REQUEST_OK,
	REQUEST_BAD,       /* 400: no method, a path or query too long, ... */
	REQUEST_TRUNCATED, /* 400: the body is shorter than its length says */
	REQUEST_TOO_LARGE, /* 413: the body is over the route's limit */
	REQUEST_SLOW,      /* 408: the body did not come in time */
	REQUEST_NO_MEMORY, /* 503 */
};

struct request {
	char method[8];                /* "?" if longer than any of ours */
	char path[REQUEST_PATH_MAX];   /* PATH_INFO, else SCRIPT_NAME */
	char query[REQUEST_QUERY_MAX]; /* still percent-encoded */
	/* From a header; one byte more than a token, so that a longer shows. */
	char token[TOKEN_TEXT_LEN + 2];
	char id[REQUEST_ID_MAX + 1];     /* REQUEST_ID: nginx's $request_id */
	char remote[REQUEST_REMOTE_MAX]; /* REMOTE_ADDR */
	/* The end of X-Forwarded-For: who stands last has seen most of it. */
	char forwarded[REQUEST_FORWARDED_MAX];
	enum origin origin; /* which site's page sent it */
	enum media media;
	char boundary[REQUEST_BOUNDARY_MAX + 1]; /* of MEDIA_MULTIPART */
	/* The beginning of Accept-Language; only the plain pages get it. */
	char languages[REQUEST_LANGUAGES_MAX];
	size_t content_len; /* what CONTENT_LENGTH says */
	struct buf body;    /* owned; request_free releases it */
	enum request_fault fault;
};

/*
 * request_parse fills rq (zeroed by it) from NULL-terminated "NAME=VALUE"
 * strings. The token is `Authorization: Bearer ...` or X-Parley-Token. Sets
 * rq->fault where the variables are unusable (also a CONTENT_LENGTH that is no
 * number). Reads no body.
 */
void request_parse(struct request *rq, const char *const *env);

void request_free(struct request *rq);

/*
 * request_segment copies the nth part of the path between slashes, from 0;
 * false: there is none, or it is longer than out_cap - 1.
 */
bool request_segment(const struct request *rq, int n, char *out,
    size_t out_cap);

enum param { PARAM_OK, PARAM_MISSING, PARAM_WRONG };

/*
 * request_param copies the decoded value (percent and +) of a query parameter,
 * NUL-terminated. PARAM_WRONG: bad encoding, a NUL, invalid UTF-8, longer than
 * out_cap - 1, or the name stands there twice.
 */
enum param request_param(const struct request *rq, const char *name, char *out,
    size_t out_cap);

/* request_param_int: the same for a decimal whole number from min to max. */
enum param request_param_int(const struct request *rq, const char *name,
    int64_t min, int64_t max, int64_t *out);

#endif
