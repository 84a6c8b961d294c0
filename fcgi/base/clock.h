/*
 * The only reader of the machine's clocks. Rules and handlers take `now` as an
 * argument, so that a test can say what time it is.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

enum { CLOCK_BOOT_ID_LEN = 36 };

/* One moment on both clocks: what rules and handlers are given as `now`. */
struct now {
	int64_t ms; /* steady: leases and deadlines */
	int64_t at; /* wall: what people read */
};

struct now clock_now(void);

/* Milliseconds since 1970-01-01 UTC: the `at` of events. May jump. */
int64_t clock_wall_ms(void);

/*
 * Milliseconds of CLOCK_BOOTTIME: deadlines and leases. It never jumps, counts
 * while the machine sleeps, and is the same in every process of the machine;
 * after a reboot it starts over (see clock_boot_id).
 */
int64_t clock_steady_ms(void);
/* The same in nanoseconds. */
int64_t clock_steady_ns(void);

/*
 * The kernel's name for this boot, NUL-terminated, into out. Returns 0, or -1
 * with out empty where the kernel does not tell.
 */
int clock_boot_id(char out[CLOCK_BOOT_ID_LEN + 1]);

#endif
