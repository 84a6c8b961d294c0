/*
 * The real handlers, called as a worker calls them: several calls in one
 * transaction, some of which are undone and run again; afterwards it is noted
 * who was seen. Random, and the same again for the same seed.
 */
#ifndef TOWN_H
#define TOWN_H

#include "api/call.h"
#include "dice.h"
#include "model.h"

struct answer {
	int status;
	const char *code; /* of an error, or NULL */
	const char *text; /* the body, until its turn ends */
	size_t len;
	bool waits;
	int64_t until_ms;   /* and how long */
	const char *target; /* of a redirection */
};

struct question {
	const char *method, *path, *query;
	int who;           /* whose token; NOBODY: `token` */
	const char *token; /* "" for none */
	const char *body;
	size_t body_len;
	bool joins;            /* others may join it in one transaction */
	bool is_form, is_page; /* of a page, whose key says who asks */
};

void town_open(void);
void town_close(void);

/* Asks; the answer has the shape that all answers have. */
struct answer town_ask(const struct question *q);
/* Commits what was asked, notes who was seen. */
void town_commit(void);
/* The rules of time, once, and what is removed. */
void town_sweep(void);
/* A poll that nobody notes: it only looks. */
struct answer town_look(int who, int cursor);
/*
 * Runs a held poll again, as a worker does that was woken; false: none is held.
 * It is held no longer if it answers.
 */
bool town_wake(int who, enum woken why, struct answer *a, int *cursor);
/* Between two acts of a sequence: the database is whole, and not too long. */
void town_tidy(void);
/* Nobody is left, and nothing of anybody. */
void town_check_empty(void);

/* look.c: one person's queue and state are what the model says. */
void look_at(int i);
/* And so is what its held poll is answered with, if one is held. */
void look_at_held(int i);
/*
 * Somebody of the model looks for a partner, and may have met one: who is it? A
 * seeker who could meet somebody has; of those who wait after a sweep that is
 * known only when all have been looked at.
 */
enum looking { LOOKING_SEEKER, LOOKING_MAYBE, LOOKING_LEFT };
void look_for_partner(int i, enum looking how);

#endif
