/* A dead man's switch: who stands still is ended, who goes on is not. */
#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/watchdog.h"

enum { WATCH_MS = 600, LONG_MS = 30000 };

/* What ended a child that did this work: a signal, or 0. */
static int
end_of(void (*work)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		work();
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
watch(struct watchdog *wd)
{
	if (watchdog_begin(wd, WATCH_MS) != 0)
		_exit(1);
}

/* So that a dog that does not bite fails the test instead of hanging it. */
static void
pass(int64_t ms)
{
	const int64_t end_ms = clock_steady_ms() + ms;

	while (clock_steady_ms() < end_ms)
		continue;
}

static void
spin(void)
{
	struct watchdog wd;

	watch(&wd);
	pass(LONG_MS);
}

static void
stop(void)
{
	struct watchdog wd;

	watch(&wd);
	raise(SIGSTOP);
	usleep(LONG_MS * 1000);
}

static void
be_calm(void)
{
	struct watchdog wd;

	watch(&wd);
	for (int i = 0; i < 20; i++) {
		usleep(WATCH_MS * 100);
		watchdog_calm(&wd);
	}
}

static void
rest(void)
{
	struct watchdog wd;

	watch(&wd);
	watchdog_rest(&wd);
	usleep(WATCH_MS * 2000);
}

static void
rest_and_go_on(void)
{
	struct watchdog wd;

	watch(&wd);
	watchdog_rest(&wd);
	watchdog_calm(&wd);
	pass(LONG_MS);
}

static void
nobody_watches(void)
{
	const struct watchdog none = {.ms = 1};

	watchdog_calm(&none);
	watchdog_rest(&none);
	usleep(50000);
}

static void
an_endless_loop_is_ended(void **state)
{
	const int64_t before = clock_steady_ms();

	(void)state;
	assert_int_equal(end_of(spin), SIGKILL);
	assert_in_range(clock_steady_ms() - before, WATCH_MS, LONG_MS / 2);
}

static void
one_that_is_stopped_is_ended(void **state)
{
	(void)state;
	assert_int_equal(end_of(stop), SIGKILL);
}

static void
one_that_goes_on_is_left_alone(void **state)
{
	(void)state;
	assert_int_equal(end_of(be_calm), 0);
}

static void
a_rest_is_a_rest_until_it_goes_on(void **state)
{
	(void)state;
	assert_int_equal(end_of(rest), 0);
	assert_int_equal(end_of(rest_and_go_on), SIGKILL);
}

static void
without_a_watchdog_nothing_happens(void **state)
{
	(void)state;
	assert_int_equal(end_of(nobody_watches), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_endless_loop_is_ended),
	    cmocka_unit_test(one_that_is_stopped_is_ended),
	    cmocka_unit_test(one_that_goes_on_is_left_alone),
	    cmocka_unit_test(a_rest_is_a_rest_until_it_goes_on),
	    cmocka_unit_test(without_a_watchdog_nothing_happens),
	};

	return RUN(tests);
}
