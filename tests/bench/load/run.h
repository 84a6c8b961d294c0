/*
 * A run, from arrival to report: everybody joins; the crowd warms up; a window
 * is measured; what is on its way arrives; everybody leaves.
 */
#ifndef LOAD_RUN_H
#define LOAD_RUN_H

#include "hist.h"
#include "message.h"
#include "person.h"

enum phase { JOINING, WARMING, MEASURING, DRAINING, LEAVING };

struct run {
	enum phase phase;
	struct person *people;
	uint32_t n_inside, n_joined, n_gone;
	uint64_t n_underway;      /* messages that are not through yet */
	int64_t begin_ns, end_ns; /* of the measured window */
	int64_t closed_ns;        /* when it was really over */
	/* what the window saw */
	uint64_t n_given, n_pairs, n_sent;
	int64_t last_ack_ns, ack_gap_ns; /* the longest time without any */
	struct hist latency, ack;
};

extern struct run run;

void run_all(void);

/* What person.c tells. */
void run_joined(struct person *p);
void run_paired(void);
void run_acked(const struct lane *l);
void run_given(const struct message *m);
void run_lane_free(struct person *p, struct lane *l);

#endif
