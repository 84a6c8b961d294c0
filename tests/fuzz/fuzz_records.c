/*
 * What a front server could send down a connection, and the gate that reads it
 * with libfcgi. An input is either the bytes as they are ("R" before them), or
 * a list of pieces that are made into records, since nobody guesses lengths.
 */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/routes.h"
#include "base/clock.h"
#include "serve/gate.h"

enum {
	BEGIN = 1,
	END = 3,
	PARAMS = 4,
	STDIN = 5,
	STDOUT = 6,
	STREAM_MAX = 65536,
	REQUESTS_MAX = 4,  /* read from one connection */
	AT_MOST_MS = 20000 /* for all of it, where others have the machine */
};

static const char *const names[] = {"REQUEST_METHOD", "SCRIPT_NAME",
    "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH",
    "HTTP_AUTHORIZATION", "HTTP_X_PARLEY_TOKEN", "REQUEST_ID",
    "HTTP_ACCEPT_LANGUAGE", "HTTP_PROXY", ""};

/* ---- what is sent ---- */

struct stream {
	uint8_t bytes[STREAM_MAX];
	size_t len;
};

static void
put(struct stream *s, const void *bytes, size_t len)
{
	if (len > STREAM_MAX - s->len)
		len = STREAM_MAX - s->len;
	if (len > 0)
		memcpy(s->bytes + s->len, bytes, len);
	s->len += len;
}

static void
put_record(struct stream *s, int type, const void *content, size_t len,
    size_t padding)
{
	static const uint8_t zeros[8];
	const uint8_t head[8] = {1, (uint8_t)type, 0, 1, (uint8_t)(len >> 8),
	    (uint8_t)len, (uint8_t)padding, 0};

	put(s, head, sizeof head);
	put(s, content, len);
	put(s, zeros, padding);
}

static void
put_begin(struct stream *s)
{
	put_record(s, BEGIN, "\0\1\1\0\0\0\0", 8, 0);
}

/* A variable: the first byte says which, the rest is its value. */
static void
put_param(struct stream *s, const uint8_t *data, size_t len, size_t padding)
{
	const char *name = len == 0
	    ? ""
	    : names[data[0] % (sizeof names / sizeof *names)];
	size_t name_len = strlen(name), value_len = len == 0 ? 0 : len - 1;
	uint8_t pair[2 + 32 + 255] = {(uint8_t)name_len, (uint8_t)value_len};

	if (value_len > 127)
		value_len = pair[1] = 127;
	memcpy(pair + 2, name, name_len);
	if (value_len > 0)
		memcpy(pair + 2 + name_len, data + 1, value_len);
	put_record(s, PARAMS, pair, 2 + name_len + value_len, padding);
}

/* [what][length][bytes], again and again. */
static void
build(struct stream *s, const uint8_t *data, size_t len)
{
	put_begin(s);
	while (len >= 2) {
		size_t n = data[1], padding = data[0] >> 5;
		int what = data[0] & 31;

		data += 2;
		len -= 2;
		if (n > len)
			n = len;
		if (what < 16)
			put_param(s, data, n, padding);
		else if (what < 22)
			put_record(s, STDIN, data, n, padding);
		else if (what < 25)
			put_record(s, PARAMS, data, n, padding);
		else if (what < 27)
			put_record(s, PARAMS, "", 0, padding);
		else if (what < 29)
			put_record(s, STDIN, "", 0, padding);
		else if (what == 29)
			put_begin(s);
		else
			put_record(s, n > 0 ? data[0] : 0, data, n, padding);
		data += n;
		len -= n;
	}
}

/* ---- what a reader without libfcgi makes of it ---- */

struct wanted {
	bool is_whole; /* exactly a request as a front server sends it */
	uint8_t body[STREAM_MAX];
	size_t body_len, end;
};

static void
look(struct wanted *w, const struct stream *s)
{
	int step = 0; /* before BEGIN, in PARAMS, in STDIN, behind it */
	size_t at = 0;

	w->body_len = 0;
	while (step < 3 && s->len - at >= 8) {
		const uint8_t *h = s->bytes + at;
		size_t len = (size_t)h[4] << 8 | h[5];

		if (h[0] != 1 || h[2] != 0 || h[3] != 1 ||
		    s->len - at - 8 < len + h[6] ||
		    h[1] !=
			(step == 0          ? BEGIN
				: step == 1 ? PARAMS
					    : STDIN) ||
		    (step == 0 && (len != 8 || memcmp(h + 8, "\0\1\1", 3))))
			break;
		if (step == 2) {
			memcpy(w->body + w->body_len, h + 8, len);
			w->body_len += len;
		}
		step += step == 0 || len == 0;
		at += 8 + len + h[6];
	}
	w->is_whole = step == 3;
	w->end = at;
}

/* ---- what must hold ---- */

static bool
is_text(const char *text, size_t cap)
{
	return memchr(text, '\0', cap) != NULL;
}

static void
check_request(const struct request *rq)
{
	size_t max = routes_body_max(rq);

	MUST(is_text(rq->method, sizeof rq->method));
	MUST(is_text(rq->path, sizeof rq->path));
	MUST(is_text(rq->query, sizeof rq->query));
	MUST(is_text(rq->token, sizeof rq->token));
	MUST(is_text(rq->id, sizeof rq->id));
	MUST(strspn(rq->id,
		 "0123456789abcdefghijklmnopqrstuvwxyz"
		 "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.") == strlen(rq->id));
	MUST(is_text(rq->boundary, sizeof rq->boundary));
	MUST(is_text(rq->languages, sizeof rq->languages));
	MUST(rq->body.len <= max && rq->fault != REQUEST_NO_MEMORY);
	if (rq->fault != REQUEST_OK)
		return;
	MUST(rq->method[0] != '\0' && rq->path[0] == '/');
	MUST(rq->body.len == rq->content_len);
}

static size_t
take(int fd, uint8_t *to, size_t cap)
{
	ssize_t n = recv(fd, to, cap, MSG_DONTWAIT);

	return n < 0 ? 0 : (size_t)n;
}

/* The answer "x" as it must come: its record, an empty one, the end. */
static void
check_answer(int fd, uint16_t id)
{
	const uint8_t hi = (uint8_t)(id >> 8), lo = (uint8_t)id;
	const uint8_t wanted[] = {1, STDOUT, hi, lo, 0, 1, 0, 0, 'x', 1, STDOUT,
	    hi, lo, 0, 0, 0, 0, 1, END, hi, lo, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	    0};
	uint8_t got[sizeof wanted + 1];

	MUST(take(fd, got, sizeof got) == sizeof wanted);
	MUST(memcmp(got, wanted, sizeof wanted) == 0);
}

static void
check_first(const struct wanted *w, enum gate_got got, const struct request *rq)
{
	if (!w->is_whole)
		return;
	/* Only its variables could be nonsense: then it is closed. */
	if (got == GATE_CLOSED || rq->fault != REQUEST_OK)
		return;
	MUST(rq->body.len == w->body_len);
	MUST(w->body_len == 0 ||
	    memcmp(rq->body.data, w->body, w->body_len) == 0);
}

static void
read_all(struct gate *g, int fd, const struct wanted *w)
{
	struct buf answer = {0};

	buf_add_str(&answer, "x");
	for (int i = 0; i < REQUESTS_MAX && g->fd >= 0; i++) {
		uint8_t rest[4096];
		struct request rq = {0};
		enum gate_got got = gate_read(g, &rq, routes_body_max);

		if (i == 0)
			check_first(w, got, &rq);
		if (got == GATE_REQUEST) {
			check_request(&rq);
			/* What libfcgi itself says to GET_VALUES and such. */
			while (take(fd, rest, sizeof rest) == sizeof rest)
				;
			gate_answer(g, &answer);
			check_answer(fd, g->request_id);
		} else
			MUST(g->fd < 0);
		request_free(&rq);
	}
	buf_free(&answer);
}

static void
run(const struct stream *s)
{
	static struct wanted w;
	int64_t began_ms = clock_steady_ms();
	int fds[2], own;
	struct gate g = {0};

	look(&w, s);
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	g.fd = own = fds[1];
	MUST(s->len == 0 ||
	    send(fds[0], s->bytes, s->len, MSG_DONTWAIT) == (ssize_t)s->len);
	shutdown(fds[0], SHUT_WR);
	read_all(&g, fds[0], &w);
	gate_close(&g);
	MUST(fcntl(own, F_GETFD) < 0 && errno == EBADF);
	close(fds[0]);
	MUST(clock_steady_ms() - began_ms < AT_MOST_MS);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct stream s;
	static bool is_ready;

	MUST(is_ready || gate_init() == 0);
	is_ready = true;
	s.len = 0;
	if (len > 0 && data[0] == 'R')
		put(&s, data + 1, len - 1);
	else
		build(&s, data, len);
	run(&s);
	return 0;
}
