#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"

const char *const log_level_names[LOG__MAX + 1] = {
    [LOG_ERROR] = "error",
    [LOG_WARN] = "warn",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
    [LOG__MAX] = NULL,
};

enum { LINE_MAX_LEN = 2048 };

static struct {
	int fd;
	enum log_level level;
	char path[4096]; /* "" is stderr */
} out = {.fd = STDERR_FILENO, .level = LOG_INFO};

/* Points the log elsewhere; where that fails, to stderr. */
static int
redirect(const char *path)
{
	int fd = STDERR_FILENO, rc = 0;

	if (path[0] != '\0')
		fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
		    0640);
	if (fd < 0) {
		rc = -1;
		fd = STDERR_FILENO;
	}
	if (out.fd != STDERR_FILENO) {
		int saved = errno;

		close(out.fd);
		errno = saved;
	}
	out.fd = fd;
	return rc;
}

int
log_open(const char *path, enum log_level level)
{
	out.level = level;
	if (strcmp(path, "-") == 0)
		path = "";
	if (strlen(path) >= sizeof out.path) {
		out.path[0] = '\0';
		redirect("");
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(out.path, path);
	return redirect(out.path);
}

void
log_reopen(void)
{
	if (redirect(out.path) != 0)
		log_error("log: cannot open %s: %s", out.path, strerror(errno));
}

static size_t
put_head(char *line, enum log_level level)
{
	int64_t ms = clock_wall_ms();
	time_t s = (time_t)(ms / 1000);
	struct tm tm;
	size_t n;

	gmtime_r(&s, &tm);
	n = strftime(line, LINE_MAX_LEN, "%Y-%m-%dT%H:%M:%S", &tm);
	n += (size_t)snprintf(line + n, LINE_MAX_LEN - n, ".%03dZ %s %ld ",
	    (int)(ms % 1000), log_level_names[level], (long)getpid());
	return n;
}

/* No line can pretend to be two, or speak to a terminal. */
static void
disarm(char *at, const char *end)
{
	while (at < end) {
		const char *next = at;
		int32_t c = utf8_next(&next, end);

		if (c < 0)
			next = at + 1;
		if (c < 0x20 || (c >= 0x7F && c < 0xA0))
			memset(at, '?', (size_t)(next - at));
		at += next - at;
	}
}

static void __attribute__((format(printf, 2, 0)))
put_line(enum log_level level, const char *fmt, va_list args)
{
	int saved = errno;
	char line[LINE_MAX_LEN];
	size_t head, room, len;
	int wanted;

	if (level > out.level)
		return;
	head = put_head(line, level);
	room = sizeof line - head;
	errno = saved; /* for %m */
	wanted = vsnprintf(line + head, room, fmt, args);
	len = wanted < 0 ? 0 : (size_t)wanted;
	if (len >= room) {
		len = room - 1;
		memcpy(line + head + len - 3, "...", 3);
	}
	disarm(line + head, line + head + len);
	line[head + len] = '\n';
	/* One write, so that lines of several processes do not mingle. What
	 * cannot be written has nowhere else to go. */
	if (write(out.fd, line, head + len + 1) < 0)
		errno = saved;
	errno = saved;
}

void
log_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_line(LOG_ERROR, fmt, args);
	va_end(args);
}

void
log_warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_line(LOG_WARN, fmt, args);
	va_end(args);
}

void
log_info(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_line(LOG_INFO, fmt, args);
	va_end(args);
}

void
log_debug(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_line(LOG_DEBUG, fmt, args);
	va_end(args);
}
