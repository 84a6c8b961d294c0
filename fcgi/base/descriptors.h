/* How many descriptors this process may have. */
#ifndef BASE_DESCRIPTORS_H
#define BASE_DESCRIPTORS_H

/* As many as the hard limit allows: a held poll takes one. */
void descriptors_raise(void);

#endif
