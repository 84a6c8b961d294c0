/* What the tests of pairing share: seeking, leaving, and time that goes on. */
#ifndef PAIRING_H
#define PAIRING_H

#include "fixture.h"

#include "chat/pairing.h"
#include "chat/parting.h"

static struct sought sought; /* by the last one who looked */

static inline enum found
seek_as(int64_t id, bool widen)
{
	struct session who = fx_session(id);
	enum found f = pairing_seek(fx.st, &fx_rules, &who, widen, fx.now,
	    &sought);

	assert_int_not_equal(f, STORE_FAILED);
	if (f == STORE_FOUND)
		assert_int_equal(fx_session(id).chat, sought.chat);
	return f;
}

static inline enum found
seek(int64_t id)
{
	return seek_as(id, false);
}

static int64_t next_ms; /* as the last sweep says */

static inline enum found
sweep(void)
{
	enum found f = pairing_sweep(fx.st, &fx_rules, fx.now, &next_ms);

	assert_int_not_equal(f, STORE_FAILED);
	return f;
}

static inline void
leave(int64_t id)
{
	struct session s = fx_session(id);

	assert_int_not_equal(parting_leave(fx.st, &s, LEFT_NEXT, fx.now),
	    STORE_FAILED);
}

static inline int64_t
partner_of(int64_t id)
{
	return fx_session(id).partner;
}

/* Time goes on, and only some are seen. */
static inline void
later(int64_t ms)
{
	fx.now.ms += ms;
}

static inline void
seen(int64_t id)
{
	store_session_seen(fx.st, id, fx.now.ms, 0);
}

#endif
