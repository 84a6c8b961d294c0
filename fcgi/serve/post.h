/*
 * A worker's place: who holds it, and when it is filled again. Who dies at once
 * is started again later and later.
 */
#ifndef SERVE_POST_H
#define SERVE_POST_H

#include <stdint.h>
#include <sys/types.h>

struct post {
	pid_t pid; /* 0: vacant */
	int64_t started_ms;
	int64_t delay_ms; /* before the next start; grows with quick deaths */
	int64_t due_ms;   /* when a vacant post is filled */
	pid_t old;        /* whom pid replaces, until it has proved itself */
};

/*
 * Starts a worker: the program exe, with listen_fd as its descriptor 0 and the
 * caller's blocked signals. If that fails the post is vacant for a while.
 */
void post_fill(struct post *p, const char *exe, int listen_fd);
/* Its worker has ended: the one that it was to replace stays, if there is one.
 */
void post_vacate(struct post *p);
/* Sends a signal to whoever stands here, also to one that is to be replaced. */
void post_tell(const struct post *p, int sig);

#endif
