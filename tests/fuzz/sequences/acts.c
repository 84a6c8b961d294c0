#include "acts.h"

#include <inttypes.h>

#include "../fuzz.h"
#include "refs.h"
#include "town.h"

int
model_is_wrong(const char *name)
{
	const char *wrong = getenv("MODEL");

	return wrong != NULL && strcmp(wrong, name) == 0;
}

struct answer
acts_post(int who, const char *path, const char *body, bool joins)
{
	return town_ask(&(struct question){.method = "POST",
	    .path = path,
	    .who = who,
	    .body = body,
	    .body_len = strlen(body),
	    .joins = joins});
}

/* Who has no session is told so, whatever is asked. */
bool
acts_is_out(int i, const char *path, const struct answer *a)
{
	if (person(i)->is_alive)
		return false;
	refs_expect(path, a, 401, "no_session");
	return true;
}

/* `chat` is not the present one, or there is none. */
static bool
is_elsewhere(const struct person *p, const struct ref *chat, const char *path,
    const struct answer *a)
{
	bool is_same = p->state == SESSION_CHATTING && chat->id == p->chat;

	if (chat->is_told && !is_same)
		refs_expect(path, a, 409, "chat_over");
	else if (p->state != SESSION_CHATTING)
		refs_expect(path, a, 409, "not_chatting");
	else
		return false;
	return true;
}

/* ---- within a chat ---- */

static void
typing(int i)
{
	struct ref chat = refs_chat(i);
	bool on = dice(2) == 0;
	char body[80];
	struct answer a;
	struct person *p = person(i);

	snprintf(body, sizeof body, "{\"on\":%s%s}", on ? "true" : "false",
	    chat.member);
	a = acts_post(i, "/api/typing", body, true);
	if (acts_is_out(i, "/api/typing", &a) ||
	    is_elsewhere(p, &chat, "/api/typing", &a))
		return;
	MUST(a.status == 204);
	if ((!on && p->typing_ms == 0) || is_full(p->partner))
		return;
	if (on != (p->typing_ms != 0))
		tell(p->partner, NOBODY, "typing %" PRId64 " %" PRId64 " %s",
		    p->chat, model.now.at, on ? "on" : "off");
	p->typing_ms = on ? model.now.ms + rules->typing_ms : 0;
}

/* Which message is meant; 0: none that is in the queue. */
static int64_t
meant(const struct person *p, int64_t seq, const struct ref *id)
{
	const struct event_want *e;

	if (id->is_told)
		return id->id;
	if (seq <= p->acked)
		return 0;
	e = &p->queue[seq - 1];
	return e->note == NOBODY ? 0 : model.notes[e->note].id;
}

static void
seen(int i)
{
	struct person *p = person(i);
	struct ref chat = refs_chat(i), id = refs_note();
	int64_t seq = (int64_t)dice((uint64_t)p->seq + 3) - 1;
	char body[120];
	struct answer a;
	struct note *n;

	snprintf(body, sizeof body, "{\"seq\":%" PRId64 "%s%s}", seq, id.member,
	    chat.member);
	a = acts_post(i, "/api/seen", body, true);
	if (acts_is_out(i, "/api/seen", &a) ||
	    is_elsewhere(p, &chat, "/api/seen", &a))
		return;
	if (seq < 1 || seq > p->seq) {
		MUST(a.status == 400);
		return;
	}
	n = note_of(meant(p, seq, &id));
	if (n == NULL || n->sender != p->partner || n->chat != p->chat) {
		refs_expect("/api/seen", &a, 404, "not_found");
		return;
	}
	MUST(a.status == 204);
	if (!p->receipts || !person(p->partner)->receipts ||
	    n->id <= p->shown || is_full(p->partner))
		return;
	p->shown = n->id;
	tell(p->partner, NOBODY, "seen %" PRId64 " %" PRId64 " %" PRId64,
	    p->chat, model.now.at, n->id);
}

static void
receipts(int i)
{
	bool on = dice(2) == 0;
	struct answer a = acts_post(i, "/api/receipts",
	    on ? "{\"on\":true}" : "{\"on\":false}", true);

	if (acts_is_out(i, "/api/receipts", &a))
		return;
	MUST(a.status == 204);
	person(i)->receipts = on;
}

static void
retract(int i)
{
	struct ref chat = refs_chat(i), id = refs_note();
	char body[120];
	struct answer a;
	struct person *p = person(i);
	struct note *n;

	snprintf(body, sizeof body, "{\"x\":1%s%s}", id.member, chat.member);
	a = acts_post(i, "/api/retract", body, true);
	if (acts_is_out(i, "/api/retract", &a))
		return;
	if (!id.is_told) {
		MUST(a.status == 400);
		return;
	}
	if (is_elsewhere(p, &chat, "/api/retract", &a))
		return;
	n = note_of(id.id);
	if (n == NULL || (n->sender != i && !model_is_wrong("retract"))) {
		refs_expect("/api/retract", &a, 404, "not_found");
		return;
	}
	if (n->chat != p->chat) {
		refs_expect("/api/retract", &a, 409, "chat_over");
		return;
	}
	if (!n->is_retracted && model.now.ms - n->sent_ms > rules->retract_ms) {
		refs_expect("/api/retract", &a, 409, "too_late");
		return;
	}
	MUST(a.status == 204);
	if (!n->is_retracted)
		refs_erase(n);
}

/* ---- anybody ---- */

/* A token that is none, was one, or is somebody's but for a letter. */
static void
intrude(int i)
{
	static const char *const paths[] = {"/api/send", "/api/next",
	    "/api/leave", "/api/block", "/api/retract", "/api/seen",
	    "/api/typing", "/api/session/end", "/api/back", "/api/receipts"};
	static const char body[] = "{\"text\":\"x\",\"id\":\"1\","
				   "\"chat\":\"1\",\"seq\":1,\"on\":true}";
	const char *path = paths[dice(sizeof paths / sizeof *paths)];
	char token[TOKEN_TEXT_LEN + 2];
	struct answer a;

	snprintf(token, sizeof token, "%s", person(i)->token);
	if (dice(3) == 0)
		token[dice(TOKEN_TEXT_LEN)] ^= 1;
	else if (dice(2) == 0)
		strcpy(token, "");
	else
		memset(token, 'A', TOKEN_TEXT_LEN);
	if (strcmp(token, person(i)->token) == 0)
		return;
	a = town_ask(&(struct question){.method = "POST",
	    .path = path,
	    .who = NOBODY,
	    .token = token,
	    .body = body,
	    .body_len = strlen(body),
	    .joins = true});
	refs_expect(path, &a, 401, "no_session");
}

/* More than the partner has room for. */
static void
flood(int i)
{
	for (int64_t n = 0; n < rules->backlog + 2; n++)
		refs_send(i);
}

static const struct {
	void (*run)(int i);
	int weight;
	enum { ANY, CHATTING, FREE } who; /* mostly */
} all[] = {
    {acts_begin, 10, ANY},
    {acts_end, 2, ANY},
    {acts_next, 20, FREE},
    {acts_back, 7, ANY},
    {acts_leave, 3, CHATTING},
    {acts_block, 3, CHATTING},
    {typing, 7, CHATTING},
    {seen, 12, CHATTING},
    {receipts, 2, ANY},
    {retract, 14, CHATTING},
    {intrude, 4, ANY},
    {refs_send, 30, CHATTING},
    {flood, 1, CHATTING},
    {refs_send_picture, 8, CHATTING},
    {refs_look_at_picture, 5, ANY},
    {refs_poll, 16, ANY},
    {look_at_held, 12, ANY},
    {pages_carry, 5, ANY},
    {pages_press, 12, ANY},
    {pages_next, 6, ANY},
    {pages_script, 2, ANY},
};

/* Is that one whom an act rather suits? */
static bool
suits(const struct person *p, int who)
{
	bool is_chatting = p->state == SESSION_CHATTING;

	return p->is_alive && (who == ANY || (who == CHATTING) == is_chatting);
}

/* Anybody, the dead as well; but mostly one who can do it. */
static int
choose(int who)
{
	int i = (int)dice((uint64_t)model.n_people);

	for (int tries = 0; tries < 12 && !suits(person(i), who); tries++)
		i = (int)dice((uint64_t)model.n_people);
	return dice(8) ? i : (int)dice((uint64_t)model.n_people);
}

void
act(void)
{
	int sum = 0, roll;
	size_t k = 0;

	/* There is somebody, who looks for somebody. */
	while (model.n_people < 2 || (alive() < 3 && dice(4) != 0)) {
		if (model.n_people == PEOPLE_MAX)
			break;
		acts_begin(0);
		acts_next(model.n_people - 1);
	}
	for (size_t n = 0; n < sizeof all / sizeof *all; n++)
		sum += all[n].weight;
	for (roll = (int)dice((uint64_t)sum); roll >= all[k].weight; k++)
		roll -= all[k].weight;
	all[k].run(choose(all[k].who));
}
