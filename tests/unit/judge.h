/*
 * Scenes are raised and struck, what is stored is compared, and what was
 * answered after a fault is judged.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <sys/stat.h>

#include "scenes.h"

/* ---- the stage ---- */

static inline void
scene_raise(const struct scene *s)
{
	memset(&on_stage, 0, sizeof on_stage);
	if (access("/dev/shm", W_OK) == 0)
		fx_parent = "/dev/shm";
	assert_int_equal(visit_start(NULL), 0);
	s->before();
}

static inline void
scene_strike(void)
{
	assert_int_equal(fx_close(NULL), 0);
}

/* As in a worker that has just begun: everything has to be read. */
static inline void
scene_forget(void)
{
	cache_clear(fx.st->cache);
	queues_clear(fx.st->queues);
	chains_clear(fx.st->chains);
	told_clear(&fx.st->told);
	fx.st->newest_event = fx.st->noted_event = 0;
}

/* All rows of a table. */
static inline uint64_t
scene_hash_table(const char *table, uint64_t h)
{
	char sql[100];
	sqlite3_stmt *q = NULL;

	snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
	assert_int_equal(sqlite3_prepare_v2(fx.sq, sql, -1, &q, NULL),
	    SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(q); i++) {
			const unsigned char *at = sqlite3_column_blob(q, i);

			for (int n = sqlite3_column_bytes(q, i); n > 0; n--)
				h = (h ^ *at++) * UINT64_C(1099511628211);
			h = (h ^ 0xff) * UINT64_C(1099511628211);
		}
	sqlite3_finalize(q);
	return h;
}

static inline uint64_t
scene_hash(void)
{
	uint64_t h = UINT64_C(14695981039346656037);
	sqlite3_stmt *q = NULL;

	sqlite3_prepare_v2(fx.sq,
	    "SELECT name FROM sqlite_master WHERE type = 'table'", -1, &q,
	    NULL);
	while (sqlite3_step(q) == SQLITE_ROW)
		h = scene_hash_table((const char *)sqlite3_column_text(q, 0),
		    h);
	sqlite3_finalize(q);
	return h;
}

/*
 * What stands in the database, as a number. Whatever is stored makes the log
 * longer, since nobody moves it into the database meanwhile.
 */
static inline uint64_t
scene_stored(void)
{
	static uint64_t hash;
	static struct stat was;
	char path[80];
	struct stat is = {0};

	snprintf(path, sizeof path, "%s-wal", fx.path);
	stat(path, &is);
	if (is.st_ino != was.st_ino || is.st_size != was.st_size ||
	    is.st_size == 0)
		hash = scene_hash();
	was = is;
	return hash;
}

/* ---- the judge ---- */

static inline bool
scene_has(const char *part)
{
	const struct buf *b = on_stage.sent;

	return b->len > 0 &&
	    memmem(b->data, b->len, part, strlen(part)) != NULL;
}

static inline bool
scene_succeeded(const struct scene *s)
{
	char line[40];

	snprintf(line, sizeof line, "Status: %d ", s->status);
	return scene_has(line) && scene_has(s->part == NULL ? "" : s->part);
}

/* What is wrong with an answer after a fault; NULL: nothing. */
static inline const char *
scene_complaint(const struct scene *s, uint64_t before)
{
	bool page = on_stage.v.call.route != NULL &&
	    on_stage.v.call.route->is_page;

	if (scene_succeeded(s))
		return NULL;
	if (!scene_has("Status: 503 "))
		return "neither what was asked for nor 503";
	if (!scene_has("\r\nRetry-After: "))
		return "503 without Retry-After";
	if (!scene_has("{\"error\":{\"code\":\"unavailable\",\"message\":\"") &&
	    !(page && scene_has("role=\"alert\"") && scene_has("</html>")))
		return "503 in another shape than the contract's";
	/* Where only the writing of the answer failed nobody can know. */
	if (on_stage.v.call.reply.status != s->status &&
	    scene_stored() != before)
		return "503, but something was stored";
	return NULL;
}

#endif
