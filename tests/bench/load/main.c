/*
 * load: plays a crowd of people against a chat server, checks every message,
 * and prints what it measured. --help for options.
 */
#include <signal.h>
#include <sys/resource.h>

#include "conn.h"
#include "options.h"
#include "run.h"

static void
raise_descriptors(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) != 0)
		return;
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_NOFILE, &rl);
}

int
main(int argc, char **argv)
{
	options_read(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	raise_descriptors();
	conns_init(options.port);
	run_all();
	return 0;
}
