/*
 * Locks a process in, for good, once it has opened what it needs: only the
 * system calls of a worker (seccomp), and only the folders of the database and
 * of the log (Landlock). Best effort: what the kernel does not offer is left
 * out.
 */
#ifndef SERVE_SANDBOX_H
#define SERVE_SANDBOX_H

#include <stdbool.h>

#include "base/conf.h"

/*
 * What every process does first: what it makes is its user's alone (umask 077),
 * no program that it runs gains rights, and no core file gets its memory.
 */
void sandbox_prepare(void);

struct sandbox {
	bool calls; /* system calls are filtered */
	bool paths; /* paths are */
};

/* What has been locked, its memory as well; nothing if conf->sandbox is 0. */
struct sandbox sandbox_enter(const struct conf *conf);

#endif
