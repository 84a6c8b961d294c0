/* Conversations, who has met whom, and who is not to meet again. */
#ifndef STORE_CHATS_H
#define STORE_CHATS_H

#include "store/store.h"

enum found store_chat_add(struct store *st, int64_t a, int64_t b, int64_t at,
    int64_t *id);
/* next_by: who ended it with Next, and may take that back; else 0. */
enum found store_chat_end(struct store *st, int64_t id, int64_t now_ms,
    int64_t next_by);
/* With whom a session was in that chat, if it was lately. */
enum found store_chat_partner(struct store *st, int64_t session, int64_t chat,
    int64_t *partner);
/* Whom a session has left last, if that was with Next and since then. */
enum found store_chat_left(struct store *st, int64_t session, int64_t since_ms,
    int64_t *partner);
/* A few that ended before ended_ms, or first a picture of one of them;
 * STORE_FOUND if there may be more. */
enum found store_chat_purge(struct store *st, int64_t ended_ms);
/* Both remember each other; only the last few are kept. */
enum found store_met_add(struct store *st, int64_t a, int64_t b, int64_t chat);

/* The two are never to meet again. */
enum found store_blocked_add(struct store *st, int64_t a, int64_t b);
/* STORE_FOUND: they are not to meet. */
enum found store_blocked_find(struct store *st, int64_t a, int64_t b);

#endif
