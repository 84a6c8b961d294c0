/*
 * What the gate does with libfcgi, and what it relies on there: ipcFd and
 * keepConnection set before FCGX_Accept_r, FCGX_Free(r, 0) after it.
 */
#include "fcgi_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "base/clock.h"

/* ---- connections ---- */

static void
a_parked_request_is_eight_bytes(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct gate), 8);
}

static void
a_connection_has_bounded_waits(void **state)
{
	struct timeval t;
	socklen_t len = sizeof t;

	(void)state;
	getsockopt(peer.gate.fd, SOL_SOCKET, SO_RCVTIMEO, &t, &len);
	assert_int_equal(t.tv_sec * 1000000 + t.tv_usec, 500000);
	getsockopt(peer.gate.fd, SOL_SOCKET, SO_SNDTIMEO, &t, &len);
	assert_int_equal(t.tv_sec * 1000000 + t.tv_usec, 1000000);
	assert_int_equal(fcntl(peer.gate.fd, F_GETFD), FD_CLOEXEC);
}

static void
without_a_connection_accept_does_not_wait(void **state)
{
	(void)state;
	assert_int_equal(gate_accept(peer.listen_fd), -1);
	assert_int_equal(errno, EAGAIN);
}

static void
who_has_gone_is_noticed_and_who_is_silent_is_not(void **state)
{
	(void)state;
	assert_false(gate_hung_up(&peer.gate));
	assert_false(gate_has_more(&peer.gate));
	peer_begin(true);
	peer_send();
	assert_true(gate_has_more(&peer.gate));
	assert_false(gate_hung_up(&peer.gate));
	assert_true(gate_has_more(&peer.gate));
	close(peer.fd);
	peer.fd = -1;
	assert_false(gate_hung_up(&peer.gate));
	peer_read();
	assert_int_equal(peer.gate.fd, -1);
}

static void
a_closed_connection_has_hung_up(void **state)
{
	(void)state;
	close(peer.fd);
	peer.fd = -1;
	assert_true(gate_hung_up(&peer.gate));
	assert_false(gate_has_more(&peer.gate));
	assert_int_equal(peer_read(), GATE_CLOSED);
	assert_int_equal(peer.gate.fd, -1);
}

/* ---- requests ---- */

static void
a_request_is_read_from_a_connection_of_ours(void **state)
{
	int fd = peer.gate.fd;

	(void)state;
	peer_request("POST", "5", "hello");
	peer_assert_request("hello");
	assert_string_equal(peer.rq.method, "POST");
	assert_int_equal(peer.gate.fd, fd);
	assert_true(fcntl(fd, F_GETFD) >= 0);
	assert_true(peer.gate.keep);
	assert_int_equal(peer.gate.request_id, 1);
}

static void
one_connection_takes_many_requests(void **state)
{
	static const char *const bodies[] = {"", "one", "", "two", "three"};
	int fd = peer.gate.fd;

	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		char length[24];

		snprintf(length, sizeof length, "%zu", strlen(bodies[i]));
		peer_request(i % 2 ? "POST" : "GET", length, bodies[i]);
		peer_assert_request(bodies[i]);
		peer_answer("Status: 200 OK\r\n\r\n");
		peer_assert_answer("Status: 200 OK\r\n\r\n");
		assert_int_equal(peer.gate.fd, fd);
	}
}

static void
request_ids_come_back(void **state)
{
	static const uint16_t ids[] = {1, 255, 256, 4711, 65535};

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		peer.id = ids[i];
		peer_request("GET", "", "");
		peer_assert_request("");
		assert_int_equal(peer.gate.request_id, ids[i]);
		peer_answer("x");
		peer_assert_answer("x");
	}
}

/* Nothing of libfcgi's is left while a handler runs, or a poll is held. */
static void
a_request_leaves_no_memory_behind(void **state)
{
	size_t before, after;

	(void)state;
	for (int i = 0; i < 3; i++) {
		peer_request("POST", "5", "hello");
		peer_send();
		before = mallinfo2().uordblks;
		assert_int_equal(peer_read(), GATE_REQUEST);
		request_free(&peer.rq);
		after = mallinfo2().uordblks;
	}
	assert_int_equal(before, after);
}

static void
a_body_may_come_in_pieces(void **state)
{
	(void)state;
	peer_begin(true);
	peer_params("POST", "6");
	peer_record(FCGI_STDIN, "ab", 2, 255);
	peer_record(FCGI_STDIN, "c", 1, 0);
	peer_send();
	peer_record(FCGI_STDIN, "def", 3, 7);
	peer_stdin("");
	peer_assert_request("abcdef");
}

static void
many_variables_are_read(void **state)
{
	char value[121];

	(void)state;
	memset(value, 'v', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	peer_begin(true);
	for (int i = 0; i < 300; i++)
		peer_param("HTTP_X", value);
	peer_params("POST", "2");
	peer_stdin("ok");
	peer_assert_request("ok");
}

static void
no_variables_are_a_bad_request(void **state)
{
	(void)state;
	peer_begin(true);
	peer_record(FCGI_PARAMS, "", 0, 0);
	peer_stdin("");
	peer_send();
	assert_int_equal(peer_read(), GATE_REQUEST);
	assert_int_equal(peer.rq.fault, REQUEST_BAD);
	request_free(&peer.rq);
	peer_request("GET", "", "");
	peer_assert_request("");
}

/* ---- answers ---- */

static void
without_keep_the_connection_is_closed_after_the_answer(void **state)
{
	(void)state;
	peer_begin(false);
	peer_params("GET", "");
	peer_stdin("");
	peer_assert_request("");
	assert_false(peer.gate.keep);
	peer_answer("bye");
	assert_int_equal(peer.gate.fd, -1);
	peer_assert_answer("bye");
	peer_assert_closed();
}

static void
with_keep_it_stays_open(void **state)
{
	char byte;

	(void)state;
	peer_request("GET", "", "");
	peer_assert_request("");
	peer_answer("bye");
	peer_assert_answer("bye");
	assert_int_equal(recv(peer.fd, &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

static void
fill(struct buf *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_add(b, &(char){(char)(i % 251)}, 1);
}

/* Another process reads it: so much does not fit between the two ends. */
static pid_t
read_elsewhere(const struct buf *wanted)
{
	struct buf got = {0};
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	_exit(peer_take_answer(&got) && got.len == wanted->len &&
		    (got.len == 0 ||
			memcmp(got.data, wanted->data, got.len) == 0)
		? 0
		: 1);
}

static void
answers_of_any_length_arrive(void **state)
{
	/* A record has 65535 bytes at most, a writev() 64 of them. */
	static const size_t lens[] = {0, 1, 65535, 65536, 2 * 65535, 64 * 65535,
	    64 * 65535 + 1, 130 * 65535 + 7};
	struct buf b = {0};
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(lens); i++) {
		pid_t pid;

		peer_request("GET", "", "");
		peer_assert_request("");
		buf_clear(&b);
		fill(&b, lens[i]);
		pid = read_elsewhere(&b);
		gate_answer(&peer.gate, &b);
		assert_true(peer.gate.fd >= 0);
		waitpid(pid, &status, 0);
		assert_int_equal(status, 0);
	}
	buf_free(&b);
}

static void
a_peer_that_does_not_read_is_given_up(void **state)
{
	struct buf b = {0};
	int64_t before;

	(void)state;
	peer_request("GET", "", "");
	peer_assert_request("");
	fill(&b, 5 << 20);
	before = clock_steady_ms();
	gate_answer(&peer.gate, &b);
	assert_in_range(clock_steady_ms() - before, 900, 4000);
	assert_int_equal(peer.gate.fd, -1);
	buf_free(&b);
}

/* Another process reads it, a little now and then. */
static pid_t
sip_elsewhere(void)
{
	static char sip[32 << 10];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	while (recv(peer.fd, sip, sizeof sip, 0) > 0)
		usleep(100 * 1000);
	_exit(0);
}

static void
a_peer_that_reads_slowly_is_given_up_too(void **state)
{
	struct buf b = {0};
	int64_t before;
	pid_t pid;

	(void)state;
	peer_request("GET", "", "");
	peer_assert_request("");
	fill(&b, 5 << 20);
	pid = sip_elsewhere();
	before = clock_steady_ms();
	gate_answer(&peer.gate, &b);
	assert_in_range(clock_steady_ms() - before, 2500, 5000);
	assert_int_equal(peer.gate.fd, -1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	buf_free(&b);
}

/* Without a SIGPIPE. */
static void
a_peer_that_has_gone_is_given_up(void **state)
{
	(void)state;
	peer_request("GET", "", "");
	peer_assert_request("");
	close(peer.fd);
	peer.fd = -1;
	peer_answer("bye");
	assert_int_equal(peer.gate.fd, -1);
	peer_answer("bye");
}

#define T(f) cmocka_unit_test_setup_teardown(f, peer_start, peer_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_parked_request_is_eight_bytes),
	    T(a_connection_has_bounded_waits),
	    T(without_a_connection_accept_does_not_wait),
	    T(who_has_gone_is_noticed_and_who_is_silent_is_not),
	    T(a_closed_connection_has_hung_up),
	    T(a_request_is_read_from_a_connection_of_ours),
	    T(one_connection_takes_many_requests),
	    T(request_ids_come_back),
	    T(a_request_leaves_no_memory_behind),
	    T(a_body_may_come_in_pieces),
	    T(many_variables_are_read),
	    T(no_variables_are_a_bad_request),
	    T(without_keep_the_connection_is_closed_after_the_answer),
	    T(with_keep_it_stays_open),
	    T(answers_of_any_length_arrive),
	    T(a_peer_that_does_not_read_is_given_up),
	    T(a_peer_that_reads_slowly_is_given_up_too),
	    T(a_peer_that_has_gone_is_given_up),
	};

	gate_init();
	/* libfcgi has set a handler; the gate must do without. */
	signal(SIGPIPE, SIG_DFL);
	return RUN(tests);
}
