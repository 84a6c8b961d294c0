#include "serve/cgi.h"
#include "serve/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/guard.h"
#include "api/routes.h"
#include "base/log.h"
#include "base/watchdog.h"
#include "chat/pairing.h"
#include "chat/presence.h"
#include "serve/house.h"
#include "store/bell.h"
#include "store/chats.h"
#include "store/door.h"
#include "store/nonces.h"

enum { LOOK_EVERY_MS = 250 }; /* for events nobody rang for */

extern char **environ;

static void
read_body(struct request *rq)
{
	size_t max = routes_body_max(rq);
	char chunk[8192];
	ssize_t n = 1;
	size_t len = 0;

	if (rq->fault != REQUEST_OK)
		return;
	/* Read even so: who sends it would take its broken pipe for an error.
	 */
	if (rq->content_len > max)
		rq->fault = REQUEST_TOO_LARGE;
	while (len < rq->content_len) {
		size_t want = rq->content_len - len;

		n = read(STDIN_FILENO, chunk,
		    want < sizeof(chunk) ? want : sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (rq->fault == REQUEST_OK)
			buf_add(&rq->body, chunk, (size_t)n);
		len += (size_t)n;
	}
	if (rq->fault != REQUEST_OK)
		return;
	if (len < rq->content_len)
		rq->fault = REQUEST_TRUNCATED;
	else if (rq->body.failed)
		rq->fault = REQUEST_NO_MEMORY;
}

static void
write_reply(const struct reply *rp)
{
	struct reply alone = *rp;
	struct buf out = {0};
	const struct buf *answer;
	size_t at = 0;

	alone.is_alone = true;
	answer = reply_render(&alone, &out);
	while (at < answer->len) {
		ssize_t n = write(STDOUT_FILENO, answer->data + at,
		    answer->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		at += (size_t)n;
	}
	buf_free(&out);
}

/* The census, and whether any rule is due. */
static bool
take_census(struct house *h, struct now now)
{
	struct due due = presence_due(&h->rules, now);

	store_session_census(h->store, &due, now.ms - h->rules.away_ms,
	    &h->census);
	return h->census.due > 0;
}

/* One part of the work in a transaction of its own. */
static bool
in_transaction(struct house *h, struct bell *bell, struct call *c,
    bool (*part)(struct house *, struct call *))
{
	struct store *st = h->store;

	if (store_begin(st, DB_WRITE) != 0)
		return false;
	if (!part(h, c)) {
		store_rollback(st);
		return false;
	}
	if (store_commit(st) != 0)
		return false;
	if (st->told.n > 0)
		bell_ring(bell, c->now.ms);
	if (c->presence == PRESENCE_FORGET)
		bell_over(bell, c->now.ms, c->me.id);
	return true;
}

static bool
run_writer(struct house *h, struct call *c)
{
	(void)h;
	guard_run(c);
	return !c->failed;
}

/* What a worker does in batches: the lease, the cursor, the due rules. */
static bool
keep_house(struct house *h, struct call *c)
{
	struct glimpse g = {.session = c->me.id,
	    .seen_ms = c->now.ms + c->here_ms,
	    .noted_ms = c->began_ms,
	    .acked = c->wait.acked};

	/* Who is held here is here until then. */
	if (c->wait.until_ms > c->now.ms)
		g.seen_ms = c->wait.until_ms;
	if (c->presence == PRESENCE_SEEN &&
	    presence_note(h->store, &h->rules, &g, c->now) == STORE_FAILED)
		return false;
	if (take_census(h, c->now) &&
	    presence_sweep(h->store, &h->rules, c->now) == STORE_FAILED)
		return false;
	if (pairing_sweep(h->store, &h->rules, c->now, &c->due_ms) ==
	    STORE_FAILED)
		return false;
	return store_nonce_purge(h->store, c->now.ms) != STORE_FAILED &&
	    store_chat_purge(h->store, c->now.ms - h->rules.gone_ms) !=
	    STORE_FAILED &&
	    store_door_purge(h->store, c->now.ms) != STORE_FAILED;
}

static enum outcome
run_reader(struct house *h, struct call *c)
{
	enum outcome o;

	if (store_begin(h->store, DB_READ) != 0)
		return call_fail(c);
	take_census(h, c->now);
	o = guard_run(c);
	store_commit(h->store);
	return o;
}

/* A poll, and that it is held. */
struct hold {
	struct call *call;
	struct bell_word own;
};

static void
held_elsewhere(int64_t session, int64_t since, void *arg)
{
	struct hold *hold = arg;

	if (session == hold->own.session && since > hold->own.since)
		hold->call->woken = WOKEN_REPLACED;
}

/* Until something may be due that nobody rings for. */
static int64_t
pause_ms(const struct call *c)
{
	int64_t ms = c->due_ms - clock_steady_ms();

	if (c->due_ms == 0 || ms > LOOK_EVERY_MS)
		return LOOK_EVERY_MS;
	return ms > 0 ? ms : 0;
}

/*
 * Runs a poll again and again until it answers. Before it sleeps others must
 * see that it is here; if that cannot be stored now, it is tried again.
 */
static void
wait_and_run(struct house *h, struct bell *bell, struct call *c)
{
	bool kept = in_transaction(h, bell, c, keep_house);
	/* Nobody rings for what this process has told its own session. */
	bool told = h->store->told.n > 0;
	struct hold hold = {c, {c->me.id, clock_steady_ns()}};

	bell_held(bell, c->now.ms, &hold.own, 1);
	for (enum outcome o = WAIT; o == WAIT; told = false) {
		bell_repeat(bell, c->now.ms);
		bell_wait(bell, told ? 0 : pause_ms(c));
		c->woken = WOKEN_NEWS;
		bell_drain(bell, held_elsewhere, &hold);
		c->now = clock_now();
		/* Somebody's wish has been waited for enough: pair them. */
		kept = kept && (c->due_ms == 0 || c->now.ms < c->due_ms);
		if (!kept) {
			c->due_ms = 0;
			kept = in_transaction(h, bell, c, keep_house);
			told = kept && h->store->told.n > 0;
		}
		if (!store_changed(h->store) && !told &&
		    c->woken == WOKEN_NEWS && c->now.ms < c->wait.until_ms)
			continue;
		reply_clear(&c->reply);
		o = run_reader(h, c);
	}
}

static void
run(struct house *h, struct bell *bell, struct call *c)
{
	if (c->route->writes) {
		if (!in_transaction(h, bell, c, run_writer) && !c->failed)
			call_fail(c);
		return;
	}
	store_changed(h->store);
	if (run_reader(h, c) == WAIT)
		wait_and_run(h, bell, c);
}

/*
 * When something was erased, when the log of writes is long, and when nobody
 * has moved it into the database's file, and emptied it, for long enough.
 */
static void
empty_log(struct house *h)
{
	int64_t max_len = h->conf->wal_max_kib * 1024;
	int64_t now_s = clock_now().at / 1000;
	struct stat file;

	if (h->store->has_erased || stat(h->conf->db, &file) != 0 ||
	    file.st_mtime > now_s || file.st_mtime <= now_s - h->conf->erase_s)
		max_len = 0;
	store_checkpoint(h->store, max_len, true);
}

static void
serve(struct house *h, struct request *rq, const struct watchdog *wd)
{
	struct call c = {.house = h, .request = rq, .now = clock_now()};
	bool ready = guard_prepare(&c);
	struct bell bell;

	c.began_ms = c.now.ms;
	bell_open(&bell, h->conf->db, ready && c.route->holds);
	if (ready) {
		run(h, &bell, &c);
		watchdog_rest(wd); /* a slow reader is nobody's fault */
		write_reply(&c.reply);
		close(STDOUT_FILENO);
		watchdog_calm(wd);
		c.now = clock_now();
		in_transaction(h, &bell, &c, keep_house);
	} else
		write_reply(&c.reply);
	empty_log(h);
	bell_close(&bell);
	call_clear(&c);
	reply_free(&c.reply);
}

int
cgi_serve(const struct conf *conf)
{
	struct request rq;
	struct reply sorry = {0};
	struct house h;
	struct watchdog wd = {0};
	char why[512];

	signal(SIGPIPE, SIG_IGN);
	request_parse(&rq, (const char *const *)environ);
	read_body(&rq);
	if (house_open(&h, conf, HOUSE_CGI, why, sizeof(why)) == 0) {
		/* One that is stopped must not keep the database for ever. */
		watchdog_begin(&wd, 2000 * conf->cgi_hold_s + conf->stuck_ms);
		sandbox_enter(conf);
		serve(&h, &rq, &wd);
		house_close(&h);
	} else {
		log_error("cgi: %s", why);
		reply_error(&sorry, 503, "unavailable",
		    "The service has no database. Try again later.");
		sorry.retry_after_s = 1;
		write_reply(&sorry);
		reply_free(&sorry);
	}
	request_free(&rq);
	return 0;
}
