#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum {
	LOOK_EVERY_MS = 250, /* by all names, though nothing shows */
	FRESH_MS = 50,       /* a change so young may hide another one */
	HURT_MS = 20000,     /* health checks are to notice a loss */
};

static const char
    cut_off[] = "another program has cut off its log of writes (-wal)";

static const char *const what_is_gone[FILES_N] = {
    [FILES_DB] = "the database was removed, replaced or moved away: put it "
		 "back, or restart Parley to begin a new one",
    [FILES_LOG] = "its log of writes (-wal) was removed or replaced: leave it "
		  "alone while Parley runs",
    [FILES_INDEX] = "its index (-shm) was removed or replaced: leave it alone "
		    "while Parley runs",
    [FILES_LOCK] = "its lock file (.lock) was removed or replaced: leave it "
		   "alone while Parley runs",
};

void
files_begin(struct files *f, const char *path, int lock_fd)
{
	static const char *const ends[FILES_N] = {"", "-wal", "-shm", ".lock"};

	*f = (struct files){.lock_fd = lock_fd,
	    .dir_fd = -1,
	    .db_fd = -1,
	    .log_fd = -1};
	for (int i = 0; i < FILES_N; i++)
		snprintf(f->names[i], sizeof(f->names[i]), "%s%s", path,
		    ends[i]);
}

void
files_end(struct files *f)
{
	const int fds[] = {f->dir_fd, f->db_fd, f->log_fd};

	for (size_t i = 0; f->is_open && i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	f->is_open = false;
}

static enum files_verdict
refuse(const struct files *f, char *why, size_t why_cap, const char *what)
{
	snprintf(why, why_cap, "%s: %s", f->names[FILES_DB], what);
	return FILES_REFUSED;
}

/* There is none: has there been one? */
static enum files_verdict
may_begin(const struct files *f, const struct mark_file *log, bool anew,
    char *why, size_t why_cap)
{
	if (log->len > 0)
		return refuse(f, why, why_cap,
		    "the database is gone or empty, but its log of writes "
		    "(-wal) is there: put the database back, or remove the log "
		    "to begin a new one");
	if (!anew)
		return refuse(f, why, why_cap,
		    "the database is gone or empty: put it back; or restart "
		    "Parley to begin a new one (where it has no supervisor, "
		    "remove the .lock file)");
	return FILES_GOOD;
}

/*
 * A log begins with a magic number. Who cuts it off while one of us writes does
 * not make it shorter: there is a hole, up to what was written then.
 */
static bool
is_hollow(int log_fd)
{
	char first = 1;

	return pread(log_fd, &first, 1, 0) == 1 && first == 0;
}

static bool
is_hollow_by_name(const char *log)
{
	int fd = open(log, O_RDONLY | O_CLOEXEC);
	bool hollow = is_hollow(fd);

	if (fd >= 0)
		close(fd);
	return hollow;
}

enum files_verdict
files_may_open(struct files *f, bool anew, char *why, size_t why_cap)
{
	struct mark_file db = mark_stat(f->names[FILES_DB]);
	struct mark_file log = mark_stat(f->names[FILES_LOG]);
	struct mark *m = &f->mark;

	if (!mark_read(f->lock_fd, m))
		return FILES_GOOD;
	if (db.len == 0)
		return may_begin(f, &log, anew, why, why_cap);
	if (m->doubt != MARK_DAMAGED &&
	    (mark_is_untouched(&db, &m->db) ||
		(m->doubt == MARK_WRITING && mark_is_same_file(&db, &m->db)))) {
		if (anew ||
		    (log.len >= m->log.len &&
			!is_hollow_by_name(f->names[FILES_LOG])))
			return FILES_GOOD;
		return refuse(f, why, why_cap,
		    "its log of writes (-wal) was removed or cut off, and what "
		    "was in it is lost: restart Parley to go on without (where "
		    "it has no supervisor, remove the .lock file)");
	}
	if (!mark_is_same_file(&db, &m->db) && log.len > 0 &&
	    mark_is_untouched(&log, &m->log))
		return refuse(f, why, why_cap,
		    "this is another file than the one that its log of writes "
		    "(-wal) belongs to: put the old one back; or remove the "
		    "-wal and -shm files, with what is in them, to go on with "
		    "this one");
	return FILES_CHANGED;
}

/* What stands under our names, and in the directory, now. */
static void
take_down(struct files *f)
{
	char copy[sizeof(f->names[0])];

	for (int i = 0; i < FILES_N; i++)
		f->as_opened[i] = mark_stat(f->names[i]);
	f->log_fd = open(f->names[FILES_LOG], O_RDONLY | O_CLOEXEC);
	f->db_fd = open(f->names[FILES_DB], O_PATH | O_CLOEXEC);
	memcpy(copy, f->names[FILES_DB], sizeof(copy));
	f->dir_fd = open(dirname(copy), O_PATH | O_DIRECTORY | O_CLOEXEC);
	f->looked_ms = 0;
	f->is_open = true;
}

static int
sign(struct files *f)
{
	struct mark *m = &f->mark;

	m->db = mark_fstat(f->db_fd);
	m->log = mark_fstat(f->log_fd);
	m->doubt = MARK_SURE;
	return mark_write(f->lock_fd, m);
}

int
files_opened(struct files *f, enum files_verdict v, bool anew)
{
	/* Whoever has it open still knows another one. */
	if (v == FILES_CHANGED)
		f->mark.epoch++;
	if (anew)
		f->mark.hurt_at = 0;
	take_down(f);
	return sign(f);
}

static bool
is_equal(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* A directory in which nothing has come or gone since the last whole look. */
static bool
is_still(struct files *f, const struct stat *dir, int64_t now_ms)
{
	return now_ms - f->looked_ms < LOOK_EVERY_MS &&
	    is_equal(&dir->st_mtim, &f->changed[0]) &&
	    is_equal(&dir->st_ctim, &f->changed[1]);
}

static bool
is_there(const struct files *f, int i)
{
	struct mark_file now = mark_stat(f->names[i]);

	return mark_is_same_file(&now, &f->as_opened[i]);
}

static void
remember_look(struct files *f, const struct stat *dir, int64_t now_ms)
{
	int64_t changed_ms = (int64_t)dir->st_mtim.tv_sec * 1000 +
	    dir->st_mtim.tv_nsec / 1000000;

	/* Clocks of files are coarse: two changes can bear the same time. */
	if (clock_wall_ms() - changed_ms < FRESH_MS)
		return;
	f->changed[0] = dir->st_mtim;
	f->changed[1] = dir->st_ctim;
	f->looked_ms = now_ms;
}

const char *
files_look(struct files *f)
{
	int64_t now_ms = clock_steady_ms();
	struct stat dir = {0};
	bool has_dir = fstat(f->dir_fd, &dir) == 0;

	if (has_dir && is_still(f, &dir, now_ms))
		return NULL;
	f->looked_ms = 0;
	for (int i = 0; i < FILES_N; i++)
		if (!is_there(f, i))
			return what_is_gone[i];
	if (is_hollow(f->log_fd))
		return cut_off;
	if (has_dir)
		remember_look(f, &dir, now_ms);
	return NULL;
}

const char *
files_verify(struct files *f)
{
	const char *gone = files_look(f);
	struct mark_file db, log;
	struct mark m;

	if (gone != NULL)
		return gone;
	if (!mark_read(f->lock_fd, &m) || m.epoch != f->mark.epoch)
		return "another Parley has found it changed and opened it anew";
	f->mark = m;
	if (m.doubt == MARK_DAMAGED)
		return "another Parley has found it damaged";
	db = mark_fstat(f->db_fd);
	if (m.doubt == MARK_WRITING) {
		/* Who did has died: we have the lock. */
		f->mark.doubt = MARK_SURE;
		f->mark.db = db;
	} else if (!mark_is_untouched(&db, &m.db))
		return "another program has written into the database: only "
		       "Parley may, while it runs";
	log = mark_fstat(f->log_fd);
	if (log.len < m.log.len)
		return cut_off;
	return NULL;
}

const char *
files_wrote_log(struct files *f)
{
	struct mark_file log = mark_fstat(f->log_fd);

	if (log.len < f->mark.log.len)
		return cut_off;
	f->mark.log = log;
	mark_write(f->lock_fd, &f->mark);
	return NULL;
}

int
files_before_checkpoint(struct files *f)
{
	/* SQLite would move the hole into the database. */
	if (is_hollow(f->log_fd)) {
		errno = EIO;
		return -1;
	}
	f->mark.doubt = MARK_WRITING;
	f->mark.log.len = 0;
	/* After a power cut the log may be shorter than a mark that is older.
	 */
	if (mark_write(f->lock_fd, &f->mark) != 0)
		return -1;
	return fdatasync(f->lock_fd);
}

void
files_after_checkpoint(struct files *f)
{
	sign(f);
}

bool
files_can_save_log(struct files *f)
{
	return is_there(f, FILES_DB) && is_there(f, FILES_INDEX) &&
	    is_there(f, FILES_LOCK) && mark_stat(f->names[FILES_LOG]).ino == 0;
}

void
files_note_loss(struct files *f, int64_t at, bool damaged)
{
	if (!mark_read(f->lock_fd, &f->mark))
		return;
	f->mark.hurt_at = at;
	if (damaged)
		f->mark.doubt = MARK_DAMAGED;
	mark_write(f->lock_fd, &f->mark);
}

bool
files_was_hurt(const struct files *f, int64_t at)
{
	int64_t ago_ms = at - f->mark.hurt_at;

	return ago_ms >= 0 && ago_ms < HURT_MS;
}
