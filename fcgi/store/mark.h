/*
 * What the processes on one database leave for each other, in its lock file:
 * how they have left the database and its log of writes. So whoever comes
 * later, or writes next, sees whether another program was there meanwhile.
 *
 * It is written under the write lock alone. It is not made durable with every
 * change: after a power cut it may be older than the files, and then they are
 * checked once.
 */
#ifndef STORE_MARK_H
#define STORE_MARK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct mark_file {
	int64_t dev, ino, len, mtime_ns; /* ino 0: there is no such file */
};

enum mark_doubt {
	MARK_SURE,    /* the database is as the mark says */
	MARK_WRITING, /* one of us writes into it, or died at that */
	MARK_DAMAGED, /* one of us has read nonsense in it */
};

struct mark {
	int64_t magic;
	int64_t epoch; /* grows when a changed database is taken over */
	struct mark_file db, log;
	int64_t doubt;   /* enum mark_doubt */
	int64_t hurt_at; /* when somebody last lost the database; 0: never */
};

/* False: there is none, or it is another version's. */
bool mark_read(int fd, struct mark *m);
/* 0, or -1 with errno. */
int mark_write(int fd, struct mark *m);

/* A file by its name, without opening it. */
struct mark_file mark_stat(const char *path);
/* Of a descriptor; it may be one of O_PATH. */
struct mark_file mark_fstat(int fd);
bool mark_is_same_file(const struct mark_file *a, const struct mark_file *b);
/* The same file, and nobody has written into it. */
bool mark_is_untouched(const struct mark_file *a, const struct mark_file *b);

#endif
