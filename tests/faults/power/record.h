/*
 * What the recorder writes and the replay reads: what processes did to the
 * files of one folder, in one order for all of them, and what they answered.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

enum record_kind {
	RECORD_OPEN = 1,   /* bytes: the name; `.` is the folder itself */
	RECORD_UNLINK,     /* bytes: the name */
	RECORD_WRITE,      /* bytes: what was written at `at` */
	RECORD_TRUNCATE,   /* to the length `at` */
	RECORD_EXTEND,     /* to the length `at`, if it is shorter */
	RECORD_SYNC_BEGIN, /* what stands before this one ... */
	RECORD_SYNC_END,   /* ... is on the disk from here on */
	RECORD_ANSWER,     /* bytes: FastCGI records, about to be sent */
	RECORD_STRANGE, /* bytes: the name of a call that is not understood */
};

enum { RECORD_MAGIC = 0x70776f72, RECORD_ALIGN = 8 };

/* In front of `len` bytes, and a gap. */
struct record {
	uint32_t magic;
	uint32_t kind;
	uint32_t pid;
	uint32_t len;
	uint64_t file; /* its inode's number */
	uint64_t at;   /* in bytes */
};

/* How many bytes stand after a record's own, so that the next is aligned. */
static inline size_t
record_gap(const struct record *r)
{
	return (RECORD_ALIGN - r->len % RECORD_ALIGN) % RECORD_ALIGN;
}

#endif
