#include "api/plain/page.h"
#include "api/plain/plain.h"
#include "api/plain/start.h"

/*
 * POST /plain/carry token, lang?
 * 303 to /plain/KEY/: a session of the page with JavaScript goes on without
 * it. 401.
 */
enum outcome
plain_carry(struct call *c)
{
	return start_page(c, NULL) == STORE_FAILED ? call_fail(c) : DONE;
}

static void
add_token(struct call *c, const char *token)
{
	plain_html(c, "<form id=\"carry\">\n");
	plain_hidden(c, "token", token);
	plain_hidden_int(c, "id", c->me.id);
	plain_hidden(c, "name", c->me.name);
	plain_hidden_int(c, "hold", c->house->conf->hold_s);
	plain_hidden_int(c, "cursor", c->me.acked);
	if (c->me.state == SESSION_CHATTING) {
		plain_hidden_int(c, "chat", c->me.chat);
		plain_hidden(c, "partner", c->me.partner_name);
	}
	plain_html(c, "</form>\n<script src=\"/plain.js\"></script>\n");
}

/*
 * POST /plain/KEY/script step
 * 200: a page whose script puts a new token of this session where the page
 * with JavaScript finds it, and goes there. So the token stands in no address.
 * The key stays good, for where no script runs.
 */
enum outcome
plain_script(struct call *c)
{
	unsigned char hash[TOKEN_HASH_LEN];
	char token[TOKEN_TEXT_LEN + 1];

	token_new(token);
	token_hash(token, hash);
	if (store_session_retoken(c->house->store, c->me.id, hash) ==
	    STORE_FAILED)
		return call_fail(c);
	plain_head(c, WORD_PLAIN_TITLE, "page");
	c->reply.media = REPLY_SCRIPT;
	plain_html(c, "<h1>Parley</h1>\n<p>");
	plain_word(c, WORD_PLAIN_CARRY);
	plain_html(c, "</p>\n");
	plain_a(c, "./", WORD_PLAIN_BACK);
	add_token(c, token);
	return plain_foot(c);
}
