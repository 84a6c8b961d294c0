/* Conversations, and who has met whom. */
#ifndef STORE_CHATS_H
#define STORE_CHATS_H

#include "store/store.h"

enum found store_chat_add(struct store *st, int64_t a, int64_t b, int64_t at,
    int64_t *id);
enum found store_chat_end(struct store *st, int64_t id, int64_t now_ms);
/* A few that ended before ended_ms, or first a picture of one of them;
 * STORE_FOUND if there may be more. */
enum found store_chat_purge(struct store *st, int64_t ended_ms);
/* Both remember each other; only the last few are kept. */
enum found store_met_add(struct store *st, int64_t a, int64_t b, int64_t chat);

#endif
