/*
 * A run with a fault prints no figure: the first one ends it, with a sentence
 * on stderr and status 1.
 */
#ifndef LOAD_FAULT_H
#define LOAD_FAULT_H

_Noreturn void fault(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

#endif
