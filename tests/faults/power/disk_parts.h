/* What disk.c and cut.c share. */
#ifndef DISK_PARTS_H
#define DISK_PARTS_H

#include "disk.h"

struct disk_bytes {
	char *bytes;
	size_t len, cap;
};

/* A change to a file that no sync has made safe. */
struct disk_op {
	uint32_t kind;
	uint64_t at;
	const char *bytes;
	size_t len;
	uint64_t when; /* the number of its record */
};

struct disk_file {
	uint64_t number; /* its inode's; 0: unlinked */
	char name[DISK_NAME_MAX];
	struct disk_bytes safe;
	struct disk_op *ops;
	size_t n_ops;
	bool was_synced; /* ever */
};

struct disk_entry {
	char name[DISK_NAME_MAX];
	int file; /* its place in disk.files */
};

struct disk_name_op {
	struct disk_entry entry;
	bool is_link; /* else it was unlinked */
	uint64_t when;
};

struct disk_names {
	struct disk_entry safe[DISK_FILES_MAX];
	int n_safe;
	struct disk_name_op *ops;
	size_t n_ops;
};

/* A sync that has begun; one a process. */
struct disk_sync {
	uint32_t pid; /* 0: none */
	uint64_t since;
};

struct disk {
	enum disk_deaf deaf;
	struct disk_file files[DISK_FILES_MAX];
	int n_files;
	struct disk_entry seen[DISK_FILES_MAX]; /* as processes see them */
	int n_seen;
	struct disk_names names;
	struct disk_sync syncs[DISK_FILES_MAX];
	uint64_t folder;  /* its inode's number */
	uint64_t n_taken; /* records */
};

/* Room that is new is zero. False: out of memory. */
bool disk_bytes_resize(struct disk_bytes *b, size_t len);

/* How long a file of this length is after the change. */
size_t disk_op_len(const struct disk_op *op, size_t len);

/* Adds the name to the list, or takes it away. */
void disk_name_apply(struct disk_entry *list, int *n,
    const struct disk_name_op *op);

#endif
