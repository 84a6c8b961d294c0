/*
 * load: plays a crowd of people against a chat server, checks every message,
 * and prints what it measured. --help for options.
 */
#include <signal.h>

#include "base/descriptors.h"
#include "conn.h"
#include "options.h"
#include "run.h"

int
main(int argc, char **argv)
{
	options_read(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	descriptors_raise();
	conns_init(options.port);
	run_all();
	return 0;
}
