/* What people do, and what each of it must be answered with. */
#ifndef ACTS_H
#define ACTS_H

#include "town.h"

/* Somebody does something at random. */
void act(void);

/* partners.c */
void acts_begin(int i);
void acts_end(int i);
void acts_next(int i);
void acts_back(int i);
void acts_leave(int i);
void acts_block(int i);

/* pages.c */
void pages_carry(int i);
void pages_press(int i);
void pages_next(int i);
void pages_script(int i);

/* A call with JSON; and was it refused because i has no session any more? */
struct answer acts_post(int who, const char *path, const char *body,
    bool joins);
bool acts_is_out(int i, const char *path, const struct answer *a);

/* A rule of the model is turned round: MODEL=NAME, so that a test can see that
 * the handlers' answers are really compared with it. */
int model_is_wrong(const char *name);

#endif
