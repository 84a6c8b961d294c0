/*
 * The seam under the store: what one database engine has to offer, at the
 * level of statements. One file per engine (db_sqlite.c); nothing above this
 * header changes when another comes. Statements go by their number (sql/,
 * compiled in); parameters and columns count from 1 and from 0 as in SQL APIs.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sql.h"

enum db_result {
	DB_DONE,    /* the statement has no (further) row */
	DB_ROW,     /* a row is there to be read */
	DB_BUSY,    /* somebody else holds the database too long */
	DB_FULL,    /* no room on the disk */
	DB_DAMAGED, /* what is in the file makes no sense */
	DB_BROKEN,  /* any other failure: I/O, memory, a broken rule */
};

enum db_mode { DB_READ, DB_WRITE };

struct db_engine; /* below */

/* Every engine's own struct begins with this one. */
struct db {
	const struct db_engine *engine;
};

struct db_engine {
	/*
	 * Opens (and, if need be, makes) the database; runs no statement of
	 * the schema yet. NULL with a sentence in why.
	 */
	struct db *(*open)(const char *where, char *why, size_t why_cap);
	void (*close)(struct db *db);

	/*
	 * Runs a script of statements without parameters, none of which need
	 * be prepared. hear, if there is one, is told each row's first column.
	 */
	enum db_result (*script)(struct db *db, const char *text,
	    void (*hear)(const char *text, void *arg), void *arg);
	/* Prepares every statement; -1 with the reason in why. */
	int (*prepare)(struct db *db, char *why, size_t why_cap);

	enum db_result (*begin)(struct db *db, enum db_mode mode);
	/* A failed commit has been rolled back when this returns. */
	enum db_result (*commit)(struct db *db);
	void (*rollback)(struct db *db);
	/* One handler's part of a transaction. */
	enum db_result (*savepoint)(struct db *db);
	enum db_result (*release)(struct db *db);
	/* -1: the whole transaction is lost already. */
	int (*rollback_to)(struct db *db);

	void (*bind_int)(struct db *db, enum sql sql, int at, int64_t n);
	/* The bytes must live until the statement is reset. */
	void (*bind_text)(struct db *db, enum sql sql, int at, const char *text,
	    size_t len);
	void (*bind_blob)(struct db *db, enum sql sql, int at,
	    const void *bytes, size_t len);
	/* A failed bind shows here. */
	enum db_result (*step)(struct db *db, enum sql sql);
	int64_t (*column_int)(struct db *db, enum sql sql, int at);
	/* Until the next step or reset; NULL is NULL with length 0, and where
	 * memory fails it is "". Of a blob its bytes, without a NUL behind
	 * them. */
	const char *(
	    *column_text)(struct db *db, enum sql sql, int at, size_t *len);
	/* After a statement that writes: how many rows, and the new row's id.
	 */
	int64_t (*rows)(struct db *db);
	int64_t (*inserted)(struct db *db);
	/* Ends the statement and forgets its parameters. A column that could
	 * not be read shows here, or in a further step. */
	enum db_result (*reset)(struct db *db, enum sql sql);

	/* Has somebody else committed since the last time of asking? */
	bool (*changed)(struct db *db);
	/* How large is the write-ahead log, in bytes? 0 if there is none. */
	int64_t (*log_size)(struct db *db);
	/*
	 * Moves the log into the database; only under the write lock. With
	 * empty nothing of it stays on the disk, which makes the next writes
	 * slower.
	 */
	enum db_result (*checkpoint)(struct db *db, bool empty);
	/* The engine's own words for the last failure. */
	const char *(*why)(struct db *db);
};

extern const struct db_engine db_sqlite;

#endif
