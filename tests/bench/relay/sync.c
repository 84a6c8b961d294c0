/* sync FILE SECONDS: appends 4 KiB and calls fdatasync, again and again. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hist.h"
#include "ticks.h"

enum { BLOCK = 4096 };

int
main(int argc, char **argv)
{
	static char block[BLOCK];
	static struct hist h;
	int fd = argc == 3 ? open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600)
			   : -1;
	int64_t end, before;

	if (fd < 0) {
		fprintf(stderr, "usage: sync FILE SECONDS\n");
		return 2;
	}
	memset(block, 'x', sizeof(block));
	end = now_ns() + (int64_t)(atof(argv[2]) * SECOND);
	do {
		before = now_ns();
		if (write(fd, block, BLOCK) != BLOCK || fdatasync(fd) != 0) {
			perror("sync");
			return 1;
		}
		hist_add(&h, now_ns() - before);
	} while (now_ns() < end);
	unlink(argv[1]);
	printf("{\"n\":%llu,\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}\n",
	    (unsigned long long)h.n, hist_at(&h, 0.5) / 1e3,
	    hist_at(&h, 0.99) / 1e3, h.max / 1e3);
	return 0;
}
