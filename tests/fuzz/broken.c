/*
 * Faults to order: BROKEN=NAME in the environment breaks one function, so that
 * a test can see whether a target notices. Without it all of them do what they
 * should. The linker puts these in between (--wrap, see fuzz.mk).
 */
#include "fuzz.h"

#include "api/caller.h"
#include "base/address.h"
#include "base/conf_row.h"
#include "chat/image.h"
#include "chat/text.h"
#include "http/html.h"
#include "http/percent.h"
#include "serve/gate.h"
#include "serve/records.h"
#include "store/cache.h"
#include "store/chats.h"
#include "store/events.h"
#include "store/nonces.h"
#include "store/pages.h"
#include "store/queues.h"
#include "store/waiting.h"

#define WRAP(type, function, ...)            \
	type __real_##function(__VA_ARGS__); \
	type __wrap_##function(__VA_ARGS__); \
	type __wrap_##function(__VA_ARGS__)

/* Read before a target clears the environment. */
static const char *broken = "";

__attribute__((constructor)) static void
read_broken(void)
{
	const char *name = getenv("BROKEN");

	if (name != NULL)
		broken = strdup(name);
}

static bool
is(const char *name)
{
	return strcmp(broken, name) == 0;
}

/* A byte behind the end of a clean picture. */
WRAP(enum image_verdict, image_clean, const void *data, size_t len,
    struct buf *out, struct image *image)
{
	enum image_verdict v = __real_image_clean(data, len, out, image);

	if (v == IMAGE_OK && is("image_clean"))
		buf_add(out, "", 1);
	return v;
}

/* A byte of the body is missing. */
WRAP(enum gate_got, gate_read, struct gate *g, struct request *rq,
    size_t (*body_max)(const struct request *))
{
	enum gate_got got = __real_gate_read(g, rq, body_max);

	rq->body.len -= is("gate_read") && rq->body.len > 0;
	return got;
}

/* Nothing is looked at any more, once a request was whole. */
WRAP(bool, records_begin, int fd)
{
	return !is("records_begin") && __real_records_begin(fd);
}

/* Whatever is refused is taken for an empty object. */
WRAP(struct json_in *, json_in_parse, const char *bytes, size_t len,
    const char **why)
{
	struct json_in *doc = __real_json_in_parse(bytes, len, why);

	if (doc == NULL && is("json_in_parse"))
		return __real_json_in_parse("{}", 2, why);
	return doc;
}

/* White space at the end stays. */
WRAP(enum text_verdict, text_name, const char *typed, char out[TEXT_NAME_BYTES])
{
	enum text_verdict v = __real_text_name(typed, out);

	if (v == TEXT_OK && is("text_name") &&
	    strlen(out) + 1 < TEXT_NAME_BYTES)
		strcat(out, " ");
	return v;
}

/* Nothing is escaped. */
WRAP(void, html_text, struct buf *b, const char *text)
{
	if (is("html_text"))
		buf_add_str(b, text);
	else
		__real_html_text(b, text);
}

/* A plus is a plus. */
WRAP(int, percent_next, const char **at, const char *end)
{
	bool is_plus = **at == '+';
	int byte = __real_percent_next(at, end);

	return is_plus && is("percent_next") ? '+' : byte;
}

/* Any value will do. */
WRAP(bool, conf_row_read, const struct conf_row *row, const char *text,
    struct conf *c)
{
	return __real_conf_row_read(row, text, c) || is("conf_row_read");
}

/* Whoever is not known is the one who asked before. */
WRAP(enum found, caller_find, struct call *c)
{
	static int64_t last;
	enum found f = __real_caller_find(c);

	if (f == STORE_FOUND)
		last = c->me.id;
	if (f == STORE_NONE && is("caller_find"))
		return store_session_by_id(c->house->store, last, &c->me);
	return f;
}

/* Whatever chat is named is the one that somebody is in. */
WRAP(bool, call_in_chat, struct call *c)
{
	return (c->me.state == SESSION_CHATTING && is("call_in_chat")) ||
	    __real_call_in_chat(c);
}

/* Everybody was in every chat, with the first one. */
WRAP(enum found, store_chat_partner, struct store *st, int64_t session,
    int64_t chat, int64_t *partner)
{
	enum found f = __real_store_chat_partner(st, session, chat, partner);

	if (f != STORE_NONE || !is("store_chat_partner"))
		return f;
	*partner = 1;
	return STORE_FOUND;
}

/* No nonce is remembered. */
WRAP(enum found, store_nonce_find, struct store *st, const struct session *who,
    const char *nonce, struct sent *out)
{
	if (is("store_nonce_find"))
		return STORE_NONE;
	return __real_store_nonce_find(st, who, nonce, out);
}

/* What was acknowledged comes again. */
WRAP(enum found, store_event_purge, struct store *st, int64_t session,
    int64_t acked)
{
	if (is("store_event_purge"))
		return STORE_NONE;
	return __real_store_event_purge(st, session, acked);
}

/* A part of a turn that was undone is not undone. */
WRAP(void, store_rollback, struct store *st)
{
	if (is("store_rollback"))
		store_commit(st);
	else
		__real_store_rollback(st);
}

/* The last bit of an address is lost. */
WRAP(bool, address_parse, const char *text, size_t len, struct address *out)
{
	bool got = __real_address_parse(text, len, out);

	if (got && is("address_parse"))
		out->bytes[ADDRESS_LEN - 1] &= 0xfe;
	return got;
}

/* A form is good again and again. */
WRAP(enum found, store_page_step, struct store *st, int64_t session,
    int64_t step)
{
	enum found f = __real_store_page_step(st, session, step);

	return f == STORE_NONE && is("store_page_step") ? STORE_FOUND : f;
}

/* Who stops waiting stays in the pool. */
WRAP(enum found, store_waiting_drop, struct store *st,
    const struct session *who)
{
	return is("store_waiting_drop") ? STORE_NONE
					: __real_store_waiting_drop(st, who);
}

/* A chat that was left goes on. */
WRAP(enum found, store_chat_end, struct store *st, int64_t id, int64_t now_ms,
    int64_t next_by)
{
	return is("store_chat_end")
	    ? STORE_FOUND
	    : __real_store_chat_end(st, id, now_ms, next_by);
}

/* What others have written since is not noticed. */
WRAP(void, cache_clear, struct cache *c)
{
	if (!is("cache_clear"))
		__real_cache_clear(c);
}

WRAP(void, queues_clear, struct queues *qs)
{
	if (!is("queues_clear"))
		__real_queues_clear(qs);
}

/* What has been sent is kept for ever. */
WRAP(enum found, store_nonce_purge, struct store *st, int64_t now_ms)
{
	return is("store_nonce_purge") ? STORE_NONE
				       : __real_store_nonce_purge(st, now_ms);
}
