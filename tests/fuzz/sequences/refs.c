#include "refs.h"

#include <inttypes.h>

#include "../fuzz.h"
#include "acts.h"

enum { PICTURE_LEN = 35, REFUSALS_MAX = 64 };

static const char picture[PICTURE_LEN +
    1] = "GIF89a\1\0\1\0\200\0\0\377\0\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";

static const char *const no_ids[] = {"", "0", "-1", "01", " 1", "1 ", "x",
    "99999999999999999999", "1e3"};

/* ---- refusals ---- */

static struct {
	char path[32], code[24], text[160];
	int status;
	long n;
} refusals[REFUSALS_MAX];

void
refs_expect(const char *path, const struct answer *a, int status,
    const char *code)
{
	int n = 0;

	if (a->status != status || a->code == NULL ||
	    strcmp(a->code, code) != 0)
		fprintf(stderr, "%s: %d %s, and not %d %s\n", path, a->status,
		    a->text, status, code);
	MUST(a->status == status && a->code != NULL &&
	    strcmp(a->code, code) == 0);
	while (n < REFUSALS_MAX && refusals[n].status != 0 &&
	    (strcmp(refusals[n].path, path) != 0 ||
		strcmp(refusals[n].code, code) != 0))
		n++;
	MUST(n < REFUSALS_MAX && strlen(a->text) < sizeof refusals[n].text);
	if (refusals[n].status == 0) {
		snprintf(refusals[n].path, sizeof refusals[n].path, "%s", path);
		snprintf(refusals[n].code, sizeof refusals[n].code, "%s", code);
		strcpy(refusals[n].text, a->text);
		refusals[n].status = status;
	}
	MUST(strcmp(refusals[n].text, a->text) == 0);
	refusals[n].n++;
}

void
refs_report(void)
{
	for (int i = 0; i < REFUSALS_MAX && refusals[i].status != 0; i++)
		printf("%s %d %s: %ld\n", refusals[i].path, refusals[i].status,
		    refusals[i].code, refusals[i].n);
}

/* ---- references ---- */

static struct ref
reference(const char *name, int64_t id)
{
	struct ref r = {.is_told = true, .id = id};
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, id);
	if (id == 0)
		snprintf(text, sizeof text, "%s",
		    no_ids[dice(sizeof no_ids / sizeof *no_ids)]);
	snprintf(r.member, sizeof r.member, ",\"%s\":\"%s\"", name, text);
	strcpy(r.value, text);
	return r;
}

struct ref
refs_chat(int i)
{
	int64_t made_up = model.last_chat + 1 + (int64_t)dice(3);

	switch (dice(12)) {
	case 0:
	case 1:
		return (struct ref){0};
	case 2:
		return reference("chat", 0);
	case 3:
		return reference("chat", made_up);
	case 4:
	case 5:
		if (model.n_chats > 0)
			return reference("chat",
			    model.chats[dice((uint64_t)model.n_chats)].id);
		return reference("chat", made_up);
	default:
		return person(i)->chat != 0 ? reference("chat", person(i)->chat)
					    : (struct ref){0};
	}
}

struct ref
refs_note(void)
{
	switch (dice(9)) {
	case 0:
		return (struct ref){0};
	case 1:
		return reference("id", dice(2) ? 0 : model.last_note + 1000);
	case 2:
	case 3: /* a late one */
		if (model.n_notes > 0)
			return reference("id",
			    model.notes[model.n_notes - 1].id);
		return reference("id", 0);
	default:
		if (model.n_notes > 0)
			return reference("id",
			    model.notes[dice((uint64_t)model.n_notes)].id);
		return reference("id", 0);
	}
}

/* None, somebody's (one's own among them), or a new one. */
static void
choose_nonce(char nonce[16])
{
	nonce[0] = '\0';
	if (dice(4) == 0)
		return;
	snprintf(nonce, 16, "n%d", (int)dice(1000000));
	if (dice(3) == 0 && model.n_notes > 0)
		strcpy(nonce, model.notes[dice((uint64_t)model.n_notes)].nonce);
}

/* ---- messages ---- */

static struct note *
add_note(int i, const char *nonce, const struct answer *a, bool is_picture)
{
	struct person *p = person(i);
	struct note *n = &model.notes[model.n_notes];
	int64_t at;

	*n = (struct note){.chat = p->chat,
	    .at = model.now.at,
	    .sent_ms = model.now.ms,
	    .sender = i,
	    .to = p->partner,
	    .seq = person(p->partner)->seq + 1,
	    .is_picture = is_picture};
	MUST(a->status == 200 && strlen(a->text) < sizeof n->answer);
	MUST(sscanf(a->text, "{\"id\":\"%" SCNd64 "\",\"at\":%" SCNd64, &n->id,
		 &at) == 2);
	MUST(n->id > model.last_note && at == model.now.at);
	model.last_note = n->id;
	strcpy(n->nonce, nonce);
	strcpy(n->answer, a->text);
	p->typing_ms = 0;
	return n;
}

/* What was stored with a nonce is answered as the first time. */
static bool
is_repeated(int i, const char *nonce, bool as_picture, const struct answer *a)
{
	const struct note *n = note_by_nonce(i, nonce);
	char wanted[256];

	if (n == NULL)
		return false;
	if (as_picture && !n->is_picture) {
		MUST(a->status == 400);
		return true;
	}
	strcpy(wanted, n->answer);
	/* A message's answer is shorter. */
	if (n->is_picture && !as_picture)
		snprintf(wanted, sizeof wanted,
		    "{\"id\":\"%" PRId64 "\",\"at\":%" PRId64 "}", n->id,
		    n->at);
	MUST(a->status == 200 && strcmp(a->text, wanted) == 0);
	return true;
}

/* Not now: another chat, none, or a queue that is full. */
static bool
is_refused(int i, const char *path, const struct ref *chat,
    const struct answer *a)
{
	struct person *p = person(i);

	if (p->state != SESSION_CHATTING ||
	    (chat->is_told && chat->id != p->chat))
		refs_expect(path, a, 409,
		    chat->is_told ? "chat_over" : "not_chatting");
	else if (is_full(p->partner))
		refs_expect(path, a, 429, "backlog_full");
	else
		return false;
	return true;
}

void
refs_send(int i)
{
	static int serial;
	struct ref chat = refs_chat(i);
	char nonce[16], member[40] = "", body[160], text[32];
	struct answer a;
	struct note *n;

	if (model.n_notes == NOTES_MAX)
		return;
	choose_nonce(nonce);
	if (nonce[0] != '\0')
		snprintf(member, sizeof member, ",\"nonce\":\"%s\"", nonce);
	snprintf(text, sizeof text, "text %d", serial++);
	snprintf(body, sizeof body, "{\"text\":\"%s\"%s%s}", text, member,
	    chat.member);
	a = town_ask(&(struct question){.method = "POST",
	    .path = "/api/send",
	    .who = i,
	    .body = body,
	    .body_len = strlen(body),
	    .joins = true});
	if (!person(i)->is_alive) {
		refs_expect("/api/send", &a, 401, "no_session");
		return;
	}
	if ((!model_is_wrong("nonce") && is_repeated(i, nonce, false, &a)) ||
	    is_refused(i, "/api/send", &chat, &a))
		return;
	n = add_note(i, nonce, &a, false);
	tell(n->to, model.n_notes++,
	    "message %" PRId64 " %" PRId64 " %" PRId64 " %s", n->chat, n->at,
	    n->id, text);
}

void
refs_erase(struct note *n)
{
	struct event_want *e = &person(n->to)->queue[n->seq - 1];

	n->is_retracted = n->is_erased = true;
	snprintf(e->text, sizeof e->text,
	    "retracted %" PRId64 " %" PRId64 " %" PRId64, n->chat, n->at,
	    n->id);
	tell(n->to, NOBODY, "retracted %" PRId64 " %" PRId64 " %" PRId64,
	    n->chat, model.now.at, n->id);
}

/* ---- pictures ---- */

static void
note_address(struct note *n, const char *text)
{
	const char *at = strstr(text, "\"url\":\"/api/image/");

	MUST(at != NULL);
	snprintf(n->address, sizeof n->address, "%s",
	    at + strlen("\"url\":\"/api/image/"));
	MUST(strstr(text, "\"width\":1,\"height\":1}") != NULL);
}

void
refs_send_picture(int i)
{
	struct ref chat = refs_chat(i);
	char nonce[16], query[120];
	struct answer a;
	struct person *p = person(i);
	struct note *n;

	if (model.n_notes == NOTES_MAX)
		return;
	choose_nonce(nonce);
	/* In an address any text stands bare. */
	chat.is_told = chat.is_told && chat.id != 0;
	snprintf(query, sizeof query, "a=b%s%s", nonce[0] ? "&nonce=" : "",
	    nonce);
	if (chat.is_told)
		snprintf(query + strlen(query), 40, "&chat=%" PRId64, chat.id);
	a = town_ask(&(struct question){.method = "POST",
	    .path = "/api/image",
	    .query = query,
	    .who = i,
	    .body = picture,
	    .body_len = PICTURE_LEN,
	    .joins = true});
	if (!p->is_alive) {
		refs_expect("/api/image", &a, 401, "no_session");
		return;
	}
	if (is_repeated(i, nonce, true, &a) ||
	    is_refused(i, "/api/image", &chat, &a))
		return;
	if (pictures_in(p->chat) >= rules->pictures) {
		refs_expect("/api/image", &a, 429, "pictures_full");
		return;
	}
	n = add_note(i, nonce, &a, true);
	note_address(n, a.text);
	tell(n->to, model.n_notes++,
	    "image %" PRId64 " %" PRId64 " %" PRId64 " /api/image/%s %d",
	    n->chat, n->at, n->id, n->address, PICTURE_LEN);
}

/* Anybody who has the address may look, as long as there is something. */
void
refs_look_at_picture(int i)
{
	const struct note *n = model.n_notes == 0
	    ? NULL
	    : &model.notes[dice((uint64_t)model.n_notes)];
	char path[80];
	struct answer a;

	(void)i;
	if (n == NULL || !n->is_picture || dice(4) == 0) {
		n = NULL;
		snprintf(path, sizeof path, "/api/image/%s",
		    dice(2) ? "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
			    : "x");
	} else
		snprintf(path, sizeof path, "/api/image/%s", n->address);
	a = town_ask(&(struct question){.method = "GET",
	    .path = path,
	    .who = NOBODY,
	    .token = ""});
	if (n == NULL || n->is_erased || !person(n->sender)->is_alive)
		refs_expect("/api/image/", &a, 404, "not_found");
	else
		MUST(a.status == 200 && a.len == PICTURE_LEN &&
		    memcmp(a.text, picture, 6) == 0);
}

/* ---- polls ---- */

/* With any cursor, and perhaps waiting: that is noted, as a worker does. */
void
refs_poll(int i)
{
	struct person *p = person(i);
	int64_t cursor = (int64_t)dice((uint64_t)p->seq + 4) - 1;
	int wait = dice(2) ? 0 : 5;
	char query[60];
	struct answer a;

	if (dice(2) == 0)
		cursor = p->seq;
	snprintf(query, sizeof query, "cursor=%" PRId64 "&wait=%d", cursor,
	    wait);
	a = town_ask(&(struct question){.method = "GET",
	    .path = "/api/poll",
	    .query = query,
	    .who = i});
	if (!p->is_alive) {
		refs_expect("/api/poll", &a, 401, "no_session");
		return;
	}
	if (cursor < 0 || cursor > p->seq) {
		MUST(a.status == 400 && !a.waits);
		return;
	}
	MUST(a.waits ==
	    (wait > 0 && (cursor > p->acked ? cursor : p->acked) == p->seq));
	if (a.waits)
		MUST(a.until_ms >= model.now.ms + 4500 &&
		    a.until_ms <= model.now.ms + 5500);
	else
		MUST(a.status == 200);
}
