/*
 * For a parley that does not look after its files: in place of
 * fcgi/store/files.c, to show that the tests of damage notice that.
 */
#include "store/files.h"

#include <stdio.h>

void
files_begin(struct files *f, const char *path, int lock_fd)
{
	*f = (struct files){.lock_fd = lock_fd};
	snprintf(f->names[FILES_DB], sizeof(f->names[FILES_DB]), "%s", path);
}

void
files_end(struct files *f)
{
	(void)f;
}

enum files_verdict
files_may_open(struct files *f, bool anew, char *why, size_t why_cap)
{
	(void)f, (void)anew, (void)why, (void)why_cap;
	return FILES_GOOD;
}

int
files_opened(struct files *f, enum files_verdict v, bool anew)
{
	(void)f, (void)v, (void)anew;
	return 0;
}

const char *
files_look(struct files *f)
{
	(void)f;
	return NULL;
}

const char *
files_verify(struct files *f)
{
	(void)f;
	return NULL;
}

const char *
files_wrote_log(struct files *f)
{
	(void)f;
	return NULL;
}

int
files_before_checkpoint(struct files *f)
{
	(void)f;
	return 0;
}

void
files_after_checkpoint(struct files *f)
{
	(void)f;
}

bool
files_can_save_log(struct files *f)
{
	(void)f;
	return false;
}

void
files_note_loss(struct files *f, int64_t at, bool damaged)
{
	(void)f, (void)at, (void)damaged;
}

bool
files_was_hurt(const struct files *f, int64_t at)
{
	(void)f, (void)at;
	return false;
}
