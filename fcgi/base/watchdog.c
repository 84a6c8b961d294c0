#include "base/watchdog.h"

#include <signal.h>

static void
set(const struct watchdog *wd, int64_t ms)
{
	const struct itimerspec t = {
	    .it_value = {ms / 1000, ms % 1000 * 1000000}};

	if (wd->is_there)
		timer_settime(wd->timer, 0, &t, NULL);
}

int
watchdog_begin(struct watchdog *wd, int64_t ms)
{
	struct sigevent kill = {.sigev_notify = SIGEV_SIGNAL,
	    .sigev_signo = SIGKILL};

	wd->ms = ms;
	wd->is_there = timer_create(CLOCK_MONOTONIC, &kill, &wd->timer) == 0;
	watchdog_calm(wd);
	return wd->is_there ? 0 : -1;
}

void
watchdog_calm(const struct watchdog *wd)
{
	set(wd, wd->ms);
}

void
watchdog_rest(const struct watchdog *wd)
{
	set(wd, 0);
}
