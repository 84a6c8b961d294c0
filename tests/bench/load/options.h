/* What a run is asked for. */
#ifndef LOAD_OPTIONS_H
#define LOAD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* chat: messages; arrive: people; next: pairings; hold: held polls. */
enum mode { MODE_CHAT, MODE_ARRIVE, MODE_NEXT, MODE_HOLD, MODE_SCRIPT };

enum { WATCH_MAX = 8 };

struct options {
	enum mode mode;
	int port;
	uint32_t people;
	int inflight;    /* messages on their way for each person */
	double rate;     /* messages a second of all; 0: closed loop */
	double warm_s;   /* before anything is counted */
	double seconds;  /* the measured window */
	int wait_s;      /* how long a poll may be held */
	uint64_t script; /* exactly so many messages */
	bool reads;      /* of the script: they are polled for as well */
	const char *watch[WATCH_MAX + 1]; /* NAME=PID,PID... */
};

extern struct options options;

void options_read(int argc, char **argv);

#endif
