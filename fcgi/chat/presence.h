/*
 * Who is here, away or gone. A session has a lease: `seen_ms`, the moment up
 * to which it was (or, while a poll is held, will be) here. The connection is
 * not the chat: a session without one is away first and gone later.
 */
#ifndef CHAT_PRESENCE_H
#define CHAT_PRESENCE_H

#include "base/clock.h"
#include "chat/rules.h"
#include "store/sessions.h"

/* What a worker has noticed of a session since it last told the database. */
struct glimpse {
	int64_t session;
	int64_t seen_ms;  /* its lease as it should be */
	int64_t lease_ms; /* its lease as this worker last stored it, or 0 */
	int64_t acked;    /* the highest cursor it has polled with */
	int64_t noted_ms; /* when the session itself last asked for something */
	bool is_over;     /* its poll's connection broke: no sign of life */
};

/*
 * Must the glimpse be stored at once, because others wait for it? True for
 * somebody coming back from away, and for a waiter whose lease ran out.
 */
bool presence_is_urgent(const struct session *who, const struct rules *rules,
    struct now now);

/*
 * Stores a glimpse: the lease, the cursor (acknowledged events are purged), and
 * what follows: the partner learns that somebody is back, a waiter is paired.
 * STORE_NONE: there is no such session any more.
 */
enum found presence_note(struct store *st, const struct rules *rules,
    const struct glimpse *g, struct now now);

/*
 * The page was closed, or is being loaded anew: away at once, and gone after
 * unload_ms unless it comes back.
 */
enum found presence_unload(struct store *st, const struct rules *rules,
    const struct session *who, struct now now);

/*
 * Has the session expired, though no sweep has ended it yet? What its row says
 * of its age always holds; what it says of when it was seen only if every sign
 * of life is stored at once (`is_exact`), which workers do not.
 */
bool presence_is_expired(const struct session *who, const struct rules *rules,
    bool is_exact, struct now now);

/* The moments that make a session due, as the store wants them. */
struct due presence_due(const struct rules *rules, struct now now);

/*
 * Applies the rules to a few sessions whose time has come: away, gone, expired.
 * STORE_FOUND if there may be more.
 */
enum found presence_sweep(struct store *st, const struct rules *rules,
    struct now now);

#endif
