/*
 * Chance: of the sequences and, once it rules, of Parley itself, so that a seed
 * says all.
 */
#ifndef SEQUENCES_DICE_H
#define SEQUENCES_DICE_H

#include <stdint.h>

/* Before Parley asks for the first time. */
void dice_rule(void);
void dice_seed(uint64_t seed);
/* 0 to sides - 1. */
uint64_t dice(uint64_t sides);

#endif
