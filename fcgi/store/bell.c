#include "store/bell.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	NOTE_IDS_MAX = 64,
	DRAIN_MAX = 256, /* datagrams that one drain takes */
	LIST_EVERY_MS = 1000,
};

/* One datagram. No ids: "there are new events". */
struct note {
	int64_t n_ids;
	int64_t since; /* the moment of holding, see clock_steady_ns; or 0 */
	int64_t ids[NOTE_IDS_MAX];
};

/* By the descriptor of the directory: its own path may be too long. */
static struct sockaddr_un
address(const struct bell *b, int pid)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	snprintf(sa.sun_path, sizeof(sa.sun_path), "/proc/self/fd/%d/%d",
	    b->dir_fd, pid);
	return sa;
}

static void
drop_socket(const struct bell *b, int pid)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", pid);
	unlinkat(b->dir_fd, name, 0);
}

static int
bind_own(struct bell *b)
{
	struct sockaddr_un sa = address(b, getpid());

	drop_socket(b, getpid());
	return bind(b->fd, (struct sockaddr *)&sa, sizeof(sa));
}

int
bell_open(struct bell *b, const char *db_path, bool listen)
{
	char path[1100];
	int why;

	*b = (struct bell){.fd = -1, .dir_fd = -1};
	snprintf(path, sizeof(path), "%s.bell", db_path);
	if (mkdir(path, 0770) != 0 && errno != EEXIST)
		return -1;
	b->dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->dir_fd >= 0)
		b->fd = socket(AF_UNIX,
		    SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (b->fd >= 0 && (!listen || bind_own(b) == 0)) {
		b->listening = listen;
		return 0;
	}
	why = errno;
	bell_close(b);
	errno = why;
	return -1;
}

void
bell_close(struct bell *b)
{
	if (b->listening)
		drop_socket(b, getpid());
	if (b->fd >= 0)
		close(b->fd);
	if (b->dir_fd >= 0)
		close(b->dir_fd);
	*b = (struct bell){.fd = -1, .dir_fd = -1};
}

static void
read_directory(struct bell *b)
{
	int fd = openat(b->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	b->n_peers = 0;
	while ((e = readdir(d)) != NULL && b->n_peers < BELL_PEERS_MAX) {
		int pid = (int)strtol(e->d_name, NULL, 10);

		if (pid > 0 && pid != getpid())
			b->peers[b->n_peers++] = pid;
	}
	closedir(d);
}

static void
list_peers(struct bell *b, int64_t now_ms)
{
	struct stat st;
	int64_t mtime_ns;

	if (fstat(b->dir_fd, &st) != 0)
		return;
	mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	if (mtime_ns == b->dir_mtime_ns &&
	    now_ms - b->listed_ms < LIST_EVERY_MS)
		return;
	b->dir_mtime_ns = mtime_ns;
	b->listed_ms = now_ms;
	read_directory(b);
}

/* A full socket has been rung already; a dead one is put away. */
static void
send_note(struct bell *b, int64_t now_ms, const struct note *note)
{
	size_t len = offsetof(struct note, ids) +
	    (size_t)note->n_ids * sizeof(note->ids[0]);

	if (b->fd < 0)
		return;
	list_peers(b, now_ms);
	for (size_t i = 0; i < b->n_peers; i++) {
		struct sockaddr_un sa = address(b, b->peers[i]);

		if (sendto(b->fd, note, len, MSG_DONTWAIT | MSG_NOSIGNAL,
			(struct sockaddr *)&sa, sizeof(sa)) < 0 &&
		    errno == ECONNREFUSED)
			drop_socket(b, b->peers[i]);
	}
}

void
bell_ring(struct bell *b, int64_t now_ms)
{
	const struct note note = {0};

	send_note(b, now_ms, &note);
}

void
bell_held(struct bell *b, int64_t since, const int64_t *sessions, size_t n)
{
	const int64_t now_ms = since / 1000000;
	struct note note = {.since = since};

	for (size_t at = 0; at < n; at += (size_t)note.n_ids) {
		note.n_ids = (int64_t)(n - at);
		if (note.n_ids > NOTE_IDS_MAX)
			note.n_ids = NOTE_IDS_MAX;
		memcpy(note.ids, sessions + at,
		    (size_t)note.n_ids * sizeof(note.ids[0]));
		send_note(b, now_ms, &note);
	}
}

void
bell_over(struct bell *b, int64_t now_ms, int64_t session)
{
	const struct note note = {.n_ids = 1, .ids = {session}};

	send_note(b, now_ms, &note);
}

bool
bell_drain(struct bell *b,
    void (*held)(int64_t session, int64_t since, void *arg), void *arg)
{
	struct note note;
	bool news = false;

	for (int i = 0; b->fd >= 0 && i < DRAIN_MAX; i++) {
		ssize_t len = recv(b->fd, &note, sizeof(note), MSG_DONTWAIT);

		if (len < (ssize_t)offsetof(struct note, ids))
			break;
		len -= (ssize_t)offsetof(struct note, ids);
		news |= note.n_ids == 0;
		for (size_t j = 0; j < (size_t)len / sizeof(note.ids[0]); j++)
			held(note.ids[j], note.since, arg);
	}
	return news;
}

void
bell_wait(struct bell *b, int64_t ms)
{
	struct pollfd p = {.fd = b->fd, .events = POLLIN};

	poll(&p, 1, (int)ms);
}
