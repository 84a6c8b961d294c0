/* What sessions like to talk about. */
#ifndef STORE_TAGS_H
#define STORE_TAGS_H

#include "store/sessions.h"

/* The tag at a place (0, 1 ..) of a session; folded is what is compared. */
enum found store_tag_add(struct store *st, int64_t session, int64_t place,
    const char *folded, const char *typed);
/* Its tags wait with it in the pool, by this ticket; 0: no longer. */
enum found store_tag_ticket(struct store *st, int64_t session, int64_t ticket);
/* The tags that a session shares with another, as itself has typed them. */
enum found store_tag_common(struct store *st, int64_t session, int64_t other,
    void (*visit)(const char *typed, void *arg), void *arg);

#endif
