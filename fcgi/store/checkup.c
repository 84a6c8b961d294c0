#include "store/checkup.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"

struct checkup {
	FILE *out;
	int n_wrong;
	int n_rows; /* of the check that runs */
};

static void
wrong(struct checkup *c, const char *what, const char *more)
{
	fprintf(c->out, "wrong: %s%s\n", what, more);
	c->n_wrong++;
}

/* Is it there, and may this user use it? */
static void
look_at_file(struct checkup *c, const char *name)
{
	struct stat st;

	if (stat(name, &st) != 0) {
		fprintf(c->out, "%s: %m\n", name);
		return;
	}
	fprintf(c->out, "%s: %lld bytes, mode %o, owner %u\n", name,
	    (long long)st.st_size, st.st_mode & 07777u, st.st_uid);
	if (access(name, R_OK | W_OK) != 0)
		wrong(c, "this user may not read and write it: ", name);
}

static void
hear_fault(const char *text, void *checkup)
{
	struct checkup *c = checkup;

	if (strcmp(text, "ok") != 0)
		wrong(c, "", text);
	c->n_rows++;
}

static void
look_at_pages(struct checkup *c, struct db *db)
{
	static const enum sql checks[] = {SQL_SQLITE_CHECK_ALL,
	    SQL_SQLITE_CHECK_REFERENCES};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const char *text = sql_texts[checks[i]].text;

		c->n_rows = 0;
		if (db->engine->script(db, text, hear_fault, c) != DB_DONE)
			wrong(c, "it cannot be read: ", db->engine->why(db));
	}
	fprintf(c->out, "every page was read\n");
}

/* What says that it is old may be wrong: can it be brought forward? */
static void
look_at_age(struct checkup *c, struct db *db)
{
	char why[400];

	if (store_migrate_try(db, sql_migrations, why, sizeof(why)) == 0) {
		fprintf(c->out, "it is brought forward at the next start\n");
		return;
	}
	wrong(c, "it cannot be brought forward: ", why);
	fprintf(c->out,
	    "If another program has changed its user_version, set it "
	    "back.\n");
}

static void
look_at_version(struct checkup *c, struct db *db)
{
	int is = store_version(db);

	fprintf(c->out, "schema version %d; this program knows %d\n", is,
	    SQL_VERSION);
	if (is > SQL_VERSION)
		wrong(c, "the schema is newer: use a newer parley", "");
	else if (is >= 0 && is < SQL_VERSION)
		look_at_age(c, db);
}

static void
look_inside(struct checkup *c, const char *path)
{
	char why[1400];
	struct db *db = db_sqlite.open(path, why, sizeof(why));

	if (db == NULL) {
		wrong(c, why, "");
		return;
	}
	look_at_version(c, db);
	look_at_pages(c, db);
	db_sqlite.close(db);
}

/* What a worker would say to these files. -1: it would not open them. */
static int
look_at_mark(struct checkup *c, const char *path)
{
	static struct files f;
	struct lock lock;
	char why[1400] = "";
	enum files_verdict v;

	if (access(path, F_OK) != 0) {
		wrong(c,
		    "there is no database; Parley makes one at its start, "
		    "where there has been none before",
		    "");
		return -1;
	}
	files_begin(&f, path, -1);
	if (access(f.names[FILES_LOCK], F_OK) != 0 ||
	    lock_open(&lock, path, 0) != 0)
		return 0;
	f.lock_fd = lock.fd;
	v = files_may_open(&f, false, why, sizeof(why));
	lock_close(&lock);
	if (v == FILES_REFUSED)
		wrong(c, why, "");
	if (v == FILES_CHANGED)
		fprintf(c->out,
		    "another program has written into it, or Parley "
		    "was stopped by a power cut\n");
	return v == FILES_REFUSED ? -1 : 0;
}

int
store_checkup(const char *path, FILE *out)
{
	struct checkup c = {.out = out};
	static struct files f;

	files_begin(&f, path, -1);
	for (int i = 0; i < FILES_N; i++)
		look_at_file(&c, f.names[i]);
	if (look_at_mark(&c, path) == 0)
		look_inside(&c, path);
	if (c.n_wrong > 0)
		fprintf(out,
		    "\nStop Parley and keep a copy of the database and its "
		    "-wal, if they are there. Then put the right database back "
		    "(a copy: without the -wal and -shm of the damaged one), "
		    "or "
		    "remove all of them to begin a new one, and start "
		    "Parley.\n");
	else
		fprintf(out, "all is well\n");
	return c.n_wrong > 0 ? -1 : 0;
}
