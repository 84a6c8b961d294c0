#include "api/caller.h"

#include "api/routes.h"

/* The token: a header's, or a beacon's in the body. */
static const char *
token(const struct call *c)
{
	const char *in_body;

	if (c->request->token[0] == '\0' && c->json != NULL &&
	    json_in_text(c->json, "token", &in_body) == JSON_OK)
		return in_body;
	return c->request->token;
}

static enum found
find_page(struct call *c)
{
	unsigned char hash[TOKEN_HASH_LEN];
	char key[TOKEN_TEXT_LEN + 1];

	if (!request_segment(c->request, 1, key, sizeof key) ||
	    !token_hash(key, hash))
		return STORE_NONE;
	return store_page_by_key(c->house->store, hash, &c->page);
}

static enum found
find_by_page(struct call *c)
{
	struct store *st = c->house->store;
	enum found f = c->woken == WOKEN_NOT
	    ? find_page(c)
	    : store_page_by_session(st, c->wait.session, &c->page);

	if (f != STORE_FOUND)
		return f;
	return store_session_by_id(st, c->page.session, &c->me);
}

enum found
caller_find(struct call *c)
{
	unsigned char hash[TOKEN_HASH_LEN];

	if (c->route->needs == NEED_PAGE)
		return find_by_page(c);
	if (c->woken != WOKEN_NOT)
		return store_session_by_id(c->house->store, c->wait.session,
		    &c->me);
	if (!token_hash(token(c), hash))
		return STORE_NONE;
	return store_session_by_token(c->house->store, hash, &c->me);
}

struct address
caller_network(const struct call *c)
{
	const struct request *rq = c->request;
	struct address a;

	if (!address_real(&c->house->proxies, rq->remote, rq->forwarded, &a))
		a = (struct address){0};
	address_network(&a);
	return a;
}
