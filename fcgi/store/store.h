/*
 * What the rules ask of the database: functions shaped like the domain, no SQL
 * text, no HTTP. Every function that can fail returns an enum found; after
 * STORE_FAILED the caller's part of the transaction is to be undone.
 *
 * Writing functions belong between store_begin(st, DB_WRITE) and store_commit;
 * reading ones also between store_begin(st, DB_READ) and store_commit.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/token.h"
#include "store/db.h"
#include "store/lock.h"

enum found { STORE_FAILED = -1, STORE_NONE = 0, STORE_FOUND = 1 };

enum { STORE_NAME_MAX = 161 }; /* bytes of a name, with its NUL */

/* Sessions that were told something in this transaction (with repeats). */
struct touched {
	int64_t *ids;
	size_t n, cap;
	size_t mark; /* n at the last savepoint */
};

struct store {
	struct db *db;
	struct lock lock;
	bool locked;           /* the write lock is held */
	struct touched touched;
	enum db_result fault;  /* of the last failure */
	int64_t nonce_epoch_ms; /* the length of a nonce's span of time */
};

struct store_where {
	const char *path;
	int64_t lock_wait_ms;
	int64_t nonce_ms; /* a nonce is known for at least so long */
	int64_t now_ms;   /* the steady clock: leases of an earlier boot move */
};

/*
 * store_open opens the database, makes it if it is missing, brings an older
 * one forward, refuses a newer one. NULL with a sentence in why. Not to be
 * carried across fork().
 */
struct store *store_open(const struct store_where *where, char *why,
    size_t why_cap);
void store_close(struct store *st);

/*
 * store_begin starts a transaction; to write, it first queues for the write
 * lock. 0, or -1 (busy, broken): nothing is begun.
 */
int store_begin(struct store *st, enum db_mode mode);
/* 0: durable. -1: everything since store_begin is undone. */
int store_commit(struct store *st);
void store_rollback(struct store *st);

/* One handler's part of a transaction; -1: the transaction itself is lost. */
int store_savepoint(struct store *st);
int store_release(struct store *st);
int store_rollback_to(struct store *st);

/* Have other connections committed since the last time of asking? */
bool store_changed(struct store *st);

/* Moves the write-ahead log into the database if it is over max_len bytes. */
void store_checkpoint(struct store *st, int64_t max_len);

/* For the store's own files: notes and logs a failure. */
void store_note_failure(struct store *st, enum db_result r, const char *what);

/* migrate.c: makes or brings forward the schema, inside the write lock. */
int store_migrate(struct store *st, const struct sql_migration *list,
    int version, char *why, size_t why_cap);

/* ---- host.c: the machine ---- */

/* Leases of an earlier boot of this machine are moved to its new clock. */
enum found store_host_rebase(struct store *st, int64_t now_ms);
/*
 * At the service's start: the time since anybody was last served is added to
 * every lease, so that a restart holds nobody's silence against them.
 */
enum found store_host_resume(struct store *st, int64_t now_ms);
/* A real write, for health checks. */
enum found store_host_check(struct store *st, int64_t at);

/* ---- sessions.c: people ---- */

enum session_state { SESSION_IDLE, SESSION_WAITING, SESSION_CHATTING };

struct session {
	int64_t id;
	enum session_state state;
	int64_t chat, partner; /* 0 unless chatting */
	bool away, typing;     /* what the partner was told last */
	int64_t seq, acked;
	int64_t born_ms, seen_ms;
	char name[STORE_NAME_MAX];
	char partner_name[STORE_NAME_MAX]; /* "" unless chatting */
	bool partner_away;
	int64_t partner_backlog; /* events the partner has not acknowledged */
};

enum found store_session_add(struct store *st,
    const unsigned char hash[TOKEN_HASH_LEN], const char *name,
    int64_t now_ms, int64_t *id);
enum found store_session_by_token(struct store *st,
    const unsigned char hash[TOKEN_HASH_LEN], struct session *out);
enum found store_session_by_id(struct store *st, int64_t id,
    struct session *out);
enum found store_session_drop(struct store *st, int64_t id);
/* chat and partner are 0 unless state is SESSION_CHATTING. */
enum found store_session_state(struct store *st, int64_t id,
    enum session_state state, int64_t chat, int64_t partner);
enum found store_session_away(struct store *st, int64_t id, bool away);
enum found store_session_typing(struct store *st, int64_t id, bool typing);
/* Lengthens the lease to seen_ms, and notes a cursor. */
enum found store_session_seen(struct store *st, int64_t id, int64_t seen_ms,
    int64_t acked);
/* Takes the lease back to seen_ms if it still is what the caller gave. */
enum found store_session_unseen(struct store *st, int64_t id,
    int64_t lease_ms, int64_t seen_ms, int64_t acked);
enum found store_session_lease(struct store *st, int64_t id,
    int64_t seen_ms);

/* The moments before which a lease or a birth makes a session due. */
struct due {
	int64_t away_ms, gone_ms, idle_ms, born_ms;
};

/* Up to max sessions that are due; *n of them. */
enum found store_session_due(struct store *st, const struct due *due,
    int64_t *ids, size_t max, size_t *n);

struct census {
	int64_t online, waiting, chatting; /* sessions seen since seen_ms */
	int64_t due;                       /* sessions that are due */
};
enum found store_session_census(struct store *st, const struct due *due,
    int64_t seen_ms, struct census *out);

/* ---- waiting.c: the pool ---- */

enum found store_waiting_add(struct store *st, int64_t session,
    int64_t now_ms);
enum found store_waiting_drop(struct store *st, int64_t session);
/*
 * A random one of those who wait, with a lease of at least fresh_ms; not
 * `seeker`, and, unless again, nobody the seeker has just met.
 */
enum found store_waiting_pick(struct store *st, int64_t seeker,
    int64_t fresh_ms, bool again, int64_t *session);
/* Those who wait with a fresh lease, the longest first. */
enum found store_waiting_fresh(struct store *st, int64_t fresh_ms,
    int64_t *ids, size_t max, size_t *n);

/* ---- chats.c: conversations ---- */

enum found store_chat_add(struct store *st, int64_t a, int64_t b, int64_t at,
    int64_t *id);
enum found store_chat_end(struct store *st, int64_t id, int64_t now_ms);
enum found store_chat_purge(struct store *st, int64_t ended_ms);
/* Both remember each other; only the last few are kept. */
enum found store_met_add(struct store *st, int64_t a, int64_t b,
    int64_t chat);

/* ---- events.c: the queues ---- */

struct event {
	int64_t id, session, seq, chat, at;
	const char *type; /* matched, message, ...; NUL-terminated */
	const char *body; /* a JSON object of body_len bytes */
	size_t body_len;
};

/* Adds an event to its session's queue; sets ev->id and ev->seq. */
enum found store_event_add(struct store *st, struct event *ev);

/*
 * Calls visit for up to max events beyond the cursor, in order, until it
 * returns false. The event's text is lent for the call.
 */
enum found store_event_after(struct store *st, int64_t session,
    int64_t cursor, int max, bool (*visit)(const struct event *, void *arg),
    void *arg);
enum found store_event_newest(struct store *st, int64_t *id);
/*
 * Calls visit for each session told something after *newest, which moves on;
 * up to max events: STORE_FOUND if there may be more.
 */
enum found store_event_news(struct store *st, int64_t *newest, int max,
    void (*visit)(int64_t session, void *arg), void *arg);
/* A few of a session's events up to acked; STORE_FOUND if that was not all. */
enum found store_event_purge(struct store *st, int64_t session,
    int64_t acked);

/* ---- nonces.c: repeated sends ---- */

struct sent {
	int64_t message, at;
};
enum found store_nonce_find(struct store *st, int64_t session,
    const char *nonce, int64_t now_ms, struct sent *out);
enum found store_nonce_add(struct store *st, int64_t session,
    const char *nonce, int64_t now_ms, const struct sent *sent);
/* A few that are too old. */
enum found store_nonce_purge(struct store *st, int64_t now_ms);

#endif
