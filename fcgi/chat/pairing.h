/*
 * Who meets whom: at random among those who wait and hold a fresh lease, never
 * oneself, and not the last partners while anybody else waits. All inside the
 * caller's write transaction, of which there is one at a time: so two who wait
 * cannot miss each other.
 */
#ifndef CHAT_PAIRING_H
#define CHAT_PAIRING_H

#include "base/clock.h"
#include "chat/rules.h"
#include "store/store.h"

/*
 * Looks for a partner for a session that is in no chat. STORE_FOUND: they
 * chat, both have been told, *chat is the chat. STORE_NONE: it waits.
 */
enum found pairing_seek(struct store *st, const struct rules *rules,
    int64_t session, struct now now, int64_t *chat);

/*
 * Pairs whoever waits with a fresh lease although another does: after a lease
 * was renewed, say. At most a few pairs; STORE_FOUND if there may be more.
 */
enum found pairing_sweep(struct store *st, const struct rules *rules,
    struct now now);

#endif
