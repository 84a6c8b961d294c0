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
#include "store/files.h"
#include "store/lock.h"
#include "store/told.h"

struct cache;
struct chains;
struct queues;

enum found { STORE_FAILED = -1, STORE_NONE = 0, STORE_FOUND = 1 };

struct store {
	struct db *db;
	const char *lost;      /* why it is not to be used any more, or NULL */
	struct cache *cache;   /* of sessions; owned */
	struct queues *queues; /* what their queues have come to; owned */
	struct chains *chains; /* of nonces; owned */
	int64_t complained_ms; /* when a failure was last logged */
	int64_t checkpoint_ms; /* no checkpoint is tried before */
	int64_t emptied_ms;    /* when we last emptied the log of writes */
	int64_t nonce_ms;      /* for so long a nonce is known */
	int64_t newest_event;  /* the highest id ever; 0: to be read */
	int64_t noted_event;   /* so much of it stands in table host */
	struct lock lock;
	struct told told; /* by the last write transaction */
	struct files files;
	int version;          /* the schema that this program needs */
	enum db_result fault; /* of the last failure */
	bool locked;          /* the write lock is held */
	bool damaged;         /* nonsense was read in it */
	bool outdated;        /* another schema: it is only read as yet */
	bool news;            /* others have committed, see store_changed */
	bool has_erased;      /* what was erased may still be in the log */
};

struct store_where {
	const char *path;
	int64_t lock_wait_ms;
	int64_t nonce_ms; /* a nonce is known for at least so long */
	int64_t now_ms;   /* the steady clock: leases of an earlier boot move */
	bool anew;        /* the service's start: see files_may_open */
};

/*
 * store_open opens the database, makes it if it is missing, brings an older
 * one forward, refuses a newer one, and one that somebody has damaged or put
 * there while the log of another still lies beside it. NULL with a sentence in
 * why. Not to be carried across fork().
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

/*
 * Is it not to be used any more, because its files are no longer those that
 * were opened, or are damaged, or have another program's schema? The log has
 * said so. Writing fails from then on (and reading, but for another schema); a
 * new store_open finds out whether there is a good database again.
 */
bool store_is_lost(const struct store *st);

/* What a failed transaction says of it, as a person reads it after its name. */
const char *store_why(const struct store *st);

/* Has one of us lost it within the last seconds? */
bool store_was_hurt(const struct store *st, int64_t at);

/* Have other connections committed since the last time of asking? */
bool store_changed(struct store *st);

/*
 * Moves the write-ahead log into the database if it is over max_len bytes; with
 * empty the log is emptied as well. Where a reader is in the way, it is tried
 * again a second later.
 */
void store_checkpoint(struct store *st, int64_t max_len, bool empty);

/* For the store's own files: notes and logs a failure. */
void store_note_failure(struct store *st, enum db_result r, const char *what);

/* migrate.c: the schema's version, 0 for an empty database; -1: unreadable. */
int store_version(struct db *db);
/* migrate.c: makes or brings forward the schema, inside the write lock. */
int store_migrate(struct store *st, const struct sql_migration *list,
    int version, char *why, size_t why_cap);
/* migrate.c: would it? All of it is undone; -1 with the reason. */
int store_migrate_try(struct db *db, const struct sql_migration *list,
    char *why, size_t why_cap);

#endif
