#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/alarm.h"

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

int
lock_take(struct lock *lk)
{
	struct alarm alarm;
	int got;

	if (flock(lk->fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return -1;
	alarm_begin(&alarm, lk->wait_ms);
	do
		got = flock(lk->fd, LOCK_EX);
	while (got != 0 && errno == EINTR && !alarm_is_over());
	alarm_end(&alarm);
	return got;
}

void
lock_drop(struct lock *lk)
{
	flock(lk->fd, LOCK_UN);
}
