/* Transactions, and what is common to all of the store. See opening.c, too. */
#include "store/store.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/cache.h"
#include "store/chains.h"
#include "store/queues.h"

enum {
	CHECKPOINT_AGAIN_MS = 1000,
	SAVE_TRIES = 10, /* others may read for a moment */
};

static const char damage[] = "it is damaged: put a copy of it there, or remove "
			     "it, and restart Parley";

void
store_note_failure(struct store *st, enum db_result r, const char *what)
{
	int64_t now_ms = clock_steady_ms();

	st->fault = r;
	st->damaged |= r == DB_DAMAGED;
	/* A full disk fails every turn: once a second is enough to say so. */
	if (st->complained_ms != 0 && now_ms - st->complained_ms < 1000)
		return;
	st->complained_ms = now_ms;
	log_error("store: %s: %s", what, st->db->engine->why(st->db));
}

static void
unlock(struct store *st)
{
	if (st->locked)
		lock_drop(&st->lock);
	st->locked = false;
}

/* What is remembered of rows that others may write. */
static void
forget_rows(struct store *st)
{
	cache_clear(st->cache);
	queues_clear(st->queues);
	st->newest_event = st->noted_event = 0;
}

/* ---- a database that is not to be used any more ---- */

/* With the log's name its pages are gone for everybody else: not for us yet. */
static void
save_log(struct store *st)
{
	enum db_result r = DB_BUSY;

	if (!files_can_save_log(&st->files))
		return;
	for (int i = 0; i < SAVE_TRIES && r == DB_BUSY; i++)
		r = st->db->engine->checkpoint(st->db, true);
	files_after_checkpoint(&st->files);
	if (r == DB_DONE)
		log_warn("store: what the log of writes held was saved");
	else
		store_note_failure(st, r, "what the log held is not saved");
}

/* Outside any transaction; the write lock may be held. */
static void
lose(struct store *st, const char *why)
{
	bool own = !st->locked;

	st->lost = why;
	log_error("store: %s: %s. See parley --check-db",
	    st->files.names[FILES_DB], why);
	if (own && lock_take(&st->lock) != 0)
		return;
	files_note_loss(&st->files, clock_wall_ms(), st->damaged);
	save_log(st);
	if (own)
		lock_drop(&st->lock);
}

bool
store_is_lost(const struct store *st)
{
	return st->lost != NULL || st->outdated;
}

const char *
store_why(const struct store *st)
{
	if (st->lost != NULL)
		return st->lost;
	return st->damaged ? damage : "it cannot be written to";
}

bool
store_was_hurt(const struct store *st, int64_t at)
{
	return files_was_hurt(&st->files, at);
}

/*
 * Other programs, and other versions of this one, may have changed it. -1: it
 * cannot be read, which may have ended the transaction.
 */
static int
note_version(struct store *st)
{
	int is = store_version(st->db);

	if (is < 0 || is == st->version || st->outdated)
		return is < 0 ? -1 : 0;
	st->outdated = true;
	log_error("store: the database has schema version %d now, and this "
		  "program needs %d: use the parley that fits, or a copy of "
		  "the database from before. See parley --check-db",
	    is, st->version);
	return 0;
}

/* ---- transactions ---- */

/* It holds until somebody else commits. */
static int
note_changes(struct store *st)
{
	if (!st->db->engine->changed(st->db))
		return 0;
	st->news = true;
	forget_rows(st);
	told_clear(&st->told);
	return note_version(st);
}

/* Nothing that this transaction has written is true. */
static void
forget(struct store *st)
{
	forget_rows(st);
	chains_clear(st->chains);
	told_clear(&st->told);
}

/* The transaction has begun, so that nobody can change what it sees. */
static int
may_go_on(struct store *st, enum db_mode mode)
{
	const char *gone = mode == DB_WRITE ? files_verify(&st->files)
					    : files_look(&st->files);

	int readable = note_changes(st);

	if (gone == NULL && st->damaged)
		gone = damage;
	if (gone == NULL && readable == 0 &&
	    !(st->outdated && mode == DB_WRITE))
		return 0;
	st->fault = DB_BROKEN;
	st->db->engine->rollback(st->db);
	if (gone != NULL)
		lose(st, gone);
	return -1;
}

static int
lock_to_write(struct store *st)
{
	told_clear(&st->told);
	if (lock_take(&st->lock) != 0) {
		log_warn("store: no write lock: %m");
		st->fault = DB_BUSY;
		return -1;
	}
	st->locked = true;
	return 0;
}

int
store_begin(struct store *st, enum db_mode mode)
{
	enum db_result r;

	if (st->lost != NULL)
		return -1;
	if (mode == DB_WRITE && lock_to_write(st) != 0)
		return -1;
	r = st->db->engine->begin(st->db, mode);
	if (r == DB_DONE && may_go_on(st, mode) == 0)
		return 0;
	if (r != DB_DONE)
		store_note_failure(st, r, "begin");
	unlock(st);
	return -1;
}

/* Committed; but what into? 0, or -1: that is lost. */
static int
settle(struct store *st)
{
	const char *gone;

	if (!st->locked)
		return 0;
	gone = files_wrote_log(&st->files);
	if (gone == NULL)
		gone = files_look(&st->files);
	if (gone == NULL)
		return 0;
	forget(st);
	lose(st, gone);
	return -1;
}

int
store_commit(struct store *st)
{
	enum db_result r;
	int ok;

	if (queues_store(st) == STORE_FAILED) {
		store_rollback(st);
		return -1;
	}
	r = st->db->engine->commit(st->db);
	if (r != DB_DONE) {
		store_note_failure(st, r, "commit");
		forget(st);
	}
	ok = r == DB_DONE ? settle(st) : -1;
	unlock(st);
	return ok;
}

void
store_rollback(struct store *st)
{
	st->db->engine->rollback(st->db);
	forget(st);
	unlock(st);
}

int
store_savepoint(struct store *st)
{
	told_mark(&st->told);
	if (queues_store(st) == STORE_FAILED)
		return -1;
	return st->db->engine->savepoint(st->db) == DB_DONE ? 0 : -1;
}

int
store_release(struct store *st)
{
	return queues_store(st) != STORE_FAILED &&
		st->db->engine->release(st->db) == DB_DONE
	    ? 0
	    : -1;
}

int
store_rollback_to(struct store *st)
{
	forget_rows(st);
	chains_clear(st->chains);
	told_undo(&st->told);
	return st->db->engine->rollback_to(st->db);
}

bool
store_changed(struct store *st)
{
	const char *gone = st->lost == NULL ? files_look(&st->files) : NULL;
	bool news;

	if (gone != NULL)
		lose(st, gone);
	if (st->lost != NULL)
		return false;
	note_changes(st);
	news = st->news;
	st->news = false;
	return news;
}

static enum db_result
checkpoint(struct store *st, bool empty)
{
	enum db_result r;

	/* A turn that writes will find out what it is. */
	if (files_verify(&st->files) != NULL)
		return DB_BUSY;
	if (files_before_checkpoint(&st->files) != 0)
		return DB_FULL;
	r = st->db->engine->checkpoint(st->db, empty);
	files_after_checkpoint(&st->files);
	return r;
}

void
store_checkpoint(struct store *st, int64_t max_len, bool empty)
{
	enum db_result r;

	if (store_is_lost(st) || st->db->engine->log_size(st->db) <= max_len ||
	    clock_steady_ms() < st->checkpoint_ms)
		return;
	if (lock_take(&st->lock) != 0)
		return;
	r = checkpoint(st, empty);
	lock_drop(&st->lock);
	if (r == DB_DONE) {
		st->has_erased &= !empty;
		if (empty)
			st->emptied_ms = clock_steady_ms();
		return;
	}
	st->checkpoint_ms = clock_steady_ms() + CHECKPOINT_AGAIN_MS;
	if (r != DB_BUSY)
		store_note_failure(st, r, "checkpoint");
}
