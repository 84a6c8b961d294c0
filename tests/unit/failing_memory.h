/*
 * The allocator of this program, which fails when it is told to: what is
 * defined here takes the place of the C library's (and the sanitizer's), also
 * in SQLite, cJSON and libfcgi.
 */
#ifndef FAILING_MEMORY_H
#define FAILING_MEMORY_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct failing_memory {
	long left;  /* the fault is so many allocations away; 0: none */
	bool lasts; /* from then on all fail, not just that one */
	bool fired;
	/* Whose code stands there is spared: it does not look. 0: nobody's. */
	uintptr_t spared_from, spared_to;
};

static struct failing_memory own_failing_memory;
/* May be put where another process sees it. */
static struct failing_memory *volatile failing_memory = &own_failing_memory;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
/* These are there if the address sanitizer is. */
__attribute__((weak)) void *__interceptor_malloc(size_t size);
__attribute__((weak)) void *__interceptor_calloc(size_t n, size_t size);
__attribute__((weak)) void *__interceptor_realloc(void *old, size_t size);

/* The first allocations come before the sanitizer is ready to look. */
#define UNSEEN __attribute__((no_sanitize("address", "undefined")))

UNSEEN static bool
memory_fails(const void *caller)
{
	struct failing_memory *f = failing_memory;

	if ((uintptr_t)caller >= f->spared_from &&
	    (uintptr_t)caller < f->spared_to)
		return false;
	if (f->left == 0 || (f->left > 1 && f->left-- > 1))
		return false;
	if (!f->lasts)
		f->left = 0;
	f->fired = true;
	errno = ENOMEM;
	return true;
}

UNSEEN void *
malloc(size_t size)
{
	if (memory_fails(__builtin_return_address(0)))
		return NULL;
	return __interceptor_malloc != NULL ? __interceptor_malloc(size)
					    : __libc_malloc(size);
}

UNSEEN void *
calloc(size_t n, size_t size)
{
	if (memory_fails(__builtin_return_address(0)))
		return NULL;
	return __interceptor_calloc != NULL ? __interceptor_calloc(n, size)
					    : __libc_calloc(n, size);
}

UNSEEN void *
realloc(void *old, size_t size)
{
	if (memory_fails(__builtin_return_address(0)))
		return NULL;
	return __interceptor_realloc != NULL ? __interceptor_realloc(old, size)
					     : __libc_realloc(old, size);
}

UNSEEN void *
reallocarray(void *old, size_t n, size_t size)
{
	return realloc(old, n * size);
}

static inline void
memory_arm(long n, bool lasts)
{
	failing_memory->fired = false;
	failing_memory->lasts = lasts;
	failing_memory->left = n;
}

/* Has it failed meanwhile? */
static inline bool
memory_disarm(void)
{
	failing_memory->left = 0;
	return failing_memory->fired;
}

#endif
