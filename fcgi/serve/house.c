#include "serve/house.h"

#include <stdio.h>

#include "base/clock.h"
#include "store/host.h"

static struct rules
rules_of(const struct conf *conf)
{
	return (struct rules){
	    .away_ms = conf->away_s * 1000,
	    .gone_ms = conf->gone_s * 1000,
	    .unload_ms = conf->unload_s * 1000,
	    .fresh_ms = conf->fresh_s * 1000,
	    .widen_ms = conf->widen_s * 1000,
	    .idle_ms = conf->session_idle_s * 1000,
	    .age_ms = conf->session_age_s * 1000,
	    .typing_ms = conf->typing_s * 1000,
	    .retract_ms = conf->retract_s * 1000,
	    .backlog = conf->backlog_max,
	    .pictures = conf->pictures_max,
	    .pictures_bytes = conf->pictures_kib * 1024,
	    .pictures_all_bytes = conf->pictures_all_mib * 1024 * 1024,
	};
}

/* Who sent a message is known for as long as its nonce: that must do for both.
 */
static int64_t
nonce_ms(const struct conf *conf)
{
	int64_t s = conf->nonce_s;

	return (s > conf->retract_s ? s : conf->retract_s) * 1000;
}

enum { MINUTE_US = 60 * 1000 * 1000 };

static const int64_t hour_us = 60 * INT64_C(60000000);

static void
set_limits(struct rate limits[RATE__MAX], const struct conf *conf)
{
	const struct rate all[RATE__MAX] = {
	    [RATE_ACTS] = {conf->acts_minute, MINUTE_US},
	    [RATE_MESSAGES] = {conf->messages_minute, MINUTE_US},
	    [RATE_POLLS] = {conf->polls_minute, MINUTE_US},
	    [RATE_PICTURES] = {conf->pictures_hour, hour_us},
	    [RATE_BYTES] = {conf->kib_minute * 1024, MINUTE_US},
	    [RATE_PAIRINGS] = {conf->pairings_minute, MINUTE_US},
	    [RATE_PICTURE_BYTES] = {conf->picture_mib_hour << 20, hour_us},
	};

	for (int i = 0; i < RATE__MAX; i++)
		limits[i] = all[i];
}

/* A CGI process ends before there could be too much of anything. */
static bool
open_rates(struct house *h)
{
	/* conf has found the list to be good. */
	proxies_parse(h->conf->proxies, &h->proxies);
	if (!h->conf->rates || h->is_cgi)
		return true;
	set_limits(h->limits, h->conf);
	h->rates = rates_new();
	return h->rates != NULL;
}

int
house_open(struct house *h, const struct conf *conf, enum house_for who,
    char *why, size_t why_cap)
{
	const struct store_where where = {
	    .path = conf->db,
	    .lock_wait_ms = conf->lock_wait_ms,
	    .nonce_ms = nonce_ms(conf),
	    .now_ms = clock_steady_ms(),
	    .anew = who == HOUSE_START,
	};

	*h = (struct house){.conf = conf,
	    .rules = rules_of(conf),
	    .is_cgi = who == HOUSE_CGI};
	if (!open_rates(h)) {
		snprintf(why, why_cap, "out of memory");
		return -1;
	}
	h->store = store_open(&where, why, why_cap);
	if (h->store != NULL)
		return 0;
	house_close(h);
	return -1;
}

void
house_close(struct house *h)
{
	store_close(h->store);
	rates_free(h->rates);
	h->store = NULL;
	h->rates = NULL;
}

int
house_make_ready(const struct conf *conf, char *why, size_t why_cap)
{
	struct house h;
	bool ok;

	if (house_open(&h, conf, HOUSE_START, why, why_cap) != 0)
		return -1;
	ok = store_begin(h.store, DB_WRITE) == 0;
	if (ok &&
	    store_host_resume(h.store, clock_steady_ms()) == STORE_FAILED) {
		store_rollback(h.store);
		ok = false;
	}
	ok = ok && store_commit(h.store) == 0;
	if (!ok)
		snprintf(why, why_cap, "%s: %s", conf->db, store_why(h.store));
	house_close(&h);
	return ok ? 0 : -1;
}
