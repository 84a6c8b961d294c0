#include "serve/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptors.h"
#include "base/log.h"
#include "serve/house.h"
#include "serve/listener.h"
#include "serve/post.h"
#include "serve/sorry.h"

enum {
	WORKERS_MAX = 64,
	PROOF_MS = 500,  /* fresh workers must live so long to take over */
	GRACE_MS = 2000, /* for workers, beyond their own drain time */
};

struct supervisor {
	const struct conf *conf;
	char exe[CONF_PATH_MAX];
	int listen_fd;
	struct post posts[WORKERS_MAX];
	sigset_t signals;
	int64_t
	    proof_ms; /* when fresh workers have proved themselves; 0: none */
	bool ending;
	int64_t stopped_ms; /* when who is stopped is killed; 0: nobody is */
	bool no_database;   /* says the worker that ended last */
	pid_t sorry;        /* who stands in while no worker can; 0: nobody */
};

/* No worker lives, and the last one had no database. */
static bool
stand_in(struct supervisor *sv)
{
	if (!sv->no_database || sv->ending)
		return false;
	for (int64_t i = 0; i < sv->conf->workers; i++)
		if (sv->posts[i].pid != 0)
			return false;
	if (sv->sorry == 0) {
		sv->sorry = fork();
		if (sv->sorry == 0) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			_exit(sorry_serve(sv->conf, sv->listen_fd));
		}
	}
	return sv->sorry > 0;
}

/* It has ended: there is a database. */
static void
let_in(struct supervisor *sv)
{
	sv->sorry = 0;
	sv->no_database = false;
	for (int64_t i = 0; i < sv->conf->workers; i++)
		sv->posts[i].due_ms = sv->posts[i].delay_ms = 0;
}

static void
fill_vacant(struct supervisor *sv)
{
	int64_t now_ms = clock_steady_ms();

	if (stand_in(sv))
		return;
	for (int64_t i = 0; i < sv->conf->workers && !sv->ending; i++)
		if (sv->posts[i].pid == 0 && sv->posts[i].due_ms <= now_ms)
			post_fill(&sv->posts[i], sv->exe, sv->listen_fd);
}

/* The kernel does not say who sends a SIGKILL. */
static const char *
why_killed(int sig)
{
	return sig == SIGKILL
	    ? ": by hand, for want of memory, or stuck (stuck-ms)"
	    : "";
}

static void
bury(struct supervisor *sv, pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		log_warn("supervisor: worker %d killed by signal %d%s",
		    (int)pid, WTERMSIG(status), why_killed(WTERMSIG(status)));
	else
		log_info("supervisor: worker %d ended with %d", (int)pid,
		    WEXITSTATUS(status));
	if (pid == sv->sorry) {
		let_in(sv);
		return;
	}
	sv->no_database = WIFEXITED(status) &&
	    WEXITSTATUS(status) == HOUSE_LOST;
	for (int64_t i = 0; i < sv->conf->workers; i++) {
		if (sv->posts[i].pid == pid)
			post_vacate(&sv->posts[i]);
		if (sv->posts[i].old == pid)
			sv->posts[i].old = 0;
	}
}

/* False: there is no child left. */
static bool
bury_all(struct supervisor *sv)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		bury(sv, pid, status);
	return pid == 0;
}

/* A child that is stopped and was not told of; 0: none. */
static pid_t
next_stopped(int how)
{
	siginfo_t child = {.si_pid = 0};

	return waitid(P_ALL, 0, &child, WSTOPPED | WNOHANG | how) == 0
	    ? child.si_pid
	    : 0;
}

/* Its watchdog ends who is stopped, but in its first moments it has none. */
static void
end_stopped(struct supervisor *sv)
{
	int64_t now_ms = clock_steady_ms();
	pid_t pid;

	if (next_stopped(WNOWAIT) == 0)
		sv->stopped_ms = 0; /* it goes on, which is a SIGCHLD as well */
	else if (sv->stopped_ms == 0)
		sv->stopped_ms = now_ms + sv->conf->stuck_ms;
	if (sv->stopped_ms == 0 || now_ms < sv->stopped_ms)
		return;
	while ((pid = next_stopped(0)) != 0)
		kill(pid, SIGKILL);
	sv->stopped_ms = 0;
}

static void
tell_all(const struct supervisor *sv, int sig)
{
	for (int64_t i = 0; i < sv->conf->workers; i++)
		post_tell(&sv->posts[i], sig);
	if (sv->sorry > 0)
		kill(sv->sorry, sig);
}

/* SIGHUP: fresh ones beside the old; the old go when the fresh have proved. */
static void
renew(struct supervisor *sv)
{
	if (sv->sorry > 0)
		return; /* they come as soon as they can */
	log_info("supervisor: fresh workers");
	for (int64_t i = 0; i < sv->conf->workers; i++) {
		struct post *p = &sv->posts[i];

		if (p->old != 0)
			continue;
		p->old = p->pid;
		post_fill(p, sv->exe, sv->listen_fd);
	}
	sv->proof_ms = clock_steady_ms() + PROOF_MS;
}

static void
retire_old(struct supervisor *sv)
{
	if (sv->proof_ms == 0 || clock_steady_ms() < sv->proof_ms)
		return;
	sv->proof_ms = 0;
	for (int64_t i = 0; i < sv->conf->workers; i++) {
		if (sv->posts[i].old != 0)
			kill(sv->posts[i].old, SIGTERM);
		sv->posts[i].old = 0;
	}
}

/* How long may the next wait for a signal take? */
static int64_t
sleep_ms(const struct supervisor *sv)
{
	int64_t now_ms = clock_steady_ms(), next = now_ms + 3600000;

	if (sv->proof_ms != 0 && sv->proof_ms < next)
		next = sv->proof_ms;
	if (sv->stopped_ms != 0 && sv->stopped_ms < next)
		next = sv->stopped_ms;
	for (int64_t i = 0; i < sv->conf->workers && !sv->ending; i++)
		if (sv->sorry == 0 && sv->posts[i].pid == 0 &&
		    sv->posts[i].due_ms < next)
			next = sv->posts[i].due_ms;
	return next > now_ms ? next - now_ms : 0;
}

static int
next_signal(const struct supervisor *sv, int64_t ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	return sigtimedwait(&sv->signals, NULL, &t);
}

static void
hear(struct supervisor *sv, int sig)
{
	switch (sig) {
	case SIGUSR1:
		log_reopen();
		tell_all(sv, SIGUSR1);
		break;
	case SIGHUP:
		renew(sv);
		break;
	case SIGTERM:
	case SIGINT:
		sv->ending = true;
		break;
	default: /* SIGCHLD, or time */
		break;
	}
}

/* Drains all; whoever is not done in time is killed. */
static void
end_all(struct supervisor *sv)
{
	int64_t end_ms = clock_steady_ms() + sv->conf->drain_s * 1000 +
	    GRACE_MS;

	log_info("supervisor: ending");
	tell_all(sv, SIGTERM);
	while (bury_all(sv)) {
		if (clock_steady_ms() >= end_ms) {
			log_warn("supervisor: killing what does not end");
			tell_all(sv, SIGKILL);
			end_ms += GRACE_MS;
		}
		next_signal(sv, 100);
	}
}

static void
run(struct supervisor *sv)
{
	while (!sv->ending) {
		bury_all(sv);
		end_stopped(sv);
		fill_vacant(sv);
		retire_old(sv);
		hear(sv, next_signal(sv, sleep_ms(sv)));
	}
	end_all(sv);
}

static void
block_signals(sigset_t *set)
{
	static const int ours[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD};

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		sigaddset(set, ours[i]);
	sigprocmask(SIG_BLOCK, set, NULL);
}

/* Workers find their settings in the environment, but no socket to bind. */
static int
export_settings(const struct conf *conf)
{
	struct conf theirs = *conf;

	theirs.listen[0] = '\0';
	return conf_export(&theirs);
}

int
supervisor_serve(const struct conf *conf)
{
	struct supervisor sv = {.conf = conf};
	char why[2 * CONF_PATH_MAX] = "";
	ssize_t len = readlink("/proc/self/exe", sv.exe, sizeof(sv.exe) - 1);

	sv.listen_fd = -1;
	if (len <= 0 || export_settings(conf) != 0)
		snprintf(why, sizeof(why), "cannot start workers");
	else if (house_make_ready(conf, why, sizeof(why)) == 0)
		sv.listen_fd = listener_open(conf->listen,
		    (int)conf->socket_mode, why, sizeof(why));
	if (sv.listen_fd < 0) {
		log_error("supervisor: %s", why);
		return 1;
	}
	descriptors_raise();
	block_signals(&sv.signals);
	log_info("supervisor: %lld workers on %s", (long long)conf->workers,
	    conf->listen);
	run(&sv);
	close(sv.listen_fd);
	unlink(conf->listen);
	log_info("supervisor: done");
	return 0;
}
