/*
 * Loaded into Parley with LD_PRELOAD: notes in RECORDER_LOG what becomes of the
 * files in RECORDER_FOLDER whose names begin with RECORDER_PREFIX. One record
 * is one writev() to a file opened with O_APPEND, so all processes share one
 * order.
 *
 * A write is noted when it has returned, and a sync at its begin and its end:
 * what was noted before the begin is on the disk at the end, and not before.
 * An answer is noted before it leaves, so none is ever seen too late: that is
 * the very moment from which its message must not be lost any more.
 *
 * The -shm file is not noted. A power cut takes it, and SQLite makes it anew.
 *
 * The calls go to the kernel by syscall(): nothing has to be looked up, and no
 * sanitizer stands in between. The log is open before a worker locks itself in.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "record.h"

enum {
	LOG_FD = 200, /* out of the way */
	FILES_MAX = 65536,
	ANSWER_PARTS_MAX = 32,
};

static struct {
	int log; /* -1: nothing is noted */
	char folder[PATH_MAX];
	size_t folder_len;
	const char *prefix;
	uint64_t files[FILES_MAX]; /* by descriptor; 0: none of ours */
} recorder = {.log = -1};

/* Without a whole record the recording would be worth nothing. */
static void
note_parts(struct record r, const struct iovec *parts, int n)
{
	struct iovec iov[ANSWER_PARTS_MAX + 2] = {{&r, sizeof(r)}};
	char gap[RECORD_ALIGN] = {0};
	size_t gap_len;
	int kept = errno;

	r.magic = RECORD_MAGIC;
	r.pid = (uint32_t)getpid();
	r.len = 0;
	for (int i = 0; i < n; i++) {
		iov[i + 1] = parts[i];
		r.len += (uint32_t)parts[i].iov_len;
	}
	gap_len = record_gap(&r);
	iov[n + 1] = (struct iovec){gap, gap_len};
	if (syscall(SYS_writev, recorder.log, iov, n + 2) !=
	    (long)(sizeof(r) + r.len + gap_len))
		abort();
	errno = kept;
}

static void
note(enum record_kind kind, uint64_t file, int64_t at, const void *bytes,
    size_t len)
{
	const struct iovec part = {(void *)(uintptr_t)bytes, len};

	if (recorder.log >= 0)
		note_parts((struct record){.kind = kind,
			       .file = file,
			       .at = (uint64_t)at},
		    &part, len > 0);
}

static uint64_t
file_of(int fd)
{
	return fd >= 0 && fd < FILES_MAX ? recorder.files[fd] : 0;
}

static void
note_strange(int fd, const char *call)
{
	if (file_of(fd) != 0)
		note(RECORD_STRANGE, file_of(fd), 0, call, strlen(call));
}

__attribute__((constructor)) static void
begin(void)
{
	const char *log = getenv("RECORDER_LOG");
	const char *folder = getenv("RECORDER_FOLDER");
	int fd;

	recorder.prefix = getenv("RECORDER_PREFIX");
	if (log == NULL || folder == NULL || recorder.prefix == NULL)
		return;
	if (realpath(folder, recorder.folder) == NULL)
		abort();
	recorder.folder_len = strlen(recorder.folder);
	fd = (int)syscall(SYS_openat, AT_FDCWD, log,
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	recorder.log = fcntl(fd, F_DUPFD_CLOEXEC, LOG_FD);
	if (recorder.log < 0)
		abort();
	close(fd);
}

/* The name under which a path is noted; NULL: it is not. */
static const char *
name_of(const char *path)
{
	const char *name = path + recorder.folder_len;
	size_t len = strlen(path);

	if (recorder.log < 0 ||
	    strncmp(path, recorder.folder, recorder.folder_len) != 0)
		return NULL;
	if (*name == '\0')
		return ".";
	if (*name++ != '/' || strchr(name, '/') != NULL ||
	    strncmp(name, recorder.prefix, strlen(recorder.prefix)) != 0)
		return NULL;
	if (len > 4 && strcmp(path + len - 4, "-shm") == 0)
		return NULL;
	return len > 5 && strcmp(path + len - 5, ".lock") == 0 ? NULL : name;
}

static int
open_at(int folder, const char *path, int flags, mode_t mode)
{
	int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
	const char *name = name_of(path);
	struct stat st;

	if (fd < 0 || fd >= FILES_MAX)
		return fd;
	recorder.files[fd] = 0;
	if (name == NULL || fstat(fd, &st) != 0 ||
	    (!S_ISREG(st.st_mode) && strcmp(name, ".") != 0))
		return fd;
	recorder.files[fd] = st.st_ino;
	note(RECORD_OPEN, st.st_ino, 0, name, strlen(name));
	if ((flags & O_TRUNC) != 0)
		note(RECORD_TRUNCATE, st.st_ino, 0, NULL, 0);
	return fd;
}

/* The C library has two names for many a function, and so has this. */
int
open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(args, mode_t);
	va_end(args);
	return open_at(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) __attribute__((alias("open")));

int
openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(args, mode_t);
	va_end(args);
	return open_at(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...)
    __attribute__((alias("openat")));

int
close(int fd)
{
	if (fd >= 0 && fd < FILES_MAX)
		recorder.files[fd] = 0;
	return (int)syscall(SYS_close, fd);
}

int
unlink(const char *path)
{
	int failed = (int)syscall(SYS_unlink, path);
	const char *name = name_of(path);

	if (failed == 0 && name != NULL)
		note(RECORD_UNLINK, 0, 0, name, strlen(name));
	return failed;
}

int
rename(const char *from, const char *to)
{
	if (name_of(from) != NULL || name_of(to) != NULL)
		note(RECORD_STRANGE, 0, 0, "rename", 6);
	return (int)syscall(SYS_rename, from, to);
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	ssize_t done = syscall(SYS_pwrite64, fd, bytes, len, at);

	if (done > 0 && file_of(fd) != 0)
		note(RECORD_WRITE, file_of(fd), at, bytes, (size_t)done);
	return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t at)
    __attribute__((alias("pwrite")));

ssize_t
write(int fd, const void *bytes, size_t len)
{
	note_strange(fd, "write");
	return syscall(SYS_write, fd, bytes, len);
}

int
ftruncate(int fd, off_t len)
{
	int failed = (int)syscall(SYS_ftruncate, fd, len);

	if (failed == 0 && file_of(fd) != 0)
		note(RECORD_TRUNCATE, file_of(fd), len, NULL, 0);
	return failed;
}

int ftruncate64(int fd, off_t len) __attribute__((alias("ftruncate")));

int
fallocate(int fd, int mode, off_t at, off_t len)
{
	int failed = (int)syscall(SYS_fallocate, fd, mode, at, len);

	if (mode != 0)
		note_strange(fd, "fallocate");
	else if (failed == 0 && file_of(fd) != 0)
		note(RECORD_EXTEND, file_of(fd), at + len, NULL, 0);
	return failed;
}

int fallocate64(int fd, int mode, off_t at, off_t len)
    __attribute__((alias("fallocate")));

static int
sync_file(long call, int fd)
{
	uint64_t file = file_of(fd);
	int failed;

	if (file != 0)
		note(RECORD_SYNC_BEGIN, file, 0, NULL, 0);
	failed = (int)syscall(call, fd);
	if (file != 0 && failed == 0)
		note(RECORD_SYNC_END, file, 0, NULL, 0);
	return failed;
}

int
fsync(int fd)
{
	return sync_file(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return sync_file(SYS_fdatasync, fd);
}

/* Writes through memory would go by unseen. */
void *
mmap(void *where, size_t len, int prot, int flags, int fd, off_t at)
{
	if ((prot & PROT_WRITE) != 0 && (flags & MAP_SHARED) != 0)
		note_strange(fd, "mmap");
	return (void *)syscall(SYS_mmap, where, len, prot, flags, fd, at);
}

void *mmap64(void *where, size_t len, int prot, int flags, int fd, off_t at)
    __attribute__((alias("mmap")));

/* Answers leave by this call alone (serve/gate.c), as FastCGI's STDOUT. */
ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	const unsigned char *head = m->msg_iovlen > 0 ? m->msg_iov[0].iov_base
						      : NULL;

	if (recorder.log >= 0 && m->msg_iovlen > 0 &&
	    m->msg_iovlen <= ANSWER_PARTS_MAX && m->msg_iov[0].iov_len >= 8 &&
	    head[0] == 1 && head[1] == 6)
		note_parts((struct record){.kind = RECORD_ANSWER}, m->msg_iov,
		    (int)m->msg_iovlen);
	return syscall(SYS_sendmsg, fd, m, flags);
}
