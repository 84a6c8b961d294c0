/*
 * A disk with its cache: what of a folder is on it for certain, what has been
 * written since and may be lost, torn or reordered by a power cut. Bytes belong
 * to the recording, which outlives the disk.
 */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

enum { DISK_SECTOR = 512, DISK_FILES_MAX = 64, DISK_NAME_MAX = 64 };

/* What the negative controls leave out: such a sync does nothing. */
enum disk_deaf {
	DEAF_NOT,
	DEAF_FOLDER, /* names of files are never safe */
	DEAF_LOG,    /* the -wal file is never safe */
	DEAF_MAIN,   /* the database file is never safe */
};

struct disk;

/* What a cut did to writes that no sync had made safe; they add up. */
struct disk_harm {
	uint64_t dropped;   /* nothing of it arrived */
	uint64_t torn;      /* some of its sectors did */
	uint64_t reordered; /* it arrived, and one before it did not (all) */
	uint64_t names;     /* a file's name came, or went, too late */
	uint64_t truncates; /* a truncate that did not arrive */
};

/* NULL: out of memory. */
struct disk *disk_new(enum disk_deaf deaf);
void disk_free(struct disk *d);

/* Takes the next record. False: it is not understood, *why says what. */
bool disk_take(struct disk *d, const struct record *r, const void *bytes,
    const char **why);

/*
 * The power is cut now: writes what a new boot might find into `folder` (which
 * is emptied of such files first); the chance is all of `seed`. Adds to *harm.
 * False: the files cannot be written (errno).
 */
bool disk_cut(const struct disk *d, uint64_t seed, const char *folder,
    struct disk_harm *harm);

/* Writes what processes see, which no cut has harmed. */
bool disk_show(const struct disk *d, const char *folder);

#endif
