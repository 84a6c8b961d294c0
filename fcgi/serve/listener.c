#include "serve/listener.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A full backlog is an immediate 502 in nginx: make it a long one. */
enum { BACKLOG = 4096 };

static int
fail(int fd, char *why, size_t why_cap, const char *path, const char *what)
{
	snprintf(why, why_cap, "%s: %s", path, what);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Does anybody accept connections there? */
static int
is_served(const struct sockaddr_un *sa)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int served = fd >= 0 &&
	    connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) == 0;

	if (fd >= 0)
		close(fd);
	return served;
}

int
listener_open(const char *path, int mode, char *why, size_t why_cap)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	struct stat st;
	int fd;

	if (strlen(path) >= sizeof(sa.sun_path))
		return fail(-1, why, why_cap, path,
		    "too long for a socket (107 bytes at most)");
	strcpy(sa.sun_path, path);
	if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
		return fail(-1, why, why_cap, path,
		    "is there already, and no socket");
	if (is_served(&sa))
		return fail(-1, why, why_cap, path,
		    "another process serves this socket");
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0 ||
	    chmod(path, (mode_t)mode) != 0 || listen(fd, BACKLOG) != 0)
		return fail(fd, why, why_cap, path, strerror(errno));
	return fd;
}
