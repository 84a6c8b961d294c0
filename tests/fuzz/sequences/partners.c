/* Coming, meeting, going. */
#include <cjson/cJSON.h>
#include <inttypes.h>

#include "../fuzz.h"
#include "acts.h"
#include "refs.h"

/* ---- beginning and ending ---- */

void
acts_begin(int i)
{
	char body[80];
	struct person *p;
	struct answer a;
	cJSON *doc;

	(void)i;
	if (model.n_people == PEOPLE_MAX || alive() >= ALIVE_MAX)
		return;
	p = &model.people[model.n_people];
	*p = (struct person){.is_alive = true,
	    .receipts = true,
	    .partner = NOBODY,
	    .born_ms = model.now.ms,
	    .seen_ms = model.now.ms};
	snprintf(p->name, sizeof p->name, "P%d", model.n_people);
	snprintf(body, sizeof body, "{\"name\":\"  %s\",\"x\":[]}", p->name);
	a = town_ask(&(struct question){.method = "POST",
	    .path = "/api/session",
	    .who = NOBODY,
	    .token = "",
	    .body = body,
	    .body_len = strlen(body)});
	MUST(a.status == 201);
	doc = cJSON_Parse(a.text);
	snprintf(p->token, sizeof p->token, "%s",
	    cJSON_GetObjectItem(doc, "token")->valuestring);
	MUST(strcmp(cJSON_GetObjectItem(doc, "name")->valuestring, p->name) ==
	    0);
	cJSON_Delete(doc);
	MUST(strlen(p->token) == TOKEN_TEXT_LEN);
	model.n_people++;
	town_commit();
}

void
acts_end(int i)
{
	bool unload = dice(2) == 0;
	struct answer a = acts_post(i, "/api/session/end",
	    unload ? "{\"unload\":true}" : "{}", false);
	struct person *p = person(i);

	if (acts_is_out(i, "/api/session/end", &a))
		return;
	MUST(a.status == 204);
	if (!unload)
		model_end(i, "left");
	else {
		p->seen_ms = model.now.ms - rules->gone_ms + rules->unload_ms;
		p->unload_ms = model.now.ms;
		if (p->state == SESSION_CHATTING && !p->is_away)
			model_away(i, true);
	}
}

/* ---- partners ---- */

void
acts_next(int i)
{
	struct answer a = acts_post(i, "/api/next",
	    dice(2) ? "{}" : "{\"widen\":true}", false);
	struct person *p = person(i);
	char wanted[60];

	if (acts_is_out(i, "/api/next", &a))
		return;
	MUST(a.status == 200);
	strcpy(wanted, a.text);
	model_seen(i, model.now.ms, 0);
	if (p->state == SESSION_CHATTING)
		model_leave(i, "next", true);
	p->state = p->state == SESSION_IDLE ? SESSION_WAITING : p->state;
	town_commit();
	if (p->state == SESSION_WAITING)
		look_for_partner(i, LOOKING_SEEKER);
	if (p->state == SESSION_WAITING)
		MUST(strcmp(wanted, "{\"state\":\"waiting\"}") == 0);
	else {
		char chat[60];

		snprintf(chat, sizeof chat,
		    "{\"state\":\"chatting\",\"chat\":\"%" PRId64 "\"}",
		    p->chat);
		MUST(strcmp(wanted, chat) == 0);
	}
}

void
acts_back(int i)
{
	struct answer a = acts_post(i, "/api/back", "", false);
	struct person *p = person(i), *q;
	int with;
	int64_t chat;

	if (acts_is_out(i, "/api/back", &a))
		return;
	model_seen(i, model.now.ms, 0);
	with = left_lately(i);
	if (with == NOBODY) {
		refs_expect("/api/back", &a, 409, "too_late");
		return;
	}
	q = person(with);
	if (!q->is_alive || q->state == SESSION_CHATTING ||
	    q->seen_ms < model.now.ms - rules->fresh_ms ||
	    (p->blocked >> with & 1)) {
		refs_expect("/api/back", &a, 409, "partner_taken");
		return;
	}
	MUST(a.status == 200 &&
	    sscanf(a.text, "{\"state\":\"chatting\",\"chat\":\"%" SCNd64 "\"}",
		&chat) == 1);
	model_leave(i, "next", false);
	model_meet(with, i, chat, false, true);
}

void
acts_leave(int i)
{
	struct ref chat = refs_chat(i);
	char body[80];
	struct answer a;
	struct person *p = person(i);

	snprintf(body, sizeof body, "{\"x\":1%s}", chat.member);
	a = acts_post(i, "/api/leave", body, false);
	if (acts_is_out(i, "/api/leave", &a))
		return;
	if (chat.is_told &&
	    (p->state != SESSION_CHATTING || chat.id != p->chat)) {
		refs_expect("/api/leave", &a, 409, "chat_over");
		return;
	}
	MUST(a.status == 200 && strcmp(a.text, "{\"state\":\"idle\"}") == 0);
	model_leave(i, "left", false);
}

void
acts_block(int i)
{
	struct ref chat = refs_chat(i);
	char body[80];
	struct answer a;
	struct person *p = person(i);
	int with;

	snprintf(body, sizeof body, "{\"x\":1%s}", chat.member);
	a = acts_post(i, "/api/block", body, false);
	if (acts_is_out(i, "/api/block", &a))
		return;
	if (!chat.is_told) {
		MUST(a.status == 400);
		return;
	}
	with = known_partner(i, chat.id);
	if (with == NOBODY && !model_is_wrong("block")) {
		refs_expect("/api/block", &a, 404, "not_found");
		return;
	}
	MUST(a.status == 204);
	model_block(i, with);
	if (p->state == SESSION_CHATTING && p->chat == chat.id)
		model_leave(i, "left", false);
}
