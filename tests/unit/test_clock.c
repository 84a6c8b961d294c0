#include "unit.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

static void
the_wall_clock_counts_from_1970(void **state)
{
	(void)state;
	assert_true(clock_wall_ms() > INT64_C(1700000000000));
}

static void
the_steady_clock_goes_on(void **state)
{
	int64_t before = clock_steady_ms(), after;

	(void)state;
	nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	after = clock_steady_ms();
	assert_in_range(after - before, 19, 10000);
}

static void
a_boot_has_one_name(void **state)
{
	char a[CLOCK_BOOT_ID_LEN + 1], b[CLOCK_BOOT_ID_LEN + 1];
	bool known = clock_boot_id(a) == 0;

	(void)state;
	assert_int_equal(strlen(a), known ? CLOCK_BOOT_ID_LEN : 0);
	clock_boot_id(b);
	assert_string_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_wall_clock_counts_from_1970),
	    cmocka_unit_test(the_steady_clock_goes_on),
	    cmocka_unit_test(a_boot_has_one_name),
	};

	return RUN(tests);
}
