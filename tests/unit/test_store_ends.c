/*
 * Where the store comes to an end of something: of its transaction in several
 * parts, of the log, of what it remembers, of another process's patience.
 */
#include "failing_store.h"
#include "judge.h"

#include <fcntl.h>
#include <sys/file.h>

#include "store/host.h"
#include "store/messages.h"
#include "store/nonces.h"

enum { N_MAX = 200, MANY = 16384 + 10 };

/* ---- a transaction of several parts ---- */

static enum found
write_something(void)
{
	struct event ev = {.session = fx.ann,
	    .type = "notice",
	    .body = "{}",
	    .body_len = 2};

	return store_event_add(fx.st, &ev);
}

/* The first part does not know of its savepoint, as at the beginning of a turn.
 */
static bool
run_parts(void)
{
	if (store_begin(fx.st, DB_WRITE) != 0)
		return false;
	if (write_something() == STORE_FAILED || store_savepoint(fx.st) != 0)
		goto lost;
	if (write_something() == STORE_FAILED) {
		if (store_rollback_to(fx.st) != 0)
			goto lost;
	} else if (store_release(fx.st) != 0)
		goto lost;
	if (store_savepoint(fx.st) != 0 || store_rollback_to(fx.st) != 0 ||
	    write_something() == STORE_FAILED)
		goto lost;
	return store_commit(fx.st) == 0;
lost:
	store_rollback(fx.st);
	return false;
}

static void
parts_are_stored_or_undone(void **state)
{
	bool fired = true;
	long n = 0, n_undone = 0;

	(void)state;
	store_commit(fx.st);
	for (; fired && n < N_MAX; n++) {
		uint64_t before = scene_stored();
		bool done;

		faulty_arm(n / 2 + 1, n % 2 ? ALL_IS_LOST : STATEMENT_FAILS);
		done = run_parts();
		fired = faulty.fired;
		faulty_disarm();
		assert_false(fx.st->locked);
		if (done)
			assert_true(scene_stored() != before);
		else
			assert_true(scene_stored() == before);
		n_undone += !done;
	}
	assert_false(fired);
	assert_in_range(n_undone, 10, N_MAX);
}

/* ---- a new boot ---- */

static void
leases_move_whole_or_not_at_all(void **state)
{
	bool fired = true;

	(void)state;
	store_session_seen(fx.st, fx.ann, fx.now.ms, 0);
	fx_ask("UPDATE host SET boot_id = 'another'");
	store_commit(fx.st);
	for (long n = 1; fired && n < N_MAX; n++) {
		uint64_t before = scene_stored();
		enum found f;

		faulty_arm(n, STATEMENT_FAILS);
		f = store_host_rebase(fx.st, 5000);
		fired = faulty.fired;
		faulty_disarm();
		assert_int_equal(f == STORE_FAILED, fired);
		if (fired)
			assert_true(scene_stored() == before);
	}
	assert_false(fired);
	assert_int_equal(fx_session(fx.ann).seen_ms, 5000);
	/* The same boot, again. */
	assert_int_not_equal(store_host_rebase(fx.st, 6000), STORE_FAILED);
	assert_int_equal(fx_session(fx.ann).seen_ms, 5000);
}

/* Nobody was ever here: nothing is to be moved. */
static void
an_empty_house_does_not_move(void **state)
{
	(void)state;
	fx_ask("UPDATE host SET boot_id = 'another'");
	assert_int_not_equal(store_host_rebase(fx.st, 5000), STORE_FAILED);
}

/* ---- the log ---- */

static int64_t
log_len(void)
{
	return db_sqlite.log_size(fx.st->db);
}

static void
a_failed_checkpoint_is_tried_again_later(void **state)
{
	(void)state;
	store_commit(fx.st);
	faulty_arm(1, STATEMENT_FAILS);
	store_checkpoint(fx.st, 0, true);
	assert_true(faulty.fired);
	assert_int_equal(fx.st->fault, DB_BROKEN);
	faulty_disarm();
	assert_true(log_len() > 0);
	/* Not at once. */
	store_checkpoint(fx.st, 0, true);
	assert_true(log_len() > 0);
	fx.st->checkpoint_ms = 0;
	store_checkpoint(fx.st, 0, false);
	assert_int_equal(log_len(), 0);
}

static void
who_has_the_lock_is_not_disturbed_by_a_checkpoint(void **state)
{
	char path[80];
	int fd;

	(void)state;
	store_commit(fx.st);
	fx.st->lock.wait_ms = 10;
	snprintf(path, sizeof path, "%s.lock", fx.path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	store_checkpoint(fx.st, 0, true);
	assert_true(log_len() > 0);
	assert_int_equal(store_begin(fx.st, DB_WRITE), -1);
	close(fd);
	store_checkpoint(fx.st, 0, true);
	assert_int_equal(log_len(), 0);
}

/* ---- what is remembered ---- */

static void
two_with_one_hash_are_not_mistaken(void **state)
{
	static struct cache c;
	unsigned char hash[TOKEN_HASH_LEN] = {7};
	const struct session a = {.id = 1}, b = {.id = 2};
	const struct session pair = {.id = 3, .partner = 9};
	const struct session rival = {.id = 4, .partner = 9};
	const struct session self = {.id = 5, .partner = 5};

	(void)state;
	cache_put(&c, hash, &a);
	cache_put(&c, hash, &b);
	assert_int_equal(cache_by_token(&c, hash)->id, 1);
	assert_null(cache_by_id(&c, 2));
	hash[0] = 8;
	cache_put(&c, hash, &pair);
	hash[0] = 9;
	cache_put(&c, hash, &rival);
	assert_non_null(cache_by_id(&c, 3));
	assert_null(cache_by_id(&c, 4));
	hash[0] = 10;
	cache_put(&c, hash, &self);
	cache_drop(&c, 5);
	assert_null(cache_by_id(&c, 5));
	cache_free(&c);
}

static void
what_is_remembered_has_an_end(void **state)
{
	struct queue q;

	(void)state;
	/* What is not stored yet is not forgotten for that. */
	for (int64_t i = 1; i <= MANY; i++)
		assert_int_not_equal(queues_write(fx.st, i + 1000,
					 &(struct queue){.seq = i}),
		    STORE_FAILED);
	assert_int_equal(fx.st->queues->by_session.n, MANY + 2);
	assert_int_not_equal(queues_store(fx.st), STORE_FAILED);
	queues_write(fx.st, 1, &(struct queue){.seq = 5});
	queues_store(fx.st);
	queues_write(fx.st, MANY + 5000, &(struct queue){.seq = 6});
	assert_in_range(fx.st->queues->by_session.n, 1, MANY);
	assert_int_equal(queues_read(fx.st, 1001, &q), STORE_FOUND);
	assert_int_equal(q.seq, 1);
	for (int64_t i = 1; i < MANY; i++)
		assert_non_null(chains_take(fx.st->chains, i));
	assert_in_range(fx.st->chains->by_session.n, 1, MANY / 2);
}

static void
a_queue_that_ends_is_gone(void **state)
{
	struct queue q;

	(void)state;
	queues_note(fx.st->queues, 99, 1, 1);
	queues_forget(fx.st->queues, 99, 1);
	assert_int_equal(queues_event(fx.st->queues, 99, 1), 0);
	assert_int_equal(queues_drop(fx.st, fx.ann), STORE_NONE);
	queues_store(fx.st);
	assert_int_equal(queues_read(fx.st, fx.ann, &q), STORE_NONE);
	/* One that is remembered, but has not changed; and an unknown one. */
	queues_clear(fx.st->queues);
	assert_int_equal(queues_read(fx.st, fx.bea, &q), STORE_FOUND);
	assert_int_not_equal(queues_drop(fx.st, fx.bea), STORE_FAILED);
	assert_int_equal(queues_read(fx.st, fx.bea, &q), STORE_NONE);
	assert_int_not_equal(queues_drop(fx.st, 12345), STORE_FAILED);
}

/* ---- chains of nonces ---- */

static int64_t
say(const char *nonce)
{
	static int64_t message;
	const struct sent sent = {.message = ++message, .at = 1};
	const struct session ann = fx_session(fx.ann);

	assert_int_not_equal(store_nonce_add(fx.st, &ann, nonce, fx.now.ms,
				 &sent),
	    STORE_FAILED);
	return message;
}

static int64_t
said(const char *nonce)
{
	const struct session ann = fx_session(fx.ann);
	struct sent sent = {0};

	assert_int_not_equal(store_nonce_find(fx.st, &ann, nonce, &sent),
	    STORE_FAILED);
	return sent.message;
}

/* Another worker took Ann's last sends: what is known is continued. */
static void
a_chain_is_continued_where_others_went_on(void **state)
{
	int64_t first, third;
	struct chain *c;

	(void)state;
	first = say("one");
	c = chains_take(fx.st->chains, fx.ann);
	assert_int_equal(c->last, first);
	say("two");
	third = say("three");
	/* As it was before the other worker's. */
	chains_drop(fx.st->chains, fx.ann);
	c = chains_take(fx.st->chains, fx.ann);
	chain_add(c, chain_hash("one"), first);
	assert_int_equal(said("three"), third);
	assert_int_equal(said("one"), first);
	/* And with a past that the table does not know. */
	chains_drop(fx.st->chains, fx.ann);
	c = chains_take(fx.st->chains, fx.ann);
	chain_add(c, chain_hash("old"), 12345);
	assert_int_equal(said("old"), 0);
	assert_int_equal(said("one"), first);
}

/* More than is read back: the oldest are asked for in vain. */
static void
a_long_chain_is_read_back_for_a_while(void **state)
{
	char nonce[24];
	int64_t last = 0;

	(void)state;
	for (int i = 0; i < 2 * CHAIN_HALF + 50; i++) {
		snprintf(nonce, sizeof nonce, "n%d", i);
		last = say(nonce);
	}
	chains_clear(fx.st->chains);
	assert_int_equal(said(nonce), last);
	assert_int_equal(said("n0"), 0);
}

/* A hash that leads to another's row, or to none, is no nonce of hers. */
static void
what_a_hash_finds_is_looked_at(void **state)
{
	struct chain *c;

	(void)state;
	say("mine");
	c = chains_take(fx.st->chains, fx.ann);
	chain_add(c, chain_hash("like"), c->last);
	assert_int_equal(said("like"), 0);
	fx_ask("UPDATE sent SET session = 77");
	assert_int_equal(said("mine"), 0);
	fx_ask("DELETE FROM sent");
	assert_int_equal(said("mine"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(parts_are_stored_or_undone),
	    T(leases_move_whole_or_not_at_all),
	    cmocka_unit_test_setup_teardown(an_empty_house_does_not_move,
		fx_open, fx_close),
	    T(a_failed_checkpoint_is_tried_again_later),
	    T(who_has_the_lock_is_not_disturbed_by_a_checkpoint),
	    cmocka_unit_test(two_with_one_hash_are_not_mistaken),
	    T(what_is_remembered_has_an_end),
	    T(a_queue_that_ends_is_gone),
	    T(a_chain_is_continued_where_others_went_on),
	    T(a_long_chain_is_read_back_for_a_while),
	    T(what_a_hash_finds_is_looked_at),
	};

	return RUN(tests);
}
