/* Random numbers that a seed gives again: splitmix64. */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdint.h>

static inline uint64_t
chance(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* 0 to n - 1 */
static inline uint64_t
chance_below(uint64_t *seed, uint64_t n)
{
	return chance(seed) % n;
}

#endif
