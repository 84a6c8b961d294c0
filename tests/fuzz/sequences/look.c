/* What a poll answers, compared with what the model says. */
#include <cjson/cJSON.h>

#include "../fuzz.h"
#include "town.h"

static const char *
text_of(const cJSON *object, const char *name)
{
	const cJSON *m = cJSON_GetObjectItemCaseSensitive(object, name);

	MUST(cJSON_IsString(m));
	return m->valuestring;
}

static bool
is_on(const cJSON *object, const char *name)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static long long
number_of(const cJSON *object, const char *name)
{
	const cJSON *m = cJSON_GetObjectItemCaseSensitive(object, name);

	MUST(cJSON_IsNumber(m));
	return (long long)m->valuedouble;
}

static void
write_rest(const cJSON *e, const char *type, char *to, size_t cap)
{
	if (strcmp(type, "message") == 0)
		snprintf(to, cap, "%s %s", text_of(e, "id"),
		    text_of(e, "text"));
	else if (strcmp(type, "image") == 0)
		snprintf(to, cap, "%s %s %lld", text_of(e, "id"),
		    text_of(e, "url"), number_of(e, "bytes"));
	else if (strcmp(type, "matched") == 0)
		snprintf(to, cap, "%s%s%s",
		    text_of(cJSON_GetObjectItem(e, "partner"), "name"),
		    is_on(e, "again") ? " again" : "",
		    is_on(e, "back") ? " back" : "");
	else if (strcmp(type, "typing") == 0)
		snprintf(to, cap, "%s", is_on(e, "on") ? "on" : "off");
	else if (strcmp(type, "seen") == 0)
		snprintf(to, cap, "%s", text_of(e, "upto"));
	else if (strcmp(type, "retracted") == 0)
		snprintf(to, cap, "%s", text_of(e, "id"));
	else if (strcmp(type, "presence") == 0)
		snprintf(to, cap, "%s", text_of(e, "state"));
	else
		snprintf(to, cap, "%s", text_of(e, "reason"));
}

static void
check_event(const struct person *p, const cJSON *e, int seq)
{
	const char *type = text_of(e, "type");
	char rest[EVENT_LEN], got[2 * EVENT_LEN];

	write_rest(e, type, rest, sizeof rest);
	snprintf(got, sizeof got, "%s %s %lld %s", type, text_of(e, "chat"),
	    number_of(e, "at"), rest);
	if (number_of(e, "seq") != seq ||
	    strcmp(got, p->queue[seq - 1].text) != 0)
		fprintf(stderr, "%s: event %d is \"%s\", and not \"%s\"\n",
		    p->name, seq, got, p->queue[seq - 1].text);
	MUST(number_of(e, "seq") == seq);
	MUST(strcmp(got, p->queue[seq - 1].text) == 0);
}

static void
check_state(const struct person *p, const cJSON *doc)
{
	static const char *const names[] = {"idle", "waiting", "chatting"};
	const cJSON *partner = cJSON_GetObjectItem(doc, "partner");
	char chat[24];

	if (strcmp(text_of(doc, "state"), names[p->state]) != 0)
		fprintf(stderr, "%s is %s, and not %s\n", p->name,
		    text_of(doc, "state"), names[p->state]);
	MUST(strcmp(text_of(doc, "state"), names[p->state]) == 0);
	if (p->state != SESSION_CHATTING) {
		MUST(partner == NULL && !cJSON_HasObjectItem(doc, "chat"));
		return;
	}
	snprintf(chat, sizeof chat, "%lld", (long long)p->chat);
	MUST(strcmp(text_of(doc, "chat"), chat) == 0);
	MUST(strcmp(text_of(partner, "name"), person(p->partner)->name) == 0);
	MUST(strcmp(text_of(partner, "state"),
		 person(p->partner)->is_away ? "away" : "here") == 0);
}

/* All that is beyond the cursor and not acknowledged, in order, no more. */
static void
check_queue(const struct person *p, const cJSON *doc, int cursor)
{
	const cJSON *events = cJSON_GetObjectItem(doc, "events"), *e;
	int seq = cursor > p->acked ? cursor : p->acked;

	MUST(cJSON_IsArray(events));
	cJSON_ArrayForEach(e, events)
	{
		MUST(seq < p->seq);
		check_event(p, e, ++seq);
	}
	MUST(seq == p->seq);
	MUST(number_of(doc, "cursor") ==
	    (cJSON_GetArraySize(events) > 0 ? p->seq : cursor));
}

void
look_at(int i)
{
	const struct person *p = person(i);
	int cursor = dice(3) == 0 ? (int)dice((uint64_t)p->seq + 1) : p->acked;
	struct answer a = town_look(i, cursor);
	cJSON *doc;

	if (!p->is_alive) {
		MUST(a.status == 401);
		return;
	}
	MUST(a.status == 200);
	doc = cJSON_Parse(a.text);
	MUST(doc != NULL);
	check_state(p, doc);
	check_queue(p, doc, cursor);
	cJSON_Delete(doc);
}

void
look_at_held(int i)
{
	const struct person *p = person(i);
	enum woken why = (enum woken)(WOKEN_NEWS + dice(4));
	struct answer a;
	int cursor;
	cJSON *doc;

	if (!town_wake(i, why, &a, &cursor))
		return;
	if (a.waits) {
		MUST(why < WOKEN_REPLACED && a.until_ms > model.now.ms);
		/* A later poll may have acknowledged what came. */
		MUST(p->is_alive);
		MUST((cursor > p->acked ? cursor : p->acked) == p->seq);
		return;
	}
	MUST(a.status == (p->is_alive ? 200 : 401));
	if (!p->is_alive)
		return;
	doc = cJSON_Parse(a.text);
	MUST(doc != NULL);
	check_state(p, doc);
	check_queue(p, doc, cursor);
	MUST(is_on(doc, "superseded") == (why == WOKEN_REPLACED));
	cJSON_Delete(doc);
}

static int
by_name(const char *name)
{
	for (int i = 0; i < model.n_people; i++)
		if (strcmp(person(i)->name, name) == 0)
			return i;
	return NOBODY;
}

/*
 * Chance chooses, among those who may be met: rather one who is new. If there
 * is one, somebody is met.
 */
void
look_for_partner(int i, enum looking how)
{
	int n = candidates(i), n_new = new_candidates(i), j;
	cJSON *doc = cJSON_Parse(town_look(i, person(i)->acked).text);

	MUST(doc != NULL);
	if (strcmp(text_of(doc, "state"), "chatting") == 0) {
		j = by_name(
		    text_of(cJSON_GetObjectItem(doc, "partner"), "name"));
		MUST(j != NOBODY && may_meet(i, j));
		MUST(person(i)->seen_ms >= model.now.ms - rules->fresh_ms);
		if (how == LOOKING_SEEKER)
			MUST(n_new == 0 || !have_met(i, j));
		model_meet(i, j, strtoll(text_of(doc, "chat"), NULL, 10),
		    have_met(i, j), false);
	} else
		MUST(n == 0 || how == LOOKING_MAYBE ||
		    person(i)->seen_ms < model.now.ms - rules->fresh_ms);
	cJSON_Delete(doc);
}
