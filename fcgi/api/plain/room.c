#include <stdio.h>
#include <string.h>

#include "api/plain/log.h"
#include "api/plain/page.h"
#include "api/plain/plain.h"
#include "api/plain/say.h"

enum { FALLBACK_LINES = 30 };

/* Since when there would be news; a number of another session is none. */
static void
read_seen(struct call *c)
{
	const struct conf *conf = c->house->conf;
	int64_t hold_s = c->house->is_cgi ? conf->cgi_hold_s : conf->hold_s;
	int64_t seen = -1;

	if (request_param_int(c->request, "seen", 0, INT64_MAX / 2, &seen) !=
		PARAM_OK ||
	    seen > c->me.seq)
		seen = -1;
	c->wait.cursor = seen;
	if (seen >= 0)
		c->wait.until_ms = c->now.ms + token_spread_ms(hold_s * 1000);
}

/* Is there a reason to answer? */
static bool
is_due(const struct call *c, const struct log_view *v)
{
	return v->newest > c->wait.cursor || c->now.ms >= c->wait.until_ms ||
	    c->woken >= WOKEN_REPLACED;
}

/* The head of a page that waits for news; not where another one does that. */
static void
head(struct call *c, enum word title, const char *kind, const char *address)
{
	char target[REPLY_TARGET_MAX];
	int64_t pause_ms = call_pause_ms(c);

	/* What goes on in no time some browsers do not show at all. */
	if (c->me.state == SESSION_WAITING && pause_ms == 0)
		pause_ms = 1000;
	snprintf(target, sizeof target, "%s?seen=%lld", address,
	    (long long)c->me.seq);
	plain_head_on(c, title, kind, (int)((pause_ms + 999) / 1000),
	    c->woken == WOKEN_REPLACED ? NULL : target);
}

static enum outcome
show_elsewhere(struct call *c, const char *address)
{
	plain_head(c, WORD_PLAIN_TITLE, "page");
	plain_html(c, "<p>");
	plain_word(c, WORD_ELSEWHERE_TITLE);
	plain_html(c, "</p>\n");
	plain_a(c, address, WORD_ELSEWHERE_HERE);
	return plain_foot(c);
}

static enum outcome
show_waiting(struct call *c)
{
	char again[48];

	snprintf(again, sizeof again, "./?seen=%lld", (long long)c->me.seq);
	head(c, WORD_TITLE_WAITING, "page", "./");
	plain_html(c, "<h1>");
	plain_word(c, WORD_WAIT_TITLE);
	plain_html(c, "</h1>\n");
	plain_online(c);
	plain_a(c, again, WORD_PLAIN_AGAIN);
	plain_button(c, "stop", WORD_WAIT_STOP);
	return plain_foot(c);
}

/* What can be done about a chat that is over, or before the first. */
static void
add_over(struct call *c)
{
	plain_html(c, "<div class=\"keys\">\n");
	plain_button(c, "next", WORD_OVER_NEXT);
	plain_button(c, "end", WORD_OVER_DONE);
	plain_html(c, "</div>\n");
}

static enum outcome
show_over(struct call *c, const struct log_view *v)
{
	plain_head(c, WORD_PLAIN_TITLE, "page");
	plain_html(c, "<h1>");
	plain_word(c, WORD_NOTE_OVER);
	plain_html(c, "</h1>\n");
	add_over(c);
	log_write(c, v, LOG_LINES_MAX);
	return plain_foot(c);
}

static void
add_keys(struct call *c)
{
	plain_html(c, "<div class=\"keys\">\n");
	plain_button(c, "next", WORD_CHAT_NEXT);
	plain_button(c, "stop", WORD_CHAT_STOP);
	plain_button(c, "block", WORD_BLOCK_BLOCK);
	plain_button(c, "script", WORD_PLAIN_SCRIPT);
	plain_html(c, "</div>\n");
}

/* All in one page, where there are no frames: w3m, Lynx, Dillo. */
static void
add_fallback(struct call *c, const struct log_view *v)
{
	char wait[48];

	snprintf(wait, sizeof wait, "./?seen=%lld", (long long)c->me.seq);
	say_form(c, FROM_ROOM, "");
	plain_a(c, wait, WORD_PLAIN_WAIT);
	log_write(c, v, FALLBACK_LINES);
	plain_html(c, "<p class=\"small\">");
	plain_word(c, WORD_PLAIN_SLOW);
	plain_html(c, "</p>\n");
}

static void
add_frame(struct call *c, const char *address, enum word title)
{
	buf_addf(&c->reply.body,
	    "<iframe class=\"%s\" name=\"%s\" src=\"%s\" title=\"", address,
	    address, address);
	plain_word(c, title);
	plain_html(c, "\">");
}

static enum outcome
show_chat(struct call *c, const struct log_view *v)
{
	plain_stays(c);
	plain_head(c, WORD_PLAIN_TITLE, "room");
	plain_html(c, "<div class=\"top\">\n<h1><bdi>");
	plain_text(c, c->me.partner_name);
	plain_html(c, "</bdi></h1>\n");
	add_keys(c);
	plain_html(c, "</div>\n");
	add_frame(c, "say", WORD_BOX_LABEL);
	plain_html(c, "</iframe>\n");
	add_frame(c, "log", WORD_CHAT_LOG);
	plain_html(c, "\n");
	add_fallback(c, v);
	plain_html(c, "</iframe>\n");
	return plain_foot(c);
}

static enum outcome
show_room(struct call *c, const struct log_view *v)
{
	if (c->woken == WOKEN_REPLACED)
		return show_elsewhere(c, "./");
	if (c->me.state == SESSION_CHATTING)
		return show_chat(c, v);
	return c->me.state == SESSION_WAITING ? show_waiting(c)
					      : show_over(c, v);
}

static enum outcome
show_log(struct call *c, const struct log_view *v)
{
	if (c->woken == WOKEN_REPLACED)
		return show_elsewhere(c, "log");
	if (c->me.state != SESSION_CHATTING) {
		plain_head(c, WORD_CHAT_LOG, "frame");
		add_over(c);
	} else {
		head(c, WORD_CHAT_LOG, "frame", "log");
		if (c->me.partner_away) {
			plain_html(c, "<p class=\"note\">");
			plain_word_name(c, WORD_NOTE_AWAY, c->me.partner_name);
			plain_html(c, "</p>\n");
		}
	}
	log_write(c, v, LOG_LINES_MAX);
	return plain_foot(c);
}

/* Looks, and shows what there is or waits for it. */
static enum outcome
look(struct call *c,
    enum outcome (*show)(struct call *, const struct log_view *))
{
	struct log_view v;
	enum outcome o = WAIT;

	if (c->woken == WOKEN_NOT)
		read_seen(c);
	if (log_read(c, &v) == STORE_FAILED)
		o = call_fail(c);
	else if (is_due(c, &v))
		o = show(c, &v);
	log_free(&v);
	return o;
}

/*
 * GET /plain/KEY/?seen=N
 * 200: the page of a session: it waits, chats or is idle. With `seen` it is
 * answered when there is an event beyond N, or after a while: a page that
 * waits refreshes itself that way. While it chats it consists of two frames;
 * what stands between their tags is the same without frames. Without `seen`
 * at once. 401: the page is gone.
 */
enum outcome
plain_room(struct call *c)
{
	return look(c, show_room);
}

/*
 * GET /plain/KEY/log?seen=N
 * 200: the conversation, the newest line first; it asks for itself again, and
 * is then answered when there is something new, or after a while.
 */
enum outcome
plain_log(struct call *c)
{
	return look(c, show_log);
}
