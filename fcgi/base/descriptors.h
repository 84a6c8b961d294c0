/* How many descriptors this process may have. */
#ifndef BASE_DESCRIPTORS_H
#define BASE_DESCRIPTORS_H

#include <stddef.h>

/* As many as the hard limit allows: a held poll takes one. */
void descriptors_raise(void);

/* How many it may have now. */
size_t descriptors_max(void);

#endif
