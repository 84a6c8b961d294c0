/* People, each in one browser tab. */
#ifndef STORE_SESSIONS_H
#define STORE_SESSIONS_H

#include "base/token.h"
#include "store/store.h"

enum {
	SESSION_NAME_MAX = 161, /* bytes of a name, with its NUL */
	SESSION_LANG_MAX = 9    /* bytes of a language, with its NUL */
};

enum session_state { SESSION_IDLE, SESSION_WAITING, SESSION_CHATTING };

struct session {
	int64_t id;
	enum session_state state;
	int64_t chat, partner; /* 0 unless chatting */
	bool away;             /* what the partner was told last */
	int64_t typing_ms;     /* and that it types, until then; 0: no */
	int64_t seq, acked;    /* the last event's number, and of the last
				  that it has seen */
	int64_t born_ms, seen_ms, unload_ms;
	int64_t sent; /* its last message; 0: none */
	char name[SESSION_NAME_MAX];
	char partner_name[SESSION_NAME_MAX]; /* "" unless chatting */
	bool partner_away;
	int64_t partner_acked;
	int64_t partner_backlog; /* events the partner has not acknowledged */
	char lang[SESSION_LANG_MAX]; /* the language it would like; "": any */
	int64_t tags;                /* how many it has */
};

enum found store_session_add(struct store *st,
    const unsigned char hash[TOKEN_HASH_LEN], const char *name, int64_t now_ms,
    int64_t *id);
/* Which language it would like ("": any), and how many tags it has. */
enum found store_session_wish(struct store *st, int64_t id, const char *lang,
    int64_t tags);
enum found store_session_by_token(struct store *st,
    const unsigned char hash[TOKEN_HASH_LEN], struct session *out);
enum found store_session_by_id(struct store *st, int64_t id,
    struct session *out);
enum found store_session_drop(struct store *st, int64_t id);
/* Gives a session another token; the one before is worth nothing then. */
enum found store_session_retoken(struct store *st, int64_t id,
    const unsigned char hash[TOKEN_HASH_LEN]);
/* chat and partner are 0 unless state is SESSION_CHATTING. */
enum found store_session_state(struct store *st, int64_t id,
    enum session_state state, int64_t chat, int64_t partner);
enum found store_session_away(struct store *st, int64_t id, bool away);
/* It types until then; 0: it does not. */
enum found store_session_typing(struct store *st, int64_t id, int64_t until_ms);
/* Lengthens the lease to seen_ms, and notes a cursor. */
enum found store_session_seen(struct store *st, int64_t id, int64_t seen_ms,
    int64_t acked);
/* A held poll's lease: the newest one counts, also if it is the shorter. */
enum found store_session_hold(struct store *st, int64_t id, int64_t until_ms,
    int64_t acked);
/* Takes the lease back to seen_ms if it still is what the caller gave. */
enum found store_session_unseen(struct store *st, int64_t id, int64_t lease_ms,
    int64_t seen_ms, int64_t acked);
/* Its page was closed at now_ms: its lease is over at seen_ms. */
enum found store_session_unload(struct store *st, int64_t id, int64_t seen_ms,
    int64_t now_ms);

/*
 * Notes a request of a session by the front server's id of it ("" if it has
 * none), and that the session is here. STORE_FOUND: it was the last one to be
 * noted already.
 */
enum found store_session_asks(struct store *st, int64_t id, const char *request,
    int64_t now_ms);

/* The moments before which a lease or a birth makes a session due. */
struct due {
	int64_t away_ms, gone_ms, idle_ms, born_ms;
	int64_t typing_ms; /* who types until before then has stopped */
};

/* Up to max sessions that are due; *n of them. */
enum found store_session_due(struct store *st, const struct due *due,
    int64_t *ids, size_t max, size_t *n);

struct census {
	int64_t online, waiting, chatting; /* sessions seen since seen_ms */
	int64_t due;                       /* sessions that are due */
	int64_t sessions;                  /* all there are */
};
enum found store_session_census(struct store *st, const struct due *due,
    int64_t seen_ms, struct census *out);

#endif
