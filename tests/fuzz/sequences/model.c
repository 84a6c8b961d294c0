#include "model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../fuzz.h"

struct model model;
const struct rules *rules;

struct person *
person(int i)
{
	MUST(i >= 0 && i < model.n_people);
	return &model.people[i];
}

int
alive(void)
{
	int n = 0;

	for (int i = 0; i < model.n_people; i++)
		n += model.people[i].is_alive;
	return n;
}

void
tell(int to, int note, const char *fmt, ...)
{
	struct person *p = person(to);
	struct event_want *e;
	va_list args;

	MUST(p->seq < EVENTS_MAX);
	e = &p->queue[p->seq++];
	e->note = note;
	va_start(args, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, args);
	va_end(args);
}

static struct chat *
chat_of(int64_t id)
{
	for (int i = 0; i < model.n_chats; i++)
		if (model.chats[i].id == id)
			return &model.chats[i];
	return NULL;
}

static void
set_idle(struct person *p)
{
	p->state = SESSION_IDLE;
	p->partner = NOBODY;
	p->chat = p->typing_ms = 0;
	p->is_away = false;
}

void
model_leave(int i, const char *reason, bool by_next)
{
	struct person *p = person(i);
	struct chat *c;

	if (p->state == SESSION_CHATTING) {
		c = chat_of(p->chat);
		c->ended_ms = model.now.ms;
		c->next_by = by_next ? i : NOBODY;
		tell(p->partner, NOBODY, "left %lld %lld %s",
		    (long long)p->chat, (long long)model.now.at, reason);
		set_idle(person(p->partner));
	}
	set_idle(p);
}

void
model_end(int i, const char *reason)
{
	model_leave(i, reason, false);
	person(i)->is_alive = false;
}

void
model_block(int i, int with)
{
	person(i)->blocked |= UINT32_C(1) << with;
	person(with)->blocked |= UINT32_C(1) << i;
}

static void
note_met(struct person *p, int who, int64_t chat)
{
	int at = 0, oldest = 0;

	while (at < p->n_met && p->met[at].who != who)
		at++;
	p->n_met += at == p->n_met;
	p->met[at] = (struct met){who, chat};
	if (p->n_met <= MET_MAX)
		return;
	for (int k = 1; k < p->n_met; k++)
		if (p->met[k].chat < p->met[oldest].chat)
			oldest = k;
	p->met[oldest] = p->met[--p->n_met];
}

static void
enter(int i, int with, int64_t chat, bool again, bool back)
{
	struct person *p = person(i);

	set_idle(p);
	p->state = SESSION_CHATTING;
	p->partner = with;
	p->chat = chat;
	note_met(p, with, chat);
	tell(i, NOBODY, "matched %lld %lld %s%s%s", (long long)chat,
	    (long long)model.now.at, person(with)->name, again ? " again" : "",
	    back ? " back" : "");
}

void
model_meet(int a, int b, int64_t chat, bool again, bool back)
{
	MUST(chat > model.last_chat && model.n_chats < CHATS_MAX);
	model.last_chat = chat;
	model.chats[model.n_chats++] = (struct chat){.id = chat,
	    .a = a,
	    .b = b,
	    .next_by = NOBODY};
	enter(a, b, chat, again, back);
	enter(b, a, chat, again, back);
}

void
model_seen(int i, int64_t until_ms, int64_t acked)
{
	struct person *p = person(i);

	if (acked > p->acked)
		p->acked = (int)acked;
	if (until_ms > model.now.ms)
		p->seen_ms = until_ms;
	else if (p->seen_ms < model.now.ms)
		p->seen_ms = model.now.ms;
}

void
model_away(int i, bool away)
{
	struct person *p = person(i);

	p->is_away = away;
	tell(p->partner, NOBODY, "presence %lld %lld %s", (long long)p->chat,
	    (long long)model.now.at, away ? "away" : "here");
}

static void
sweep_one(int i)
{
	struct person *p = person(i);
	int64_t now_ms = model.now.ms, chat = p->chat;
	bool was_chatting = p->state == SESSION_CHATTING;

	if (p->seen_ms < now_ms - rules->idle_ms ||
	    p->born_ms < now_ms - rules->age_ms) {
		model_end(i, "gone");
	} else if (p->seen_ms < now_ms - rules->gone_ms) {
		if (p->state != SESSION_IDLE)
			model_leave(i, "gone", false);
		if (was_chatting)
			tell(i, NOBODY, "left %lld %lld gone", (long long)chat,
			    (long long)model.now.at);
	} else if (was_chatting) {
		if (p->typing_ms != 0 && p->typing_ms < now_ms) {
			p->typing_ms = 0;
			tell(p->partner, NOBODY, "typing %lld %lld off",
			    (long long)chat, (long long)model.now.at);
		}
		if (!p->is_away && p->seen_ms < now_ms - rules->away_ms)
			model_away(i, true);
	}
}

void
model_sweep(void)
{
	for (int i = 0; i < model.n_people; i++)
		if (person(i)->is_alive)
			sweep_one(i);
}

void
model_purge(void)
{
	for (int i = 0; i < model.n_notes; i++) {
		struct note *n = &model.notes[i];
		struct chat *c = chat_of(n->chat);

		n->is_purged |= n->sent_ms < model.now.ms - NONCE_MS;
		n->is_erased |= c->ended_ms != 0 &&
		    c->ended_ms < model.now.ms - rules->gone_ms;
	}
	for (int i = 0; i < model.n_chats; i++) {
		struct chat *c = &model.chats[i];

		c->is_purged |= c->ended_ms != 0 &&
		    c->ended_ms < model.now.ms - rules->gone_ms;
	}
}

bool
may_meet(int i, int j)
{
	const struct person *p = person(i), *q = person(j);

	return i != j && q->is_alive && q->state == SESSION_WAITING &&
	    q->seen_ms >= model.now.ms - rules->fresh_ms &&
	    !(p->blocked >> j & 1);
}

static bool
remembers(const struct person *p, int who)
{
	for (int k = 0; k < p->n_met; k++)
		if (p->met[k].who == who)
			return true;
	return false;
}

bool
have_met(int i, int j)
{
	return remembers(person(i), j) || remembers(person(j), i);
}

int
candidates(int i)
{
	int n = 0;

	for (int j = 0; j < model.n_people; j++)
		n += may_meet(i, j);
	return n;
}

int
new_candidates(int i)
{
	int n = 0;

	for (int j = 0; j < model.n_people; j++)
		n += may_meet(i, j) && !have_met(i, j);
	return n;
}

int
known_partner(int i, int64_t chat)
{
	const struct person *p = person(i);
	const struct chat *c = chat_of(chat);

	if (c == NULL)
		return NOBODY;
	for (int k = 0; k < p->n_met; k++)
		if (p->met[k].chat == chat)
			return p->met[k].who;
	if (c->is_purged || (c->a != i && c->b != i))
		return NOBODY;
	return c->a == i ? c->b : c->a;
}

int
left_lately(int i)
{
	const struct person *p = person(i);
	const struct met *last = NULL;

	for (int k = 0; k < p->n_met; k++) {
		const struct chat *c = chat_of(p->met[k].chat);

		if (!c->is_purged && c->next_by == i && c->ended_ms != 0 &&
		    c->ended_ms >= model.now.ms - BACK_MS &&
		    (last == NULL || p->met[k].chat > last->chat))
			last = &p->met[k];
	}
	return last == NULL ? NOBODY : last->who;
}

struct note *
note_of(int64_t id)
{
	for (int i = 0; i < model.n_notes; i++)
		if (model.notes[i].id == id && !model.notes[i].is_purged)
			return &model.notes[i];
	return NULL;
}

struct note *
note_by_nonce(int i, const char *nonce)
{
	for (int k = 0; k < model.n_notes; k++) {
		struct note *n = &model.notes[k];

		if (n->sender == i && !n->is_purged && nonce[0] != '\0' &&
		    strcmp(n->nonce, nonce) == 0)
			return n;
	}
	return NULL;
}

int
pictures_in(int64_t chat)
{
	int n = 0;

	for (int i = 0; i < model.n_notes; i++)
		n += model.notes[i].is_picture && !model.notes[i].is_erased &&
		    model.notes[i].chat == chat;
	return n;
}

bool
is_full(int i)
{
	return person(i)->seq - person(i)->acked >= rules->backlog;
}
