/*
 * The queue for the right to write, shared by all processes on one database:
 * a blocking lock on a file beside it. SQLite's own busy handler sleeps and is
 * unfair, and a checkpoint must never run beside another.
 */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

struct lock {
	int fd;
	int64_t wait_ms; /* the longest wait */
	bool in_vain;    /* the last wait was: whoever has it may be stuck */
};

/* Opens `<db>.lock`. 0, or -1 with errno. Not to be carried across fork(). */
int lock_open(struct lock *lk, const char *db_path, int64_t wait_ms);
void lock_close(struct lock *lk);

/*
 * Waits for the lock; -1 with errno (EINTR: the wait is over). After a wait in
 * vain the next ones are short until one is not: who serves others, too, is not
 * to stand still because somebody else does.
 */
int lock_take(struct lock *lk);
void lock_drop(struct lock *lk);

#endif
