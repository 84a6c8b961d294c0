/* Whose page sent a request, by what its browser says. */
#include "unit.h"

#include "http/origin.h"

struct case_ {
	const char *origin, *host, *site;
	enum origin expected;
};

static void
check(const struct case_ *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (origin_of(cases[i].origin, cases[i].host, cases[i].site) !=
		    cases[i].expected)
			fail_msg("case %zu: %s", i, cases[i].origin);
}

static void
a_page_of_the_host_is_ours(void **state)
{
	static const struct case_ cases[] = {
	    {"http://a.example", "a.example", NULL, ORIGIN_OWN},
	    {"https://a.example", "a.example", NULL, ORIGIN_OWN},
	    {"HTTPS://A.Example", "a.exAMPLE", "same-origin", ORIGIN_OWN},
	    {"http://a.example:8080", "a.example:8080", "", ORIGIN_OWN},
	    {"http://[::1]:80", "[::1]:80", NULL, ORIGIN_OWN},
	    {"https://a.example", "a.example:443", NULL, ORIGIN_OWN},
	    {"http://a.example", "a.example:80", "none", ORIGIN_OWN},
	};

	(void)state;
	check(cases, COUNT(cases));
}

static void
every_other_is_foreign(void **state)
{
	static const char host[] = "a.example";
	static const struct case_ cases[] = {
	    {"http://b.example", host, NULL, ORIGIN_FOREIGN},
	    {"http://a.example.b.example", host, NULL, ORIGIN_FOREIGN},
	    {"http://b.a.example", host, NULL, ORIGIN_FOREIGN},
	    {"http://a.example@b.example", host, NULL, ORIGIN_FOREIGN},
	    {"http://a.exampl", host, NULL, ORIGIN_FOREIGN},
	    {"http://a.example/", host, NULL, ORIGIN_FOREIGN},
	    {"http://a.example:81", host, NULL, ORIGIN_FOREIGN},
	    {"http://a.example", "a.example:81", NULL, ORIGIN_FOREIGN},
	    {"http://a.example", "a.example:443", NULL, ORIGIN_FOREIGN},
	    {"https://a.example", "a.example:80", NULL, ORIGIN_FOREIGN},
	    {"ftp://a.example", host, NULL, ORIGIN_FOREIGN},
	    {"a.example", host, NULL, ORIGIN_FOREIGN},
	    {"http://", host, NULL, ORIGIN_FOREIGN},
	    {"http://", "", NULL, ORIGIN_FOREIGN},
	    {"http://a.example", NULL, NULL, ORIGIN_FOREIGN},
	    {"http://a.example, null", host, NULL, ORIGIN_FOREIGN},
	    {"NULL", host, NULL, ORIGIN_FOREIGN},
	    {"null ", host, NULL, ORIGIN_FOREIGN},
	};

	(void)state;
	check(cases, COUNT(cases));
}

static void
who_does_not_say_is_told_apart(void **state)
{
	static const struct case_ cases[] = {
	    {NULL, "a.example", NULL, ORIGIN_UNTOLD},
	    {"", "a.example", "", ORIGIN_UNTOLD},
	    {NULL, NULL, "same-origin", ORIGIN_UNTOLD},
	    {NULL, NULL, "none", ORIGIN_UNTOLD},
	    {"null", "a.example", NULL, ORIGIN_NULL},
	    {"null", "null", "same-origin", ORIGIN_NULL},
	};

	(void)state;
	check(cases, COUNT(cases));
}

static void
what_the_browser_says_of_the_site_counts(void **state)
{
	static const struct case_ cases[] = {
	    {NULL, "a.example", "cross-site", ORIGIN_FOREIGN},
	    {NULL, "a.example", "same-site", ORIGIN_FOREIGN},
	    {"null", "a.example", "cross-site", ORIGIN_FOREIGN},
	    {"http://a.example", "a.example", "cross-site", ORIGIN_FOREIGN},
	    {NULL, "a.example", "Same-Origin", ORIGIN_FOREIGN},
	};

	(void)state;
	check(cases, COUNT(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_page_of_the_host_is_ours),
	    cmocka_unit_test(every_other_is_foreign),
	    cmocka_unit_test(who_does_not_say_is_told_apart),
	    cmocka_unit_test(what_the_browser_says_of_the_site_counts),
	};

	return RUN(tests);
}
