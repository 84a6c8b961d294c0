/*
 * The bell between processes on one database: after a commit, whoever wrote
 * rings, and the others look for events beyond those they know. It carries
 * hints only, in datagrams that may be lost: a look at the database's version
 * a few times a second catches what a killed writer did not ring for.
 *
 * Each listener has a socket named by its pid in the directory `<db>.bell`.
 */
#ifndef STORE_BELL_H
#define STORE_BELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BELL_PEERS_MAX = 128, BELL_MISSED_MAX = 256 };

/* A session's poll is held since then; 0: it is over. */
struct bell_word {
	int64_t session; /* 0: "there are new events" */
	int64_t since;
};

struct bell {
	int fd;         /* the socket; -1: none could be had */
	int dir_fd;     /* `<db>.bell` */
	bool listening; /* a socket of ours stands in the directory */
	int peers[BELL_PEERS_MAX]; /* pids of the other listeners */
	size_t n_peers;
	int64_t listed_ms;    /* when the directory was last read */
	int64_t dir_mtime_ns; /* and what it looked like then */
	struct bell_word
	    missed[BELL_MISSED_MAX]; /* a listener's socket was full */
	size_t n_missed;
};

/*
 * Opens the bell; with listen it can be heard, else only rung. -1 with errno:
 * the rest of the bell's functions do nothing then.
 */
int bell_open(struct bell *b, const char *db_path, bool listen);
void bell_close(struct bell *b);

/* "There are new events." now_ms is the steady clock. */
void bell_ring(struct bell *b, int64_t now_ms);
/*
 * "I hold these sessions' polls since then" (clock_steady_ns, taken after
 * a drain and before holding): older ones are replaced. Of two polls that come
 * in the same millisecond each knows which is the newer, and one of them stays.
 */
void bell_held(struct bell *b, int64_t now_ms, const struct bell_word *held,
    size_t n);

/* "This session has ended, or a page of it is closed: run its poll again." */
void bell_over(struct bell *b, int64_t now_ms, int64_t session);

/*
 * Says again what some listener could not take because its socket was full:
 * to be called now and then. Beyond BELL_MISSED_MAX words that is lost.
 */
void bell_repeat(struct bell *b, int64_t now_ms);

/*
 * Takes what has been rung. True if there are new events; calls held for each
 * session that another process holds, and since when; 0: see bell_over.
 */
bool bell_drain(struct bell *b,
    void (*held)(int64_t session, int64_t since, void *arg), void *arg);

/* For CGI: sleeps until the bell rings, or for ms. */
void bell_wait(struct bell *b, int64_t ms);

#endif
