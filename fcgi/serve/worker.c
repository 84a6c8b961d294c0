#include "serve/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "api/routes.h"
#include "base/descriptors.h"
#include "base/log.h"
#include "serve/house.h"
#include "serve/sandbox.h"
#include "store/events.h"

enum {
	LOOK_EVERY_MS = 250, /* for events nobody rang for */
	CENSUS_EVERY_MS = 1000,
	PURGE_EVERY_MS = 10000, /* at most */
	SPARE = 32,             /* descriptors that are never a held poll's */
};

/* ---- draining ---- */

static void
drain_over(struct timer *t)
{
	struct worker *w = (struct worker *)((char *)t -
	    offsetof(struct worker, drain_end));

	log_warn("worker: %zu connections left at the end of the drain",
	    w->n_conns);
	w->loop.stop = true;
}

static void
wake_for_drain(struct map_node *n, void *arg)
{
	struct worker *w = arg;
	struct seat *s = seats_find(&w->seats, n->key);

	seats_wake(&w->seats, s, WOKEN_DRAIN);
}

/*
 * No new connections; held polls are answered with no events; idle connections
 * are closed (the front server repeats a request that was just on its way).
 */
static void
drain(struct worker *w)
{
	struct conn *next;

	log_info("worker: draining, %zu polls held", w->seats.n_held);
	w->draining = true;
	w->pending.flush = true;
	loop_unwatch(&w->loop, &w->listener);
	close(w->listener.fd);
	map_each(&w->seats.by_session, wake_for_drain, w);
	w->drain_end.due = drain_over;
	loop_set(&w->loop, &w->drain_end,
	    clock_steady_ms() + w->house.conf->drain_s * 1000);
	for (struct conn *cn = w->conns; cn != NULL; cn = next) {
		next = cn->next;
		if (cn->seat == NULL && !gate_has_more(&cn->gate))
			conn_close(cn);
	}
	if (w->n_conns == 0)
		w->loop.stop = true;
}

static void
signal_ready(struct watch *watch, uint32_t events)
{
	struct worker *w = (struct worker *)((char *)watch -
	    offsetof(struct worker, signals));
	struct signalfd_siginfo info;

	(void)events;
	if (read(watch->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR1)
		log_reopen();
	else
		w->drain_asked = true;
}

/* ---- chores ---- */

static void
look(struct worker *w)
{
	watchdog_calm(&w->watchdog); /* here, as no chore runs more often */
	bell_repeat(&w->bell, clock_steady_ms());
	w->rung |= store_changed(w->house.store);
	w->is_busy |= w->rung;
}

static void
flush_soon(struct worker *w)
{
	w->pending.flush = true;
}

static void
census_soon(struct worker *w)
{
	w->is_full = w->is_full && w->seats.n_held > w->held_max / 2;
	w->pending.census = true;
}

static int64_t
purge_every_ms(const struct worker *w)
{
	int64_t erase_ms = w->house.conf->erase_s * 1000;

	return erase_ms < PURGE_EVERY_MS ? erase_ms : PURGE_EVERY_MS;
}

/* The log of writes is emptied when nobody writes, and before it is too late.
 */
static void
purge_soon(struct worker *w)
{
	int64_t next_ms = clock_steady_ms() + purge_every_ms(w);

	w->pending.purge = true;
	w->pending.tidy = !w->is_busy ||
	    next_ms >
		w->house.store->emptied_ms + w->house.conf->erase_s * 1000;
	w->is_busy = false;
}

static void
widen_due(struct timer *t)
{
	struct worker *w = (struct worker *)((char *)t -
	    offsetof(struct worker, widen));

	w->widen_ms = 0;
	w->pending.pair = true;
}

void
worker_widen_at(struct worker *w, int64_t at_ms)
{
	w->widen_ms = at_ms;
	w->widen.due = widen_due;
	/* Without memory the next census sees to those who wait. */
	if (at_ms == 0)
		loop_unset(&w->loop, &w->widen);
	else
		loop_set(&w->loop, &w->widen, at_ms);
}

static void
chore_due(struct timer *t)
{
	struct chore *ch = (struct chore *)t;

	ch->run(ch->worker);
	/* It has just left the heap: there is room for it. */
	loop_set(&ch->worker->loop, t, clock_steady_ms() + ch->every_ms);
}

static int
add_chore(struct worker *w, struct chore *ch, int64_t every_ms,
    void (*run)(struct worker *))
{
	*ch = (struct chore){.timer.due = chore_due,
	    .worker = w,
	    .every_ms = every_ms,
	    .run = run};
	return loop_set(&w->loop, &ch->timer,
	    clock_steady_ms() + token_spread_ms(every_ms));
}

/* ---- the worker ---- */

/* A session's poll is held by another process, or it is over. */
static void
held_elsewhere(int64_t session, int64_t since, void *arg)
{
	struct worker *w = arg;
	struct seat *s = seats_find(&w->seats, session);

	if (s != NULL && since > s->held_since)
		seats_wake(&w->seats, s, WOKEN_REPLACED);
	else if (s != NULL && since == 0)
		seats_wake(&w->seats, s, WOKEN_NEWS);
}

static void
ring_ready(struct watch *watch, uint32_t events)
{
	struct worker *w = (struct worker *)((char *)watch -
	    offsetof(struct worker, ringing));

	(void)events;
	w->rung |= bell_drain(&w->bell, held_elsewhere, w);
}

static int
watch(struct worker *w, struct watch *watch, int fd,
    void (*ready)(struct watch *, uint32_t), uint32_t events)
{
	*watch = (struct watch){.fd = fd, .ready = ready};
	return loop_watch(&w->loop, watch, events);
}

/* libfcgi has set handlers of its own: these come after gate_init. */
static int
open_signals(void)
{
	static const int ours[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		sigaddset(&set, ours[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Without a bell the look at the database's version still finds news. */
static int
open_bell(struct worker *w)
{
	if (bell_open(&w->bell, w->house.conf->db, true) != 0) {
		log_warn("worker: no bell: %m");
		return 0;
	}
	return watch(w, &w->ringing, w->bell.fd, ring_ready, EPOLLIN);
}

/* What the loop does before each sleep. */
static void
run_turn(void *worker)
{
	struct worker *w = worker;

	turn_run(w);
	if ((w->drain_asked || store_is_lost(w->house.store)) && !w->draining)
		drain(w);
}

/* A held poll takes a descriptor: some are left to who asks and goes. */
static size_t
held_max(const struct conf *conf)
{
	size_t all = descriptors_max(), spare = all / 16 + SPARE;
	size_t most = all > spare ? all - spare : 1;

	if (!conf->rates)
		return SIZE_MAX;
	return (size_t)conf->held_max < most ? (size_t)conf->held_max : most;
}

static int
open_worker(struct worker *w, int listen_fd)
{
	w->held_max = held_max(w->house.conf);
	w->slots = calloc(TURN_MAX, sizeof(*w->slots));
	w->held = calloc(TURN_MAX, sizeof(*w->held));
	seats_init(&w->seats);
	if (w->slots == NULL || w->held == NULL || gate_init() != 0 ||
	    loop_open(&w->loop, run_turn, w) != 0)
		return -1;
	fcntl(listen_fd, F_SETFL, O_NONBLOCK);
	if (watch(w, &w->signals, open_signals(), signal_ready, EPOLLIN) != 0 ||
	    watch(w, &w->listener, listen_fd, accept_ready,
		EPOLLIN | EPOLLEXCLUSIVE) != 0 ||
	    open_bell(w) != 0)
		return -1;
	if (add_chore(w, &w->chores[0], LOOK_EVERY_MS, look) != 0 ||
	    add_chore(w, &w->chores[1], CENSUS_EVERY_MS, census_soon) != 0 ||
	    add_chore(w, &w->chores[2], purge_every_ms(w), purge_soon) != 0 ||
	    add_chore(w, &w->chores[3], w->house.conf->flush_ms, flush_soon) !=
		0)
		return -1;
	w->pending.census = true;
	/* Clients that a pause of the service kept away come back first. */
	w->sweep_from_ms = clock_steady_ms() + w->house.rules.away_ms;
	return 0;
}

static void
close_worker(struct worker *w)
{
	while (w->conns != NULL)
		conn_close(w->conns);
	bell_close(&w->bell);
	seats_free(&w->seats);
	loop_close(&w->loop);
	for (size_t i = 0; w->slots != NULL && i < TURN_MAX; i++)
		reply_free(&w->slots[i].call.reply);
	reply_free(&w->again.call.reply);
	buf_free(&w->out);
	free(w->slots);
	free(w->held);
}

static void
lock_in(const struct conf *conf)
{
	struct sandbox s = sandbox_enter(conf);

	log_info("worker: calls are %s, paths are %s",
	    s.calls ? "filtered" : "not filtered",
	    s.paths ? "locked" : "not locked");
}

static int
run_worker(struct worker *w)
{
	lock_in(w->house.conf);
	log_info("worker: ready");
	loop_run(&w->loop);
	watchdog_calm(&w->watchdog);
	w->pending.flush = true;
	turn_run(w);
	store_checkpoint(w->house.store, 0, true);
	log_info("worker: done");
	return store_is_lost(w->house.store) ? HOUSE_LOST : 0;
}

/* Nonsense in the database is told to all by the next transaction. */
static bool
is_lost(struct store *st)
{
	if (store_begin(st, DB_READ) == 0)
		store_rollback(st);
	return store_is_lost(st);
}

int
worker_serve(struct house house, int listen_fd, struct watchdog wd)
{
	struct worker w = {.house = house,
	    .watchdog = wd,
	    .loop.epoll_fd = -1,
	    .bell = {.fd = -1, .dir_fd = -1}};
	int status = 1;

	if (open_worker(&w, listen_fd) != 0)
		log_error("worker: cannot start: %m");
	else if (store_event_newest(w.house.store, &w.newest) == STORE_FAILED)
		status = is_lost(w.house.store) ? HOUSE_LOST : 1;
	else
		status = run_worker(&w);
	close_worker(&w);
	house_close(&w.house);
	return status;
}
