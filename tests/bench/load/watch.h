/* What processes use between two moments: processor time, bytes written. */
#ifndef LOAD_WATCH_H
#define LOAD_WATCH_H

#include <stdint.h>

enum { WATCH_PIDS_MAX = 32, WATCH_NAME_MAX = 24 };

struct usage {
	int64_t cpu_ns;      /* of all threads */
	int64_t write_bytes; /* sent to the disk */
	int64_t wchar;       /* handed to write() and the like */
};

struct watch {
	char name[WATCH_NAME_MAX];
	int pids[WATCH_PIDS_MAX], n;
	struct usage from, used;
};

/* NAME=PID,PID...; ends the run where that is not what it is. */
void watch_init(struct watch *w, const char *what);
void watch_begin(struct watch *w);
void watch_end(struct watch *w);

#endif
