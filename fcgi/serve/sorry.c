#include "serve/sorry.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "api/guard.h"
#include "api/routes.h"
#include "base/clock.h"
#include "base/log.h"
#include "serve/gate.h"
#include "serve/house.h"

enum { TRY_EVERY_MS = 1000 };

/* False, and a line in the log for each new reason. */
static bool
has_database(const struct conf *conf)
{
	static char last[512];
	char why[512];
	struct house h;

	if (house_open(&h, conf, HOUSE_WORKER, why, sizeof(why)) == 0) {
		house_close(&h);
		return true;
	}
	if (strcmp(why, last) != 0)
		log_error("sorry: %s", why);
	memcpy(last, why, sizeof(last));
	return false;
}

/* One connection, one answer. */
static void
answer(const struct conf *conf, int listen_fd)
{
	struct gate gate = {.fd = gate_accept(listen_fd)};
	struct request rq = {0};
	struct house empty = {.conf = conf};
	struct call c = {.house = &empty, .request = &rq, .now = clock_now()};
	struct buf out = {0};

	if (gate.fd < 0 ||
	    gate_read(&gate, &rq, routes_body_max) != GATE_REQUEST)
		return;
	if (guard_prepare(&c))
		call_fail(&c);
	reply_render(&c.reply, &out);
	gate.keep = false;
	gate_answer(&gate, &out);
	if (gate.fd >= 0)
		gate_close(&gate);
	buf_free(&out);
	call_clear(&c);
	reply_free(&c.reply);
	request_free(&rq);
}

static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Is it told to end? */
static bool
is_over(int signal_fd)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo != SIGUSR1)
		return true;
	log_reopen();
	return false;
}

int
sorry_serve(const struct conf *conf, int listen_fd)
{
	struct pollfd fds[] = {{.fd = listen_fd, .events = POLLIN},
	    {.events = POLLIN}};
	int64_t next_ms = 0, now_ms;

	if (gate_init() != 0)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	fds[1].fd = open_signals();
	log_warn("sorry: there is no database to serve: all are answered 503 "
		 "until there is");
	for (;;) {
		now_ms = clock_steady_ms();
		if (now_ms >= next_ms) {
			if (has_database(conf))
				break;
			next_ms = clock_steady_ms() + TRY_EVERY_MS;
		}
		if (poll(fds, 2, (int)(next_ms - now_ms)) <= 0)
			continue;
		if (is_over(fds[1].fd))
			return 0;
		answer(conf, listen_fd);
	}
	log_info("sorry: there is a database again");
	return 0;
}
