#include "serve/post.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum {
	QUICK_DEATH_MS = 1000, /* dying younger than this is a bad sign */
	DELAY_MIN_MS = 100,
	DELAY_MAX_MS = 5000,
};

/* In the child: becomes a worker, or ends. */
static void
become_worker(const char *exe, int listen_fd, pid_t parent)
{
	char *argv[] = {(char *)exe, NULL};

	/*
	 * Our signals stay blocked: one that comes while the worker is still
	 * starting waits for it instead of ending it.
	 */
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* for even a stopped one obeys it */
	if (getppid() != parent)
		_exit(1); /* it died before we asked to be told */
	dup2(listen_fd, STDIN_FILENO);
	execv(exe, argv);
	log_error("supervisor: cannot start %s: %m", exe);
	_exit(127);
}

static pid_t
start(const char *exe, int listen_fd)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid == 0)
		become_worker(exe, listen_fd, parent);
	if (pid < 0)
		log_error("supervisor: fork: %m");
	else
		log_info("supervisor: worker %d started", (int)pid);
	return pid < 0 ? 0 : pid;
}

void
post_fill(struct post *p, const char *exe, int listen_fd)
{
	p->pid = start(exe, listen_fd);
	p->started_ms = clock_steady_ms();
	if (p->pid == 0)
		p->due_ms = p->started_ms + DELAY_MAX_MS;
}

void
post_vacate(struct post *p)
{
	int64_t now_ms = clock_steady_ms();

	if (now_ms - p->started_ms >= QUICK_DEATH_MS)
		p->delay_ms = 0;
	else if (p->delay_ms == 0)
		p->delay_ms = DELAY_MIN_MS;
	else if (p->delay_ms < DELAY_MAX_MS / 2)
		p->delay_ms *= 2;
	else
		p->delay_ms = DELAY_MAX_MS;
	p->due_ms = now_ms + p->delay_ms;
	p->pid = 0;
	if (p->old == 0)
		return;
	log_error("supervisor: the fresh worker died: the old one stays");
	p->pid = p->old;
	p->old = 0;
}

void
post_tell(const struct post *p, int sig)
{
	if (p->pid != 0)
		kill(p->pid, sig);
	if (p->old != 0)
		kill(p->old, sig);
}
