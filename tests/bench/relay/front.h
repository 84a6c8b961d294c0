/*
 * What the floor and the null responder share with Parley: its gate and its
 * loop. What they lack is all between: rules, guards, and the database.
 */
#ifndef RELAY_FRONT_H
#define RELAY_FRONT_H

#include "http/reply.h"
#include "serve/gate.h"
#include "serve/loop.h"

struct person;

/* A connection from nginx. */
struct link {
	struct watch watch; /* comes first */
	struct gate gate;
	struct person *holder; /* whose poll it holds; NULL: none */
};

struct front {
	struct loop loop;
	struct watch listener;
	void (*request)(struct link *l, struct request *rq);
	void (*hung_up)(struct link *l); /* a held poll's client has gone */
};

/* Options as nginx/dev.sh gives them; serves until SIGTERM. */
int front_serve(struct front *f, int argc, char **argv,
    void (*before_sleep)(void *));

/* Answers with a rendered reply; l may be gone afterwards. */
void front_answer(struct link *l, const struct reply *rp);

#endif
