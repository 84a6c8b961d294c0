/*
 * What several tests share: a database of one's own in a directory of its own,
 * two people in it, a clock that stands still, and a look behind the store.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "unit.h"

#include <ftw.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/token.h"
#include "chat/rules.h"
#include "store/events.h"
#include "store/sessions.h"

enum { FX_MS = 1000000000, FX_NONCE_MS = 10000, FX_LOCK_MS = 2000 };

static struct {
	char dir[32], path[48];
	struct store *st;
	sqlite3 *sq; /* the connection that was opened last */
	int64_t ann, bea;
	struct now now;
	int64_t lock_ms; /* how long the write lock is waited for */
} fx;

/* Where the directory is made; memory will do where nothing is killed. */
static const char *fx_parent = "/tmp";

/* Small numbers, so that a test can say what time it is. */
static const struct rules fx_rules = {
    .away_ms = 10000,
    .gone_ms = 60000,
    .unload_ms = 8000,
    .fresh_ms = 5000,
    .widen_ms = 8000,
    .idle_ms = 900000,
    .age_ms = 86400000,
    .typing_ms = 6000,
    .retract_ms = 120000,
    .backlog = 1000,
    .pictures = 3,
    .pictures_bytes = 10000,
    .pictures_all_bytes = 20000,
};

/* ---- behind the store ---- */

static inline int
fx_note_connection(sqlite3 *sq, char **why, const void *api)
{
	(void)why;
	(void)api;
	fx.sq = sq;
	return SQLITE_OK;
}

/* The first number of an answer; -1: there is none, -2: it failed. */
static inline int64_t
fx_ask(const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t n = -2;
	int got;

	if (sqlite3_prepare_v2(fx.sq, sql, -1, &s, NULL) == SQLITE_OK) {
		got = sqlite3_step(s);
		if (got == SQLITE_ROW)
			n = sqlite3_column_int64(s, 0);
		else if (got == SQLITE_DONE)
			n = -1;
	}
	sqlite3_finalize(s);
	return n;
}

/* Another program's statements, on a connection of its own. */
static inline void
fx_others_run(const char *sql)
{
	sqlite3 *sq = NULL;

	assert_int_equal(sqlite3_open(fx.path, &sq), SQLITE_OK);
	assert_int_equal(sqlite3_exec(sq, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(sq);
}

/* ---- the directory and the store ---- */

static inline struct store *
fx_try_store(char *why, size_t why_cap)
{
	const struct store_where where = {.path = fx.path,
	    .lock_wait_ms = fx.lock_ms,
	    .nonce_ms = FX_NONCE_MS,
	    .now_ms = fx.now.ms};

	return store_open(&where, why, why_cap);
}

static inline struct store *
fx_store(void)
{
	char why[512] = "";
	struct store *st = fx_try_store(why, sizeof why);

	if (st == NULL)
		fprintf(stderr, "%s\n", why);
	return st;
}

/* Setup: a directory, and the name of a database that is not there yet. */
static inline int
fx_directory(void **state)
{
	(void)state;
	memset(&fx, 0, sizeof fx);
	fx.lock_ms = FX_LOCK_MS;
	fx.now = (struct now){.ms = FX_MS, .at = INT64_C(1700000000000)};
	snprintf(fx.dir, sizeof fx.dir, "%s/parley-unit-XXXXXX", fx_parent);
	if (mkdtemp(fx.dir) == NULL)
		return -1;
	snprintf(fx.path, sizeof fx.path, "%s/p.db", fx.dir);
	log_open("/dev/null", LOG_ERROR);
	sqlite3_auto_extension((void (*)(void))fx_note_connection);
	return token_init();
}

/* Setup: an empty database. */
static inline int
fx_open(void **state)
{
	if (fx_directory(state) != 0)
		return -1;
	fx.st = fx_store();
	return fx.st == NULL ? -1 : 0;
}

static inline int
fx_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

/* Teardown of all of these setups; undoes an open transaction. */
static inline int
fx_close(void **state)
{
	(void)state;
	if (fx.st != NULL && fx.st->locked)
		store_rollback(fx.st);
	store_close(fx.st);
	return nftw(fx.dir, fx_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void
fx_reopen(void)
{
	store_close(fx.st);
	fx.st = fx_store();
	assert_non_null(fx.st);
}

/* ---- people ---- */

static inline int64_t
fx_person(const char *name)
{
	char secret[TOKEN_TEXT_LEN + 1];
	unsigned char hash[TOKEN_HASH_LEN];
	int64_t id = 0;

	token_new(secret);
	token_hash(secret, hash);
	store_session_add(fx.st, hash, name, fx.now.ms, &id);
	return id;
}

/* Setup: the same with Ann and Bea in it, inside a transaction to write. */
static inline int
fx_begin(void **state)
{
	if (fx_open(state) != 0 || store_begin(fx.st, DB_WRITE) != 0)
		return -1;
	fx.ann = fx_person("Ann");
	fx.bea = fx_person("Bea");
	return fx.ann > 0 && fx.bea > 0 ? 0 : -1;
}

static inline struct session
fx_session(int64_t id)
{
	struct session s = {0};

	assert_int_equal(store_session_by_id(fx.st, id, &s), STORE_FOUND);
	return s;
}

/* All that a session was told: `typing {"on":true} | left {...}`. */
static inline const char *
fx_told(int64_t session)
{
	static char text[4096];
	sqlite3_stmt *s = NULL;
	size_t len = 0;

	text[0] = '\0';
	sqlite3_prepare_v2(fx.sq,
	    "SELECT type, body FROM event WHERE session = $1 ORDER BY seq", -1,
	    &s, NULL);
	sqlite3_bind_int64(s, 1, session);
	while (sqlite3_step(s) == SQLITE_ROW && len < sizeof text)
		len += (size_t)snprintf(text + len, sizeof text - len,
		    "%s%s %s", len > 0 ? " | " : "",
		    (const char *)sqlite3_column_text(s, 0),
		    (const char *)sqlite3_column_text(s, 1));
	sqlite3_finalize(s);
	return text;
}

/* ---- processes ---- */

/* A pipe that carries single bytes: "go on". */
struct fx_pipe {
	int read_fd, write_fd;
};

static inline struct fx_pipe
fx_pipe(void)
{
	int fds[2] = {-1, -1};

	assert_int_equal(pipe(fds), 0);
	return (struct fx_pipe){fds[0], fds[1]};
}

static inline void
fx_pipe_close(struct fx_pipe p)
{
	close(p.read_fd);
	close(p.write_fd);
}

static inline void
fx_tell(struct fx_pipe p)
{
	if (write(p.write_fd, "", 1) != 1)
		abort();
}

static inline void
fx_await(struct fx_pipe p)
{
	struct pollfd ready = {.fd = p.read_fd, .events = POLLIN};
	char byte;

	/* Nobody waits for ever for a process that has failed. */
	if (poll(&ready, 1, 20000) != 1 || read(p.read_fd, &byte, 1) != 1)
		abort();
}

#endif
