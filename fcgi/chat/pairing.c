#include "chat/pairing.h"

#include "chat/telling.h"
#include "store/chats.h"
#include "store/tags.h"
#include "store/waiting.h"

enum { SWEEP_MAX = 64 }; /* waiters that one sweep looks at */

/* One side of a new chat. */
static enum found
enter(struct store *st, const struct session *who, const struct meeting *m,
    int64_t chat, struct now now)
{
	const struct telling t = {st, who->id, chat, now.at};

	if ((who->state == SESSION_WAITING &&
		store_waiting_drop(st, who) == STORE_FAILED) ||
	    store_session_state(st, who->id, SESSION_CHATTING, chat,
		m->with->id) == STORE_FAILED)
		return STORE_FAILED;
	return tell_matched(&t, m);
}

enum found
pairing_meet(struct store *st, const struct session *a, const struct session *b,
    struct reunion how, struct now now, int64_t *chat)
{
	bool tags = a->tags > 0 && b->tags > 0;
	const struct meeting for_a = {b, tags, how.again, how.back};
	const struct meeting for_b = {a, tags, how.again, how.back};

	if (store_chat_add(st, a->id, b->id, now.at, chat) != STORE_FOUND ||
	    store_met_add(st, a->id, b->id, *chat) == STORE_FAILED ||
	    enter(st, a, &for_a, *chat, now) != STORE_FOUND ||
	    enter(st, b, &for_b, *chat, now) != STORE_FOUND)
		return STORE_FAILED;
	return STORE_FOUND;
}

/* Who looks for a partner. */
struct seeker {
	const struct session *who;
	int64_t fresh_ms;
	bool is_wide; /* takes anybody */
};

/* Whom the seeker may meet now. */
static enum found
pick(struct store *st, const struct seeker *s, struct pick *out)
{
	struct pick other;
	enum found common = STORE_NONE, f;

	if (s->who->tags > 0)
		common = store_waiting_pick_common(st, s->who, s->fresh_ms,
		    out);
	if (common == STORE_FAILED || (common == STORE_FOUND && !out->again) ||
	    (s->who->tags > 0 && !s->is_wide))
		return common;
	f = store_waiting_pick(st, s->who, s->fresh_ms, &other);
	if (f == STORE_FAILED)
		return f;
	if (f == STORE_FOUND && (common == STORE_NONE || !other.again)) {
		*out = other;
		return f;
	}
	return common;
}

/*
 * The same, with a second look at one met lately: who still waits for a wish
 * does not take that one while there are others.
 */
static enum found
choose(struct store *st, const struct seeker *s, struct pick *out)
{
	enum found other, f = pick(st, s, out);

	if (f != STORE_FOUND || !out->again || s->is_wide)
		return f;
	other = store_waiting_other(st, s->who->id, s->fresh_ms);
	if (other == STORE_FAILED)
		return other;
	return other == STORE_FOUND ? STORE_NONE : STORE_FOUND;
}

/* Until when the seeker waits for a common tag; 0: it takes anybody. */
static enum found
read_until(struct store *st, const struct rules *rules,
    const struct session *who, bool widen, struct now now, int64_t *until_ms)
{
	enum found f = STORE_NONE;

	*until_ms = 0;
	if (who->tags == 0)
		return f;
	if (who->state == SESSION_WAITING)
		f = store_waiting_until(st, who->id, until_ms);
	else
		*until_ms = now.ms + rules->widen_ms;
	if (widen || *until_ms <= now.ms)
		*until_ms = 0;
	return f;
}

static enum found
wait(struct store *st, const struct session *who, bool widen, struct now now,
    int64_t until_ms)
{
	enum found f = STORE_NONE;

	if (who->state == SESSION_WAITING) {
		if (widen && who->tags > 0)
			f = store_waiting_open(st, who->id);
	} else if (store_waiting_add(st, who, until_ms, now.ms) ==
		STORE_FAILED ||
	    store_session_state(st, who->id, SESSION_WAITING, 0, 0) ==
		STORE_FAILED)
		f = STORE_FAILED;
	return f == STORE_FAILED ? f : STORE_NONE;
}

enum found
pairing_seek(struct store *st, const struct rules *rules,
    const struct session *who, bool widen, struct now now, struct sought *out)
{
	struct seeker s = {who, now.ms - rules->fresh_ms, false};
	struct session partner;
	struct pick p = {0};
	enum found f;

	*out = (struct sought){0};
	if (store_waiting_widen(st, now.ms) == STORE_FAILED ||
	    read_until(st, rules, who, widen, now, &out->until_ms) ==
		STORE_FAILED)
		return STORE_FAILED;
	s.is_wide = out->until_ms == 0;
	f = choose(st, &s, &p);
	if (f == STORE_FAILED)
		return f;
	if (f == STORE_NONE)
		return wait(st, who, widen, now, out->until_ms);
	if (store_session_by_id(st, p.session, &partner) != STORE_FOUND)
		return STORE_FAILED;
	return pairing_meet(st, &partner, who,
	    (struct reunion){.again = p.again}, now, &out->chat);
}

/* Looks again for somebody who waits; *n_met counts who is met. */
static enum found
seek_again(struct store *st, const struct rules *rules, int64_t id,
    struct now now, size_t *n_met)
{
	struct session who;
	struct sought sought;
	enum found f = store_session_by_id(st, id, &who);

	if (f != STORE_FOUND || who.state != SESSION_WAITING)
		return f;
	f = pairing_seek(st, rules, &who, false, now, &sought);
	*n_met += f == STORE_FOUND;
	return f;
}

enum found
pairing_sweep(struct store *st, const struct rules *rules, struct now now,
    int64_t *next_ms)
{
	int64_t ids[SWEEP_MAX];
	size_t n, n_met = 0;

	if (store_waiting_widen(st, now.ms) == STORE_FAILED ||
	    store_waiting_fresh(st, now.ms - rules->fresh_ms, ids, SWEEP_MAX,
		&n) == STORE_FAILED)
		return STORE_FAILED;
	for (size_t i = 0; i < n; i++)
		if (seek_again(st, rules, ids[i], now, &n_met) == STORE_FAILED)
			return STORE_FAILED;
	if (store_waiting_next(st, next_ms) == STORE_FAILED)
		return STORE_FAILED;
	return n == SWEEP_MAX && n_met > 0 ? STORE_FOUND : STORE_NONE;
}
