#include "http/reply.h"

#include <string.h>

#include "base/json_out.h"

#define CRLF "\r\n"
#define JSON_TYPE "Content-Type: application/json" CRLF
#define PLAIN_TYPE "Content-Type: text/plain; charset=utf-8" CRLF

/* The same on every answer: nothing in it may be guessed at, or be kept. */
#define ALWAYS                                                                \
	"Cache-Control: no-store" CRLF "X-Content-Type-Options: nosniff" CRLF \
	"Referrer-Policy: no-referrer" CRLF
/* nginx says these for the workers (headers-common.conf): each of them costs.
 */
#define ALONE                                              \
	"Cross-Origin-Opener-Policy: same-origin" CRLF     \
	"Cross-Origin-Resource-Policy: same-origin" CRLF   \
	"Permissions-Policy: camera=(), microphone=(), "   \
	"geolocation=(), display-capture=(), payment=(), " \
	"usb=()" CRLF
/* An answer is data: nothing in it may run or be framed. */
#define DATA                                            \
	"Content-Security-Policy: default-src 'none'; " \
	"frame-ancestors 'none'" CRLF
/* A stranger's bytes: whatever a browser takes them for, it is shut in. */
#define PICTURE(type, end)                                              \
	"Content-Security-Policy: default-src 'none'; frame-ancestors " \
	"'none'; sandbox" CRLF                                          \
	"Content-Disposition: inline; filename=picture." end CRLF       \
	"Content-Type: image/" type CRLF
/* Pages may be framed by ours alone, and hold what is ours alone. */
#define PAGE(script)                                                       \
	"Content-Security-Policy: default-src 'none'; " script             \
	"style-src 'self'; img-src 'self'; frame-src 'self'; form-action " \
	"'self'; base-uri 'none'; frame-ancestors 'self'" CRLF             \
	"Content-Type: text/html; charset=utf-8" CRLF

enum { HEAD_MAX = 640 }; /* what one usually has, Allow included */

/* The usual ones first. */
static const struct line {
	int status;
	const char *text;
} lines[] = {
    {200, "Status: 200 OK" CRLF ALWAYS},
    {204, "Status: 204 No Content" CRLF ALWAYS},
    {201, "Status: 201 Created" CRLF ALWAYS},
    {303, "Status: 303 See Other" CRLF ALWAYS},
    {400, "Status: 400 Bad Request" CRLF ALWAYS},
    {401, "Status: 401 Unauthorized" CRLF ALWAYS},
    {403, "Status: 403 Forbidden" CRLF ALWAYS},
    {404, "Status: 404 Not Found" CRLF ALWAYS},
    {405, "Status: 405 Method Not Allowed" CRLF ALWAYS},
    {408, "Status: 408 Request Timeout" CRLF ALWAYS},
    {409, "Status: 409 Conflict" CRLF ALWAYS},
    {413, "Status: 413 Content Too Large" CRLF ALWAYS},
    {415, "Status: 415 Unsupported Media Type" CRLF ALWAYS},
    {429, "Status: 429 Too Many Requests" CRLF ALWAYS},
    {503, "Status: 503 Service Unavailable" CRLF ALWAYS},
};

/* A status that nobody put into the table is a mistake of ours. */
static const char unknown_line[] = "Status: 500 Internal Server Error" CRLF
    ALWAYS;

static const char *const types[] = {
    [REPLY_JSON] = DATA JSON_TYPE "Content-Length: ",
    [REPLY_PLAIN] = DATA PLAIN_TYPE "Content-Length: ",
    [REPLY_JPEG] = PICTURE("jpeg", "jpg") "Content-Length: ",
    [REPLY_PNG] = PICTURE("png", "png") "Content-Length: ",
    [REPLY_GIF] = PICTURE("gif", "gif") "Content-Length: ",
    [REPLY_WEBP] = PICTURE("webp", "webp") "Content-Length: ",
    [REPLY_HTML] = PAGE("") "Content-Length: ",
    [REPLY_SCRIPT] = PAGE("script-src 'self'; ") "Content-Length: ",
};

static char no_memory[] =
    "Status: 503 Service Unavailable" CRLF ALWAYS DATA JSON_TYPE
    "Content-Length: 62" CRLF "Retry-After: 1" CRLF CRLF
    "{\"error\":{\"code\":\"unavailable\",\"message\":\"Please try again.\"}}";

void
reply_free(struct reply *rp)
{
	buf_free(&rp->body);
	*rp = (struct reply){0};
}

void
reply_clear(struct reply *rp)
{
	struct buf body = rp->body;

	buf_clear(&body);
	*rp = (struct reply){.body = body};
}

void
reply_error(struct reply *rp, int status, const char *code, const char *message)
{
	struct json_out j;

	reply_clear(rp);
	rp->status = status;
	rp->retry_after_s = status == 429 || status == 503;
	j = json_out_to(&rp->body);
	json_out_object(&j, NULL);
	json_out_object(&j, "error");
	json_out_text(&j, "code", code);
	json_out_text(&j, "message", message);
	json_out_close(&j);
	json_out_close(&j);
}

void
reply_redirect(struct reply *rp, const char *target)
{
	reply_clear(rp);
	rp->status = 303;
	rp->media = REPLY_PLAIN;
	strncpy(rp->target, target, sizeof rp->target - 1);
}

static const char *
status_line(int status)
{
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (lines[i].status == status)
			return lines[i].text;
	return unknown_line;
}

static void
add_target(const struct reply *rp, struct buf *out)
{
	if (rp->status == 303) {
		buf_add_str(out, "Location: ");
	} else {
		buf_add_str(out, "Refresh: ");
		buf_add_int(out, rp->refresh_s);
		if (rp->target[0] != '\0')
			buf_add_str(out, "; url=");
	}
	buf_add_str(out, rp->target);
	buf_add_str(out, CRLF);
}

static void
add_extras(const struct reply *rp, struct buf *out)
{
	if (rp->retry_after_s > 0) {
		buf_add_str(out, "Retry-After: ");
		buf_add_int(out, rp->retry_after_s);
		buf_add_str(out, CRLF);
	}
	if (rp->allow) {
		buf_add_str(out, "Allow: ");
		buf_add_str(out, rp->allow);
		buf_add_str(out, CRLF);
	}
	if (rp->target[0] != '\0' || rp->refresh_s > 0)
		add_target(rp, out);
	if (rp->is_alone)
		buf_add_str(out, ALONE);
}

const struct buf *
reply_render(const struct reply *rp, struct buf *out)
{
	static const struct buf sorry = {.data = no_memory,
	    .len = sizeof no_memory - 1};
	bool has_body = rp->status != 204;

	if (rp->body.failed)
		return &sorry;
	buf_reserve(out, HEAD_MAX + rp->body.len);
	buf_add_str(out, status_line(rp->status));
	add_extras(rp, out);
	if (has_body) {
		buf_add_str(out, types[rp->media]);
		buf_add_int(out, (int64_t)rp->body.len);
		buf_add(out, CRLF, 2);
	} else
		buf_add_str(out, DATA);
	buf_add(out, CRLF, 2);
	if (has_body)
		buf_add(out, rp->body.data, rp->body.len);
	return out->failed ? &sorry : out;
}
