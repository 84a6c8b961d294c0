/* The queue for the right to write, between processes. */
#include "fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "store/lock.h"

static struct lock own;

/* A child that takes the lock when told, and lets go when told again. */
static struct {
	struct fx_pipe go, took;
	pid_t pid;
} other;

static void
be_the_other(void)
{
	struct lock lk;

	fx_await(other.go);
	if (lock_open(&lk, fx.path, 5000) != 0 || lock_take(&lk) != 0)
		_exit(1);
	fx_tell(other.took);
	fx_await(other.go);
	lock_drop(&lk);
	fx_tell(other.took);
	fx_await(other.go);
	_exit(0);
}

static int
start(void **state)
{
	if (fx_directory(state) != 0)
		return -1;
	other.go = fx_pipe();
	other.took = fx_pipe();
	other.pid = fork();
	if (other.pid == 0)
		be_the_other();
	return lock_open(&own, fx.path, 150);
}

static int
end(void **state)
{
	kill(other.pid, SIGKILL);
	waitpid(other.pid, NULL, 0);
	fx_pipe_close(other.go);
	fx_pipe_close(other.took);
	lock_close(&own);
	return fx_close(state);
}

/* Lets the other go on to its next point. */
static void
let_it(void)
{
	fx_tell(other.go);
	fx_await(other.took);
}

static void
one_has_it_and_the_other_has_not(void **state)
{
	(void)state;
	let_it();
	assert_int_equal(lock_take(&own), -1);
	let_it();
	assert_int_equal(lock_take(&own), 0);
}

static void
the_wait_has_an_end(void **state)
{
	int64_t before;

	(void)state;
	let_it();
	before = clock_steady_ms();
	assert_int_equal(lock_take(&own), -1);
	assert_int_equal(errno, EINTR);
	assert_in_range(clock_steady_ms() - before, 140, 2000);
}

static void
who_waits_gets_it_when_it_is_free(void **state)
{
	int64_t before;

	(void)state;
	let_it();
	own.wait_ms = 5000;
	before = clock_steady_ms();
	fx_tell(other.go);
	assert_int_equal(lock_take(&own), 0);
	assert_in_range(clock_steady_ms() - before, 0, 3000);
}

/* Whoever has the lock may be stuck: no second long wait, until it is free. */
static void
after_a_wait_in_vain_the_next_is_short(void **state)
{
	int64_t before;

	(void)state;
	let_it();
	assert_int_equal(lock_take(&own), -1);
	own.wait_ms = 5000;
	before = clock_steady_ms();
	assert_int_equal(lock_take(&own), -1);
	assert_int_equal(errno, EINTR);
	assert_in_range(clock_steady_ms() - before, 10, 2000);
	let_it();
	assert_int_equal(lock_take(&own), 0);
	assert_false(own.in_vain);
}

static void
a_killed_holder_lets_go(void **state)
{
	(void)state;
	let_it();
	kill(other.pid, SIGKILL);
	own.wait_ms = 5000;
	assert_int_equal(lock_take(&own), 0);
}

static void
it_can_be_taken_again_and_again(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(lock_take(&own), 0);
		lock_drop(&own);
	}
	let_it();
	let_it();
	assert_int_equal(lock_take(&own), 0);
}

static volatile sig_atomic_t n_alarms;

static void
count_alarm(int sig)
{
	(void)sig;
	n_alarms++;
}

/* The alarm is the lock's while it waits, and the process's again after it. */
static void
no_alarm_is_left_behind(void **state)
{
	struct sigaction act = {.sa_handler = count_alarm}, after;
	struct itimerval left;

	(void)state;
	n_alarms = 0;
	sigaction(SIGALRM, &act, NULL);
	let_it();
	lock_take(&own);
	sigaction(SIGALRM, NULL, &after);
	assert_ptr_equal(after.sa_handler, count_alarm);
	getitimer(ITIMER_REAL, &left);
	assert_int_equal(left.it_value.tv_sec + left.it_value.tv_usec, 0);
	assert_int_equal(n_alarms, 0);
	signal(SIGALRM, SIG_DFL);
}

static void
interrupt_me(int sig)
{
	(void)sig;
}

/* A signal that is not the lock's does not cut the wait short. */
static void
another_signal_does_not_end_the_wait(void **state)
{
	struct sigaction act = {.sa_handler = interrupt_me};
	pid_t parent = getpid(), pid;
	int64_t before;

	(void)state;
	sigaction(SIGUSR1, &act, NULL);
	let_it();
	own.wait_ms = 300;
	before = clock_steady_ms();
	pid = fork();
	if (pid == 0) {
		usleep(60000);
		_exit(kill(parent, SIGUSR1));
	}
	assert_int_equal(lock_take(&own), -1);
	assert_in_range(clock_steady_ms() - before, 290, 3000);
	waitpid(pid, NULL, 0);
	signal(SIGUSR1, SIG_DFL);
}

static void
without_its_directory_there_is_no_lock(void **state)
{
	struct lock lk;
	char path[64];

	(void)state;
	snprintf(path, sizeof path, "%s/no/p.db", fx.dir);
	assert_int_equal(lock_open(&lk, path, 100), -1);
	assert_int_equal(errno, ENOENT);
	lock_close(&lk);
}

#define T(f) cmocka_unit_test_setup_teardown(f, start, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(one_has_it_and_the_other_has_not),
	    T(the_wait_has_an_end),
	    T(who_waits_gets_it_when_it_is_free),
	    T(after_a_wait_in_vain_the_next_is_short),
	    T(a_killed_holder_lets_go),
	    T(it_can_be_taken_again_and_again),
	    T(no_alarm_is_left_behind),
	    T(another_signal_does_not_end_the_wait),
	    T(without_its_directory_there_is_no_lock),
	};

	return RUN(tests);
}
