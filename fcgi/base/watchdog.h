/*
 * A dead man's switch: the kernel ends this process with SIGKILL if it has not
 * said for so long that it goes on; also one that is stopped, or whose parent
 * is gone. While the whole machine sleeps no time passes.
 */
#ifndef BASE_WATCHDOG_H
#define BASE_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct watchdog {
	timer_t timer;
	int64_t ms;
	bool is_there;
};

/* Begins to watch. 0, or -1 with errno. Not for a process that will fork. */
int watchdog_begin(struct watchdog *wd, int64_t ms);
/* "I go on": another ms from now. Nothing happens if nobody watches. */
void watchdog_calm(const struct watchdog *wd);
/* Until it is calmed again nothing happens, however long that takes. */
void watchdog_rest(const struct watchdog *wd);

#endif
