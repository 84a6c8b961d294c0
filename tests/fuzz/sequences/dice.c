#include "dice.h"

#include <sodium.h>
#include <stddef.h>

#include "../fuzz.h"
#include "base/token.h"

static uint64_t state;
static long n_drawn; /* how often Parley has asked for some */

/* splitmix64 */
static uint64_t
next(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t
dice(uint64_t sides)
{
	return next() % sides;
}

/* Parley's own chance, too, so that a seed says all. */
static const char *
random_name(void)
{
	return "dice";
}

static uint32_t
random_number(void)
{
	return (uint32_t)next();
}

static void
random_bytes(void *const to, const size_t len)
{
	n_drawn++;
	for (size_t i = 0; i < len; i++)
		((unsigned char *)to)[i] = (unsigned char)next();
}

/*
 * token.c keeps 64 cheap numbers in hand: what is left of those would be of the
 * sequence before.
 */
static void
forget_cheap_numbers(void)
{
	enum { IN_HAND = 64 };
	long before = n_drawn;

	while (n_drawn == before)
		token_spread_ms(1000);
	for (int i = 1; i < IN_HAND; i++)
		token_spread_ms(1000);
	MUST(n_drawn == before + 1);
}

void
dice_seed(uint64_t seed)
{
	forget_cheap_numbers();
	state = seed;
}

static struct randombytes_implementation chance = {
    .implementation_name = random_name,
    .random = random_number,
    .buf = random_bytes,
};

void
dice_rule(void)
{
	randombytes_set_implementation(&chance);
}
