#include "chat/presence.h"

#include "chat/pairing.h"
#include "chat/parting.h"
#include "chat/telling.h"
#include "store/events.h"

enum { SWEEP_MAX = 50 }; /* sessions that one sweep handles */

struct due
presence_due(const struct rules *rules, struct now now)
{
	return (struct due){
	    .away_ms = now.ms - rules->away_ms,
	    .gone_ms = now.ms - rules->gone_ms,
	    .idle_ms = now.ms - rules->idle_ms,
	    .born_ms = now.ms - rules->age_ms,
	    .typing_ms = now.ms,
	};
}

bool
presence_is_urgent(const struct session *who, const struct rules *rules,
    struct now now)
{
	return who->away ||
	    (who->state == SESSION_WAITING &&
		who->seen_ms < now.ms - rules->fresh_ms / 2);
}

bool
presence_is_expired(const struct session *who, const struct rules *rules,
    bool is_exact, struct now now)
{
	const struct due due = presence_due(rules, now);

	return who->born_ms < due.born_ms ||
	    (is_exact && who->seen_ms < due.idle_ms);
}

static enum found
set_away(struct store *st, const struct session *who, bool away, struct now now)
{
	const struct telling t = {st, who->partner, who->chat, now.at};

	if (store_session_away(st, who->id, away) == STORE_FAILED)
		return STORE_FAILED;
	return tell_presence(&t, away);
}

static enum found
store_lease(struct store *st, const struct glimpse *g, struct now now)
{
	if (g->seen_ms > now.ms)
		return store_session_hold(st, g->session, g->seen_ms, g->acked);
	if (g->seen_ms >= g->lease_ms && !g->is_over)
		return store_session_seen(st, g->session, g->seen_ms, g->acked);
	return store_session_unseen(st, g->session, g->lease_ms, g->seen_ms,
	    g->acked);
}

/* What follows from being here again, where that is urgent: only who chats has
 * been away. */
static enum found
welcome(struct store *st, const struct rules *rules, const struct session *who,
    struct now now)
{
	struct sought sought;

	return who->away ? set_away(st, who, false, now)
			 : pairing_seek(st, rules, who, false, now, &sought);
}

enum found
presence_note(struct store *st, const struct rules *rules,
    const struct glimpse *g, struct now now)
{
	struct session who;
	enum found f = store_session_by_id(st, g->session, &who);

	if (f != STORE_FOUND)
		return f;
	if (g->acked > who.acked &&
	    store_event_purge(st, g->session, g->acked) == STORE_FAILED)
		return STORE_FAILED;
	/* What was noticed of a page says nothing once it is closed. */
	if (g->noted_ms < who.unload_ms)
		return STORE_FOUND;
	if (store_lease(st, g, now) == STORE_FAILED)
		return STORE_FAILED;
	if (g->is_over || g->seen_ms < now.ms - rules->fresh_ms ||
	    !presence_is_urgent(&who, rules, now))
		return STORE_FOUND;
	return welcome(st, rules, &who, now) == STORE_FAILED ? STORE_FAILED
							     : STORE_FOUND;
}

enum found
presence_unload(struct store *st, const struct rules *rules,
    const struct session *who, struct now now)
{
	int64_t until_ms = now.ms;

	if (rules->unload_ms < rules->gone_ms)
		until_ms -= rules->gone_ms - rules->unload_ms;
	if (store_session_unload(st, who->id, until_ms, now.ms) == STORE_FAILED)
		return STORE_FAILED;
	if (who->state == SESSION_CHATTING && !who->away)
		return set_away(st, who, true, now);
	return STORE_FOUND;
}

/*
 * Gone: the chat ends, and both are told; who comes back later reads it. The
 * session itself lives on until it expires.
 */
static enum found
set_gone(struct store *st, const struct session *who, struct now now)
{
	const struct telling to_self = {st, who->id, who->chat, now.at};

	if (parting_leave(st, who, LEFT_GONE, now) == STORE_FAILED)
		return STORE_FAILED;
	if (who->state != SESSION_CHATTING)
		return STORE_FOUND;
	return tell_left(&to_self, LEFT_GONE);
}

/* Nothing was said of it for too long: the page may have lost the word. */
static enum found
end_typing(struct store *st, const struct session *who, struct now now)
{
	const struct telling t = {st, who->partner, who->chat, now.at};

	if (store_session_typing(st, who->id, 0) == STORE_FAILED)
		return STORE_FAILED;
	return tell_typing(&t, false);
}

static enum found
apply(struct store *st, const struct rules *rules, int64_t id, struct now now)
{
	const struct due due = presence_due(rules, now);
	struct session who;
	enum found f = store_session_by_id(st, id, &who);

	if (f != STORE_FOUND)
		return f;
	if (presence_is_expired(&who, rules, true, now))
		return parting_end(st, &who, LEFT_GONE, now);
	if (who.seen_ms < due.gone_ms)
		return set_gone(st, &who, now);
	if (who.typing_ms != 0 && who.typing_ms < due.typing_ms &&
	    end_typing(st, &who, now) == STORE_FAILED)
		return STORE_FAILED;
	if (who.state == SESSION_CHATTING && !who.away &&
	    who.seen_ms < due.away_ms)
		return set_away(st, &who, true, now);
	return STORE_NONE;
}

enum found
presence_sweep(struct store *st, const struct rules *rules, struct now now)
{
	const struct due due = presence_due(rules, now);
	int64_t ids[SWEEP_MAX];
	size_t n;

	if (store_session_due(st, &due, ids, SWEEP_MAX, &n) == STORE_FAILED)
		return STORE_FAILED;
	for (size_t i = 0; i < n; i++)
		if (apply(st, rules, ids[i], now) == STORE_FAILED)
			return STORE_FAILED;
	return n == SWEEP_MAX ? STORE_FOUND : STORE_NONE;
}
