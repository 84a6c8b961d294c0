#include "base/alarm.h"

#include <errno.h>
#include <sys/time.h>

static volatile sig_atomic_t is_over;

/* Also ends a system call with EINTR. */
static void
interrupt(int sig)
{
	(void)sig;
	is_over = 1;
}

/*
 * The interval makes the timer fire again: once might be just before a call
 * begins to wait.
 */
static void
set(int64_t ms)
{
	struct itimerval t = {
	    .it_value = {ms / 1000, ms % 1000 * 1000},
	    .it_interval = {0, ms > 0 ? 20000 : 0},
	};

	setitimer(ITIMER_REAL, &t, NULL);
}

void
alarm_begin(struct alarm *a, int64_t ms)
{
	struct sigaction act = {.sa_handler = interrupt};

	sigemptyset(&act.sa_mask);
	sigaction(SIGALRM, &act, &a->before);
	is_over = 0;
	set(ms);
}

void
alarm_end(const struct alarm *a)
{
	int why = errno;

	set(0);
	sigaction(SIGALRM, &a->before, NULL);
	errno = why;
}

bool
alarm_is_over(void)
{
	return is_over;
}
