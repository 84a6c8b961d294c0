/*
 * One answer. Every header that a handler's answer carries is set in reply.c,
 * nowhere else.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <stdbool.h>

#include "base/buf.h"

enum reply_media {
	REPLY_JSON,
	REPLY_PLAIN,
	REPLY_JPEG, /* pictures of strangers */
	REPLY_PNG,
	REPLY_GIF,
	REPLY_WEBP,
	REPLY_HTML,  /* a page: it may have forms, frames, our style */
	REPLY_SCRIPT /* a page that runs a script of ours as well */
};

enum { REPLY_TARGET_MAX = 64 };

struct reply {
	int status;
	enum reply_media media;
	int retry_after_s; /* Retry-After; 0 = none */
	const char *allow; /* Allow of a 405; NULL = none */
	/* Location of a 303; else where Refresh leads, "" being the same page.
	 */
	char target[REPLY_TARGET_MAX];
	int refresh_s;   /* seconds until then; without target 0 = none */
	bool is_alone;   /* no nginx of ours adds the headers that it does */
	struct buf body; /* owned; reply_free releases it */
};

void reply_free(struct reply *rp);

/* reply_clear makes an empty reply again, keeping the body's memory. */
void reply_clear(struct reply *rp);

/*
 * reply_error: {"error": {"code", "message"}}; replaces what was there. A 429
 * and a 503 get a Retry-After of one second; set another, and allow, after it.
 */
void reply_error(struct reply *rp, int status, const char *code,
    const char *message);

/* reply_redirect: 303, go on with GET there; replaces what was there. */
void reply_redirect(struct reply *rp, const char *target);

/*
 * reply_render writes header and body as CGI has it (RFC 3875 §6): "Status:",
 * headers, an empty line, the body. What it returns is what to send: out, or
 * where memory has failed (for the body, too) a 503 from constant text.
 */
const struct buf *reply_render(const struct reply *rp, struct buf *out);

#endif
