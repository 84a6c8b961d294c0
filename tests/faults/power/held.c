#include "held.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NONCE_MAX = 64, LINE_MAX_LEN = 16384 };

struct message {
	char nonce[NONCE_MAX + 1]; /* "": nobody says what it was */
	int64_t seq;
	int64_t gone_by; /* it was taken back before this one was sent */
	char *text;
	bool is_promised;
	/* What the database that is looked at has of it. */
	bool has_event, has_nonce, has_bytes, has_text, was_read, is_over;
};

struct said {
	struct message *messages; /* by id */
	int64_t n_messages;
	int64_t *promised;
	size_t n_promised;
};

static struct message *
message(struct said *s, int64_t id)
{
	struct message *more;
	int64_t n = id + 1024;

	if (id < 0)
		abort();
	if (id < s->n_messages)
		return &s->messages[id];
	more = realloc(s->messages, (size_t)n * sizeof(*more));
	if (more == NULL)
		abort();
	memset(more + s->n_messages, 0,
	    (size_t)(n - s->n_messages) * sizeof(*more));
	s->messages = more;
	s->n_messages = n;
	return &s->messages[id];
}

static void
read_line(struct said *s, char *line)
{
	char *at = line, *id = strsep(&at, "\t"), *nonce = strsep(&at, "\t"),
	     *seq = strsep(&at, "\t"), *gone_by = strsep(&at, "\t"),
	     *text = strsep(&at, "\n");
	struct message *m;

	if (text == NULL)
		return;
	m = message(s, atoll(id));
	snprintf(m->nonce, sizeof(m->nonce), "%s", nonce);
	m->seq = atoll(seq);
	m->gone_by = atoll(gone_by);
	m->text = strdup(text);
}

struct said *
said_read(const char *path)
{
	FILE *file = fopen(path, "re");
	struct said *s = calloc(1, sizeof(*s));
	char line[LINE_MAX_LEN];

	if (file == NULL || s == NULL) {
		free(s);
		return NULL;
	}
	message(s, 0);
	while (fgets(line, sizeof(line), file) != NULL)
		read_line(s, line);
	fclose(file);
	return s;
}

void
said_free(struct said *s)
{
	for (int64_t i = 0; i < s->n_messages; i++)
		free(s->messages[i].text);
	free(s->messages);
	free(s->promised);
	free(s);
}

static void
promise(struct said *s, int64_t id)
{
	struct message *m = message(s, id);
	int64_t *more;

	if (m->is_promised)
		return;
	m->is_promised = true;
	more = realloc(s->promised, (s->n_promised + 1) * sizeof(*more));
	if (more == NULL)
		abort();
	s->promised = more;
	s->promised[s->n_promised++] = id;
}

/* After `from`, the first `what`'s end; NULL: none. */
static const char *
after(const char *from, const char *end, const char *what)
{
	const char *at = from == NULL
	    ? NULL
	    : memmem(from, (size_t)(end - from), what, strlen(what));

	return at == NULL ? NULL : at + strlen(what);
}

void
said_answer(struct said *s, const char *bytes, size_t len)
{
	static const char own[] = "{\"id\":\"";
	const char *end = bytes + len, *at = after(bytes, end, "\r\n\r\n");

	if (at == NULL)
		return;
	if ((size_t)(end - at) > strlen(own) &&
	    memcmp(at, own, strlen(own)) == 0)
		promise(s, atoll(at + strlen(own)));
	while ((at = after(at, end, "\"type\":\"message\"")) != NULL) {
		const char *id = after(at, end, "\"id\":\"");

		if (id != NULL && end - id > 20)
			promise(s, atoll(id));
	}
}

size_t
said_promised(const struct said *s, const int64_t **ids)
{
	*ids = s->promised;
	return s->n_promised;
}

static void
see_event(struct message *m, sqlite3_stmt *st)
{
	const char *body = (const char *)sqlite3_column_text(st, 1);

	m->has_event = m->text == NULL || strcmp(m->text, "*") == 0 ||
	    (body != NULL && strstr(body, m->text) != NULL);
	m->has_text = body != NULL && strstr(body, "\"text\"") != NULL;
}

static void
see_sent(struct message *m, sqlite3_stmt *st)
{
	const char *nonce = (const char *)sqlite3_column_text(st, 1);

	m->has_nonce = m->nonce[0] == '\0' ||
	    (nonce != NULL && strcmp(nonce, m->nonce) == 0);
	m->was_read = m->seq > 0 && sqlite3_column_int64(st, 2) >= m->seq;
	m->is_over = sqlite3_column_int(st, 3) != 0;
}

static void
see_bytes(struct message *m, sqlite3_stmt *st)
{
	m->has_bytes = sqlite3_column_int(st, 1) != 0;
}

static const struct look {
	const char *sql; /* its first column is the message */
	void (*see)(struct message *m, sqlite3_stmt *st);
} looks[] = {
    {"SELECT id, body FROM event", see_event},
    {"SELECT s.message, s.nonce, coalesce(r.acked, 0),"
     " c.id IS NULL OR c.ended_ms IS NOT NULL FROM sent s"
     " LEFT JOIN chat c ON c.id = s.chat"
     " LEFT JOIN session r ON r.id = c.a + c.b - s.session",
	see_sent},
    {"SELECT b.message, b.len = i.len AND length(b.bytes) = b.len"
     " FROM image_bytes b JOIN image i USING (message)",
	see_bytes},
};

static bool
look(struct said *s, sqlite3 *sq, const struct look *l)
{
	sqlite3_stmt *st = NULL;
	int code = sqlite3_prepare_v2(sq, l->sql, -1, &st, NULL);

	while (code == SQLITE_OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
		l->see(message(s, sqlite3_column_int64(st, 0)), st);
		code = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return code == SQLITE_DONE;
}

static void
complain(struct held_verdict *v, const char *what, int64_t id, const char *more)
{
	if (v->why[0] == '\0')
		snprintf(v->why, sizeof(v->why), "%s %lld: %s", what,
		    (long long)id, more);
}

static void
judge(const struct said *s, struct held_verdict *v, int64_t id)
{
	const struct message *m = &s->messages[id];
	bool is_picture = m->text != NULL && strcmp(m->text, "*") == 0;

	v->checked++;
	if (!(m->has_event || m->was_read) ||
	    (is_picture && !m->has_bytes && !m->is_over)) {
		v->lost++;
		complain(v, "lost message", id, m->nonce);
	}
	if (!m->has_nonce) {
		v->forgotten++;
		complain(v, "forgotten nonce of", id, m->nonce);
	}
	if (m->gone_by > 0 && m->has_text &&
	    s->messages[m->gone_by].is_promised) {
		v->returned++;
		complain(v, "taken back, and there again:", id, m->nonce);
	}
}

/* The first row of the check must be "ok". */
static bool
is_whole(sqlite3 *sq, struct held_verdict *v)
{
	sqlite3_stmt *st = NULL;
	bool ok;

	sqlite3_prepare_v2(sq, "PRAGMA integrity_check", -1, &st, NULL);
	ok = sqlite3_step(st) == SQLITE_ROW &&
	    strcmp((const char *)sqlite3_column_text(st, 0), "ok") == 0;
	if (!ok)
		complain(v, "integrity", 0, sqlite3_errmsg(sq));
	sqlite3_finalize(st);
	return ok;
}

void
held_check(struct said *s, const char *path, struct held_verdict *v)
{
	sqlite3 *sq = NULL;

	*v = (struct held_verdict){0};
	for (int64_t i = 0; i < s->n_messages; i++) {
		struct message *m = &s->messages[i];

		m->has_event = m->has_nonce = m->has_bytes = false;
		m->has_text = m->was_read = m->is_over = false;
	}
	v->is_broken = sqlite3_open(path, &sq) != SQLITE_OK ||
	    sqlite3_exec(sq, "PRAGMA wal_autocheckpoint = 0", NULL, NULL,
		NULL) != SQLITE_OK ||
	    !is_whole(sq, v);
	/* Before the schema there is nothing to look for: all would be lost. */
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (!v->is_broken && !look(s, sq, &looks[i]) &&
		    s->n_promised > 0)
			complain(v, "look", (int64_t)i, sqlite3_errmsg(sq));
	for (size_t i = 0; i < s->n_promised; i++)
		judge(s, v, s->promised[i]);
	sqlite3_close(sq);
}
