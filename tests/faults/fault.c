/*
 * A disk that fails when it is told to: linked into a parley of its own, where
 * its functions stand before the C library's, for SQLite as well. It counts the
 * calls on the database's files, in all processes together, and lets the n-th
 * fail (or all from then on), or ends the process there as `kill -9` does. A
 * write may get half way before it fails; and to see whether tests notice it, a
 * call may say that it has done what it has not.
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
	int64_t error;         /* errno; 0: the process is killed; -1: a lie */
	int64_t half;          /* 1: that write gets half way, the next fails */
	int64_t index;         /* 1: only calls on the log's index count */
	_Atomic int64_t count; /* calls until now */
	_Atomic int64_t failed;
};

static struct control *control;

/* What is counted is a file of the database, whatever its end, or one. */
static const char *const marker[] = {"parley.db", "parley.db-shm"};

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

enum fate { AS_ASKED, FAILS, HALF, LIES };

/* What becomes of the n-th call? errno is set, or the process has ended. */
static enum fate
strike(int64_t n)
{
	int64_t late = n - control->nth;

	if (control->nth == 0 || late < 0 ||
	    (late > control->half && !control->onward))
		return AS_ASKED;
	control->failed++;
	if (control->half && late == 0)
		return HALF;
	if (control->error < 0)
		return LIES;
	if (control->error == 0)
		raise(SIGKILL); /* the sandbox lets it end itself alone */
	errno = (int)control->error;
	return FAILS;
}

static int
is_counted(int kind)
{
	return control != NULL && (control->kinds & kind) != 0;
}

static enum fate
fate_of(int kind, const char *name)
{
	return is_counted(kind) && strstr(name, marker[control->index]) != NULL
	    ? strike(++control->count)
	    : AS_ASKED;
}

static enum fate
fate(int kind, int fd)
{
	char link[64], name[4096];
	ssize_t len;

	if (!is_counted(kind))
		return AS_ASKED;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, name, sizeof(name) - 1);
	if (len < 0)
		return AS_ASKED;
	name[len] = '\0';
	return fate_of(kind, name);
}

#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* The call, or what becomes of it instead. */
#define WRITES(fd, len, call)                    \
	do {                                     \
		enum fate f = fate(WRITE, fd);   \
                                                 \
		if (f == FAILS)                  \
			return -1;               \
		if (f == LIES)                   \
			return (ssize_t)(len);   \
		if (f == HALF)                   \
			(len) = ((len) + 1) / 2; \
		return call;                     \
	} while (0)

#define DOES(f, call)                                            \
	do {                                                     \
		enum fate is = f;                                \
                                                                 \
		return is == FAILS ? -1 : is == LIES ? 0 : call; \
	} while (0)

ssize_t
write(int fd, const void *bytes, size_t len)
{
	WRITES(fd, len, NEXT(write)(fd, bytes, len));
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	WRITES(fd, len, NEXT(pwrite)(fd, bytes, len, at));
}

ssize_t
pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
	WRITES(fd, len, NEXT(pwrite64)(fd, bytes, len, at));
}

int
fsync(int fd)
{
	DOES(fate(SYNC, fd), NEXT(fsync)(fd));
}

int
fdatasync(int fd)
{
	DOES(fate(SYNC, fd), NEXT(fdatasync)(fd));
}

int
ftruncate(int fd, off_t len)
{
	DOES(fate(TRUNCATE, fd), NEXT(ftruncate)(fd, len));
}

int
ftruncate64(int fd, off64_t len)
{
	DOES(fate(TRUNCATE, fd), NEXT(ftruncate64)(fd, len));
}

int
unlink(const char *path)
{
	DOES(fate_of(UNLINK, path), NEXT(unlink)(path));
}

void *
mmap(void *at, size_t len, int prot, int flags, int fd, off_t from)
{
	return fd >= 0 && fate(MAP, fd) == FAILS
	    ? MAP_FAILED
	    : NEXT(mmap)(at, len, prot, flags, fd, from);
}

void *
mmap64(void *at, size_t len, int prot, int flags, int fd, off64_t from)
{
	return fd >= 0 && fate(MAP, fd) == FAILS
	    ? MAP_FAILED
	    : NEXT(mmap64)(at, len, prot, flags, fd, from);
}
