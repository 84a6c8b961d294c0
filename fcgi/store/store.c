/* The database as a whole: opening, transactions, who was touched. */
#include "store/store.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/host.h"

static const struct db_engine *const engine = &db_sqlite;

static int
fail(char *why, size_t why_cap, const char *what, const char *path)
{
	snprintf(why, why_cap, "%s: %s: %m", path, what);
	return -1;
}

/* A new file survives a power cut only when its directory is on the disk. */
static void
sync_directory(const char *path)
{
	char copy[1100];
	int fd;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* Everything at the opening that may write happens under the write lock. */
static int
prepare(struct store *st, const struct store_where *where, char *why,
    size_t why_cap)
{
	st->db = engine->open(where->path, why, why_cap);
	if (st->db == NULL)
		return -1;
	if (store_migrate(st, sql_migrations, SQL_VERSION, why, why_cap) != 0)
		return -1;
	if (engine->prepare(st->db, why, why_cap) != 0)
		return -1;
	if (store_host_rebase(st, where->now_ms) == STORE_FAILED) {
		snprintf(why, why_cap, "%s: %s", where->path,
		    engine->why(st->db));
		return -1;
	}
	sync_directory(where->path);
	return 0;
}

struct store *
store_open(const struct store_where *where, char *why, size_t why_cap)
{
	struct store *st = calloc(1, sizeof(*st));
	int ok = -1;

	if (st == NULL) {
		snprintf(why, why_cap, "out of memory");
		return NULL;
	}
	st->nonce_epoch_ms = where->nonce_ms / 2 + 1;
	if (lock_open(&st->lock, where->path, where->lock_wait_ms) != 0) {
		fail(why, why_cap, "cannot open its lock file", where->path);
	} else if (lock_take(&st->lock) != 0) {
		fail(why, why_cap, "cannot get the write lock", where->path);
	} else {
		ok = prepare(st, where, why, why_cap);
		lock_drop(&st->lock);
	}
	if (ok == 0)
		return st;
	store_close(st);
	return NULL;
}

void
store_close(struct store *st)
{
	if (st == NULL)
		return;
	if (st->db != NULL)
		st->db->engine->close(st->db);
	lock_close(&st->lock);
	free(st->touched.ids);
	free(st);
}

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

int
store_begin(struct store *st, enum db_mode mode)
{
	enum db_result r;

	st->touched.n = st->touched.mark = 0;
	if (mode == DB_WRITE) {
		if (lock_take(&st->lock) != 0) {
			log_warn("store: no write lock: %m");
			st->fault = DB_BUSY;
			return -1;
		}
		st->locked = true;
	}
	r = st->db->engine->begin(st->db, mode);
	if (r == DB_DONE)
		return 0;
	store_note_failure(st, r, "begin");
	unlock(st);
	return -1;
}

int
store_commit(struct store *st)
{
	enum db_result r = st->db->engine->commit(st->db);

	if (r != DB_DONE)
		store_note_failure(st, r, "commit");
	unlock(st);
	return r == DB_DONE ? 0 : -1;
}

void
store_rollback(struct store *st)
{
	st->db->engine->rollback(st->db);
	st->touched.n = 0;
	unlock(st);
}

int
store_savepoint(struct store *st)
{
	st->touched.mark = st->touched.n;
	return st->db->engine->savepoint(st->db) == DB_DONE ? 0 : -1;
}

int
store_release(struct store *st)
{
	return st->db->engine->release(st->db) == DB_DONE ? 0 : -1;
}

int
store_rollback_to(struct store *st)
{
	st->touched.n = st->touched.mark;
	return st->db->engine->rollback_to(st->db);
}

bool
store_changed(struct store *st)
{
	return st->db->engine->changed(st->db);
}

void
store_checkpoint(struct store *st, int64_t max_len)
{
	enum db_result r;

	if (st->db->engine->log_size(st->db) <= max_len)
		return;
	if (lock_take(&st->lock) != 0)
		return;
	r = st->db->engine->checkpoint(st->db);
	if (r != DB_DONE && r != DB_BUSY)
		store_note_failure(st, r, "checkpoint");
	lock_drop(&st->lock);
}
