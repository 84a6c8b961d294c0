/* The form to write with, for the page that has it inside. */
#ifndef API_PLAIN_SAY_H
#define API_PLAIN_SAY_H

#include "api/call.h"

/* Where an answer to a form leads: its own frame, or the one page for all. */
enum say_from { FROM_FRAME, FROM_ROOM };

/* Where the form that was sent, or asked for, stands. */
enum say_from say_from(const struct call *c);
/* What `from` says of itself in a form. */
const char *say_from_name(enum say_from from);
/* Back to where it stands: 303. */
void say_return(struct call *c);

/* Adds the form; `text` stands in it already. */
void say_form(struct call *c, enum say_from from, const char *text);

#endif
