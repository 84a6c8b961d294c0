/*
 * What a new boot may find. Of a file with writes that no sync has made safe
 * each sector is as it was, or as any of these writes left it; its length is
 * any it has had since, and what it grew by and was not written is zero, or
 * rubbish. SQLite counts on one thing alone (powersafe overwrite): a sector
 * holds nothing but what was once written there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chance.h"
#include "disk_parts.h"

/* How the changes to one file fare. */
enum fate {
	FATE_LOST,     /* none arrives */
	FATE_KEPT,     /* all of them */
	FATE_ORDERED,  /* the first few, the last of these torn */
	FATE_WRITES,   /* each arrives whole, or does not */
	FATE_SECTORS,  /* each sector of each arrives, or does not */
	FATE_SHUFFLED, /* the same, and an older one may be the last */
	FATES,
};

struct cut {
	uint64_t seed;
	enum fate fate;
	uint64_t odds;   /* of 8: that something arrives */
	bool is_rubbish; /* what a file grew by */
	size_t last;     /* FATE_ORDERED: the one that is torn */
	bool lost_one;   /* of this file, so far */
	struct disk_harm *harm;
};

static bool
arrives(struct cut *c)
{
	return chance_below(&c->seed, 8) < c->odds;
}

static bool
resize(struct cut *c, struct disk_bytes *b, size_t len)
{
	size_t was = b->len;

	if (!disk_bytes_resize(b, len))
		return false;
	for (size_t i = was; c->is_rubbish && i < len; i++)
		b->bytes[i] = (char)chance(&c->seed);
	return true;
}

/* Does this change come through: whole, in parts, or not at all? */
static enum fate
fate_of(struct cut *c, size_t i)
{
	switch (c->fate) {
	case FATE_ORDERED:
		return i < c->last ? FATE_KEPT
		    : i == c->last ? FATE_SECTORS
				   : FATE_LOST;
	case FATE_WRITES:
		return arrives(c) ? FATE_KEPT : FATE_LOST;
	case FATE_SHUFFLED:
		return FATE_SECTORS;
	default:
		return c->fate;
	}
}

static bool
put(struct cut *c, struct disk_bytes *b, const struct disk_op *op, size_t from,
    size_t to)
{
	if (to > b->len && !resize(c, b, to))
		return false;
	memcpy(b->bytes + from, op->bytes + (from - op->at), to - from);
	return true;
}

static void
note_harm(struct cut *c, size_t n_kept, size_t n_sectors)
{
	c->harm->dropped += n_kept == 0;
	c->harm->torn += n_kept > 0 && n_kept < n_sectors;
	c->harm->reordered += n_kept > 0 && c->lost_one;
	c->lost_one |= n_kept < n_sectors;
}

static bool
do_write(struct cut *c, struct disk_bytes *b, const struct disk_op *op,
    enum fate fate)
{
	size_t from = op->at, end = op->at + op->len, to, n = 0, n_kept = 0;

	for (; from < end; from = to, n++) {
		to = (from / DISK_SECTOR + 1) * DISK_SECTOR;
		if (to > end)
			to = end;
		if (fate == FATE_LOST || (fate == FATE_SECTORS && !arrives(c)))
			continue;
		if (!put(c, b, op, from, to))
			return false;
		n_kept++;
	}
	note_harm(c, n_kept, n);
	return true;
}

static bool
do_length(struct cut *c, struct disk_bytes *b, const struct disk_op *op,
    enum fate fate)
{
	if (fate == FATE_LOST || (fate == FATE_SECTORS && !arrives(c))) {
		c->harm->truncates++;
		return true;
	}
	if (op->kind == RECORD_EXTEND && op->at <= b->len)
		return true;
	return resize(c, b, op->at);
}

static void
shuffle(struct cut *c, size_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = n; c->fate == FATE_SHUFFLED && i > 1; i--) {
		size_t j = chance_below(&c->seed, i), was = order[i - 1];

		order[i - 1] = order[j];
		order[j] = was;
	}
}

/* The length is written down apart from the bytes, sooner or later. */
static bool
choose_length(struct cut *c, struct disk_bytes *b, const struct disk_file *f)
{
	size_t n = chance_below(&c->seed, f->n_ops + 1), len = f->safe.len;

	if (c->fate <= FATE_ORDERED || chance_below(&c->seed, 2) == 0)
		return true;
	for (size_t i = 0; i < n; i++)
		len = disk_op_len(&f->ops[i], len);
	return resize(c, b, len);
}

static void
choose_fate(struct cut *c, const struct disk_file *f)
{
	c->fate = (enum fate)chance_below(&c->seed, FATES);
	c->odds = (uint64_t[]){1, 4, 7}[chance_below(&c->seed, 3)];
	c->is_rubbish = chance_below(&c->seed, 4) == 0;
	c->last = chance_below(&c->seed, f->n_ops + 1);
	c->lost_one = false;
}

/* The file's bytes, by the fate that was chosen. */
static bool
imagine(struct cut *c, struct disk_bytes *b, const struct disk_file *f)
{
	size_t *order = calloc(f->n_ops + 1, sizeof(*order));
	bool ok = order != NULL && disk_bytes_resize(b, f->safe.len);

	if (ok && f->safe.len > 0)
		memcpy(b->bytes, f->safe.bytes, f->safe.len);
	if (ok)
		shuffle(c, order, f->n_ops);
	for (size_t i = 0; ok && i < f->n_ops; i++) {
		const struct disk_op *op = &f->ops[order[i]];

		ok = (op->kind == RECORD_WRITE ? do_write : do_length)(c, b, op,
		    fate_of(c, i));
	}
	free(order);
	return ok && choose_length(c, b, f);
}

static bool
write_file(const char *folder, const char *name, const struct disk_bytes *b)
{
	char path[4096];
	size_t done = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	while (fd >= 0 && done < b->len) {
		ssize_t n = write(fd, b->bytes + done, b->len - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return fd >= 0 && close(fd) == 0 && done == b->len;
}

/*
 * A name comes and goes with a sync of its folder; on some file systems with a
 * sync of the file as well; and until then whenever it likes.
 */
static int
choose_names(struct cut *c, const struct disk *d, struct disk_entry *names)
{
	const struct disk_names *n = &d->names;
	bool file_syncs_name = chance_below(&c->seed, 2) == 0;
	int count = n->n_safe;

	memcpy(names, n->safe, sizeof(n->safe));
	c->odds = (uint64_t[]){0, 4, 8}[chance_below(&c->seed, 3)];
	for (size_t i = 0; i < n->n_ops; i++) {
		const struct disk_name_op *op = &n->ops[i];

		if ((op->is_link && file_syncs_name &&
			d->files[op->entry.file].was_synced) ||
		    arrives(c))
			disk_name_apply(names, &count, op);
		else
			c->harm->names++;
	}
	return count;
}

static void
empty(const struct disk *d, const char *folder)
{
	static const char *const ends[] = {"", "-shm", "-journal", "-wal"};
	char path[4200];

	for (int i = 0; i < d->n_files; i++)
		for (size_t j = 0; j < sizeof(ends) / sizeof(ends[0]); j++) {
			snprintf(path, sizeof(path), "%s/%s%s", folder,
			    d->files[i].name, ends[j]);
			unlink(path);
		}
}

/* Now and then an index of the log is found, and is worth nothing. */
static bool
leave_index(struct cut *c, const char *folder, const char *log_name)
{
	char name[DISK_NAME_MAX + 8];
	struct disk_bytes b = {0};
	size_t len = strlen(log_name);
	bool ok;

	if (len < 4 || strcmp(log_name + len - 4, "-wal") != 0 ||
	    chance_below(&c->seed, 8) != 0)
		return true;
	snprintf(name, sizeof(name), "%.*s-shm", (int)len - 4, log_name);
	c->is_rubbish = true;
	ok = resize(c, &b, 32768) && write_file(folder, name, &b);
	free(b.bytes);
	return ok;
}

bool
disk_cut(const struct disk *d, uint64_t seed, const char *folder,
    struct disk_harm *harm)
{
	struct disk_entry names[DISK_FILES_MAX];
	struct cut c = {.seed = seed, .harm = harm};
	int n = choose_names(&c, d, names);
	bool ok = true;

	empty(d, folder);
	for (int i = 0; ok && i < n; i++) {
		const struct disk_file *f = &d->files[names[i].file];
		struct disk_bytes b = {0};

		choose_fate(&c, f);
		ok = imagine(&c, &b, f) &&
		    write_file(folder, names[i].name, &b) &&
		    leave_index(&c, folder, names[i].name);
		free(b.bytes);
	}
	return ok;
}

bool
disk_show(const struct disk *d, const char *folder)
{
	struct disk_harm harm = {0};
	struct cut c = {.fate = FATE_KEPT, .harm = &harm};
	bool ok = true;

	empty(d, folder);
	for (int i = 0; ok && i < d->n_seen; i++) {
		struct disk_bytes b = {0};

		ok = imagine(&c, &b, &d->files[d->seen[i].file]) &&
		    write_file(folder, d->seen[i].name, &b);
		free(b.bytes);
	}
	return ok;
}
