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
	WORDS_MAX = 64,  /* in one datagram */
	DRAIN_MAX = 256, /* datagrams that one drain takes */
	CROWDED = 8,     /* Linux queues 11 for a socket, then turns away */
	LIST_EVERY_MS = 1000,
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

/* False: a listener's socket is full. A dead one is put away. */
static bool
send_words(struct bell *b, const struct bell_word *words, size_t n)
{
	bool heard = true;

	for (size_t i = 0; i < b->n_peers; i++) {
		struct sockaddr_un sa = address(b, b->peers[i]);

		if (sendto(b->fd, words, n * sizeof(*words),
			MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&sa,
			sizeof(sa)) >= 0)
			continue;
		heard = heard && errno != EAGAIN;
		if (errno == ECONNREFUSED)
			drop_socket(b, b->peers[i]);
	}
	return heard;
}

/* Who has not heard a ring finds out, see bell_drain. */
static void
keep_missed(struct bell *b, const struct bell_word *words, size_t n)
{
	for (size_t i = 0; i < n && b->n_missed < BELL_MISSED_MAX; i++)
		if (words[i].session != 0)
			b->missed[b->n_missed++] = words[i];
}

static void
say(struct bell *b, int64_t now_ms, const struct bell_word *words, size_t n)
{
	if (b->fd < 0 || n == 0)
		return;
	list_peers(b, now_ms);
	for (size_t at = 0, part; at < n; at += part) {
		part = n - at < WORDS_MAX ? n - at : WORDS_MAX;
		if (!send_words(b, words + at, part))
			keep_missed(b, words + at, part);
	}
}

void
bell_ring(struct bell *b, int64_t now_ms)
{
	const struct bell_word ring = {0};

	say(b, now_ms, &ring, 1);
}

void
bell_held(struct bell *b, int64_t now_ms, const struct bell_word *held,
    size_t n)
{
	say(b, now_ms, held, n);
}

void
bell_over(struct bell *b, int64_t now_ms, int64_t session)
{
	const struct bell_word over = {.session = session};

	say(b, now_ms, &over, 1);
}

void
bell_repeat(struct bell *b, int64_t now_ms)
{
	struct bell_word missed[BELL_MISSED_MAX];
	size_t n = b->n_missed;

	memcpy(missed, b->missed, n * sizeof(missed[0]));
	b->n_missed = 0;
	say(b, now_ms, missed, n);
}

/* Where so many have queued, a ring may have been turned away. */
bool
bell_drain(struct bell *b,
    void (*held)(int64_t session, int64_t since, void *arg), void *arg)
{
	struct bell_word words[WORDS_MAX];
	bool news = false;

	for (int i = 0; b->fd >= 0 && i < DRAIN_MAX; i++) {
		ssize_t len = recv(b->fd, words, sizeof(words), MSG_DONTWAIT);

		if (len < 0)
			break;
		for (size_t j = 0; j < (size_t)len / sizeof(words[0]); j++)
			if (words[j].session != 0)
				held(words[j].session, words[j].since, arg);
			else
				news = true;
		news |= i >= CROWDED;
	}
	return news;
}

void
bell_wait(struct bell *b, int64_t ms)
{
	struct pollfd p = {.fd = b->fd, .events = POLLIN};

	poll(&p, 1, (int)ms);
}
