/*
 * A disk that fails when it is told to: linked into a parley of its own, where
 * its functions stand before the C library's, for SQLite as well. It counts the
 * calls on the database's files, in all processes together, and lets the n-th
 * fail (or all from then on), or ends the process there as `kill -9` does.
 *
 * It is told by a file that all of them map, FAULT_CONTROL: see fault.mjs,
 * which writes and reads it. Without it nothing is counted and nothing fails.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Kinds of calls; a bit each. */
enum { WRITE = 1, SYNC = 2, TRUNCATE = 4, MAP = 8, UNLINK = 16 };

struct control {
	int64_t kinds;         /* which calls count; 0: none */
	int64_t nth;           /* which one fails; 0: none */
	int64_t onward;        /* 1: and all after it */
	int64_t error;         /* errno; 0: the process is killed */
	_Atomic int64_t count; /* calls until now */
	_Atomic int64_t failed;
};

static struct control *control;

/* What is counted is a file of the database, whatever its end. */
static const char marker[] = "parley.db";

static void __attribute__((constructor)) begin(void)
{
	const char *path = getenv("FAULT_CONTROL");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *at;

	if (fd < 0)
		return;
	at = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	close(fd);
	if (at != MAP_FAILED)
		control = at;
}

/* Is this the one? Then errno is set, or the process has ended. */
static int
fails(const char *name)
{
	int64_t n;

	if (strstr(name, marker) == NULL)
		return 0;
	n = ++control->count;
	if (control->nth == 0 || n < control->nth ||
	    (n > control->nth && !control->onward))
		return 0;
	control->failed++;
	if (control->error == 0)
		kill(getpid(), SIGKILL);
	errno = (int)control->error;
	return 1;
}

static int
is_counted(int kind)
{
	return control != NULL && (control->kinds & kind) != 0;
}

static int
fails_on(int kind, int fd)
{
	char link[64], name[4096];
	ssize_t len;

	if (!is_counted(kind))
		return 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, name, sizeof(name) - 1);
	if (len < 0)
		return 0;
	name[len] = '\0';
	return fails(name);
}

#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

ssize_t
write(int fd, const void *bytes, size_t len)
{
	return fails_on(WRITE, fd) ? -1 : NEXT(write)(fd, bytes, len);
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	return fails_on(WRITE, fd) ? -1 : NEXT(pwrite)(fd, bytes, len, at);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
	return fails_on(WRITE, fd) ? -1 : NEXT(pwrite64)(fd, bytes, len, at);
}

int
fsync(int fd)
{
	return fails_on(SYNC, fd) ? -1 : NEXT(fsync)(fd);
}

int
fdatasync(int fd)
{
	return fails_on(SYNC, fd) ? -1 : NEXT(fdatasync)(fd);
}

int
ftruncate(int fd, off_t len)
{
	return fails_on(TRUNCATE, fd) ? -1 : NEXT(ftruncate)(fd, len);
}

int
ftruncate64(int fd, off64_t len)
{
	return fails_on(TRUNCATE, fd) ? -1 : NEXT(ftruncate64)(fd, len);
}

int
unlink(const char *path)
{
	return is_counted(UNLINK) && fails(path) ? -1 : NEXT(unlink)(path);
}

void *
mmap(void *at, size_t len, int prot, int flags, int fd, off_t from)
{
	return fd >= 0 && fails_on(MAP, fd)
	    ? MAP_FAILED
	    : NEXT(mmap)(at, len, prot, flags, fd, from);
}

void *
mmap64(void *at, size_t len, int prot, int flags, int fd, off64_t from)
{
	return fd >= 0 && fails_on(MAP, fd)
	    ? MAP_FAILED
	    : NEXT(mmap64)(at, len, prot, flags, fd, from);
}
