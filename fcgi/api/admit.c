#include "api/admit.h"

#include <string.h>

#include "api/caller.h"
#include "api/routes.h"
#include "base/json_out.h"
#include "chat/pressure.h"
#include "chat/ticket.h"

enum {
	SECRET_MS = 24 * 3600 * 1000,
	MINUTE_MS = 60 * 1000,
	FULL_RETRY_S = 30,
	ADDRESS_RETRY_S = 60
};

static bool
fail(struct call *c)
{
	call_fail(c);
	return false;
}

static bool
refuse_too_many(struct call *c, int retry_after_s)
{
	call_refuse(c, 429, "too_many",
	    "Too many people come from your network. Try again later.");
	c->reply.retry_after_s = retry_after_s;
	return false;
}

void
admit_full(struct call *c)
{
	call_refuse(c, 503, "full", "There are too many people here already.");
	c->reply.retry_after_s = FULL_RETRY_S;
}

/* ---- all together ---- */

/* A worker knows it from its last census. */
static enum found
count(struct call *c, int64_t *sessions, int64_t *waiting)
{
	*sessions = c->house->census.sessions;
	*waiting = c->house->census.waiting;
	if (!c->house->is_cgi)
		return STORE_FOUND;
	return store_door_crowd(c->house->store, sessions, waiting);
}

static bool
check_room(struct call *c)
{
	int64_t sessions, waiting;

	if (count(c, &sessions, &waiting) == STORE_FAILED)
		return fail(c);
	if (sessions < c->house->conf->sessions_max)
		return true;
	admit_full(c);
	return false;
}

bool
admit_waiting(struct call *c)
{
	int64_t sessions, waiting;

	if (!c->house->conf->rates)
		return true;
	if (count(c, &sessions, &waiting) == STORE_FAILED)
		return fail(c);
	if (waiting <= c->house->conf->waiting_max)
		return true;
	admit_full(c);
	return false;
}

/* ---- one address ---- */

/* The service's own secret, of today; and the minute that runs. */
static enum found
open_door(struct call *c, struct door *d)
{
	struct store *st = c->house->store;
	struct minute m;

	if (store_door_read(st, d) != STORE_FOUND)
		return STORE_FAILED;
	if (d->secret_ms == 0 || c->now.ms - d->secret_ms >= SECRET_MS) {
		seal_secret(d->secret);
		d->secret_ms = c->now.ms;
		if (store_door_secret(st, d) == STORE_FAILED)
			return STORE_FAILED;
	}
	m = (struct minute){d->minute_ms, d->minute_first, d->minute_before};
	if (!minute_turn(&m, d->newest, c->now.ms))
		return STORE_FOUND;
	d->minute_ms = m.began_ms;
	d->minute_first = m.first;
	d->minute_before = m.before;
	return store_door_minute(st, d);
}

static enum found
find_visitor(struct call *c, struct newcomer_from *from)
{
	struct address network = caller_network(c);
	unsigned char key[SEAL_KEY_LEN];

	seal_key(from->door.secret, "addresses", key);
	seal_hash(key, network.bytes, sizeof network.bytes, from->address);
	return store_visitor_read(c->house->store, from->address,
	    &from->visitor);
}

static struct rate
newcomers(const struct conf *conf)
{
	return (struct rate){conf->sessions_minute, MINUTE_MS * 1000};
}

static bool
check_address(struct call *c, struct newcomer_from *from)
{
	const struct conf *conf = c->house->conf;
	struct rate rate = newcomers(conf);
	int64_t full_us = from->visitor.full_ms * 1000, wait_us;

	if (conf->sessions_address > 0 &&
	    from->visitor.sessions >= conf->sessions_address)
		return refuse_too_many(c, ADDRESS_RETRY_S);
	wait_us = rate_take(&full_us, &rate, 1, c->now.ms * 1000);
	return wait_us == 0 || refuse_too_many(c, rate_seconds(wait_us));
}

/* ---- tickets ---- */

static int
bits(const struct call *c, const struct newcomer_from *from)
{
	const struct conf *conf = c->house->conf;
	const struct door *d = &from->door;
	struct minute m = {d->minute_ms, d->minute_first, d->minute_before};
	struct rate rate = newcomers(conf);
	struct pressure p = {
	    .all = minute_count(&m, d->newest, c->now.ms),
	    .all_free = conf->work_minute,
	    .address = rate_missing(from->visitor.full_ms * 1000, &rate,
		c->now.ms * 1000),
	    .address_free = conf->work_address,
	    .always = conf->work == WORK_ALWAYS,
	    .bits = (int)conf->work_bits,
	    .bits_max = (int)conf->work_bits_max,
	};

	return conf->work == WORK_OFF ? 0 : pressure_bits(&p);
}

static void
make_seal(const struct newcomer_from *from, struct ticket_seal *out)
{
	seal_key(from->door.secret, "tickets", out->key);
	memcpy(out->address, from->address, sizeof out->address);
}

/* {"error": .., "work" or "wait": {name: ticket, .. } } */
static void
ask(struct call *c, const struct ticket *t, const char *text)
{
	struct json_out j;
	int64_t wait_ms = t->from_ms - c->now.ms;
	int retry_s = wait_ms > 0 ? (int)((wait_ms + 999) / 1000) : 1;

	call_refuse(c, 429, "work", "");
	reply_clear(&c->reply);
	j = json_out_to(&c->reply.body);
	json_out_object(&j, NULL);
	json_out_object(&j, "error");
	json_out_text(&j, "code", "work");
	json_out_text(&j, "message",
	    "Many people come just now. A new session costs some work.");
	json_out_close(&j);
	if (t->kind == TICKET_WORK) {
		json_out_object(&j, "work");
		json_out_text(&j, "challenge", text);
		json_out_int(&j, "bits", t->bits);
		json_out_int(&j, "expires_s", (t->until_ms - c->now.ms) / 1000);
	} else {
		json_out_object(&j, "wait");
		json_out_text(&j, "ticket", text);
		json_out_int(&j, "wait_s", retry_s);
	}
	json_out_close(&j);
	call_answer(c, 429, &j);
	c->reply.retry_after_s = retry_s;
}

static void
ask_anew(struct call *c, const struct ticket_seal *seal, int n_bits)
{
	const struct conf *conf = c->house->conf;
	struct ticket t = {.kind = TICKET_WORK,
	    .from_ms = c->now.ms,
	    .until_ms = c->now.ms + conf->work_s * 1000,
	    .bits = n_bits};
	char text[TICKET_TEXT_LEN + 1];

	if (routes_is_page(c)) {
		t.kind = TICKET_WAIT;
		t.from_ms += conf->wait_s * 1000;
	}
	ticket_write(&t, seal, text);
	ask(c, &t, text);
}

/* The ticket that the request brings; false: 400, it is no text. */
static bool
read_ticket(struct call *c, const char **text, const char **answer)
{
	enum json_got got, more = JSON_OK;

	*text = *answer = "";
	if (routes_is_page(c))
		got = json_in_text(c->json, "ticket", text);
	else {
		got = json_in_text_of(c->json, "work", "challenge", text);
		more = json_in_text_of(c->json, "work", "answer", answer);
	}
	if (got != JSON_WRONG && more != JSON_WRONG)
		return true;
	call_refuse(c, 400, "bad_request",
	    "work must have the strings challenge and answer.");
	return false;
}

/* An address has so many tickets to wait with, and no endless supply. */
static int64_t
wait_for_ticket(const struct call *c)
{
	const struct conf *conf = c->house->conf;
	const struct rate rate = {conf->work_s / conf->wait_s,
	    conf->work_s * 1000000};
	struct address network;

	if (!routes_is_page(c))
		return 0;
	network = caller_network(c);
	return rates_take(c->house->rates, RATE_WAITS, address_number(&network),
	    &rate, 1, c->now.ms * 1000);
}

/* Is it paid for? Each ticket is good once, whoever has it. */
static bool
check_ticket(struct call *c, const struct newcomer_from *from, int n_bits)
{
	enum ticket_kind kind = routes_is_page(c) ? TICKET_WAIT : TICKET_WORK;
	struct ticket_seal seal;
	struct ticket t;
	const char *text, *answer;
	enum found f = STORE_NONE;
	int64_t wait_us;

	if (!read_ticket(c, &text, &answer))
		return false;
	make_seal(from, &seal);
	if (ticket_read(text, kind, &seal, c->now.ms, &t)) {
		if (c->now.ms < t.from_ms) {
			ask(c, &t, text);
			return false;
		}
		if (kind == TICKET_WAIT || ticket_is_paid(&t, text, answer))
			f = store_door_spend(c->house->store, t.until_ms,
			    t.nonce, sizeof t.nonce);
	}
	if (f == STORE_FAILED)
		return fail(c);
	if (f == STORE_FOUND)
		return true;
	wait_us = wait_for_ticket(c);
	if (wait_us != 0)
		return refuse_too_many(c, rate_seconds(wait_us));
	ask_anew(c, &seal, n_bits);
	return false;
}

bool
admit_check(struct call *c, struct newcomer_from *from)
{
	int n_bits;

	if (!c->house->conf->rates)
		return true;
	if (!check_room(c))
		return false;
	if (open_door(c, &from->door) == STORE_FAILED ||
	    find_visitor(c, from) == STORE_FAILED)
		return fail(c);
	if (!check_address(c, from))
		return false;
	n_bits = bits(c, from);
	return n_bits == 0 || check_ticket(c, from, n_bits);
}

enum found
admit_note(struct call *c, struct newcomer_from *from, int64_t session)
{
	struct rate rate = newcomers(c->house->conf);
	int64_t full_us;

	/* Then nothing has been found out of whence it comes. */
	if (!c->house->conf->rates)
		return STORE_NONE;
	full_us = from->visitor.full_ms * 1000;
	rate_take(&full_us, &rate, 1, c->now.ms * 1000);
	from->visitor.full_ms = (full_us + 999) / 1000;
	return store_visitor_came(c->house->store, &from->visitor,
	    from->address, session);
}
