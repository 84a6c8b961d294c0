/* The pages without JavaScript: the handlers of all addresses under /plain/. */
#ifndef API_PLAIN_PLAIN_H
#define API_PLAIN_PLAIN_H

#include "api/call.h"

/* start.c: before there is a session */
enum outcome plain_start(struct call *c);
enum outcome plain_begin(struct call *c);
enum outcome plain_link(struct call *c);

/* carry.c: from one kind of page to the other */
enum outcome plain_carry(struct call *c);
enum outcome plain_script(struct call *c);

/* room.c: what is looked at */
enum outcome plain_room(struct call *c);
enum outcome plain_log(struct call *c);

/* say.c: what is written */
enum outcome plain_form(struct call *c);
enum outcome plain_say(struct call *c);
enum outcome plain_say_refused(struct call *c);

/* picture.c */
enum outcome plain_picture(struct call *c);
enum outcome plain_picture_send(struct call *c);

/* act.c: buttons */
enum outcome plain_next(struct call *c);
enum outcome plain_stop(struct call *c);
enum outcome plain_block(struct call *c);
enum outcome plain_end(struct call *c);

#endif
