/* What is safe, and what is not yet: see cut.c for what a power cut makes of
 * it. */
#include "disk_parts.h"

#include <stdlib.h>
#include <string.h>

struct disk *
disk_new(enum disk_deaf deaf)
{
	struct disk *d = calloc(1, sizeof(*d));

	if (d != NULL)
		d->deaf = deaf;
	return d;
}

void
disk_free(struct disk *d)
{
	for (int i = 0; i < d->n_files; i++) {
		free(d->files[i].safe.bytes);
		free(d->files[i].ops);
	}
	free(d->names.ops);
	free(d);
}

/* The file that has this number now; NULL: none. */
static struct disk_file *
file_by_number(struct disk *d, uint64_t number)
{
	for (int i = d->n_files - 1; i >= 0; i--)
		if (d->files[i].number == number)
			return &d->files[i];
	return NULL;
}

static bool
is_name(const struct disk_entry *e, const void *name, size_t len)
{
	return e->file >= 0 && strlen(e->name) == len &&
	    memcmp(e->name, name, len) == 0;
}

/* The file under this name, as a process sees it; -1: none. */
static int
file_by_name(const struct disk *d, const void *name, size_t len)
{
	for (int i = 0; i < d->n_seen; i++)
		if (is_name(&d->seen[i], name, len))
			return d->seen[i].file;
	return -1;
}

static bool
put_name_op(struct disk *d, struct disk_entry e, bool is_link)
{
	struct disk_names *n = &d->names;
	struct disk_name_op *more;

	more = realloc(n->ops, (n->n_ops + 1) * sizeof(*more));
	if (more == NULL)
		return false;
	n->ops = more;
	n->ops[n->n_ops++] = (struct disk_name_op){e, is_link, d->n_taken};
	return true;
}

/* A name that was not there is a file that was made. */
static bool
take_open(struct disk *d, const struct record *r, const void *name)
{
	struct disk_entry e = {.file = d->n_files};

	if (r->len == 1 && *(const char *)name == '.') {
		d->folder = r->file;
		return true;
	}
	if (file_by_name(d, name, r->len) >= 0)
		return true;
	if (d->n_files == DISK_FILES_MAX || d->n_seen == DISK_FILES_MAX ||
	    r->len >= DISK_NAME_MAX)
		return false;
	memcpy(e.name, name, r->len);
	d->files[d->n_files].number = r->file;
	strcpy(d->files[d->n_files++].name, e.name);
	d->seen[d->n_seen++] = e;
	return put_name_op(d, e, true);
}

static bool
take_unlink(struct disk *d, const struct record *r, const void *name)
{
	for (int i = 0; i < d->n_seen; i++) {
		struct disk_entry *e = &d->seen[i];

		if (!is_name(e, name, r->len))
			continue;
		/* Its number may be given to another file. */
		d->files[e->file].number = 0;
		if (!put_name_op(d, *e, false))
			return false;
		*e = d->seen[--d->n_seen];
		return true;
	}
	return true;
}

/* A write, a truncate or an extension waits for its sync. */
static bool
take_change(struct disk *d, const struct record *r, const void *bytes)
{
	struct disk_file *f = file_by_number(d, r->file);
	struct disk_op *more;

	if (f == NULL)
		return true; /* it has no name any more: nobody will find it */
	more = realloc(f->ops, (f->n_ops + 1) * sizeof(*more));
	if (more == NULL)
		return false;
	f->ops = more;
	f->ops[f->n_ops++] = (struct disk_op){r->kind, r->at, bytes, r->len,
	    d->n_taken};
	return true;
}

bool
disk_bytes_resize(struct disk_bytes *b, size_t len)
{
	char *more;

	if (len > b->cap) {
		more = realloc(b->bytes, len * 2);
		if (more == NULL)
			return false;
		b->bytes = more;
		b->cap = len * 2;
	}
	if (len > b->len)
		memset(b->bytes + b->len, 0, len - b->len);
	b->len = len;
	return true;
}

size_t
disk_op_len(const struct disk_op *op, size_t len)
{
	if (op->kind == RECORD_TRUNCATE)
		return op->at;
	return op->at + op->len > len ? op->at + op->len : len;
}

static bool
make_safe(struct disk_bytes *b, const struct disk_op *op)
{
	if (!disk_bytes_resize(b, disk_op_len(op, b->len)))
		return false;
	if (op->kind == RECORD_WRITE)
		memcpy(b->bytes + op->at, op->bytes, op->len);
	return true;
}

static bool
is_deaf(const struct disk *d, const struct disk_file *f)
{
	size_t len = strlen(f->name);
	bool is_log = len > 4 && strcmp(f->name + len - 4, "-wal") == 0;
	bool is_journal = len > 8 && strcmp(f->name + len - 8, "-journal") == 0;

	return is_log ? d->deaf == DEAF_LOG
		      : !is_journal && d->deaf == DEAF_MAIN;
}

/* What was taken before `before` is safe now. */
static bool
sync_file(const struct disk *d, struct disk_file *f, uint64_t before)
{
	size_t n = 0;

	f->was_synced = true;
	if (is_deaf(d, f))
		return true;
	while (n < f->n_ops && f->ops[n].when < before)
		if (!make_safe(&f->safe, &f->ops[n++]))
			return false;
	f->n_ops -= n;
	if (f->n_ops > 0)
		memmove(f->ops, f->ops + n, f->n_ops * sizeof(f->ops[0]));
	return true;
}

void
disk_name_apply(struct disk_entry *list, int *n, const struct disk_name_op *op)
{
	for (int i = 0; i < *n; i++)
		if (strcmp(list[i].name, op->entry.name) == 0)
			list[i--] = list[--*n];
	if (op->is_link && *n < DISK_FILES_MAX)
		list[(*n)++] = op->entry;
}

static void
sync_names(struct disk *d, uint64_t before)
{
	struct disk_names *n = &d->names;
	size_t done = 0;

	if (d->deaf == DEAF_FOLDER)
		return;
	for (; done < n->n_ops && n->ops[done].when < before; done++)
		disk_name_apply(n->safe, &n->n_safe, &n->ops[done]);
	n->n_ops -= done;
	if (n->n_ops > 0)
		memmove(n->ops, n->ops + done, n->n_ops * sizeof(n->ops[0]));
}

static bool
take_sync(struct disk *d, const struct record *r)
{
	struct disk_sync *s = NULL;
	struct disk_file *f;

	for (int i = 0; i < DISK_FILES_MAX; i++)
		if (d->syncs[i].pid ==
		    (r->kind == RECORD_SYNC_BEGIN ? 0 : r->pid))
			s = &d->syncs[i];
	if (s == NULL)
		return false;
	if (r->kind == RECORD_SYNC_BEGIN) {
		*s = (struct disk_sync){r->pid, d->n_taken};
		return true;
	}
	s->pid = 0;
	if (r->file == d->folder) {
		sync_names(d, s->since);
		return true;
	}
	f = file_by_number(d, r->file);
	return f == NULL || sync_file(d, f, s->since);
}

bool
disk_take(struct disk *d, const struct record *r, const void *bytes,
    const char **why)
{
	static bool (*const takes[])(struct disk *, const struct record *,
	    const void *) = {
	    [RECORD_OPEN] = take_open,
	    [RECORD_UNLINK] = take_unlink,
	    [RECORD_WRITE] = take_change,
	    [RECORD_TRUNCATE] = take_change,
	    [RECORD_EXTEND] = take_change,
	};
	bool ok;

	d->n_taken++;
	*why = "memory, or a process that was killed in its sync";
	if (r->kind == RECORD_SYNC_BEGIN || r->kind == RECORD_SYNC_END)
		return take_sync(d, r);
	if (r->kind == RECORD_ANSWER)
		return true;
	*why = "a call that the replay does not know";
	ok = r->kind < sizeof(takes) / sizeof(takes[0]) &&
	    takes[r->kind] != NULL && takes[r->kind](d, r, bytes);
	return ok;
}
