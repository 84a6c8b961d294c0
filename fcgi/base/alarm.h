/*
 * A bound for system calls that could wait for too long: when the time is over
 * a signal ends whatever waits (EINTR). One at a time in a process.
 */
#ifndef BASE_ALARM_H
#define BASE_ALARM_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct alarm {
	struct sigaction before;
};

/* From then on, until alarm_end, SIGALRM comes again and again. */
void alarm_begin(struct alarm *a, int64_t ms);
/* Keeps errno. */
void alarm_end(const struct alarm *a);
/* Is the time of the alarm that was begun last over? */
bool alarm_is_over(void);

#endif
