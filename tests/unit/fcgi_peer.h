/*
 * A front server as the gate sees it: FastCGI 1.0 records, written and read
 * without libfcgi, so that the two do not share their mistakes.
 */
#ifndef FCGI_PEER_H
#define FCGI_PEER_H

#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "serve/gate.h"

enum {
	FCGI_BEGIN = 1,
	FCGI_END = 3,
	FCGI_PARAMS = 4,
	FCGI_STDIN = 5,
	FCGI_STDOUT = 6,
};

static struct {
	int listen_fd, fd; /* ours: the front server's end */
	struct gate gate;  /* the other end */
	struct buf out;    /* records that are not sent yet */
	uint16_t id;       /* of the request that is being written */
	struct request rq;
	char dir[32], path[48];
} peer;

/* Setup: a connection of ours, accepted by the gate. */
static inline int
peer_start(void **state)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	(void)state;
	memset(&peer, 0, sizeof peer);
	peer.id = 1;
	snprintf(peer.dir, sizeof peer.dir, "/tmp/parley-gate-XXXXXX");
	if (mkdtemp(peer.dir) == NULL)
		return -1;
	snprintf(peer.path, sizeof peer.path, "%s/s", peer.dir);
	memcpy(sa.sun_path, peer.path, sizeof peer.path);
	peer.listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (bind(peer.listen_fd, (struct sockaddr *)&sa, sizeof sa) != 0 ||
	    listen(peer.listen_fd, 5) != 0)
		return -1;
	peer.fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(peer.fd, (struct sockaddr *)&sa, sizeof sa) != 0)
		return -1;
	/* A test that fails does not hang. */
	setsockopt(peer.fd, SOL_SOCKET, SO_RCVTIMEO,
	    &(struct timeval){.tv_sec = 10}, sizeof(struct timeval));
	peer.gate.fd = gate_accept(peer.listen_fd);
	return peer.gate.fd < 0 ? -1 : 0;
}

static inline int
peer_end(void **state)
{
	(void)state;
	gate_close(&peer.gate);
	if (peer.fd >= 0)
		close(peer.fd);
	close(peer.listen_fd);
	buf_free(&peer.out);
	unlink(peer.path);
	return rmdir(peer.dir);
}

/* ---- writing ---- */

static inline void
peer_record(int type, const void *bytes, size_t len, size_t padding)
{
	static const char zeros[255];
	const unsigned char head[8] = {1, (unsigned char)type,
	    (unsigned char)(peer.id >> 8), (unsigned char)peer.id,
	    (unsigned char)(len >> 8), (unsigned char)len,
	    (unsigned char)padding, 0};

	buf_add(&peer.out, head, sizeof head);
	buf_add(&peer.out, bytes, len);
	buf_add(&peer.out, zeros, padding);
}

static inline void
peer_begin(bool keep)
{
	const unsigned char body[8] = {0, 1, keep};

	peer_record(FCGI_BEGIN, body, sizeof body, 0);
}

/* One parameter in a record of its own; its value shorter than 128. */
static inline void
peer_param(const char *name, const char *value)
{
	char pair[300];
	int len = snprintf(pair, sizeof pair, "%c%c%s%s", (int)strlen(name),
	    (int)strlen(value), name, value);

	/* A value of length 0 would end the string in between. */
	if (value[0] == '\0') {
		pair[1] = '\0';
		memcpy(pair + 2, name, strlen(name));
		len = 2 + (int)strlen(name);
	}
	peer_record(FCGI_PARAMS, pair, (size_t)len, 3);
}

static inline void
peer_params(const char *method, const char *length)
{
	peer_param("REQUEST_METHOD", method);
	peer_param("SCRIPT_NAME", "/api/send");
	peer_param("CONTENT_LENGTH", length);
	peer_record(FCGI_PARAMS, "", 0, 0);
}

static inline void
peer_stdin(const char *body)
{
	if (body[0] != '\0')
		peer_record(FCGI_STDIN, body, strlen(body), 1);
	peer_record(FCGI_STDIN, "", 0, 0);
}

/* A whole request. */
static inline void
peer_request(const char *method, const char *length, const char *body)
{
	peer_begin(true);
	peer_params(method, length);
	peer_stdin(body);
}

/* Sends what was written; less than the kernel keeps between the two ends. */
static inline void
peer_send(void)
{
	if (peer.out.len > 0)
		assert_int_equal(send(peer.fd, peer.out.data, peer.out.len,
				     MSG_DONTWAIT),
		    peer.out.len);
	buf_clear(&peer.out);
}

/* ---- the gate ---- */

static inline size_t
peer_body_max(const struct request *rq)
{
	(void)rq;
	return 100;
}

static inline enum gate_got
peer_read(void)
{
	return gate_read(&peer.gate, &peer.rq, peer_body_max);
}

/* Sends and reads a request whose body is as it should be. */
static inline void
peer_assert_request(const char *body)
{
	peer_send();
	assert_int_equal(peer_read(), GATE_REQUEST);
	assert_int_equal(peer.rq.fault, REQUEST_OK);
	assert_string_equal(peer.rq.path, "/api/send");
	assert_int_equal(peer.rq.body.len, strlen(body));
	if (body[0] != '\0')
		assert_memory_equal(peer.rq.body.data, body, strlen(body));
	request_free(&peer.rq);
}

static inline void
peer_answer(const char *text)
{
	struct buf b = {0};

	buf_add_str(&b, text);
	gate_answer(&peer.gate, &b);
	buf_free(&b);
}

/* ---- reading ---- */

static inline bool
peer_take(void *to, size_t len)
{
	return len == 0 || recv(peer.fd, to, len, MSG_WAITALL) == (ssize_t)len;
}

/* The STDOUT bytes of one answer, to its END_REQUEST; false: not whole. */
static inline bool
peer_take_answer(struct buf *text)
{
	static char content[65535];
	unsigned char h[8];

	for (;;) {
		size_t len;

		if (!peer_take(h, sizeof h))
			return false;
		len = (size_t)h[4] << 8 | h[5];
		if (h[0] != 1 || (h[2] << 8 | h[3]) != peer.id ||
		    !peer_take(content, len + h[6]))
			return false;
		if (h[1] == FCGI_END)
			return len == 8 &&
			    memcmp(content, "\0\0\0\0\0\0\0\0", 8) == 0;
		if (h[1] != FCGI_STDOUT)
			return false;
		buf_add(text, content, len);
	}
}

static inline void
peer_assert_answer(const char *text)
{
	struct buf b = {0};

	assert_true(peer_take_answer(&b));
	assert_int_equal(b.len, strlen(text));
	if (b.len > 0)
		assert_memory_equal(b.data, text, b.len);
	buf_free(&b);
}

/* Nothing more comes, and the other end is closed. */
static inline void
peer_assert_closed(void)
{
	char byte;

	assert_int_equal(recv(peer.fd, &byte, 1, 0), 0);
}

static inline int
peer_count_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

#endif
