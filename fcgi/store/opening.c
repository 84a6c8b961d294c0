/* How a store is opened (made, brought forward, moved to this boot) and closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/cache.h"
#include "store/chains.h"
#include "store/host.h"
#include "store/queues.h"
#include "store/store.h"

static const struct db_engine *const engine = &db_sqlite;

static int
fail(char *why, size_t why_cap, const char *what, const char *path)
{
	snprintf(why, why_cap, "%s: %s: %m", path, what);
	return -1;
}

/*
 * A new file survives a power cut only when its directory is on the disk. Where
 * a directory cannot be synced at all (EINVAL) the file system cares for that.
 */
static int
sync_directory(const char *path)
{
	char copy[1100];
	int fd, failed;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	failed = fsync(fd) != 0 && errno != EINVAL;
	close(fd);
	return failed ? -1 : 0;
}

struct finding {
	char text[200];
};

static void
note_first(const char *text, void *found)
{
	struct finding *f = found;

	if (f->text[0] == '\0')
		snprintf(f->text, sizeof(f->text), "%s", text);
}

/* Reads all of it if somebody else has written into it. */
static int
check(struct store *st, const char *path, char *why, size_t why_cap)
{
	struct finding found = {0};
	enum db_result r = engine->script(st->db,
	    sql_texts[SQL_SQLITE_CHECK].text, note_first, &found);

	if (r == DB_DONE && strcmp(found.text, "ok") == 0) {
		log_warn("store: %s was changed by another program; it is good",
		    path);
		return 0;
	}
	snprintf(why, why_cap, "%s: %s", path,
	    r == DB_DONE ? found.text : engine->why(st->db));
	return -1;
}

static int
make_ready(struct store *st, const struct store_where *where,
    enum files_verdict v, char *why, size_t why_cap)
{
	st->db = engine->open(where->path, why, why_cap);
	if (st->db == NULL)
		return -1;
	if (v == FILES_CHANGED && check(st, where->path, why, why_cap) != 0)
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
	if (sync_directory(where->path) != 0)
		return fail(why, why_cap, "cannot sync its folder",
		    where->path);
	if (files_opened(&st->files, v, where->anew) == 0)
		return 0;
	return fail(why, why_cap, "cannot write to its lock file", where->path);
}

/* Everything at the opening that may write happens under the write lock. */
static int
prepare(struct store *st, const struct store_where *where, char *why,
    size_t why_cap)
{
	enum files_verdict v;
	size_t len;

	files_begin(&st->files, where->path, st->lock.fd);
	v = files_may_open(&st->files, where->anew, why, why_cap);
	if (v == FILES_REFUSED)
		return -1;
	if (make_ready(st, where, v, why, why_cap) == 0)
		return 0;
	len = strlen(why);
	if (v == FILES_CHANGED)
		snprintf(why + len, why_cap - len,
		    ": another program has damaged it: put a copy in its "
		    "place, "
		    "or remove it with its -wal and -shm, and restart Parley");
	return -1;
}

/* For what is remembered of the database. */
static bool
make_room(struct store *st)
{
	st->lock.fd = -1;
	st->cache = calloc(1, sizeof(*st->cache));
	st->chains = calloc(1, sizeof(*st->chains));
	st->queues = calloc(1, sizeof(*st->queues));
	return st->cache != NULL && st->chains != NULL && st->queues != NULL;
}

struct store *
store_open(const struct store_where *where, char *why, size_t why_cap)
{
	struct store *st = calloc(1, sizeof(*st));
	int ok = -1;

	if (st == NULL || !make_room(st)) {
		store_close(st);
		snprintf(why, why_cap, "out of memory");
		return NULL;
	}
	st->nonce_ms = where->nonce_ms;
	st->version = SQL_VERSION;
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
	files_end(&st->files);
	lock_close(&st->lock);
	told_free(&st->told);
	if (st->cache != NULL)
		cache_free(st->cache);
	free(st->cache);
	if (st->chains != NULL)
		chains_free(st->chains);
	free(st->chains);
	if (st->queues != NULL)
		queues_free(st->queues);
	free(st->queues);
	free(st);
}
