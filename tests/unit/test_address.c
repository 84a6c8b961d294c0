#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/address.h"

static bool
parse(const char *text, struct address *out)
{
	return address_parse(text, strlen(text), out);
}

/* Is what is read from a what is read from b? */
static bool
same(const char *a, const char *b)
{
	struct address one, other;

	return parse(a, &one) && parse(b, &other) &&
	    memcmp(&one, &other, sizeof one) == 0;
}

static void
addresses_are_read_however_they_are_written(void **state)
{
	static const char *const pairs[][2] = {
	    {"192.0.2.1", "::ffff:192.0.2.1"},
	    {" 192.0.2.1\t", "192.0.2.1"},
	    {"192.0.2.1:8080", "192.0.2.1"},
	    {"\"192.0.2.1:8080\"", "192.0.2.1"},
	    {"2001:db8::1", "2001:DB8:0:0:0:0:0:1"},
	    {"[2001:db8::1]", "2001:db8::1"},
	    {"[2001:db8::1]:443", "2001:db8::1"},
	    {"fe80::1%eth0", "fe80::1"},
	    {"[fe80::1%25eth0]:80", "fe80::1"},
	    {"::ffff:c000:201", "192.0.2.1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		if (!same(pairs[i][0], pairs[i][1]))
			fail_msg("%s is not %s", pairs[i][0], pairs[i][1]);
	assert_false(same("192.0.2.1", "192.0.2.2"));
}

static void
what_is_no_address_is_refused(void **state)
{
	static const char *const texts[] = {"", " ", "unknown", "_hidden",
	    "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4%eth0",
	    "1.2.3.4:", "1.2.3.4:123456", "1.2.3.4:8o", "1.2.3.4/8",
	    "1.2.3.4 5", "[1.2.3.4", "[::1", "[::1]x", "[::1]:", "::1%", ":::1",
	    "::1::", "2001:db8:0:0:0:0:0:1:2", "unix:", ":80", "[]", "-1.2.3.4",
	    "1.2.3.4\n", "0x7f.1", "2130706433",
	    "1.2.3.4........................................................."};
	struct address a;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (parse(texts[i], &a))
			fail_msg("\"%s\" was taken", texts[i]);
	assert_false(address_parse("1.2.3.4\0", 8, &a));
	assert_false(address_parse("\0001.2.3.4", 8, &a));
}

static bool
same_network(const char *a, const char *b)
{
	struct address one, other;

	assert_true(parse(a, &one) && parse(b, &other));
	address_network(&one);
	address_network(&other);
	return memcmp(&one, &other, sizeof one) == 0;
}

static void
one_subscriber_has_an_address_or_a_64(void **state)
{
	(void)state;
	assert_true(same_network("2001:db8:1:2::1", "2001:db8:1:2:a:b:c:d"));
	assert_false(same_network("2001:db8:1:2::1", "2001:db8:1:3::1"));
	assert_false(same_network("192.0.2.1", "192.0.2.2"));
	/* As a socket for both kinds tells IPv4. */
	assert_false(same_network("::ffff:192.0.2.1", "::ffff:192.0.2.2"));
	assert_true(same_network("::ffff:192.0.2.1", "192.0.2.1"));
}

static bool
listed(const char *list, const char *address)
{
	struct proxies p;
	struct address a;

	assert_true(proxies_parse(list, &p) && parse(address, &a));
	for (int i = 0; i < p.n; i++)
		if (address_within(&a, &p.ranges[i]))
			return true;
	return false;
}

static void
networks_hold_what_is_in_them(void **state)
{
	static const struct {
		const char *list, *address;
		bool in;
	} cases[] = {
	    {"10.0.0.0/8", "10.255.0.1", true},
	    {"10.0.0.0/8", "11.0.0.1", false},
	    {"192.0.2.128/25", "192.0.2.127", false},
	    {"192.0.2.128/25", "192.0.2.200", true},
	    {"192.0.2.1", "192.0.2.1", true},
	    {"192.0.2.1/32", "192.0.2.2", false},
	    {"0.0.0.0/0", "8.8.8.8", true},
	    {"0.0.0.0/0", "2001:db8::1", false},
	    {"::/0", "8.8.8.8", true},
	    {"::ffff:10.0.0.0/104", "10.1.2.3", true},
	    {"fd00::/8, 127.0.0.1", "127.0.0.1", true},
	    {"fd00::/8", "fdff::1", true},
	    {"fd00::/8", "fe00::1", false},
	    {"2001:db8::/33", "2001:db8:8000::1", false},
	    {"unix:", "127.0.0.1", false},
	    {"", "127.0.0.1", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (listed(cases[i].list, cases[i].address) != cases[i].in)
			fail_msg("%s in \"%s\"", cases[i].address,
			    cases[i].list);
}

static void
bad_lists_are_refused(void **state)
{
	static const char *const lists[] = {"10.0.0.0/33", "::/129",
	    "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/ 8",
	    "10.0.0.0//8", "10.0.0.0/x", "10.0.0.0/:", ",", "10.0.0.1,",
	    "10.0.0.1,,10.0.0.2", "localhost", "10.0.0.1 10.0.0.2",
	    "10.0.0.1:80"};
	char many[ADDRESS_RANGES_MAX * 8 + 16] = "1.1.1.1", lengthy[200];
	struct proxies p;

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++)
		if (proxies_parse(lists[i], &p))
			fail_msg("\"%s\" was taken", lists[i]);
	snprintf(lengthy, sizeof lengthy, "1.1.1.1,%0190d", 1);
	assert_false(proxies_parse(lengthy, &p));
	for (int i = 1; i < ADDRESS_RANGES_MAX; i++)
		strcat(many, ",1.1.1.1");
	assert_true(proxies_parse(many, &p));
	strcat(many, ",1.1.1.1");
	assert_false(proxies_parse(many, &p));
}

/* Does a request with this REMOTE_ADDR and this list come from there? */
static void
assert_real(const char *proxies, const char *remote, const char *forwarded,
    const char *real)
{
	struct proxies p;
	struct address is, wanted;

	assert_true(proxies_parse(proxies, &p));
	assert_true(address_real(&p, remote, forwarded, &is));
	assert_true(parse(real, &wanted));
	if (memcmp(&is, &wanted, sizeof is) != 0)
		fail_msg("%s, \"%s\" is not %s", remote, forwarded, real);
}

static void
only_a_proxy_is_believed(void **state)
{
	static const char two[] = "127.0.0.1, 10.0.0.0/8, ::1";

	(void)state;
	assert_real("", "192.0.2.1", "198.51.100.1", "192.0.2.1");
	assert_real(two, "192.0.2.1", "198.51.100.1", "192.0.2.1");
	assert_real(two, "127.0.0.1", "", "127.0.0.1");
	assert_real(two, "127.0.0.1", "198.51.100.1", "198.51.100.1");
	assert_real(two, "::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1");
	assert_real(two, "::1", "2001:db8::5", "2001:db8::5");
	/* What the client has made up stands before what the proxy has seen. */
	assert_real(two, "127.0.0.1", "8.8.8.8, 198.51.100.1", "198.51.100.1");
	assert_real(two, "127.0.0.1", "8.8.8.8, 198.51.100.1, 10.1.1.1",
	    "198.51.100.1");
	assert_real(two, "127.0.0.1", "10.9.9.9,10.1.1.1", "10.9.9.9");
}

static void
what_cannot_be_read_is_not_passed_over(void **state)
{
	static const char proxies[] = "127.0.0.1, 10.0.0.0/8";
	struct proxies p;
	struct address a;

	(void)state;
	assert_real(proxies, "127.0.0.1", "garbage", "127.0.0.1");
	assert_real(proxies, "127.0.0.1", "198.51.100.1, garbage", "127.0.0.1");
	assert_real(proxies, "127.0.0.1", "198.51.100.1, x, 10.1.1.1",
	    "10.1.1.1");
	assert_real(proxies, "127.0.0.1", "198.51.100.1,", "127.0.0.1");
	assert_real(proxies, "127.0.0.1", ",,", "127.0.0.1");
	assert_real(proxies, "127.0.0.1", "8.8.8.8,,10.1.1.1", "10.1.1.1");
	assert_true(proxies_parse(proxies, &p));
	assert_false(address_real(&p, "", "198.51.100.1", &a));
	assert_false(address_real(&p, "nonsense", "198.51.100.1", &a));
}

static void
a_front_server_on_a_unix_socket_has_to_be_named(void **state)
{
	struct proxies p;
	struct address a;

	(void)state;
	assert_real("unix:", "unix:", "198.51.100.1", "198.51.100.1");
	assert_true(proxies_parse("127.0.0.1", &p));
	assert_false(address_real(&p, "unix:", "198.51.100.1", &a));
	assert_true(proxies_parse("unix:", &p));
	assert_false(address_real(&p, "unix:", "", &a));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_are_read_however_they_are_written),
	    cmocka_unit_test(what_is_no_address_is_refused),
	    cmocka_unit_test(one_subscriber_has_an_address_or_a_64),
	    cmocka_unit_test(networks_hold_what_is_in_them),
	    cmocka_unit_test(bad_lists_are_refused),
	    cmocka_unit_test(only_a_proxy_is_believed),
	    cmocka_unit_test(what_cannot_be_read_is_not_passed_over),
	    cmocka_unit_test(a_front_server_on_a_unix_socket_has_to_be_named),
	};

	return RUN(tests);
}
