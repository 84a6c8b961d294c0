#include "api/plain/log.h"

#include <stdio.h>
#include <string.h>

#include "api/plain/link.h"
#include "api/plain/page.h"
#include "http/html.h"
#include "store/events.h"

enum {
	AT_ONCE = 100,        /* events of one reading */
	KEPT_MAX = 300,       /* events that a page keeps in its queue */
	BYTES_MAX = 96 << 10, /* of the lines in one answer */
};

static void
add(struct log_view *v, const char *html)
{
	buf_add_str(&v->text, html);
}

static const char *
word(const struct log_view *v, enum word w)
{
	return plain_words(v->call)->text[w];
}

static void
add_who(struct log_view *v, bool own)
{
	add(v, own ? "<p class=\"me\"><b>" : "<p class=\"them\"><b><bdi>");
	html_text(&v->text, own ? word(v, WORD_LOG_YOU) : v->partner);
	add(v,
	    own ? ":</b> <span dir=\"auto\">"
		: "</bdi>:</b> <span dir=\"auto\">");
}

static void
add_message(struct log_view *v, const struct json_in *body, bool own)
{
	const char *text;

	add_who(v, own);
	if (json_in_text(body, "text", &text) == JSON_OK)
		link_text(&v->text, text);
	add(v, "</span></p>\n");
}

static void
add_theirs(struct log_view *v, const struct json_in *body)
{
	add_message(v, body, false);
}

/*
 * A message that was taken back leaves its place: there the event has the id
 * of the message. The other event of this type only says when that was.
 */
static void
add_retracted(struct log_view *v, const struct json_in *body)
{
	char id[24];
	const char *message;

	snprintf(id, sizeof id, "%lld", (long long)v->id);
	if (json_in_text(body, "id", &message) != JSON_OK ||
	    strcmp(message, id) != 0)
		return;
	add_who(v, false);
	html_text(&v->text, word(v, WORD_PLAIN_ERASED));
	add(v, "</span></p>\n");
}

/* Looked at only when the reader wants to. */
static void
add_picture(struct log_view *v, const struct json_in *body, bool own)
{
	const char *url;
	int64_t width = 0, height = 0, bytes = 0;

	if (json_in_text(body, "url", &url) != JSON_OK)
		return;
	json_in_int(body, "width", &width);
	json_in_int(body, "height", &height);
	json_in_int(body, "bytes", &bytes);
	add_who(v, own);
	add(v, "<a href=\"");
	html_text(&v->text, url);
	add(v, "\" target=\"_blank\" rel=\"noopener noreferrer\">");
	html_text(&v->text, word(v, WORD_PLAIN_PICTURE));
	buf_addf(&v->text, "</a> %lld × %lld", (long long)width,
	    (long long)height);
	if (bytes > 0)
		buf_addf(&v->text, ", %lld KB", (long long)bytes / 1000 + 1);
	add(v, "</span></p>\n");
}

static void
add_their_picture(struct log_view *v, const struct json_in *body)
{
	add_picture(v, body, false);
}

static void
add_own(struct log_view *v, const struct json_in *body)
{
	const char *url;

	if (json_in_text(body, "url", &url) == JSON_OK)
		add_picture(v, body, true);
	else
		add_message(v, body, true);
}

static void
add_note(struct log_view *v, enum word w)
{
	const char *text = word(v, w), *at = strstr(text, "{name}");
	size_t len = at == NULL ? strlen(text) : (size_t)(at - text);

	add(v, "<p class=\"note\">");
	html_part(&v->text, text, len);
	if (at != NULL) {
		add(v, "<bdi>");
		html_text(&v->text, v->partner);
		add(v, "</bdi>");
		html_text(&v->text, at + strlen("{name}"));
	}
	add(v, "</p>\n");
}

static void
add_tag(const char *tag, void *view)
{
	struct log_view *v = view;

	add(v, " <bdi>");
	html_text(&v->text, tag);
	add(v, "</bdi>");
}

/* What both like, if there is anything. */
static void
add_common(struct log_view *v, const struct json_in *body)
{
	size_t before = v->text.len, start;

	add(v, "<p class=\"note\">");
	html_text(&v->text, word(v, WORD_NOTE_COMMON));
	start = v->text.len;
	json_in_texts(body, "common", add_tag, v);
	if (v->text.len == start)
		v->text.len = before;
	else
		add(v, "</p>\n");
}

/* A new chat: what was before is over. */
static void
add_matched(struct log_view *v, const struct json_in *body)
{
	const char *name;
	bool again = false;

	v->n = 0;
	buf_clear(&v->text);
	if (json_in_text_of(body, "partner", "name", &name) == JSON_OK)
		snprintf(v->partner, sizeof v->partner, "%s", name);
	v->lines[0].from = 0;
	add_common(v, body);
	add_note(v,
	    json_in_bool(body, "again", &again) == JSON_OK && again
		? WORD_NOTE_AGAIN
		: WORD_NOTE_MATCHED);
}

static void
add_presence(struct log_view *v, const struct json_in *body)
{
	const char *state;

	if (json_in_text(body, "state", &state) == JSON_OK)
		add_note(v,
		    strcmp(state, "away") == 0 ? WORD_NOTE_AWAY
					       : WORD_NOTE_HERE);
}

static void
add_left(struct log_view *v, const struct json_in *body)
{
	static const struct {
		const char *reason;
		enum word word;
	} reasons[] = {
	    {"next", WORD_NOTE_NEXT},
	    {"gone", WORD_NOTE_GONE},
	    {"banned", WORD_NOTE_BANNED},
	};
	enum word w = WORD_NOTE_LEFT;
	const char *reason;

	if (json_in_text(body, "reason", &reason) == JSON_OK)
		for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
			if (strcmp(reasons[i].reason, reason) == 0)
				w = reasons[i].word;
	add_note(v, w);
}

/* What can be seen; other types pass without a trace. */
static const struct {
	const char *type;
	void (*add)(struct log_view *, const struct json_in *);
} kinds[] = {
    {"message", add_theirs},
    {"own", add_own},
    {"image", add_their_picture},
    {"matched", add_matched},
    {"presence", add_presence},
    {"left", add_left},
    {"retracted", add_retracted},
};

static void
add_line(struct log_view *v, const struct event *ev, size_t kind)
{
	const char *why;
	struct json_in *body = json_in_parse(ev->body, ev->body_len, &why);
	struct log_line *line;
	size_t from = v->text.len;

	v->newest = ev->seq;
	v->id = ev->id;
	/* A line that is left out would never be seen. */
	if (body == NULL) {
		v->text.failed = true;
		return;
	}
	kinds[kind].add(v, body);
	json_in_free(body);
	if (v->text.len == from)
		return;
	/* `matched` begins the text anew. */
	line = &v->lines[v->n % LOG_LINES_MAX];
	*line = (struct log_line){v->n > 0 ? from : 0, v->text.len, ev->seq};
	v->n++;
}

static bool
visit(const struct event *ev, void *arg)
{
	struct log_view *v = arg;

	v->visited = ev->seq;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].type, ev->type) == 0)
			add_line(v, ev, i);
	return true;
}

/* What the page shows no more may go; and not all of it may stay. */
static int64_t
needless(const struct call *c, const struct log_view *v)
{
	int64_t kept = c->house->rules.backlog / 3, shown = v->visited;

	if (kept > KEPT_MAX)
		kept = KEPT_MAX;
	if (v->n > LOG_LINES_MAX)
		shown = v->lines[v->n % LOG_LINES_MAX].seq - 1;
	else if (v->n > 0)
		shown = v->lines[0].seq - 1;
	return shown > v->visited - kept ? shown : v->visited - kept;
}

enum found
log_read(struct call *c, struct log_view *v)
{
	int64_t before;

	*v = (struct log_view){.call = c, .visited = c->me.acked};
	memcpy(v->partner, c->me.partner_name, sizeof v->partner);
	do {
		before = v->visited;
		if (store_event_after(c->house->store, c->me.id, before,
			AT_ONCE, visit, v) == STORE_FAILED)
			return STORE_FAILED;
	} while (v->visited > before && v->visited < c->me.seq);
	c->wait.acked = needless(c, v);
	return STORE_FOUND;
}

void
log_free(struct log_view *v)
{
	buf_free(&v->text);
}

void
log_write(struct call *c, const struct log_view *v, int max)
{
	size_t sum = 0;

	if (v->text.failed)
		c->reply.body.failed = true;
	if (max > LOG_LINES_MAX)
		max = LOG_LINES_MAX;
	for (int64_t i = v->n - 1; i >= 0 && i >= v->n - max; i--) {
		const struct log_line *l = &v->lines[i % LOG_LINES_MAX];

		sum += l->to - l->from;
		if (v->text.failed || (sum > BYTES_MAX && i < v->n - 1))
			return;
		buf_add(&c->reply.body, v->text.data + l->from,
		    l->to - l->from);
	}
}
