/* An engine under the store whose n-th answer is a failure. */
#ifndef FAILING_STORE_H
#define FAILING_STORE_H

#include "fixture.h"

/* SQLite gives up a whole transaction where it cannot undo a statement. */
enum how { STATEMENT_FAILS, ALL_IS_LOST };

static struct {
	struct db_engine engine;
	long left; /* the fault is so many steps away; 0: none is to come */
	bool fired;
	enum how how;
} faulty;

static inline bool
faulty_fails(struct db *db)
{
	if (faulty.left == 0 || --faulty.left > 0)
		return false;
	faulty.fired = true;
	if (faulty.how == ALL_IS_LOST)
		db_sqlite.rollback(db);
	return true;
}

static inline enum db_result
faulty_begin(struct db *db, enum db_mode mode)
{
	return faulty_fails(db) ? DB_BUSY : db_sqlite.begin(db, mode);
}

static inline enum db_result
faulty_commit(struct db *db)
{
	if (!faulty_fails(db))
		return db_sqlite.commit(db);
	db_sqlite.rollback(db);
	return DB_FULL;
}

static inline enum db_result
faulty_savepoint(struct db *db)
{
	return faulty_fails(db) ? DB_BROKEN : db_sqlite.savepoint(db);
}

static inline enum db_result
faulty_release(struct db *db)
{
	return faulty_fails(db) ? DB_BROKEN : db_sqlite.release(db);
}

/* The whole transaction is lost then: see db.h. */
static inline int
faulty_rollback_to(struct db *db)
{
	if (!faulty_fails(db))
		return db_sqlite.rollback_to(db);
	db_sqlite.rollback(db);
	return -1;
}

static inline enum db_result
faulty_checkpoint(struct db *db, bool empty)
{
	return faulty_fails(db) ? DB_BROKEN : db_sqlite.checkpoint(db, empty);
}

static inline enum db_result
faulty_script(struct db *db, const char *text,
    void (*hear)(const char *text, void *arg), void *arg)
{
	return faulty_fails(db) ? DB_BROKEN
				: db_sqlite.script(db, text, hear, arg);
}

static inline enum db_result
faulty_step(struct db *db, enum sql sql)
{
	return faulty_fails(db) ? DB_FULL : db_sqlite.step(db, sql);
}

static inline void
faulty_arm(long n, enum how how)
{
	faulty.engine = db_sqlite;
	faulty.engine.begin = faulty_begin;
	faulty.engine.commit = faulty_commit;
	faulty.engine.savepoint = faulty_savepoint;
	faulty.engine.release = faulty_release;
	faulty.engine.rollback_to = faulty_rollback_to;
	faulty.engine.checkpoint = faulty_checkpoint;
	faulty.engine.script = faulty_script;
	faulty.engine.step = faulty_step;
	fx.st->db->engine = &faulty.engine;
	faulty.left = n;
	faulty.how = how;
	faulty.fired = false;
}

static inline void
faulty_disarm(void)
{
	faulty.left = 0;
	fx.st->db->engine = &db_sqlite;
}

#endif
