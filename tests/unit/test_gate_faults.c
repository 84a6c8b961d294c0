/* Requests that are cut off, too long, too short, or none at all. */
#include "fcgi_peer.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"

/* ---- bodies that are not as they should be ---- */

static void
assert_fault(enum request_fault fault)
{
	peer_send();
	assert_int_equal(peer_read(), GATE_REQUEST);
	assert_int_equal(peer.rq.fault, fault);
	request_free(&peer.rq);
}

/* After all of it the connection is at the next request. */
static void
assert_in_step(void)
{
	peer_answer("x");
	peer_assert_answer("x");
	peer_request("POST", "4", "next");
	peer_assert_request("next");
}

static void
a_large_body_is_refused_and_read_to_its_end(void **state)
{
	static char body[50000];

	(void)state;
	memset(body, 'b', sizeof body - 1);
	peer_request("POST", "49999", body);
	peer_send();
	assert_int_equal(peer_read(), GATE_REQUEST);
	assert_int_equal(peer.rq.fault, REQUEST_TOO_LARGE);
	assert_int_equal(peer.rq.body.cap, 0);
	request_free(&peer.rq);
	assert_in_step();
}

static void
a_body_longer_than_it_says_takes_no_room(void **state)
{
	static char body[50000];

	(void)state;
	memset(body, 'b', sizeof body - 1);
	peer_request("POST", "3", body);
	peer_send();
	assert_int_equal(peer_read(), GATE_REQUEST);
	assert_int_equal(peer.rq.fault, REQUEST_TRUNCATED);
	assert_in_range(peer.rq.body.len, 0, 100);
	request_free(&peer.rq);
	assert_in_step();
}

static void
a_body_shorter_than_it_says_is_truncated(void **state)
{
	(void)state;
	peer_request("POST", "10", "short");
	assert_fault(REQUEST_TRUNCATED);
	assert_in_step();
}

static void
the_body_of_a_get_is_read_to_its_end(void **state)
{
	(void)state;
	peer_request("GET", "", "surprise");
	assert_fault(REQUEST_TRUNCATED);
	assert_in_step();
}

static void
a_bad_request_is_read_to_its_end(void **state)
{
	(void)state;
	peer_request("POST", "nonsense", "hello");
	assert_fault(REQUEST_BAD);
	assert_in_step();
}

static void
a_body_that_does_not_come_is_slow(void **state)
{
	int64_t before = clock_steady_ms();

	(void)state;
	peer_begin(true);
	peer_params("POST", "10");
	peer_record(FCGI_STDIN, "half", 4, 0);
	assert_fault(REQUEST_SLOW);
	assert_in_range(clock_steady_ms() - before, 490, 3000);
	/* It is answered; what comes later is not taken for a request. */
	assert_false(peer.gate.keep);
	peer_answer("x");
	peer_assert_answer("x");
	peer_assert_closed();
}

static void
a_body_whose_sender_went_away_is_truncated(void **state)
{
	(void)state;
	peer_begin(true);
	peer_params("POST", "10");
	peer_record(FCGI_STDIN, "half", 4, 0);
	peer_send();
	shutdown(peer.fd, SHUT_WR);
	assert_fault(REQUEST_TRUNCATED);
	assert_false(peer.gate.keep);
}

/* Even where no body was to come: it is not the whole of the request. */
static void
a_request_without_its_end_is_truncated(void **state)
{
	(void)state;
	peer_begin(true);
	peer_params("POST", "");
	peer_send();
	shutdown(peer.fd, SHUT_WR);
	assert_fault(REQUEST_TRUNCATED);
	assert_false(peer.gate.keep);
}

/* ---- peers that drip ---- */

static pid_t dripping;

/*
 * Another process sends all of it, a byte at a time: always before the gate has
 * waited for too long, and for much longer than a request may take.
 */
static void
drip(size_t whole)
{
	peer_send();
	dripping = fork();
	if (dripping != 0)
		return;
	for (size_t i = 0; i < whole; i++) {
		usleep(100000);
		if (send(peer.fd, "\1", 1, MSG_NOSIGNAL) != 1)
			_exit(1);
	}
	_exit(0);
}

static void
assert_within(enum gate_got expected, int64_t min_ms, int64_t max_ms)
{
	int64_t start = clock_steady_ms();

	assert_int_equal(peer_read(), expected);
	assert_in_range(clock_steady_ms() - start, min_ms, max_ms);
	kill(dripping, SIGKILL);
	waitpid(dripping, NULL, 0);
}

static void
assert_bounded(enum gate_got expected)
{
	assert_within(expected, 1900, 4000);
}

static void
variables_that_drip_are_given_up(void **state)
{
	(void)state;
	peer_begin(true);
	peer_param("REQUEST_METHOD", "GET");
	buf_add(&peer.out, "\1\4\0\1\0\377\0\0", 8);
	drip(200);
	assert_bounded(GATE_CLOSED);
	assert_int_equal(peer.gate.fd, -1);
}

/* It is no record of ours: nothing is waited for. */
static void
the_end_of_another_request_does_not_help(void **state)
{
	(void)state;
	peer_begin(true);
	peer.id = 2;
	peer_record(FCGI_PARAMS, "", 0, 0);
	peer_record(FCGI_STDIN, "", 0, 0);
	buf_add(&peer.out, "\1\4\0\1\0\377\0\0", 8);
	drip(200);
	assert_within(GATE_CLOSED, 0, 1800);
}

static void
a_body_that_drips_is_slow(void **state)
{
	(void)state;
	peer_begin(true);
	peer_params("POST", "50");
	peer_record(FCGI_STDIN, "half", 4, 0);
	buf_add(&peer.out, "\1\5\0\1\0\377\0\0", 8);
	drip(200);
	assert_bounded(GATE_REQUEST);
	assert_int_equal(peer.rq.fault, REQUEST_SLOW);
	assert_false(peer.gate.keep);
	request_free(&peer.rq);
}

/* What comes in pieces, but in time, is as good as any. */
static void
a_request_in_pieces_is_read(void **state)
{
	struct sigaction now;
	size_t len;

	(void)state;
	peer_request("POST", "5", "hello");
	len = peer.out.len;
	peer.out.len = 20;
	peer_send();
	peer_request("POST", "5", "hello");
	dripping = fork();
	if (dripping == 0) {
		usleep(100000);
		_exit(send(peer.fd, peer.out.data + 20, len - 20, 0) < 0);
	}
	assert_int_equal(peer_read(), GATE_REQUEST);
	assert_int_equal(peer.rq.fault, REQUEST_OK);
	assert_memory_equal(peer.rq.body.data, "hello", 5);
	request_free(&peer.rq);
	buf_clear(&peer.out);
	waitpid(dripping, NULL, 0);
	assert_in_step();
	/* No alarm is left. */
	sigaction(SIGALRM, NULL, &now);
	assert_true(now.sa_handler == SIG_DFL);
	assert_int_equal(alarm(0), 0);
}

/* ---- peers that talk nonsense ---- */

/* Closed soon, with nothing left open, whether or not the peer goes on. */
static void
assert_given_up(int64_t within_ms)
{
	int before = peer_count_descriptors();
	int64_t start = clock_steady_ms();

	peer_send();
	assert_int_equal(peer_read(), GATE_CLOSED);
	assert_in_range(clock_steady_ms() - start, 0, within_ms);
	assert_int_equal(peer.gate.fd, -1);
	assert_int_equal(peer_count_descriptors(), before - 1);
}

static void
variables_that_do_not_end_are_given_up(void **state)
{
	(void)state;
	peer_begin(true);
	peer_param("REQUEST_METHOD", "GET");
	assert_given_up(1500);
}

/* They must not be taken for all of them. */
static void
variables_whose_sender_went_away_are_given_up(void **state)
{
	(void)state;
	peer_begin(true);
	peer_param("REQUEST_METHOD", "POST");
	peer_param("SCRIPT_NAME", "/api/next");
	peer_send();
	shutdown(peer.fd, SHUT_WR);
	assert_given_up(400);
}

static void
a_beginning_alone_is_given_up(void **state)
{
	(void)state;
	peer_begin(true);
	assert_given_up(1500);
}

static void
half_a_header_is_given_up(void **state)
{
	(void)state;
	buf_add(&peer.out, "\1\1\0", 3);
	assert_given_up(1500);
}

static void
another_version_is_given_up(void **state)
{
	(void)state;
	peer_begin(true);
	peer.out.data[0] = 2;
	assert_given_up(1500);
}

static void
another_protocol_is_given_up(void **state)
{
	(void)state;
	buf_add_str(&peer.out, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_given_up(1500);
}

/* Lengths that say more than the record has. */
static void
a_variable_that_overruns_is_given_up(void **state)
{
	(void)state;
	peer_begin(true);
	peer_record(FCGI_PARAMS, "\x0e\x7fREQUEST_METHODGET", 19, 0);
	peer_record(FCGI_PARAMS, "", 0, 0);
	peer_stdin("");
	assert_given_up(1500);
}

#define T(f) cmocka_unit_test_setup_teardown(f, peer_start, peer_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_large_body_is_refused_and_read_to_its_end),
	    T(a_body_longer_than_it_says_takes_no_room),
	    T(a_body_shorter_than_it_says_is_truncated),
	    T(the_body_of_a_get_is_read_to_its_end),
	    T(a_bad_request_is_read_to_its_end),
	    T(a_body_that_does_not_come_is_slow),
	    T(a_body_whose_sender_went_away_is_truncated),
	    T(a_request_without_its_end_is_truncated),
	    T(variables_that_drip_are_given_up),
	    T(the_end_of_another_request_does_not_help),
	    T(a_body_that_drips_is_slow),
	    T(a_request_in_pieces_is_read),
	    T(variables_that_do_not_end_are_given_up),
	    T(variables_whose_sender_went_away_are_given_up),
	    T(a_beginning_alone_is_given_up),
	    T(half_a_header_is_given_up),
	    T(another_version_is_given_up),
	    T(another_protocol_is_given_up),
	    T(a_variable_that_overruns_is_given_up),
	};

	gate_init();
	return RUN(tests);
}
