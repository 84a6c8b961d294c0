/*
 * A worker: one epoll loop over the connections of a listening socket. One
 * turn of it (turn.c) is the heart of Parley. The struct is shared by the
 * two files and is nobody else's.
 */
#ifndef SERVE_WORKER_H
#define SERVE_WORKER_H

#include <stdbool.h>

#include "base/watchdog.h"
#include "serve/gate.h"
#include "serve/loop.h"
#include "serve/seats.h"
#include "store/bell.h"

enum {
	TURN_MAX = 256, /* requests that one turn takes */
	HEAVY_MAX = 4,  /* and how many of them may be pictures */
};

/* One connection from the front server. */
struct conn {
	struct watch watch; /* comes first */
	struct gate gate;
	struct worker *worker;
	struct seat *seat; /* whose poll it holds; NULL: none */
	struct conn *prev, *next;
};

/* One request of this turn. */
struct slot {
	struct call call;
	struct request request;
	struct conn *conn;
};

/* Something done every so often. */
struct chore {
	struct timer timer; /* comes first */
	struct worker *worker;
	int64_t every_ms;
	void (*run)(struct worker *w);
};

/* Housekeeping that waits for a turn. */
struct pending {
	bool flush;  /* glimpses are to be stored */
	bool census; /* people are to be counted */
	bool sweep;  /* a presence rule is due */
	bool pair;   /* people wait, or a wish has been waited for enough */
	bool purge;  /* old rows may be removed */
	bool tidy;   /* nobody writes: the log can be emptied */
};

enum { CHORES_MAX = 4 };

struct worker {
	struct house house;
	struct watchdog watchdog;
	struct loop loop;
	struct watch listener, signals, ringing;
	struct bell bell;
	struct conn *conns; /* all of them, a list */
	size_t n_conns;
	struct seats seats;
	struct slot *slots; /* TURN_MAX of them, their memory used again */
	size_t n_slots, n_heavy;
	struct slot again;      /* for a woken call */
	struct buf out;         /* the answer that is being sent */
	struct now now;         /* of this turn */
	struct bell_word *held; /* sessions whose polls this turn has parked */
	size_t n_held;
	size_t held_max;    /* polls that this worker holds at most */
	bool is_full;       /* it was told that there are as many */
	int64_t moment;     /* of this turn: since when they are held */
	int64_t newest;     /* the last event that was looked at */
	bool rung;          /* there may be newer ones */
	size_t n_unflushed; /* events told since glimpses were stored */
	bool is_busy; /* somebody was told something since the last purge */
	struct pending pending;
	bool careful; /* each part of the transaction in a savepoint */
	bool drain_asked, draining;
	int64_t sweep_from_ms; /* no presence rule is applied before */
	struct timer drain_end, accept_again;
	struct timer widen; /* when the next one takes anybody */
	int64_t widen_ms;   /* that moment; 0: nobody waits for a wish */
	struct chore chores[CHORES_MAX];
};

/*
 * Serves a listening socket until SIGTERM has drained it, and calms the
 * watchdog as long as it goes on. Takes the house by value and closes it.
 * Returns an exit status.
 */
int worker_serve(struct house house, int listen_fd, struct watchdog wd);

/* turn.c: everything that was collected is run, committed and answered. */
void turn_run(struct worker *w);
/* turn_write.c */
void turn_write(struct worker *w);  /* the transaction */
void turn_answer(struct worker *w); /* and its writers' answers */
void turn_read(struct worker *w);   /* turn_read.c */

/* A wish has been waited for enough at that moment; 0: there is none. */
void worker_widen_at(struct worker *w, int64_t at_ms);

/*
 * housekeeping.c: what a write transaction does beside the handlers' work, a
 * part at a time by run_part (which is false if the transaction is lost). Takes
 * from w->pending what is done. False: the transaction is lost.
 */
bool housekeeping_run(struct worker *w,
    bool (*run_part)(struct worker *,
	enum found (*part)(struct worker *, void *), void *));

/* conn.c */

/* The listener is ready. */
void accept_ready(struct watch *watch, uint32_t events);
/* Ends a connection, and with it the holding of a poll. */
void conn_close(struct conn *cn);
/* Answers the connection's request; cn may be gone afterwards. */
void conn_answer(struct conn *cn, const struct reply *rp);

#endif
