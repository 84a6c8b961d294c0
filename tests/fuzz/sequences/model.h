/*
 * A small model of the contract (fcgi/API.md) for a few people without tags:
 * who is in which chat, what each is still to be told, which messages, pictures
 * and nonces there are. It knows no SQL and no handler.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "chat/rules.h"
#include "store/sessions.h"

enum {
	PEOPLE_MAX = 24,
	ALIVE_MAX = 6,
	CHATS_MAX = 128,
	NOTES_MAX = 128,
	EVENTS_MAX = 400,
	EVENT_LEN = 160,
	MET_MAX = 5,
	NOBODY = -1,
	BACK_MS = 5000,
	NONCE_MS = 200000,
};

/* One event of a queue, as look.c writes down what a poll answers. */
struct event_want {
	char text[EVENT_LEN];
	int note; /* the message that it brings, or NOBODY */
};

struct met {
	int who;
	int64_t chat;
};

struct person {
	char name[16], token[TOKEN_TEXT_LEN + 1];
	int64_t id;
	bool is_alive, is_away, receipts;
	enum session_state state;
	int partner;
	int64_t chat, born_ms, seen_ms, typing_ms, shown, unload_ms;
	struct event_want queue[EVENTS_MAX];
	int seq, acked;
	struct met met[MET_MAX + 1];
	int n_met;
	uint32_t blocked;             /* a bit for each person */
	char key[TOKEN_TEXT_LEN + 1]; /* of its page; "": it has none */
	char old_key[TOKEN_TEXT_LEN + 1];
	int step; /* of the page's next form */
	bool seeks;
};

struct chat {
	int64_t id, ended_ms; /* 0: it goes on */
	int a, b, next_by;
	bool is_purged;
};

/* A message or a picture. */
struct note {
	int64_t id, chat, at, sent_ms;
	int sender, to, seq; /* its event, in the queue of `to` */
	char nonce[16], address[TOKEN_TEXT_LEN + 1], answer[256];
	bool is_picture, is_retracted, is_erased, is_purged;
};

struct model {
	struct person people[PEOPLE_MAX];
	int n_people;
	struct chat chats[CHATS_MAX];
	int n_chats;
	struct note notes[NOTES_MAX];
	int n_notes;
	int64_t last_chat, last_note; /* ids only grow */
	struct now now;
};

extern struct model model;
extern const struct rules *rules;

struct person *person(int i);
int alive(void);

/* Adds an event to a queue: type, chat, time and what else it says. */
void tell(int to, int note, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* These do what the call, or time, does. */
void model_leave(int i, const char *reason, bool by_next);
void model_end(int i, const char *reason);
void model_block(int i, int with);
void model_meet(int a, int b, int64_t chat, bool again, bool back);
void model_seen(int i, int64_t until_ms, int64_t acked);
void model_away(int i, bool away);
void model_sweep(void);
void model_purge(void);

/* May i meet j, who waits? Has either met the other lately? */
bool may_meet(int i, int j);
bool have_met(int i, int j);
int candidates(int i);
int new_candidates(int i);

/* The partner of a chat that i knows; NOBODY: it knows no such chat. */
int known_partner(int i, int64_t chat);
/* Whom i could go back to; NOBODY: too late. */
int left_lately(int i);
struct note *note_of(int64_t id);
/* What i has sent with this nonce, or NULL. */
struct note *note_by_nonce(int i, const char *nonce);
int pictures_in(int64_t chat);
bool is_full(int i); /* i has too many unread events */

#endif
