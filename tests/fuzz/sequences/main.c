/*
 * sequences [COUNT]: so many sequences of random and hostile calls, each of the
 * people of its own, against the model. SEED=N begins with sequence N and
 * prints, where something is not as it must be, the seed that replays it.
 */
#include <malloc.h>
#include <signal.h>

#include "../fuzz.h"
#include "acts.h"
#include "refs.h"
#include "town.h"

enum { STEPS_MIN = 10, STEPS_MORE = 41, WARM = 200, GROWTH_MAX = 8 << 20 };

static uint64_t seed;
static long calls;

static void
tell_seed(int sig)
{
	fprintf(stderr, "replay with SEED=%llu and a count of 1\n",
	    (unsigned long long)seed);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void
pass(int64_t ms)
{
	town_commit();
	model.now.ms += ms;
	model.now.at += ms;
}

/* Mostly moments, now and then long enough for a rule of time. */
static void
pass_time(void)
{
	static const int64_t most_ms[] = {200, 200, 200, 200, 200, 200, 200,
	    200, 200, 200, 3000, 3000, 3000, 3000, 3000, 7000, 7000, 15000,
	    15000, 15000, 70000, 130000, 250000, 1000000};
	int64_t ms = (int64_t)dice(
	    (uint64_t)most_ms[dice(sizeof most_ms / sizeof *most_ms)]);

	pass(ms);
}

static void
look_at_all(void)
{
	town_commit();
	for (int i = 0; i < model.n_people; i++)
		look_at(i);
}

static void
run_sequence(void)
{
	int steps = STEPS_MIN + (int)dice(STEPS_MORE);

	for (int i = 0; i < steps; i++) {
		act();
		calls++;
		if (dice(4) == 0)
			pass_time();
		if (dice(8) == 0)
			town_sweep();
		if (dice(4) == 0)
			look_at_all();
		if (dice(16) == 0)
			town_tidy();
	}
	look_at_all();
	town_tidy();
}

/* The next one begins in an empty house: all have expired, all is removed. */
static void
clear(void)
{
	pass(rules->age_ms + 1);
	town_sweep();
	MUST(alive() == 0);
	pass(rules->gone_ms + NONCE_MS + 1);
	town_sweep();
	town_check_empty();
	model = (struct model){.last_chat = model.last_chat,
	    .last_note = model.last_note,
	    .now = model.now};
	town_tidy();
}

int
main(int argc, char **argv)
{
	long count = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
	const char *text = getenv("SEED");
	size_t used = 0;

	seed = text != NULL ? strtoull(text, NULL, 10) : 1;
	signal(SIGABRT, tell_seed);
	town_open();
	for (long n = 0; n < count; n++, seed++) {
		dice_seed(seed);
		run_sequence();
		clear();
		if (n == WARM)
			used = mallinfo2().uordblks;
	}
	/* No sequence leaves anything in memory behind. */
	if (count > WARM)
		MUST(mallinfo2().uordblks < used + GROWTH_MAX);
	town_close();
	refs_report();
	printf("%ld sequences, %ld acts\n", count, calls);
	return 0;
}
