/*
 * One line per event: `2026-11-24T21:22:07.123Z info 4711 worker: ready`. To
 * stderr, or to a file that may be rotated: SIGUSR1 leads to log_reopen.
 * Never a token, never a message's text, never a visitor's address.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG__MAX };

extern const char *const log_level_names[LOG__MAX + 1]; /* NULL-terminated */

/*
 * log_open sends lines of up to `level` to the file at path (appending), or to
 * stderr if path is "" or "-". 0, or -1 with errno: then stderr is used.
 */
int log_open(const char *path, enum log_level level);

/* log_reopen opens the path anew, after a rotation. */
void log_reopen(void);

/* Control characters in a line are written as `?`: a line stays a line. */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
