#include "run.h"

#include <stdio.h>
#include <stdlib.h>

#include "fault.h"
#include "ledger.h"
#include "options.h"
#include "pace.h"
#include "peer.h"
#include "report.h"
#include "ticks.h"

enum {
	DOORS = 256,    /* connections that are being opened at once */
	ARRIVING = 512, /* people who have come and not been let in yet */
};

#define JOIN_MAX (60 * SECOND)
#define DRAIN_MAX (8 * SECOND)
#define GRACE (SECOND / 20) /* for a message that comes once too often */
#define LEAVE_MAX (10 * SECOND)
#define SCRIPT_MAX (60 * SECOND)
#define SCRIPT_GAP (SECOND / 40)
#define TURN_LONGEST (SECOND / 100)

struct run run;

/* ---- what person.c tells ---- */

void
run_joined(struct person *p)
{
	if (!p->joined) {
		p->joined = true;
		run.n_joined++;
	}
	if (options.mode == MODE_NEXT &&
	    (run.phase == WARMING || run.phase == MEASURING))
		peer->next(p);
}

void
run_paired(void)
{
	if (run.phase == MEASURING || run.phase == JOINING)
		run.n_pairs++;
}

void
run_acked(const struct lane *l)
{
	int64_t now = now_ns();

	if (run.phase != MEASURING)
		return;
	hist_add(&run.ack, now - l->sent_ns);
	if (now - run.last_ack_ns > run.ack_gap_ns)
		run.ack_gap_ns = now - run.last_ack_ns;
	run.last_ack_ns = now;
}

/*
 * The rate counts what arrives within the window; latency is that of what was
 * to be sent within it, however late it comes.
 */
void
run_given(const struct message *m)
{
	if (run.phase == MEASURING)
		run.n_given++;
	if (run.phase >= MEASURING && m->at_ns >= run.begin_ns &&
	    m->at_ns < run.end_ns)
		hist_add(&run.latency, now_ns() - m->at_ns);
}

void
run_lane_free(struct person *p, struct lane *l)
{
	if (options.rate > 0)
		pace_next(p, l);
	else if (options.mode == MODE_CHAT &&
	    (run.phase == WARMING || run.phase == MEASURING))
		person_send(p, l, now_ns());
}

/* ---- the phases ---- */

static bool
turn(int64_t until_ns, int64_t wake_ns)
{
	int64_t now = now_ns(), sleep = TURN_LONGEST;

	if (until_ns - now < sleep)
		sleep = until_ns - now;
	if (wake_ns - now < sleep)
		sleep = wake_ns - now;
	conns_turn(sleep > 0 ? sleep : 0);
	return now_ns() < until_ns;
}

static void
join(void)
{
	int64_t until = now_ns() + JOIN_MAX;
	uint32_t next = 0;

	run.phase = JOINING;
	run.begin_ns = now_ns();
	while (run.n_joined < options.people) {
		while (next < options.people && conns_pending() < DOORS &&
		    next - run.n_inside < ARRIVING)
			peer->join(&run.people[next++]);
		if (!turn(until, until))
			fault("only %u of %u were paired in a minute",
			    run.n_joined, options.people);
	}
	run.closed_ns = run.end_ns = now_ns();
}

/* The first messages, a few connections at a time. */
static bool
start_some(uint32_t *next)
{
	while (*next < options.people && conns_pending() < DOORS) {
		struct person *p = &run.people[(*next)++];

		if (options.mode == MODE_NEXT)
			peer->next(p);
		else if (options.rate == 0)
			for (int i = 0; i < options.inflight; i++)
				person_send(p, &p->lanes[i], now_ns());
	}
	return *next < options.people;
}

static void
warm_up(void)
{
	int64_t until = now_ns() + (int64_t)(options.warm_s * SECOND);
	uint32_t next = 0;
	bool more;

	run.phase = WARMING;
	pace_begin();
	do {
		more = start_some(&next);
		pace_due();
	} while (turn(until, pace_wake_ns()) || more);
}

static void
measure(void)
{
	run.n_pairs = 0;
	run.phase = MEASURING;
	report_begin();
	run.begin_ns = run.last_ack_ns = now_ns();
	run.end_ns = run.begin_ns + (int64_t)(options.seconds * SECOND);
	while (turn(run.end_ns, pace_wake_ns()))
		pace_due();
	/* What was due just before the end, while the last turn took long. */
	pace_due();
	run.phase = DRAINING;
	/* A turn that ran over the end has counted as well. */
	run.closed_ns = now_ns();
	report_end();
	if (run.closed_ns - run.last_ack_ns > run.ack_gap_ns)
		run.ack_gap_ns = run.closed_ns - run.last_ack_ns;
}

static void
drain(void)
{
	int64_t until = now_ns() + DRAIN_MAX, grace;

	run.phase = DRAINING;
	while (run.n_underway > 0 || pace_is_behind())
		if (!turn(until, until))
			fault("%llu messages are still on their way",
			    (unsigned long long)run.n_underway);
	grace = now_ns() + (options.mode == MODE_NEXT ? SECOND : GRACE);
	while (turn(grace, grace))
		;
	for (uint32_t i = 0; i < options.people; i++)
		if (options.mode == MODE_CHAT || options.reads)
			check_complete(&run.people[i]);
	ledger_check();
}

static void
leave(void)
{
	int64_t until = now_ns() + LEAVE_MAX;
	uint32_t next = 0;

	run.phase = LEAVING;
	while (run.n_gone < options.people) {
		while (next < options.people && conns_pending() < DOORS &&
		    next < run.n_gone + DOORS) {
			struct person *p = &run.people[next++];

			if (peer->leave != NULL)
				peer->leave(p);
			else
				person_gone(p);
		}
		if (!turn(until, until))
			return;
	}
}

static void
hold(void)
{
	conns_watch_stdin();
	puts("{\"ready\":true}");
	fflush(stdout);
	while (!conns_stdin_closed())
		conns_turn(SECOND);
}

/* When the next message of a script is sent: the poll is to be held by then. */
static int64_t
script_gap(int64_t sent_ns)
{
	int64_t took = now_ns() - sent_ns;

	if (!options.reads)
		return 0;
	return 3 * took > SCRIPT_GAP ? 3 * took : SCRIPT_GAP;
}

/* Exactly so many messages, one after the other, for whoever counts. */
static void
script(void)
{
	struct person *p = &run.people[0];
	int64_t until = now_ns() + SCRIPT_MAX, next = now_ns();
	bool underway = false;

	run.phase = MEASURING;
	while (p->n_sent < options.script || run.n_underway > 0) {
		if (underway && run.n_underway == 0)
			next = now_ns() + script_gap(p->lanes[0].sent_ns);
		underway = run.n_underway > 0;
		if (!underway && now_ns() >= next) {
			person_send(p, &p->lanes[0], now_ns());
			underway = true;
		}
		if (!turn(until, underway ? until : next))
			fault("only %u messages in a minute", p->n_sent);
	}
}

void
run_all(void)
{
	run.people = calloc(options.people, sizeof(*run.people));
	if (run.people == NULL)
		fault("no memory for %u people", options.people);
	for (uint32_t i = 0; i < options.people; i++)
		run.people[i].id = i;
	report_init();
	report_begin();
	join();
	if (options.mode == MODE_ARRIVE)
		report_end();
	else if (options.mode == MODE_HOLD)
		hold();
	else if (options.mode == MODE_SCRIPT)
		script();
	else {
		warm_up();
		measure();
	}
	if (options.mode != MODE_HOLD)
		drain();
	leave();
	if (options.mode != MODE_HOLD)
		report_print();
}
