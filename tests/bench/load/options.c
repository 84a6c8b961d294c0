#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer.h"

struct options options = {.people = 2,
    .inflight = 1,
    .warm_s = 0.5,
    .seconds = 1,
    .wait_s = 50};

static const char *const modes[] = {[MODE_CHAT] = "chat",
    [MODE_ARRIVE] = "arrive",
    [MODE_NEXT] = "next",
    [MODE_HOLD] = "hold",
    [MODE_SCRIPT] = "script"};

static _Noreturn void
usage(const char *what)
{
	fprintf(stderr,
	    "load: %s\n"
	    "usage: load --peer parley|null|nchan|ws|polling --port N\n"
	    "  [--mode chat|arrive|next|hold|script] [--people 2] "
	    "[--inflight 1]\n"
	    "  [--rate 0] [--warm 0.5] [--seconds 1] [--wait 50]\n"
	    "  [--script N] [--reads 1] [--watch NAME=PID,PID]...\n",
	    what);
	exit(2);
}

static enum mode
mode_of(const char *name)
{
	for (int i = 0; i <= MODE_SCRIPT; i++)
		if (strcmp(modes[i], name) == 0)
			return (enum mode)i;
	usage(name);
}

static void
watch(const char *what)
{
	for (int i = 0; i < WATCH_MAX; i++)
		if (options.watch[i] == NULL) {
			options.watch[i] = what;
			return;
		}
	usage("too many to watch");
}

static void
set(const char *name, const char *value)
{
	if (strcmp(name, "--peer") == 0)
		peer = peer_find(value);
	else if (strcmp(name, "--mode") == 0)
		options.mode = mode_of(value);
	else if (strcmp(name, "--port") == 0)
		options.port = atoi(value);
	else if (strcmp(name, "--people") == 0)
		options.people = (uint32_t)atoi(value);
	else if (strcmp(name, "--inflight") == 0)
		options.inflight = atoi(value);
	else if (strcmp(name, "--rate") == 0)
		options.rate = atof(value);
	else if (strcmp(name, "--warm") == 0)
		options.warm_s = atof(value);
	else if (strcmp(name, "--seconds") == 0)
		options.seconds = atof(value);
	else if (strcmp(name, "--wait") == 0)
		options.wait_s = atoi(value);
	else if (strcmp(name, "--script") == 0)
		options.script = strtoull(value, NULL, 10);
	else if (strcmp(name, "--reads") == 0)
		options.reads = atoi(value) != 0;
	else if (strcmp(name, "--watch") == 0)
		watch(value);
	else
		usage(name);
}

void
options_read(int argc, char **argv)
{
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc)
			usage(argv[i]);
		set(argv[i], argv[i + 1]);
	}
	if (peer == NULL || options.port == 0)
		usage("--peer and --port are needed");
	if (options.people == 0 || options.people % 2 != 0)
		usage("--people: in pairs");
	if (options.inflight < 1 || options.inflight > LANES_MAX)
		usage("--inflight: 1 to 4");
}
