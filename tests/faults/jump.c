/*
 * A machine's clock that somebody sets, linked into the faulty parley: seconds
 * are added to what it says. The steady clocks know nothing of it. It is told
 * by a file that all processes map, JUMP_CONTROL (town.mjs).
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *seconds;

static void __attribute__((constructor)) begin(void)
{
	const char *path = getenv("JUMP_CONTROL");
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	void *at;

	if (fd < 0)
		return;
	at = mmap(NULL, sizeof(*seconds), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (at != MAP_FAILED)
		seconds = at;
}

int
clock_gettime(clockid_t which, struct timespec *out)
{
	static int (*next)(clockid_t, struct timespec *);
	int rc;

	if (next == NULL)
		next = (__typeof__(next))dlsym(RTLD_NEXT, "clock_gettime");
	rc = next(which, out);
	if (rc == 0 && which == CLOCK_REALTIME && seconds != NULL)
		out->tv_sec += *seconds;
	return rc;
}
