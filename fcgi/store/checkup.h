/* What `parley --check-db` says about a database, also while it is in use. */
#ifndef STORE_CHECKUP_H
#define STORE_CHECKUP_H

#include <stdio.h>

/*
 * Looks at the files, the schema's version and every page, and says what is
 * wrong and what to do. Makes and mends nothing. 0: all is well; -1: it is not.
 */
int store_checkup(const char *path, FILE *out);

#endif
