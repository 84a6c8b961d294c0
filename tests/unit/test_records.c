/*
 * What must not reach libfcgi, which would end the process or fill its memory:
 * found by tests/fuzz/fuzz_records.c.
 */
#include "fcgi_peer.h"

#include "serve/records.h"

enum { FCGI_GET_VALUES = 9 };

/* All at once, and byte by byte: both must say the same. */
static bool
passes(void)
{
	const unsigned char *bytes = (unsigned char *)peer.out.data;
	struct records whole = {0}, single = {0};
	bool all = records_pass(&whole, bytes, peer.out.len), one = true;

	for (size_t i = 0; one && i < peer.out.len; i++)
		one = records_pass(&single, bytes + i, 1);
	assert_int_equal(all, one);
	return all;
}

static void
params(const char *bytes, size_t len)
{
	peer_begin(true);
	peer_record(FCGI_PARAMS, bytes, len, 3);
	peer_record(FCGI_PARAMS, "", 0, 0);
	peer_stdin("");
}

/* It is not for libfcgi, and so the connection is closed. */
static void
assert_closed(void)
{
	assert_false(passes());
	peer_send();
	assert_int_equal(peer_read(), GATE_CLOSED);
	peer_assert_closed();
}

static void
a_request_passes(void **state)
{
	(void)state;
	peer_request("POST", "5", "hello");
	assert_true(passes());
	/* What stands behind it is not looked at. */
	buf_add_str(&peer.out, "GET / HTTP/1.1");
	assert_true(passes());
}

/* Added as int they are less than nothing: malloc fails, and libfcgi copies. */
static void
lengths_that_overflow_do_not_pass(void **state)
{
	(void)state;
	params("\xff\xff\xff\xfe\xff\xff\xff\xfe"
	       "A",
	    9);
	assert_closed();
}

static void
a_variable_of_2_gb_does_not_pass(void **state)
{
	(void)state;
	params("\x01\xff\xff\xff\xf0"
	       "A",
	    6);
	assert_closed();
}

/* libfcgi has room for three answers, however often one asks. */
static void
management_records_do_not_pass(void **state)
{
	static const char name[] = "\x0e\0FCGI_MAX_CONNS";

	(void)state;
	peer.id = 0;
	for (int i = 0; i < 8; i++)
		peer_record(FCGI_GET_VALUES, name, sizeof name - 1, 0);
	peer.id = 1;
	peer_request("GET", "", "");
	assert_closed();
}

static void
variables_have_a_bound(void **state)
{
	static char many[60000];

	(void)state;
	peer_begin(true);
	for (int i = 0; i < 4; i++)
		peer_record(FCGI_PARAMS, many, sizeof many, 0);
	assert_true(passes());
	peer_record(FCGI_PARAMS, many, sizeof many, 0);
	assert_false(passes());
}

static void
a_variable_may_span_records(void **state)
{
	(void)state;
	peer_begin(true);
	peer_record(FCGI_PARAMS, "\x80\0\0", 3, 1);
	peer_record(FCGI_PARAMS, "\x0e\x03REQUEST_", 10, 0);
	peer_record(FCGI_PARAMS, "METHODGET", 9, 255);
	peer_params("POST", "2");
	peer_stdin("ok");
	assert_true(passes());
	peer_assert_request("ok");
}

/* libfcgi would skip them, but to where? */
static void
records_of_another_request_do_not_pass(void **state)
{
	(void)state;
	peer_begin(true);
	peer.id = 2;
	peer_record(FCGI_PARAMS, "", 0, 0);
	peer.id = 1;
	peer_params("POST", "2");
	assert_closed();
}

/* It would be taken for the next record. */
static void
padding_that_libfcgi_forgets_does_not_pass(void **state)
{
	static const char begin[8] = {0, 1, 1};

	(void)state;
	peer_record(FCGI_BEGIN, begin, sizeof begin, 9);
	assert_false(passes());
	buf_clear(&peer.out);
	peer_begin(true);
	peer_record(FCGI_PARAMS, "", 0, 9);
	assert_closed();
}

static void
records_in_another_order_do_not_pass(void **state)
{
	(void)state;
	peer_params("GET", "");
	assert_false(passes());
	buf_clear(&peer.out);
	peer_begin(true);
	peer_begin(true);
	assert_false(passes());
	buf_clear(&peer.out);
	peer_begin(true);
	peer_stdin("");
	assert_closed();
}

/* The first OS_Read of a request is its beginning, whatever came before. */
static void
a_request_begins_anew(void **state)
{
	(void)state;
	params("\xff\xff\xff\xfe\xff\xff\xff\xfe", 8);
	assert_closed();
	gate_close(&peer.gate);
	close(peer.fd);
	close(peer.listen_fd);
	unlink(peer.path);
	rmdir(peer.dir);
	buf_free(&peer.out);
	assert_int_equal(peer_start(state), 0);
	peer_request("POST", "2", "ok");
	peer_assert_request("ok");
}

#define T(f) cmocka_unit_test_setup_teardown(f, peer_start, peer_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_request_passes),
	    T(lengths_that_overflow_do_not_pass),
	    T(a_variable_of_2_gb_does_not_pass),
	    T(management_records_do_not_pass),
	    T(variables_have_a_bound),
	    T(a_variable_may_span_records),
	    T(records_of_another_request_do_not_pass),
	    T(padding_that_libfcgi_forgets_does_not_pass),
	    T(records_in_another_order_do_not_pass),
	    T(a_request_begins_anew),
	};

	gate_init();
	return RUN(tests);
}
