/* The packets of socket.io 5 in engine.io 4, whatever carries them. */
#ifndef LOAD_SOCKETIO_H
#define LOAD_SOCKETIO_H

#include "person.h"

/* Handles one packet; an answer to it, to be sent back, or NULL. */
const char *socketio_take(struct person *p, const char *text, size_t len);
/* A message as a packet into out; its length. */
size_t socketio_message(char *out, size_t cap, const char *text);

#define SOCKETIO_NEXT "42[\"next\"]"

#endif
