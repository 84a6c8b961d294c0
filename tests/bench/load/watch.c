#include "watch.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

void
watch_init(struct watch *w, const char *what)
{
	const char *at = strchr(what, '=');

	*w = (struct watch){0};
	if (at == NULL || at - what >= WATCH_NAME_MAX)
		fault("%s: not NAME=PID,PID", what);
	memcpy(w->name, what, (size_t)(at - what));
	while (*at != '\0' && isdigit((unsigned char)at[1])) {
		char *end;

		if (w->n == WATCH_PIDS_MAX)
			fault("%s: too many", what);
		w->pids[w->n++] = (int)strtol(at + 1, &end, 10);
		at = end;
	}
}

/* The time one thread has run, to the nanosecond. */
static int64_t
thread_ns(int pid, const char *tid)
{
	char path[320];
	long long ns = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", pid, tid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%lld", &ns) != 1)
		ns = 0;
	fclose(f);
	return ns;
}

static int64_t
process_ns(int pid)
{
	char path[64];
	struct dirent *entry;
	int64_t ns = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (dir == NULL)
		fault("process %d has ended", pid);
	while ((entry = readdir(dir)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			ns += thread_ns(pid, entry->d_name);
	closedir(dir);
	return ns;
}

static void
add_io(int pid, struct usage *u)
{
	char path[64], name[32];
	long long value;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/io", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return; /* another user's process */
	while (fscanf(f, "%31s %lld", name, &value) == 2) {
		if (strcmp(name, "write_bytes:") == 0)
			u->write_bytes += value;
		if (strcmp(name, "wchar:") == 0)
			u->wchar += value;
	}
	fclose(f);
}

static struct usage
usage(const struct watch *w)
{
	struct usage u = {0};

	for (int i = 0; i < w->n; i++) {
		u.cpu_ns += process_ns(w->pids[i]);
		add_io(w->pids[i], &u);
	}
	return u;
}

void
watch_begin(struct watch *w)
{
	w->from = usage(w);
}

void
watch_end(struct watch *w)
{
	struct usage now = usage(w);

	w->used = (struct usage){now.cpu_ns - w->from.cpu_ns,
	    now.write_bytes - w->from.write_bytes, now.wchar - w->from.wchar};
}
