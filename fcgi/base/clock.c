#include "base/clock.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t
read_ns(clockid_t which)
{
	struct timespec ts = {0};

	/* Fails only for a clock the kernel has not: ts stays zero. */
	clock_gettime(which, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t
clock_wall_ms(void)
{
	return read_ns(CLOCK_REALTIME) / 1000000;
}

int64_t
clock_steady_ms(void)
{
	return clock_steady_ns() / 1000000;
}

int64_t
clock_steady_ns(void)
{
	return read_ns(CLOCK_BOOTTIME);
}

int
clock_boot_id(char out[CLOCK_BOOT_ID_LEN + 1])
{
	ssize_t n = -1;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		n = read(fd, out, CLOCK_BOOT_ID_LEN);
		close(fd);
	}
	out[n == CLOCK_BOOT_ID_LEN ? n : 0] = '\0';
	return n == CLOCK_BOOT_ID_LEN ? 0 : -1;
}

struct now
clock_now(void)
{
	return (struct now){clock_steady_ms(), clock_wall_ms()};
}
