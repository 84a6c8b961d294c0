#include "store/mark.h"

#include <unistd.h>

static const int64_t MAGIC = INT64_C(0x316b72616d796c72); /* rlymark1 */

bool
mark_read(int fd, struct mark *m)
{
	if (pread(fd, m, sizeof(*m), 0) == (ssize_t)sizeof(*m) &&
	    m->magic == MAGIC)
		return true;
	*m = (struct mark){0};
	return false;
}

int
mark_write(int fd, struct mark *m)
{
	m->magic = MAGIC;
	return pwrite(fd, m, sizeof(*m), 0) == (ssize_t)sizeof(*m) ? 0 : -1;
}

static struct mark_file
file_of(const struct stat *st)
{
	return (struct mark_file){
	    .dev = (int64_t)st->st_dev,
	    .ino = (int64_t)st->st_ino,
	    .len = st->st_size,
	    .mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 +
		st->st_mtim.tv_nsec,
	};
}

struct mark_file
mark_stat(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return (struct mark_file){0};
	return file_of(&st);
}

struct mark_file
mark_fstat(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return (struct mark_file){0};
	return file_of(&st);
}

bool
mark_is_same_file(const struct mark_file *a, const struct mark_file *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

bool
mark_is_untouched(const struct mark_file *a, const struct mark_file *b)
{
	return mark_is_same_file(a, b) && a->len == b->len &&
	    a->mtime_ns == b->mtime_ns;
}
