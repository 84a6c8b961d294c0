#include "conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fault.h"
#include "ticks.h"
#include "ws.h"

enum { READY_MAX = 512, INPUT_MAX = 256 << 10, REQUEST_MAX = 4096 };

static int epoll_fd = -1, server_port, n_pending;
static bool stdin_closed;
static unsigned n_opened;

void
conns_init(int port)
{
	server_port = port;
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0)
		fault("epoll: %s", strerror(errno));
}

int
conns_pending(void)
{
	return n_pending;
}

void
conn_init(struct conn *c, void *owner,
    void (*on_answer)(struct conn *, const struct answer *))
{
	*c = (struct conn){.fd = -1, .owner = owner, .on_answer = on_answer};
}

/* One address has some 28,000 ports, so the clients have four. */
static void
bind_source(int fd)
{
	struct sockaddr_in from = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK + n_opened++ % 4)};
	int on = 1;

	setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) != 0)
		fault("bind: %s", strerror(errno));
}

static void
open_conn(struct conn *c)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)server_port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct epoll_event ev = {.data.ptr = c,
	    .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET};
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		fault("socket: %s", strerror(errno));
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	bind_source(c->fd);
	c->is_up = c->is_ws = false;
	c->used = 0;
	n_pending++;
	if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0 &&
	    errno != EINPROGRESS)
		fault("connect: %s", strerror(errno));
	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &ev) != 0)
		fault("epoll_ctl: %s", strerror(errno));
}

void
conn_close(struct conn *c)
{
	struct linger now = {.l_onoff = 1};

	if (c->fd < 0)
		return;
	if (!c->is_up)
		n_pending--;
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(c->fd);
	c->fd = -1;
	c->is_up = false;
	c->waiting = 0;
	buf_free(&c->in);
	buf_free(&c->out);
}

/* ---- sending ---- */

static void
put(struct conn *c, const char *bytes, size_t len)
{
	ssize_t n = 0;

	if (c->fd < 0)
		open_conn(c);
	if (c->is_up && c->out.len == 0) {
		n = send(c->fd, bytes, len, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			fault("send: %s", strerror(errno));
		if (n < 0)
			n = 0;
	}
	if ((size_t)n < len)
		buf_add(&c->out, bytes + n, len - (size_t)n);
}

static void
flush(struct conn *c)
{
	ssize_t n;

	if (c->out.len == 0)
		return;
	n = send(c->fd, c->out.data, c->out.len, MSG_NOSIGNAL);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n < 0)
		fault("send: %s", strerror(errno));
	c->out.len -= (size_t)n;
	if (c->out.len > 0)
		memmove(c->out.data, c->out.data + n, c->out.len);
	else
		buf_free(&c->out);
}

void
conn_request(struct conn *c, const char *bytes, size_t len)
{
	put(c, bytes, len);
	c->waiting++;
}

void
conn_requestf(struct conn *c, const char *fmt, ...)
{
	char bytes[REQUEST_MAX];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(bytes, sizeof(bytes), fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(bytes))
		fault("a request is too long");
	conn_request(c, bytes, (size_t)len);
}

void
conn_text(struct conn *c, const char *text, size_t len)
{
	char frame[REQUEST_MAX + WS_HEAD_MAX];

	if (len > REQUEST_MAX)
		fault("a text is too long");
	put(c, frame, ws_write(frame, text, len));
}

/* ---- receiving ---- */

/* The answer, or the frame, that data begins with; 0: more is to come. */
static size_t
take_frame(struct conn *c, char *data, size_t len)
{
	struct frame f;
	long n = ws_parse(&f, data, len);

	if (n < 0)
		fault("a WebSocket frame that is not for us");
	if (n == 0)
		return 0;
	if (f.opcode == WS_CLOSE)
		fault("the server closes a WebSocket");
	if (f.opcode == WS_TEXT)
		c->on_text(c, f.data, f.len);
	return (size_t)n;
}

static size_t
take_answer(struct conn *c, char *data, size_t len)
{
	struct answer a;
	long n = http_parse(&a, data, len);

	if (n < 0)
		fault("an answer that is not HTTP: %.60s", data);
	if (n == 0)
		return 0;
	if (--c->waiting < 0)
		fault("an answer to no request (%d)", a.status);
	c->used++;
	if (a.closes) {
		/* The rest of this connection says nothing more. */
		epoll_ctl(epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
		close(c->fd);
		c->fd = -1;
		c->is_up = false;
	}
	c->on_answer(c, &a);
	return (size_t)n;
}

static void
take(struct conn *c, char *data, size_t len)
{
	struct buf whole = {0};
	size_t n, at = 0;

	if (c->in.len > 0) {
		buf_add(&c->in, data, len);
		whole = c->in;
		c->in = (struct buf){0};
		data = whole.data;
		len = whole.len;
	}
	while (at < len) {
		n = c->is_ws ? take_frame(c, data + at, len - at)
			     : take_answer(c, data + at, len - at);
		if (n == 0)
			break;
		at += n;
	}
	if (at < len)
		buf_add(&c->in, data + at, len - at);
	buf_free(&whole);
}

/* Between two answers a server may close; then the next request opens anew. */
static void
hang_up(struct conn *c, const char *why)
{
	if (c->waiting > 0 || c->is_ws || !c->is_up)
		fault("a connection was closed with %d requests on it: %s",
		    c->waiting, why);
	conn_close(c);
}

static void
receive(struct conn *c)
{
	static char input[INPUT_MAX];
	int fd = c->fd;
	ssize_t n;

	/* An answer may close the connection, or even open it again. */
	while (c->fd == fd && fd >= 0) {
		n = recv(fd, input, sizeof(input), 0);
		if (n > 0)
			take(c, input, (size_t)n);
		else if (n == 0)
			return hang_up(c, "end of file");
		else if (errno != EAGAIN)
			return hang_up(c, strerror(errno));
		if (n < (ssize_t)sizeof(input))
			return;
	}
}

static void
ready(struct conn *c, uint32_t events)
{
	if (c->fd < 0)
		return;
	if ((events & EPOLLOUT) != 0 && (events & EPOLLERR) == 0) {
		if (!c->is_up)
			n_pending--;
		c->is_up = true;
		flush(c);
	}
	if ((events & EPOLLIN) != 0)
		receive(c);
	if (c->fd >= 0 && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
		receive(c);
}

void
conns_watch_stdin(void)
{
	struct epoll_event ev = {.events = EPOLLIN | EPOLLRDHUP};

	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &ev) != 0)
		fault("standard input is no pipe: %s", strerror(errno));
}

bool
conns_stdin_closed(void)
{
	return stdin_closed;
}

static void
read_stdin(void)
{
	char bytes[64];

	if (read(STDIN_FILENO, bytes, sizeof(bytes)) > 0)
		return;
	stdin_closed = true;
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
}

void
conns_turn(int64_t sleep_ns)
{
	struct epoll_event evs[READY_MAX];
	struct timespec t = {sleep_ns / SECOND, sleep_ns % SECOND};
	int n = epoll_pwait2(epoll_fd, evs, READY_MAX, &t, NULL);

	if (n < 0 && errno != EINTR)
		fault("epoll_pwait2: %s", strerror(errno));
	for (int i = 0; i < n; i++) {
		if (evs[i].data.ptr == NULL)
			read_stdin();
		else
			ready(evs[i].data.ptr, evs[i].events);
	}
}
