/*
 * Who meets whom: at random among those who wait and hold a fresh lease, never
 * oneself, nor whom one of the two has blocked. All inside the caller's write
 * transaction, of which there is one at a time: so two who wait cannot miss
 * each other.
 *
 * A person with tags has a wish: somebody with a common tag. For widen_ms (or
 * until it says `widen`) it takes only who fulfils it, and then takes anybody;
 * without tags anybody at once. Two may meet if each takes the other. Of
 * several, a stranger comes before one met lately, then a common tag before
 * none, then the same language before another.
 *
 * One met lately (of two, either remembers the last five) is met again only
 * if nobody else can be met; and while a wish is waited for, only if nobody
 * else waits at all.
 */
#ifndef CHAT_PAIRING_H
#define CHAT_PAIRING_H

#include "base/clock.h"
#include "chat/rules.h"
#include "store/sessions.h"

struct sought {
	int64_t chat; /* found: in which chat */
	int64_t
	    until_ms; /* none: until when for its wish; 0: anybody will do */
};

/*
 * Looks for a partner for a session that is in no chat, and waits already or
 * not; with widen it takes anybody from now on. STORE_FOUND: they chat, both
 * have been told. STORE_NONE: it waits.
 */
enum found pairing_seek(struct store *st, const struct rules *rules,
    const struct session *who, bool widen, struct now now, struct sought *out);

/*
 * Two who are in no chat begin one; both are told. `again` and `back` are what
 * they read of it.
 */
struct reunion {
	bool again, back;
};
enum found pairing_meet(struct store *st, const struct session *a,
    const struct session *b, struct reunion how, struct now now, int64_t *chat);

/*
 * Whose time for a wish is over takes anybody from now on; and whoever waits
 * although another could be met is paired, at most a few pairs. STORE_FOUND if
 * there may be more. *next_ms is when the next one's time will be over; 0:
 * nobody waits for a wish.
 */
enum found pairing_sweep(struct store *st, const struct rules *rules,
    struct now now, int64_t *next_ms);

#endif
