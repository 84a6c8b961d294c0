#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

int
lock_open(struct lock *lk, const char *db_path, int64_t wait_ms)
{
	char path[1100];

	snprintf(path, sizeof(path), "%s.lock", db_path);
	lk->wait_ms = wait_ms;
	lk->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	return lk->fd < 0 ? -1 : 0;
}

void
lock_close(struct lock *lk)
{
	if (lk->fd >= 0)
		close(lk->fd);
	lk->fd = -1;
}

static volatile sig_atomic_t is_over; /* the wait */

/* Also ends flock() with EINTR. */
static void
interrupt(int sig)
{
	(void)sig;
	is_over = 1;
}

/*
 * The interval makes the timer fire again: once might be just before flock()
 * begins to wait.
 */
static void
arm(int64_t ms)
{
	struct itimerval t = {
	    .it_value = {ms / 1000, ms % 1000 * 1000},
	    .it_interval = {0, ms > 0 ? 20000 : 0},
	};

	setitimer(ITIMER_REAL, &t, NULL);
}

int
lock_take(struct lock *lk)
{
	struct sigaction act = {.sa_handler = interrupt}, before;
	int got, why;

	if (flock(lk->fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return -1;
	sigemptyset(&act.sa_mask);
	sigaction(SIGALRM, &act, &before);
	is_over = 0;
	arm(lk->wait_ms);
	do
		got = flock(lk->fd, LOCK_EX);
	while (got != 0 && errno == EINTR && !is_over);
	why = errno;
	arm(0);
	sigaction(SIGALRM, &before, NULL);
	errno = why;
	return got;
}

void
lock_drop(struct lock *lk)
{
	flock(lk->fd, LOCK_UN);
}
