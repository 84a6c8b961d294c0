#include "serve/house.h"

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

int
house_open(struct house *h, const struct conf *conf, bool is_cgi, char *why,
    size_t why_cap)
{
	const struct store_where where = {
	    .path = conf->db,
	    .lock_wait_ms = conf->lock_wait_ms,
	    .nonce_ms = nonce_ms(conf),
	    .now_ms = clock_steady_ms(),
	};

	*h = (struct house){.conf = conf,
	    .rules = rules_of(conf),
	    .is_cgi = is_cgi};
	h->store = store_open(&where, why, why_cap);
	return h->store == NULL ? -1 : 0;
}
