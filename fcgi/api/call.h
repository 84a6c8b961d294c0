/*
 * One call of one endpoint: what a handler sees and what it answers. A handler
 * may be run again: it answers (DONE), or says WAIT, and is run again when its
 * session has been told something or its time is over. Of a call that waits
 * only `wait` survives. No handler knows through which front door it came.
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "base/address.h"
#include "base/clock.h"
#include "base/conf.h"
#include "chat/image.h"
#include "chat/rates.h"
#include "chat/rules.h"
#include "http/json_in.h"
#include "http/reply.h"
#include "http/request.h"
#include "store/pages.h"
#include "store/sessions.h"

enum outcome { DONE, WAIT };

/* How far a call has come with its session. */
struct wait {
	int64_t session;  /* whose call it is; 0 before it is known */
	int64_t cursor;   /* of a poll: the highest seq its client has seen */
	int64_t acked;    /* events up to it are needed no more */
	int64_t until_ms; /* of a poll: when it answers at the latest */
	const struct route *route; /* of a poll: which one it is */
};

/* Why a call that waits, or would, is run again. */
enum woken {
	WOKEN_NOT,
	WOKEN_NEWS,
	WOKEN_LATE,
	WOKEN_REPLACED, /* from here on it has to answer */
	WOKEN_DRAIN,
	WOKEN_FULL, /* as many are held as can be */
};

/* What the front door is told to do about the session's presence. */
enum presence { PRESENCE_NONE, PRESENCE_SEEN, PRESENCE_FORGET };

/* What is the same for all calls of a process. */
struct house {
	const struct conf *conf;
	struct rules rules;
	struct store *store;
	struct census census; /* at most a second or two old */
	bool is_cgi;          /* a waiting call costs a process */
	struct proxies proxies;
	struct rate limits[RATE__MAX];
	struct rates *rates; /* what of them is used; owned. NULL: there are
				none, or no process that could remember */
};

struct call {
	struct house *house;
	const struct route *route;
	struct request *request;
	struct json_in *json; /* the body as JSON, also a form's; owned */
	struct image image;   /* the body, if the route takes a picture */
	struct buf picture;   /* and its bytes, cleaned; owned */
	struct reply reply;   /* owned */
	struct now now;
	int64_t began_ms;  /* when its request came */
	struct session me; /* whose call it is, where the route needs one */
	struct plain_page page; /* and by which page, where it came by one */
	struct wait wait;
	enum woken woken;
	enum presence presence;
	int64_t
	    due_ms; /* a rule of pairing is due then; 0: by this call none */
	int64_t here_ms; /* after this the session counts as here for so long */
	const char *code; /* of the error that is answered; NULL: none */
	bool charged;     /* what it costs its session was taken */
	bool urgent;      /* the session's lease must be stored at once */
	bool failed;      /* the database failed: undo the call's writes */
};

/* Answers for what went wrong; they return DONE for `return call_...`. */
enum outcome call_refuse(struct call *c, int status, const char *code,
    const char *message);
/* 503 for a failure of the store. */
enum outcome call_fail(struct call *c);
/* 503 for a health check, though all may be well: see store_was_hurt. */
enum outcome call_hurt(struct call *c);
/* 204. */
enum outcome call_done(struct call *c);
/* 200 if the document is whole. */
struct json_out;
enum outcome call_answer(struct call *c, int status, struct json_out *j);

/*
 * How long to pause before the next poll, for who would be held longer, or more
 * cheaply, if that could be; 0: not at all.
 */
int64_t call_pause_ms(const struct call *c);

/*
 * The `chat` member of a command, if there is one, must be the chat that the
 * session is in. False: refused (409 not_chatting or chat_over, 400).
 */
bool call_in_chat(struct call *c);
/* The same without the need to be in a chat: only a wrong `chat` is refused. */
bool call_same_chat(struct call *c);

/*
 * A member that is an id: ids are numbers within and strings on the wire. 0 if
 * the text is none that there could be.
 */
enum json_got call_id(const struct call *c, const char *name, int64_t *id);

/* For the front doors: before a prepared call is run again from its start. */
void call_again(struct call *c);

/* For the front doors: releases what a call owns; the reply keeps memory. */
void call_clear(struct call *c);

#endif
