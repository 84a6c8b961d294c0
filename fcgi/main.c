/*
 * parley: options, then one of three front doors: a CGI program, a FastCGI
 * worker on descriptor 0, or the supervisor of workers on a socket.
 */
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/log.h"
#include "base/token.h"
#include "base/watchdog.h"
#include "serve/cgi.h"
#include "serve/house.h"
#include "serve/sandbox.h"
#include "serve/supervisor.h"
#include "serve/worker.h"
#include "store/checkup.h"

static bool
is_listening(int fd)
{
	int yes = 0;
	socklen_t len = sizeof(yes);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 &&
	    yes != 0;
}

/* A worker that serves ends in good order when its supervisor is gone. */
static void
follow_gently(void)
{
	int sig = 0; /* without a supervisor it follows nobody */

	if (prctl(PR_GET_PDEATHSIG, &sig) == 0 && sig == SIGKILL)
		prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static int
serve_socket(const struct conf *conf)
{
	struct house h;
	struct watchdog wd = {0};
	char why[512];

	if (watchdog_begin(&wd, conf->stuck_ms) != 0)
		log_warn("worker: no watchdog: %m");
	follow_gently();
	if (house_open(&h, conf, HOUSE_WORKER, why, sizeof(why)) == 0)
		return worker_serve(h, STDIN_FILENO, wd);
	log_error("worker: %s", why);
	return HOUSE_LOST;
}

static int
serve(const struct conf *conf, bool is_cgi)
{
	if (token_init() != 0) {
		log_error("parley: no source of random numbers");
		return 1;
	}
	if (is_cgi)
		return cgi_serve(conf);
	if (conf->listen[0] != '\0') {
		if (geteuid() == 0)
			log_warn("parley: runs as root and needs no rights: "
				 "give it a user of its own (README)");
		return supervisor_serve(conf);
	}
	if (is_listening(STDIN_FILENO))
		return serve_socket(conf);
	fprintf(stderr,
	    "parley: nothing to serve: give --listen PATH, a "
	    "socket on descriptor 0, or run it as CGI. "
	    "See --help.\n");
	return 2;
}

int
main(int argc, char *argv[])
{
	/* A CGI server may pass the query string on as arguments. */
	bool is_cgi = getenv("GATEWAY_INTERFACE") != NULL;
	struct conf conf;
	char why[512];

	sandbox_prepare();
	/* libfcgi takes and gives back 8 KB buffers for each request, and each
	 * time glibc would tidy up its fast bins for them. */
	mallopt(M_MXFAST, 0);
	switch (conf_load(&conf, is_cgi ? 1 : argc, argv, why, sizeof(why))) {
	case CONF_HELP:
		conf_usage(stdout);
		return 0;
	case CONF_VERSION:
		printf("parley %s\n", PARLEY_VERSION);
		return 0;
	case CONF_CHECK:
		conf_print(&conf, stdout);
		return 0;
	case CONF_CHECK_DB:
		return store_checkup(conf.db, stdout) == 0 ? 0 : 1;
	case CONF_WRONG:
		fprintf(stderr, "parley: %s\n", why);
		return 2;
	case CONF_SERVE:
		break;
	}
	if (log_open(conf.log, (enum log_level)conf.log_level) != 0)
		log_error("parley: cannot log to %s: %m", conf.log);
	return serve(&conf, is_cgi);
}
