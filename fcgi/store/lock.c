#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/alarm.h"

enum { SHORT_WAIT_MS = 20 };

int
lock_open(struct lock *lk, const char *db_path, int64_t wait_ms)
{
	char path[1100];

	snprintf(path, sizeof(path), "%s.lock", db_path);
	lk->wait_ms = wait_ms;
	lk->in_vain = false;
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

static int64_t
wait_ms(const struct lock *lk)
{
	return lk->in_vain && lk->wait_ms > SHORT_WAIT_MS ? SHORT_WAIT_MS
							  : lk->wait_ms;
}

int
lock_take(struct lock *lk)
{
	struct alarm alarm;
	int got;

	got = flock(lk->fd, LOCK_EX | LOCK_NB);
	if (got != 0 && errno != EWOULDBLOCK)
		return -1;
	if (got == 0) {
		lk->in_vain = false;
		return 0;
	}
	alarm_begin(&alarm, wait_ms(lk));
	do
		got = flock(lk->fd, LOCK_EX);
	while (got != 0 && errno == EINTR && !alarm_is_over());
	alarm_end(&alarm);
	lk->in_vain = got != 0;
	return got;
}

void
lock_drop(struct lock *lk)
{
	flock(lk->fd, LOCK_UN);
}
