/* The bell's folder: one that is far down, and one that cannot be. */
#include "fixture.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "store/bell.h"

static void
a_long_path_works(void **state)
{
	char path[400];
	size_t len = (size_t)snprintf(path, sizeof path, "%s", fx.dir);
	struct bell b;

	(void)state;
	for (int i = 0; i < 3; i++) {
		memset(path + len, 'x', 80);
		path[len] = '/';
		path[len + 80] = '\0';
		assert_int_equal(mkdir(path, 0700), 0);
		len += 80;
	}
	snprintf(path + len, sizeof path - len, "/p.db");
	assert_int_equal(bell_open(&b, path, true), 0);
	bell_close(&b);
}

static void
without_a_bell_nothing_is_done(void **state)
{
	struct bell b;
	const struct bell_word one = {7, clock_steady_ns()};

	(void)state;
	assert_int_equal(bell_open(&b, "/no/such/p.db", true), -1);
	bell_ring(&b, FX_MS);
	bell_held(&b, FX_MS, &one, 1);
	assert_false(bell_drain(&b, NULL, NULL));
	bell_wait(&b, 1);
	bell_close(&b);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_directory, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_long_path_works),
	    T(without_a_bell_nothing_is_done),
	};

	return RUN(tests);
}
