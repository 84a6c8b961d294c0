#include "serve/gate.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/alarm.h"
#include "base/clock.h"
#include "serve/records.h"

enum {
	READ_TIMEOUT_MS = 500,   /* for the next bytes of a request */
	WHOLE_TIMEOUT_MS = 2000, /* for all of it */
	WRITE_TIMEOUT_MS = 1000, /* for a peer that does not read */
	WHOLE_WRITE_MS = 3000,   /* for one that reads, but slowly */
	/* FastCGI 1.0 §8 */
	VERSION_1 = 1,
	END_REQUEST = 3,
	STDOUT = 6,
	HEADER_LEN = 8,
	RECORD_MAX = 65535,
	ROOM_LEN = 48 << 10, /* more than libfcgi takes for a request */
	RECORDS_MAX = 8,     /* STDOUT records that one writev() takes */
};

int
gate_init(void)
{
	/* A peer that talks nonsense is not waited for when it is closed. */
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
	return FCGX_Init();
}

static void
set_timeout(int fd, int option, int ms)
{
	struct timeval t = {ms / 1000, ms % 1000 * 1000};

	setsockopt(fd, SOL_SOCKET, option, &t, sizeof(t));
}

int
gate_accept(int listen_fd)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return -1;
	set_timeout(fd, SO_RCVTIMEO, READ_TIMEOUT_MS);
	set_timeout(fd, SO_SNDTIMEO, WRITE_TIMEOUT_MS);
	return fd;
}

void
gate_close(struct gate *g)
{
	if (g->fd >= 0)
		close(g->fd);
	g->fd = -1;
}

static ssize_t
peek(const struct gate *g)
{
	char byte;

	return recv(g->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
}

bool
gate_has_more(const struct gate *g)
{
	return peek(g) > 0;
}

bool
gate_hung_up(const struct gate *g)
{
	ssize_t n = peek(g);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/*
 * The body, to its end: what is left on a kept connection would be taken for
 * the next request.
 */
static void
read_body(FCGX_Stream *in, struct request *rq, size_t max)
{
	char chunk[2048];
	size_t len = 0;
	int n;

	if (rq->content_len > max && rq->fault == REQUEST_OK)
		rq->fault = REQUEST_TOO_LARGE;
	while ((n = FCGX_GetStr(chunk, sizeof(chunk), in)) > 0) {
		len += (size_t)n;
		if (len <= max && rq->fault == REQUEST_OK)
			buf_add(&rq->body, chunk, (size_t)n);
	}
	if (rq->fault != REQUEST_OK)
		return;
	if (FCGX_GetError(in) == EAGAIN || FCGX_GetError(in) == EINTR)
		rq->fault = REQUEST_SLOW;
	else if (len != rq->content_len || FCGX_GetError(in) != 0)
		rq->fault = REQUEST_TRUNCATED;
	else if (rq->body.failed)
		rq->fault = REQUEST_NO_MEMORY;
}

/* libfcgi does not look whether it gets the memory it asks for. */
static bool
has_room(void)
{
	void *room = malloc(ROOM_LEN);
	bool got = room != NULL;

	free(room);
	return got;
}

static enum gate_got
read_whole(struct gate *g, struct request *rq,
    size_t (*body_max)(const struct request *))
{
	FCGX_Request r;

	if (!has_room()) {
		gate_close(g);
		return GATE_CLOSED;
	}
	if (FCGX_InitRequest(&r, -1, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return GATE_CLOSED;
	r.ipcFd = g->fd;
	r.keepConnection = 1;
	if (FCGX_Accept_r(&r) != 0) {
		/* libfcgi has closed the descriptor, unless it read nothing. */
		g->fd = r.ipcFd;
		gate_close(g);
		return GATE_CLOSED;
	}
	/* It takes variables that were cut off for all of them. */
	if (FCGX_GetError(r.in) != 0) {
		FCGX_Free(&r, 0);
		gate_close(g);
		return GATE_CLOSED;
	}
	request_parse(rq, (const char *const *)r.envp);
	read_body(r.in, rq, body_max(rq));
	g->request_id = (uint16_t)r.requestId;
	g->keep = r.keepConnection != 0 && FCGX_GetError(r.in) == 0;
	FCGX_Free(&r, 0);
	return GATE_REQUEST;
}

/*
 * libfcgi reads until it has what it wants: a peer that goes on sending a byte
 * now and then would occupy it for ever.
 */
enum gate_got
gate_read(struct gate *g, struct request *rq,
    size_t (*body_max)(const struct request *))
{
	struct alarm alarm;
	enum gate_got got;

	if (records_begin(g->fd))
		return read_whole(g, rq, body_max);
	alarm_begin(&alarm, WHOLE_TIMEOUT_MS);
	got = read_whole(g, rq, body_max);
	alarm_end(&alarm);
	return got;
}

static void
put_header(unsigned char h[HEADER_LEN], int type, uint16_t id, size_t len)
{
	const unsigned char bytes[HEADER_LEN] = {VERSION_1, (unsigned char)type,
	    (unsigned char)(id >> 8), (unsigned char)id,
	    (unsigned char)(len >> 8), (unsigned char)len, 0, 0};

	memcpy(h, bytes, HEADER_LEN);
}

/*
 * Waits until the peer has made room, but not for long at a time, nor in all:
 * until_ms is of the whole answer, 0 before it had to wait.
 */
static bool
await_room(int fd, int64_t *until_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int64_t now = clock_steady_ms(), ms;
	int ready;

	if (*until_ms == 0)
		*until_ms = now + WHOLE_WRITE_MS;
	ms = *until_ms - now;
	if (ms > WRITE_TIMEOUT_MS)
		ms = WRITE_TIMEOUT_MS;
	if (ms <= 0)
		return false;
	ready = poll(&p, 1, (int)ms);
	return ready > 0 || (ready < 0 && errno == EINTR);
}

/* All of it, or -1: a peer that does not read is not waited for. */
static int
write_all(int fd, struct iovec *iov, int n, int64_t *until_ms)
{
	struct msghdr m = {.msg_iov = iov, .msg_iovlen = (size_t)n};

	while (m.msg_iovlen > 0) {
		ssize_t done = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && errno == EAGAIN && await_room(fd, until_ms))
			continue;
		if (done <= 0)
			return -1;
		while (
		    m.msg_iovlen > 0 && (size_t)done >= m.msg_iov[0].iov_len) {
			done -= (ssize_t)m.msg_iov[0].iov_len;
			m.msg_iov++;
			m.msg_iovlen--;
		}
		if (m.msg_iovlen > 0) {
			m.msg_iov[0].iov_base = (char *)m.msg_iov[0].iov_base +
			    done;
			m.msg_iov[0].iov_len -= (size_t)done;
		}
	}
	return 0;
}

/* The next records of an answer; how many bytes of it they carry. */
static size_t
write_records(struct gate *g, const struct buf *answer, size_t from,
    int64_t *until_ms)
{
	/* The end: an empty STDOUT record, and END_REQUEST with its body. */
	unsigned char heads[RECORDS_MAX][HEADER_LEN], end[3 * HEADER_LEN];
	struct iovec iov[2 * RECORDS_MAX + 1];
	size_t at = from;
	int n = 0;

	while (at < answer->len && n < 2 * RECORDS_MAX) {
		size_t len = answer->len - at;

		if (len > RECORD_MAX)
			len = RECORD_MAX;
		put_header(heads[n / 2], STDOUT, g->request_id, len);
		iov[n] = (struct iovec){heads[n / 2], HEADER_LEN};
		iov[n + 1] = (struct iovec){answer->data + at, len};
		n += 2;
		at += len;
	}
	if (at == answer->len) {
		put_header(end, STDOUT, g->request_id, 0);
		put_header(end + HEADER_LEN, END_REQUEST, g->request_id, 8);
		memset(end + 2 * HEADER_LEN, 0, HEADER_LEN);
		iov[n++] = (struct iovec){end, sizeof(end)};
	}
	if (write_all(g->fd, iov, n, until_ms) != 0) {
		gate_close(g);
		return answer->len - from;
	}
	return at - from;
}

void
gate_answer(struct gate *g, const struct buf *answer)
{
	int64_t until_ms = 0;
	size_t at = 0;

	do {
		if (g->fd < 0)
			return;
		at += write_records(g, answer, at, &until_ms);
	} while (at < answer->len);
	if (!g->keep)
		gate_close(g);
}
