/*
 * The pages without JavaScript: their keys, and forms that are good once. A
 * press of a button follows the rules of the call that it stands for.
 */
#include <inttypes.h>

#include "../fuzz.h"
#include "acts.h"
#include "refs.h"

static struct answer
press(int i, const char *key, const char *button, const char *form)
{
	char path[100];

	snprintf(path, sizeof path, "/plain/%s/%s", key, button);
	return town_ask(&(struct question){.method = "POST",
	    .path = path,
	    .who = i,
	    .token = "",
	    .body = form,
	    .body_len = strlen(form),
	    .is_form = true,
	    .is_page = true});
}

/* A session gets a page; the key of the one before is worth nothing. */
void
pages_carry(int i)
{
	struct person *p = person(i);
	struct answer a = town_ask(&(struct question){.method = "POST",
	    .path = "/plain/carry",
	    .who = i,
	    .body = "lang=en",
	    .body_len = 7,
	    .is_form = true});

	if (!p->is_alive) {
		MUST(a.status == 401);
		return;
	}
	MUST(a.status == 303 && strncmp(a.target, "/plain/", 7) == 0);
	MUST(strlen(a.target) == 7 + TOKEN_TEXT_LEN + 1);
	strcpy(p->old_key, p->key);
	snprintf(p->key, sizeof p->key, "%.43s", a.target + 7);
	MUST(strcmp(p->key, p->old_key) != 0 && strcmp(p->key, p->token) != 0);
	p->step += p->old_key[0] != '\0';
	town_commit();
}

/* A key that is none any more, or never was one: whoever has it is nobody. */
static bool
is_shut(const struct person *p, const char *button)
{
	static const char
	    never[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	const char *key = p->is_alive ? p->old_key : p->key;

	if (p->is_alive && dice(6) != 0)
		return false;
	if (key[0] == '\0' || dice(3) == 0)
		key = dice(2) ? never : p->token;
	MUST(press(NOBODY, key, button, "step=0&chat=1").status == 401);
	return true;
}

/* The step that the page expects, or another one. */
static int
choose_step(const struct person *p)
{
	return dice(4) ? p->step : (int)dice((uint64_t)p->step + 3);
}

/*
 * What the call behind a button would do. An error of it is shown, and the form
 * was used all the same.
 */
static void
check_stop(int i, const struct ref *chat, const struct answer *a)
{
	struct person *p = person(i);

	if (chat->is_told &&
	    (p->state != SESSION_CHATTING || chat->id != p->chat)) {
		MUST(a->status == 409);
		return;
	}
	MUST(a->status == 303);
	model_leave(i, "left", false);
}

static void
check_block(int i, const struct ref *chat, const struct answer *a)
{
	struct person *p = person(i);
	int with = chat->is_told ? known_partner(i, chat->id) : NOBODY;

	if (with == NOBODY) {
		MUST(a->status == (chat->is_told ? 404 : 400));
		return;
	}
	MUST(a->status == 303);
	model_block(i, with);
	if (p->state == SESSION_CHATTING && p->chat == chat->id)
		model_leave(i, "left", false);
}

static void
check_end(int i, const struct ref *chat, const struct answer *a)
{
	(void)chat;
	MUST(a->status == 303 && strcmp(a->target, "/plain/") == 0);
	model_end(i, "left");
}

static const struct {
	const char *name;
	void (*check)(int i, const struct ref *chat, const struct answer *a);
	uint64_t one_in; /* how seldom */
} buttons[] = {{"stop", check_stop, 1}, {"block", check_block, 2},
    {"end", check_end, 3}};

void
pages_press(int i)
{
	struct person *p = person(i);
	size_t k = dice(sizeof buttons / sizeof *buttons);
	struct ref chat = refs_chat(i);
	int step = choose_step(p);
	char form[120];
	struct answer a;

	if (dice(buttons[k].one_in) != 0 || p->key[0] == '\0' ||
	    is_shut(p, buttons[k].name))
		return;
	snprintf(form, sizeof form, "step=%d%s%s", step,
	    chat.is_told ? "&chat=" : "", chat.value);
	a = press(i, p->key, buttons[k].name, form);
	if (step == p->step) {
		p->step++;
		buttons[k].check(i, &chat, &a);
	} else /* it was used, or will be: nothing happens */
		MUST(a.status == 303 && strcmp(a.target, "./") == 0);
	town_commit();
}

/* As api_next; and all that was in the log is needed no more. */
void
pages_next(int i)
{
	struct person *p = person(i);
	int step = choose_step(p);
	char form[40];
	struct answer a;

	if (p->key[0] == '\0' || is_shut(p, "next"))
		return;
	snprintf(form, sizeof form, "step=%d", step);
	a = press(i, p->key, "next", form);
	MUST(a.status == 303 && strcmp(a.target, "./") == 0);
	p->seen_ms = model.now.ms;
	if (step == p->step) {
		p->step++;
		if (p->state == SESSION_CHATTING)
			model_leave(i, "next", true);
		if (p->state == SESSION_IDLE)
			p->state = SESSION_WAITING;
		p->seeks = true;
	}
	town_commit();
	if (p->state == SESSION_WAITING && p->seeks)
		look_for_partner(i, LOOKING_SEEKER);
	p->seeks = false;
}

/* Back to the page with JavaScript: a new token, and the old one is dead. */
void
pages_script(int i)
{
	struct person *p = person(i);
	const char *at;
	char before[TOKEN_TEXT_LEN + 1];
	struct answer a;

	if (p->key[0] == '\0' || is_shut(p, "script"))
		return;
	a = press(i, p->key, "script", "");
	MUST(a.status == 200);
	at = strstr(a.text, "name=\"token\" value=\"");
	MUST(at != NULL);
	strcpy(before, p->token);
	snprintf(p->token, sizeof p->token, "%.43s", at + 20);
	MUST(strlen(p->token) == TOKEN_TEXT_LEN);
	MUST(strcmp(p->token, before) != 0);
	a = town_ask(&(struct question){.method = "POST",
	    .path = "/api/leave",
	    .who = NOBODY,
	    .token = before,
	    .body = "{}",
	    .body_len = 2});
	refs_expect("/api/leave", &a, 401, "no_session");
}
