#include "store/nonces.h"

#include <string.h>

#include "store/chains.h"
#include "store/query.h"
#include "store/queues.h"

enum {
	PURGE_STEP = 2000,         /* ids that one step looks at */
	WALK_MAX = 2 * CHAIN_HALF, /* links that are read back at most */
};

/* A row of the chain. */
struct row {
	int64_t session, prev, at;
	uint64_t hash;
	bool is_same; /* its nonce is the one that was asked for */
};

static enum found
read_row(struct store *st, int64_t message, const char *nonce, struct row *out)
{
	struct query q = query(st, SQL_SENT_ROW);
	const char *text;
	size_t len;

	query_int(&q, message);
	if (query_step(&q)) {
		out->session = query_column(&q, 0);
		out->prev = query_column(&q, 1);
		out->at = query_column(&q, 2);
		text = query_column_text(&q, 3, &len);
		out->hash = chain_hash(text);
		out->is_same = nonce != NULL && strcmp(text, nonce) == 0;
	}
	return query_end(&q);
}

/*
 * What has been added since `known`, the oldest first. How many, or -1; *met
 * tells whether the way back led to `known`.
 */
static int
walk(struct store *st, const struct session *who, int64_t known,
    struct link *links, bool *met)
{
	int64_t at = who->sent;
	struct row row = {0};
	int n = 0;

	while (at != known && at != 0 && n < WALK_MAX) {
		enum found f = read_row(st, at, NULL, &row);

		if (f == STORE_FAILED)
			return -1;
		if (f == STORE_NONE || row.session != who->id)
			break; /* the rest has been purged */
		links[n++] = (struct link){row.hash, at};
		at = row.prev;
	}
	*met = at == known;
	return n;
}

/* Adds to a session's chain what the table has beyond it; NULL: failed. */
static struct chain *
catch_up(struct store *st, const struct session *who, struct chain *c)
{
	struct link links[WALK_MAX];
	bool met;
	int n;

	n = walk(st, who, c->last, links, &met);
	if (n < 0)
		return NULL;
	if (!met) {
		chains_drop(st->chains, who->id);
		c = chains_take(st->chains, who->id);
	}
	while (c != NULL && n-- > 0)
		if (!chain_add(c, links[n].hash, links[n].message))
			return NULL;
	if (c != NULL)
		c->last = who->sent;
	return c;
}

/* The session's chain, as long as the table has it; NULL: failed. */
static struct chain *
chain_of(struct store *st, const struct session *who)
{
	struct chain *c = chains_take(st->chains, who->id);

	return c == NULL || c->last == who->sent ? c : catch_up(st, who, c);
}

enum found
store_nonce_find(struct store *st, const struct session *who, const char *nonce,
    struct sent *out)
{
	const struct chain *c = chain_of(st, who);
	int64_t message;
	struct row row = {0};
	enum found f;

	if (c == NULL)
		return STORE_FAILED;
	message = chain_find(c, chain_hash(nonce));
	if (message == 0)
		return STORE_NONE;
	f = read_row(st, message, nonce, &row);
	if (f != STORE_FOUND || row.session != who->id || !row.is_same)
		return f == STORE_FAILED ? f : STORE_NONE;
	*out = (struct sent){message, row.at};
	return STORE_FOUND;
}

static enum found
add_row(struct store *st, const struct session *who, const char *nonce,
    int64_t now_ms, const struct sent *sent)
{
	struct query q = query(st, SQL_SENT_ADD);

	query_int(&q, sent->message);
	query_int(&q, who->id);
	query_int(&q, who->sent);
	query_text(&q, nonce, strlen(nonce));
	query_int(&q, sent->at);
	query_int(&q, now_ms);
	query_int(&q, who->chat);
	query_step(&q);
	return query_end(&q);
}

enum found
store_nonce_add(struct store *st, const struct session *who, const char *nonce,
    int64_t now_ms, const struct sent *sent)
{
	struct chain *c = chain_of(st, who);
	struct queue queue;

	if (c == NULL ||
	    add_row(st, who, nonce, now_ms, sent) == STORE_FAILED ||
	    queues_read(st, who->id, &queue) != STORE_FOUND)
		return STORE_FAILED;
	queue.sent = sent->message;
	if (queues_write(st, who->id, &queue) == STORE_FAILED)
		return STORE_FAILED;
	/* What cannot be remembered is read back when it is needed. */
	if (!chain_add(c, chain_hash(nonce), sent->message))
		chains_drop(st->chains, who->id);
	return STORE_NONE;
}

enum found
store_nonce_purge(struct store *st, int64_t now_ms)
{
	struct query q = query(st, SQL_SENT_PURGE);
	int64_t purged;
	enum found f;

	query_int(&q, now_ms - st->nonce_ms);
	query_int(&q, PURGE_STEP);
	f = query_wrote(&q, &purged);
	return f == STORE_FAILED ? f : purged > 0 ? STORE_FOUND : STORE_NONE;
}
