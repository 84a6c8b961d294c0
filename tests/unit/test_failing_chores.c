/*
 * What a worker does beside the calls (presence, pairing, old rows, a new
 * boot), while the n-th statement or the n-th allocation fails: it says so,
 * and nothing of it is left when its transaction is undone.
 */
#include "failing_memory.h"
#include "failing_store.h"
#include "judge.h"

#include "chat/pairing.h"
#include "chat/presence.h"
#include "store/chats.h"
#include "store/door.h"
#include "store/host.h"
#include "store/images.h"
#include "store/nonces.h"

enum { N_MAX = 5000, HOURS_MS = 3600000 };

struct chore {
	const char *name;
	void (*before)(void);
	enum found (*run)(void);
};

static int64_t
id_of(const char *name)
{
	char sql[80];

	snprintf(sql, sizeof sql, "SELECT id FROM session WHERE name = '%s'",
	    name);
	return fx_ask(sql);
}

/* ---- how things stand ---- */

static void
ann_typed_and_went(void)
{
	talking();
	fx.now.ms += visit_house.rules.typing_ms + 1;
}

static void
both_are_away(void)
{
	talking();
	fx.now.ms += visit_house.rules.away_ms + 1;
}

static void
both_are_gone(void)
{
	pictured();
	fx.now.ms += visit_house.rules.gone_ms + 1;
}

static void
all_is_over(void)
{
	pictured();
	scene_post("/api/leave", on_stage.ann, "");
	fx.now.ms += 30 * HOURS_MS;
}

static void
ann_is_away(void)
{
	talking();
	store_begin(fx.st, DB_WRITE);
	store_session_away(fx.st, id_of("Ann"), true);
	assert_int_equal(store_commit(fx.st), 0);
}

static void
two_wait(void)
{
	scene_join("{\"name\":\"Ann\",\"tags\":[\"a\"]}", on_stage.ann);
	scene_join("{\"name\":\"Bea\",\"tags\":[\"b\"]}", on_stage.bea);
	scene_post("/api/next", on_stage.ann, "");
	scene_post("/api/next", on_stage.bea, "");
	fx.now.ms += visit_house.rules.widen_ms + 1;
	store_begin(fx.st, DB_WRITE);
	store_session_seen(fx.st, id_of("Ann"), fx.now.ms, 0);
	store_session_seen(fx.st, id_of("Bea"), fx.now.ms, 0);
	assert_int_equal(store_commit(fx.st), 0);
}

static void
the_machine_was_booted(void)
{
	talking();
	store_begin(fx.st, DB_WRITE);
	fx_ask("UPDATE host SET boot_id = 'another'");
	assert_int_equal(store_commit(fx.st), 0);
}

/* ---- the chores ---- */

static enum found
sweep(void)
{
	return presence_sweep(fx.st, &visit_house.rules, fx.now);
}

static enum found
note(int64_t acked, bool is_over)
{
	const struct glimpse g = {.session = id_of("Ann"),
	    .seen_ms = fx.now.ms,
	    .noted_ms = fx.now.ms,
	    .acked = acked,
	    .is_over = is_over};

	return presence_note(fx.st, &visit_house.rules, &g, fx.now);
}

static enum found
note_seen(void)
{
	return note(2, false);
}

static enum found
note_over(void)
{
	return note(1, true);
}

static enum found
pair(void)
{
	int64_t next_ms;

	return pairing_sweep(fx.st, &visit_house.rules, fx.now, &next_ms);
}

static enum found
purge_nonces(void)
{
	return store_nonce_purge(fx.st, fx.now.ms);
}

static enum found
purge_chats(void)
{
	return store_chat_purge(fx.st, fx.now.ms - visit_house.rules.gone_ms);
}

static enum found
purge_pictures(void)
{
	return store_image_purge(fx.st, fx.now.ms);
}

static enum found
purge_door(void)
{
	return store_door_purge(fx.st, fx.now.ms);
}

static enum found
resume(void)
{
	return store_host_resume(fx.st, fx.now.ms + HOURS_MS);
}

static enum found
count(void)
{
	struct due due = presence_due(&visit_house.rules, fx.now);
	struct census census;

	return store_session_census(fx.st, &due,
	    fx.now.ms - visit_house.rules.away_ms, &census);
}

static void
nothing(int64_t session, void *arg)
{
	(void)session, (void)arg;
}

static enum found
look_for_news(void)
{
	int64_t newest = 0;

	return store_event_news(fx.st, &newest, 1, nothing, NULL);
}

static const struct chore chores[] = {
    {"typing ends", ann_typed_and_went, sweep},
    {"away", both_are_away, sweep},
    {"gone", both_are_gone, sweep},
    {"expired", all_is_over, sweep},
    {"seen, and here again", ann_is_away, note_seen},
    {"seen while waiting", ann_waits, note_seen},
    {"a poll is over", talking, note_over},
    {"pairing", two_wait, pair},
    {"old nonces", all_is_over, purge_nonces},
    {"old chats", all_is_over, purge_chats},
    {"old pictures", all_is_over, purge_pictures},
    {"old tickets and addresses", all_is_over, purge_door},
    {"leases move on", talking, resume},
    {"census", talking, count},
    {"news", talking, look_for_news},
};

/* ---- faults ---- */

/* As a part of a worker's transaction; false: it was undone. */
static bool
run_part(const struct chore *c)
{
	enum found f;

	if (store_begin(fx.st, DB_WRITE) != 0)
		return false;
	if (store_savepoint(fx.st) != 0) {
		store_rollback(fx.st);
		return false;
	}
	f = c->run();
	if (f == STORE_FAILED && store_rollback_to(fx.st) != 0) {
		store_rollback(fx.st);
		return false;
	}
	if (f != STORE_FAILED && store_release(fx.st) != 0) {
		store_rollback(fx.st);
		return false;
	}
	return store_commit(fx.st) == 0 && f != STORE_FAILED;
}

/* True: the fault has come. */
static bool
try_chore(const struct chore *c, long n, bool in_store, bool all_is_lost)
{
	uint64_t before = scene_stored();
	bool done, fired;

	scene_forget();
	if (in_store)
		faulty_arm(n, all_is_lost ? ALL_IS_LOST : STATEMENT_FAILS);
	else
		memory_arm(n, false);
	done = run_part(c);
	fired = in_store ? faulty.fired : memory_disarm();
	if (in_store)
		faulty_disarm();
	if (!fired && !done)
		fail_msg("%s: it fails without a fault", c->name);
	/* Without memory one can often do; without the store nothing. */
	if (in_store && fired && done)
		fail_msg("%s: fault %ld was not noticed", c->name, n);
	if (!done && scene_stored() != before)
		fail_msg("%s: fault %ld left something behind", c->name, n);
	return fired;
}

static void
with_faults(bool in_store, bool all_is_lost)
{
	for (size_t i = 0; i < COUNT(chores); i++) {
		const struct scene s = {.before = chores[i].before};
		bool fired = true;
		long n = 0;

		scene_raise(&s);
		while (fired && n++ < N_MAX) {
			uint64_t before = scene_stored();

			fired = try_chore(&chores[i], n, in_store, all_is_lost);
			if (fired && scene_stored() != before) {
				scene_strike();
				scene_raise(&s);
			}
		}
		assert_false(fired);
		assert_true(n > 2);
		scene_strike();
	}
}

static void
a_failed_statement_is_noticed_and_undone(void **state)
{
	(void)state;
	with_faults(true, false);
	with_faults(true, true);
}

static void
a_failed_allocation_does_no_harm(void **state)
{
	(void)state;
	with_faults(false, false);
}

/* ---- opening ---- */

static void
reopen(long n, bool *fired)
{
	char why[512] = "";
	struct store *st;

	memory_arm(n, false);
	st = fx_try_store(why, sizeof why);
	*fired = memory_disarm();
	if (st == NULL)
		assert_true(why[0] != '\0');
	assert_true(st != NULL || *fired);
	store_close(st);
}

/* Of a database; its lock file tells that there has been one. */
static void
remove_files(void)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
	char name[sizeof fx.path + 8];

	for (size_t i = 0; i < COUNT(ends); i++) {
		snprintf(name, sizeof name, "%s%s", fx.path, ends[i]);
		unlink(name);
	}
}

/* On a new file, on an old one, and after a boot. */
static void
opening_without_memory_is_refused_with_a_reason(void **state)
{
	static void (*const ways[])(
	    void) = {nobody, talking, the_machine_was_booted};

	(void)state;
	for (size_t i = 0; i < COUNT(ways); i++) {
		const struct scene s = {.before = ways[i]};
		bool fired = true;

		scene_raise(&s);
		store_close(fx.st);
		for (long n = 1; fired && n < N_MAX * 4; n += 1 + n / 40) {
			if (i == 0)
				remove_files();
			reopen(n, &fired);
		}
		assert_false(fired);
		fx.st = fx_store();
		assert_non_null(fx.st);
		scene_strike();
	}
}

/* ---- the judge is watched ---- */

static enum found
does_not_look(void)
{
	store_session_typing(fx.st, id_of("Ann"), 0);
	return STORE_FOUND;
}

static void
a_chore_that_does_not_look_is_noticed(void **state)
{
	static const struct chore bad = {"bad", talking, does_not_look};
	const struct scene s = {.before = bad.before};
	bool noticed = false;

	(void)state;
	scene_raise(&s);
	for (long n = 1; n < 10; n++) {
		faulty_arm(n, STATEMENT_FAILS);
		noticed |= run_part(&bad) && faulty.fired;
		faulty_disarm();
	}
	assert_true(noticed);
	scene_strike();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_failed_statement_is_noticed_and_undone),
	    cmocka_unit_test(a_failed_allocation_does_no_harm),
	    cmocka_unit_test(opening_without_memory_is_refused_with_a_reason),
	    cmocka_unit_test(a_chore_that_does_not_look_is_noticed),
	};

	return RUN(tests);
}
