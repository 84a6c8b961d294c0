/* What the tests of presence share: Bea is there, and Ann may not be. */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "fixture.h"

#include "chat/pairing.h"
#include "chat/presence.h"

static const char away[] = "presence {\"state\":\"away\"}";
static const char here[] = "presence {\"state\":\"here\"}";
static const char gone[] = "left {\"reason\":\"gone\"}";

static inline int64_t
seek(int64_t id)
{
	struct session who = fx_session(id);
	struct sought sought;

	assert_int_not_equal(pairing_seek(fx.st, &fx_rules, &who, false, fx.now,
				 &sought),
	    STORE_FAILED);
	return sought.chat;
}

/* Setup: Ann and Bea chat, and have read that. */
static inline int
start_chat(void **state)
{
	if (fx_begin(state) != 0)
		return -1;
	seek(fx.ann);
	seek(fx.bea);
	store_session_seen(fx.st, fx.ann, FX_MS, 1);
	store_session_seen(fx.st, fx.bea, FX_MS, 1);
	store_event_purge(fx.st, fx.ann, 1);
	store_event_purge(fx.st, fx.bea, 1);
	return 0;
}

/* As time goes on, Bea is seen and Ann is not. */
static inline void
later(int64_t ms)
{
	fx.now.ms = FX_MS + ms;
	store_session_seen(fx.st, fx.bea, fx.now.ms, 0);
}

static inline void
sweep(void)
{
	assert_int_equal(presence_sweep(fx.st, &fx_rules, fx.now), STORE_NONE);
}

static inline void
note(int64_t seen_ms, int64_t lease_ms, int64_t acked)
{
	const struct glimpse g = {.session = fx.ann,
	    .seen_ms = seen_ms,
	    .lease_ms = lease_ms,
	    .noted_ms = fx.now.ms,
	    .acked = acked};

	assert_int_equal(presence_note(fx.st, &fx_rules, &g, fx.now),
	    STORE_FOUND);
}

static inline void
note_seen(void)
{
	note(fx.now.ms, 0, 0);
}

static inline void
unload(void)
{
	struct session s = fx_session(fx.ann);

	assert_int_not_equal(presence_unload(fx.st, &fx_rules, &s, fx.now),
	    STORE_FAILED);
}

static inline int64_t
count(const char *table)
{
	char sql[80];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
	return fx_ask(sql);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)
#define CHAT(f) cmocka_unit_test_setup_teardown(f, start_chat, fx_close)

#endif
