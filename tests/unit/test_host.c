/* Leases count in a clock that starts over with each boot of the machine. */
#include "fixture.h"

#include "store/chats.h"
#include "store/host.h"
#include "store/nonces.h"
#include "store/waiting.h"

static const struct sent sent = {.message = 1, .at = 2};

static void
add_nonce(int64_t now_ms)
{
	struct session ann = fx_session(fx.ann);

	assert_int_not_equal(store_nonce_add(fx.st, &ann, "n", now_ms, &sent),
	    STORE_FAILED);
}

/* After a purge at this time? */
static bool
nonce_is_known(int64_t now_ms)
{
	struct session ann = fx_session(fx.ann);
	struct sent got;

	store_nonce_purge(fx.st, now_ms);
	return store_nonce_find(fx.st, &ann, "n", &got) == STORE_FOUND;
}

/* Ann has a nonce and waits; a chat has ended; Bea was here until now. */
static void
write_something(void)
{
	int64_t chat;

	store_session_unload(fx.st, fx.ann, FX_MS - 300, 0);
	store_waiting_add(fx.st, &(struct session){.id = fx.ann}, FX_MS + 300,
	    FX_MS - 200);
	store_chat_add(fx.st, fx.ann, fx.bea, 5, &chat);
	store_chat_end(fx.st, chat, FX_MS - 100, 0);
	store_chat_add(fx.st, fx.ann, fx.bea, 5, &chat);
	add_nonce(FX_MS);
	store_commit(fx.st);
}

static void
assert_moved_to(int64_t now_ms)
{
	assert_int_equal(fx_session(fx.bea).seen_ms, now_ms);
	assert_int_equal(fx_session(fx.bea).born_ms, now_ms);
	assert_int_equal(fx_session(fx.ann).seen_ms, now_ms - 300);
	assert_int_equal(fx_ask("SELECT since_ms FROM waiting"), now_ms - 200);
	assert_int_equal(fx_ask("SELECT widen_ms FROM waiting"), now_ms + 300);
	assert_int_equal(fx_ask("SELECT max(ended_ms) FROM chat"),
	    now_ms - 100);
	assert_int_equal(
	    fx_ask("SELECT count(*) FROM chat WHERE ended_ms IS NULL"), 1);
	assert_true(nonce_is_known(now_ms));
}

static void
forget_the_boot(void)
{
	fx_ask("UPDATE host SET boot_id = 'another'");
}

static void
a_new_boot_moves_all_leases_to_its_clock(void **state)
{
	(void)state;
	write_something();
	forget_the_boot();
	fx.now.ms = 5000;
	fx_reopen();
	assert_moved_to(5000);
}

static void
a_boot_counts_once(void **state)
{
	(void)state;
	write_something();
	forget_the_boot();
	fx.now.ms = 5000;
	fx_reopen();
	fx.now.ms = 9000;
	fx_reopen();
	assert_moved_to(5000);
}

static void
the_same_boot_moves_nothing(void **state)
{
	(void)state;
	write_something();
	fx.now.ms = FX_MS + 5000;
	fx_reopen();
	assert_moved_to(FX_MS);
}

static void
an_empty_database_has_nothing_to_move(void **state)
{
	(void)state;
	store_rollback(fx.st);
	forget_the_boot();
	fx.now.ms = 5000;
	fx_reopen();
	assert_int_equal(fx_ask("SELECT boot_id <> 'another' FROM host"), 1);
	assert_int_not_equal(store_host_resume(fx.st, 5000), STORE_FAILED);
}

/* ---- the service's start ---- */

static void
a_start_adds_the_time_of_the_pause(void **state)
{
	(void)state;
	write_something();
	store_begin(fx.st, DB_WRITE);
	assert_int_equal(store_host_resume(fx.st, FX_MS + 70000), STORE_FOUND);
	assert_moved_to(FX_MS + 70000);
}

static void
a_start_during_a_lease_adds_nothing(void **state)
{
	(void)state;
	write_something();
	store_begin(fx.st, DB_WRITE);
	assert_int_not_equal(store_host_resume(fx.st, FX_MS - 10),
	    STORE_FAILED);
	assert_moved_to(FX_MS);
}

/* For its time after the move, and not for ever. */
static void
nonces_move_along(void **state)
{
	(void)state;
	add_nonce(FX_MS);
	store_host_resume(fx.st, FX_MS + 5000000);
	assert_true(nonce_is_known(FX_MS + 5000000 + FX_NONCE_MS));
	assert_false(nonce_is_known(FX_MS + 5000000 + FX_NONCE_MS + 1));
}

static void
nonces_move_along_to_a_new_boot(void **state)
{
	(void)state;
	add_nonce(FX_MS);
	store_commit(fx.st);
	forget_the_boot();
	fx.now.ms = 10;
	fx_reopen();
	store_begin(fx.st, DB_WRITE);
	assert_true(nonce_is_known(10 + FX_NONCE_MS));
	assert_false(nonce_is_known(10 + FX_NONCE_MS + 1));
}

/* ---- the health check ---- */

static void
a_health_check_writes(void **state)
{
	(void)state;
	assert_int_equal(store_host_check(fx.st, 4711), STORE_FOUND);
	assert_int_equal(fx_ask("SELECT checked_at FROM host"), 4711);
}

static void
a_health_check_fails_where_nothing_can_be_written(void **state)
{
	(void)state;
	store_commit(fx.st);
	fx_ask("PRAGMA query_only = 1");
	assert_int_equal(store_host_check(fx.st, 4711), STORE_FAILED);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_new_boot_moves_all_leases_to_its_clock),
	    T(a_boot_counts_once),
	    T(the_same_boot_moves_nothing),
	    T(an_empty_database_has_nothing_to_move),
	    T(a_start_adds_the_time_of_the_pause),
	    T(a_start_during_a_lease_adds_nothing),
	    T(nonces_move_along),
	    T(nonces_move_along_to_a_new_boot),
	    T(a_health_check_writes),
	    T(a_health_check_fails_where_nothing_can_be_written),
	};

	return RUN(tests);
}
