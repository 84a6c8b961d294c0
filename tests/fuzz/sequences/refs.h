/*
 * References: to chats, messages, nonces and pictures, one's own and others',
 * past and made up; and what is sent and fetched by them.
 */
#ifndef REFS_H
#define REFS_H

#include "town.h"

struct ref {
	char member[48]; /* `,"chat":"17"`, or nothing */
	char value[24];  /* and the text alone */
	bool is_told;
	int64_t id; /* 0: the text is no id */
};

struct ref refs_chat(int i);
struct ref refs_note(void);

/*
 * A refusal is the same to the byte for what is somebody else's and for what
 * never was.
 */
void refs_expect(const char *path, const struct answer *a, int status,
    const char *code);

/* Prints which there were, and how often. */
void refs_report(void);

/* A message was taken back. */
void refs_erase(struct note *n);

/* What people do with them. */
void refs_send(int i);
void refs_send_picture(int i);
void refs_look_at_picture(int i);
void refs_poll(int i);

#endif
