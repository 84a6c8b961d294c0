/* Transactions, and what is common to all of the store. See opening.c, too. */
#include "store/store.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/cache.h"
#include "store/chains.h"
#include "store/queues.h"

enum { CHECKPOINT_AGAIN_MS = 1000 };

void
store_note_failure(struct store *st, enum db_result r, const char *what)
{
	int64_t now_ms = clock_steady_ms();

	/* A full disk fails every turn: once a second is enough to say so. */
	st->fault = r;
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

/* It holds until somebody else commits. */
static void
note_changes(struct store *st)
{
	if (!st->db->engine->changed(st->db))
		return;
	st->news = true;
	forget_rows(st);
	told_clear(&st->told);
}

/* Nothing that this transaction has written is true. */
static void
forget(struct store *st)
{
	forget_rows(st);
	chains_clear(st->chains);
	told_clear(&st->told);
}

int
store_begin(struct store *st, enum db_mode mode)
{
	enum db_result r;

	if (mode == DB_WRITE) {
		told_clear(&st->told);
		if (lock_take(&st->lock) != 0) {
			log_warn("store: no write lock: %m");
			st->fault = DB_BUSY;
			return -1;
		}
		st->locked = true;
	}
	r = st->db->engine->begin(st->db, mode);
	if (r == DB_DONE) {
		note_changes(st);
		return 0;
	}
	store_note_failure(st, r, "begin");
	unlock(st);
	return -1;
}

int
store_commit(struct store *st)
{
	enum db_result r;

	if (queues_store(st) == STORE_FAILED) {
		store_rollback(st);
		return -1;
	}
	r = st->db->engine->commit(st->db);
	if (r != DB_DONE) {
		store_note_failure(st, r, "commit");
		forget(st);
	}
	unlock(st);
	return r == DB_DONE ? 0 : -1;
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
	bool news;

	note_changes(st);
	news = st->news;
	st->news = false;
	return news;
}

void
store_checkpoint(struct store *st, int64_t max_len, bool empty)
{
	enum db_result r;

	if (st->db->engine->log_size(st->db) <= max_len ||
	    clock_steady_ms() < st->checkpoint_ms)
		return;
	if (lock_take(&st->lock) != 0)
		return;
	r = st->db->engine->checkpoint(st->db, empty);
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
