/*
 * The files under a database: itself, its log of writes (-wal), the log's index
 * (-shm), and the lock file beside them. SQLite goes on with the files that it
 * has open, whatever becomes of their names; so somebody has to look, or what
 * is acknowledged goes where nobody will ever read it.
 *
 * Before a database is opened: may it be? While it is used: are its files still
 * those that were opened, and has nobody else written into them? Everything is
 * asked by name or of descriptors that SQLite knows nothing of: to close one on
 * the database or the index would drop SQLite's locks. (O_PATH has none.)
 */
#ifndef STORE_FILES_H
#define STORE_FILES_H

#include <stddef.h>
#include <time.h>

#include "store/mark.h"

enum { FILES_DB, FILES_LOG, FILES_INDEX, FILES_LOCK, FILES_N };

struct files {
	char names[FILES_N][1100];
	struct mark_file as_opened[FILES_N];
	int lock_fd;       /* the lock's: the mark stands in it */
	int dir_fd, db_fd; /* O_PATH */
	int log_fd;
	struct timespec changed[2]; /* the directory, at the last whole look */
	int64_t looked_ms;          /* when that was */
	struct mark mark;           /* as this process knows it */
	bool is_open;
};

/* Takes down the names. lock_fd must live as long. */
void files_begin(struct files *f, const char *path, int lock_fd);
void files_end(struct files *f);

enum files_verdict {
	FILES_REFUSED, /* why says what is wrong, and what to do */
	FILES_GOOD,    /* as we have left them, or new */
	FILES_CHANGED, /* others have written into it: to be checked */
};

/*
 * Under the write lock, before anything is opened. With anew (the service's
 * start, a person's will) a database that is gone is made anew, and what was in
 * a log that is gone is given up. path may be changed by nobody meanwhile.
 */
enum files_verdict files_may_open(struct files *f, bool anew, char *why,
    size_t why_cap);

/*
 * Under the write lock, when the database is open and good: remembers which
 * files these are, and leaves the mark. 0, or -1 with errno.
 */
int files_opened(struct files *f, enum files_verdict v, bool anew);

/* Are they the same by name? NULL, or what has happened. Often asked: cheap. */
const char *files_look(struct files *f);

/* Under the write lock, before writing: and has nobody else written? */
const char *files_verify(struct files *f);

/* After a commit of ours, still under the write lock: NULL, as above. */
const char *files_wrote_log(struct files *f);
/* Around a checkpoint; -1 with errno: do not begin. */
int files_before_checkpoint(struct files *f);
void files_after_checkpoint(struct files *f);

/* Is only the log's name gone, so that what it holds can be saved? */
bool files_can_save_log(struct files *f);

/* Under the write lock: this database was lost, at that time; is it damaged? */
void files_note_loss(struct files *f, int64_t at, bool damaged);
/* Has somebody lost it within the last seconds? For health checks. */
bool files_was_hurt(const struct files *f, int64_t at);

#endif
