/* Sessions as they were read last. */
#include <string.h>

#include "fixture.h"
#include "store/cache.h"
#include "store/queues.h"

static struct cache cache;

static const unsigned char *
hash_of(int n)
{
	static unsigned char hash[TOKEN_HASH_LEN];

	memset(hash, n, sizeof(hash));
	return hash;
}

static void
put(int64_t id, int64_t partner)
{
	const struct session s = {.id = id,
	    .partner = partner,
	    .state = partner == 0 ? SESSION_IDLE : SESSION_CHATTING};

	cache_put(&cache, hash_of((int)id), &s);
}

static int
forget_all(void **state)
{
	(void)state;
	cache_free(&cache);
	cache = (struct cache){0};
	return 0;
}

static void
a_session_is_found_by_id_and_by_token(void **state)
{
	(void)state;
	put(1, 0);
	assert_int_equal(cache_by_id(&cache, 1)->id, 1);
	assert_int_equal(cache_by_token(&cache, hash_of(1))->id, 1);
	assert_null(cache_by_id(&cache, 2));
	assert_null(cache_by_token(&cache, hash_of(2)));
}

static void
half_a_token_is_not_enough(void **state)
{
	unsigned char hash[TOKEN_HASH_LEN];

	(void)state;
	put(1, 0);
	memcpy(hash, hash_of(1), sizeof(hash));
	hash[TOKEN_HASH_LEN - 1] ^= 1;
	assert_null(cache_by_token(&cache, hash));
}

static void
whoever_chats_with_a_changed_session_is_forgotten_too(void **state)
{
	(void)state;
	put(1, 2);
	put(2, 1);
	put(3, 4);
	cache_drop(&cache, 2);
	assert_null(cache_by_id(&cache, 1));
	assert_null(cache_by_id(&cache, 2));
	assert_non_null(cache_by_id(&cache, 3));
	put(1, 2); /* its partner is not here */
	cache_drop(&cache, 2);
	assert_null(cache_by_id(&cache, 1));
}

static void
putting_again_replaces(void **state)
{
	(void)state;
	put(1, 2);
	put(1, 3);
	assert_int_equal(cache_by_id(&cache, 1)->partner, 3);
	cache_drop(&cache, 2);
	assert_non_null(cache_by_id(&cache, 1));
	cache_drop(&cache, 3);
	assert_null(cache_by_id(&cache, 1));
}

static void
it_does_not_grow_without_end(void **state)
{
	(void)state;
	for (int i = 1; i <= 10000; i++) {
		const struct session s = {.id = i};
		unsigned char hash[TOKEN_HASH_LEN] = {0};

		memcpy(hash, &(uint64_t){(uint64_t)i << 8}, sizeof(uint64_t));
		cache_put(&cache, hash, &s);
		assert_non_null(cache_by_id(&cache, i));
	}
	assert_in_range(cache.by_id.n, 1, 4096);
}

/* ---- what the store makes of it ---- */

/* Cid has a token that is known; he chats with Bea. */
static int64_t
cid_chats_with_bea(void)
{
	int64_t cid = 0;

	store_session_add(fx.st, hash_of(9), "Cid", fx.now.ms, &cid);
	store_session_state(fx.st, cid, SESSION_CHATTING, 5, fx.bea);
	store_session_state(fx.st, fx.bea, SESSION_CHATTING, 5, cid);
	return cid;
}

static void
what_the_store_remembers_is_what_it_would_read(void **state)
{
	int64_t cid;
	struct session known, read;

	(void)state;
	cid = cid_chats_with_bea();
	store_session_by_token(fx.st, hash_of(9), &known);
	for (int i = 0; i < 3; i++) {
		struct event ev = {.session = i == 1 ? cid : fx.bea,
		    .type = "notice",
		    .body = "{}",
		    .body_len = 2};

		assert_int_equal(store_event_add(fx.st, &ev), STORE_FOUND);
		assert_non_null(cache_by_id(fx.st->cache, cid));
		store_session_by_token(fx.st, hash_of(9), &known);
		queues_store(fx.st);
		queues_clear(fx.st->queues);
		cache_clear(fx.st->cache);
		store_session_by_token(fx.st, hash_of(9), &read);
		assert_int_equal(read.seq, known.seq);
		assert_int_equal(read.partner_backlog, known.partner_backlog);
		assert_int_equal(read.state, known.state);
	}
	assert_int_equal(read.seq, 1);
	assert_int_equal(read.partner_backlog, 2);
}

static void
every_change_of_a_row_is_seen(void **state)
{
	int64_t cid;
	struct session s;

	(void)state;
	cid = cid_chats_with_bea();
	store_session_by_token(fx.st, hash_of(9), &s);
	assert_false(s.partner_away);
	store_session_away(fx.st, fx.bea, true);
	store_session_by_token(fx.st, hash_of(9), &s);
	assert_true(s.partner_away);
	store_session_typing(fx.st, cid, 7);
	store_session_by_token(fx.st, hash_of(9), &s);
	assert_int_equal(s.typing_ms, 7);
	store_session_unload(fx.st, cid, 77, 0);
	store_session_by_token(fx.st, hash_of(9), &s);
	assert_int_equal(s.seen_ms, 77);
	store_session_state(fx.st, cid, SESSION_IDLE, 0, 0);
	store_session_by_token(fx.st, hash_of(9), &s);
	assert_int_equal(s.state, SESSION_IDLE);
	store_session_drop(fx.st, cid);
	assert_int_equal(store_session_by_token(fx.st, hash_of(9), &s),
	    STORE_NONE);
}

/* A second connection commits: nothing remembered is trusted. */
static void
somebody_elses_commit_is_seen(void **state)
{
	int64_t cid;
	struct session s;
	sqlite3 *mine, *sq = NULL;

	(void)state;
	cid = cid_chats_with_bea();
	store_session_by_token(fx.st, hash_of(9), &s);
	store_commit(fx.st);
	mine = fx.sq;
	sqlite3_open(fx.path, &sq);
	assert_int_equal(sqlite3_exec(sq, "UPDATE session SET acked = 41", NULL,
			     NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(sq);
	fx.sq = mine;
	store_begin(fx.st, DB_READ);
	assert_null(cache_by_id(fx.st->cache, cid));
	store_session_by_token(fx.st, hash_of(9), &s);
	assert_int_equal(s.acked, 41);
	assert_true(store_changed(fx.st));
	assert_false(store_changed(fx.st));
	store_commit(fx.st);
}

static void
nothing_is_remembered_of_what_was_undone(void **state)
{
	struct session s;

	(void)state;
	store_session_add(fx.st, hash_of(9), "Cid", fx.now.ms, &(int64_t){0});
	store_session_by_token(fx.st, hash_of(9), &s);
	assert_non_null(cache_by_id(fx.st->cache, s.id));
	store_rollback(fx.st);
	assert_null(cache_by_id(fx.st->cache, s.id));
}

#define T(f) cmocka_unit_test_teardown(f, forget_all)
#define STORED(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_session_is_found_by_id_and_by_token),
	    T(half_a_token_is_not_enough),
	    T(whoever_chats_with_a_changed_session_is_forgotten_too),
	    T(putting_again_replaces),
	    T(it_does_not_grow_without_end),
	    STORED(what_the_store_remembers_is_what_it_would_read),
	    STORED(every_change_of_a_row_is_seen),
	    STORED(somebody_elses_commit_is_seen),
	    STORED(nothing_is_remembered_of_what_was_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
