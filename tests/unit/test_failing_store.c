/*
 * The n-th thing that is asked of the database fails, for every n, in every
 * call of the table and in every chore of the worker: an engine that does so
 * stands under the store.
 */
#include "scenes_all.h"

#include "chat/pairing.h"
#include "chat/presence.h"
#include "store/chats.h"
#include "store/nonces.h"

enum { N_MAX = 2000 };

/* SQLite gives up a whole transaction where it cannot undo a statement. */
enum how { STATEMENT_FAILS, ALL_IS_LOST };

static struct {
	struct db_engine engine;
	long left; /* the fault is so many steps away; 0: none is to come */
	bool fired;
	enum how how;
	long most; /* steps of the longest call so far */
} faulty;

static bool
fails_now(struct db *db)
{
	if (faulty.left == 0 || --faulty.left > 0)
		return false;
	faulty.fired = true;
	if (faulty.how == ALL_IS_LOST)
		db_sqlite.rollback(db);
	return true;
}

static enum db_result
faulty_begin(struct db *db, enum db_mode mode)
{
	return fails_now(db) ? DB_BUSY : db_sqlite.begin(db, mode);
}

static enum db_result
faulty_commit(struct db *db)
{
	if (!fails_now(db))
		return db_sqlite.commit(db);
	db_sqlite.rollback(db);
	return DB_FULL;
}

static enum db_result
faulty_savepoint(struct db *db)
{
	return fails_now(db) ? DB_BROKEN : db_sqlite.savepoint(db);
}

static enum db_result
faulty_release(struct db *db)
{
	return fails_now(db) ? DB_BROKEN : db_sqlite.release(db);
}

static enum db_result
faulty_script(struct db *db, const char *text)
{
	return fails_now(db) ? DB_BROKEN : db_sqlite.script(db, text);
}

static enum db_result
faulty_step(struct db *db, enum sql sql)
{
	return fails_now(db) ? DB_FULL : db_sqlite.step(db, sql);
}

static void
arm(long n, enum how how)
{
	faulty.engine = db_sqlite;
	faulty.engine.begin = faulty_begin;
	faulty.engine.commit = faulty_commit;
	faulty.engine.savepoint = faulty_savepoint;
	faulty.engine.release = faulty_release;
	faulty.engine.script = faulty_script;
	faulty.engine.step = faulty_step;
	fx.st->db->engine = &faulty.engine;
	faulty.left = n;
	faulty.how = how;
	faulty.fired = false;
}

static void
disarm(void)
{
	faulty.left = 0;
	fx.st->db->engine = &db_sqlite;
}

/* ---- the calls ---- */

/* True: the n-th step has failed, and *why says what was wrong then. */
static bool
try_scene(const struct scene *s, long n, enum how how, bool careful,
    const char **why)
{
	uint64_t before = scene_stored();

	scene_forget();
	scene_ask(s, on_stage.ann);
	arm(n, how);
	scene_run(careful);
	disarm();
	*why = scene_complaint(s, before);
	/* A reader that has read all need not care for its transaction. */
	if (*why == NULL && faulty.fired && scene_succeeded(s) &&
	    s->status < 400 && on_stage.v.call.route->writes &&
	    scene_stored() == before)
		*why = "acknowledged, but nothing was stored";
	if (*why == NULL && !faulty.fired && !scene_succeeded(s))
		*why = "it does not work afterwards";
	return faulty.fired;
}

static void
play(const struct scene *s, enum how how, bool careful)
{
	const char *why = NULL;
	bool fired = true;
	long n = 0;

	scene_raise(s);
	while (fired && n++ < N_MAX) {
		fired = try_scene(s, n, how, careful, &why);
		if (why != NULL)
			fail_msg("%s %s, step %ld%s: %s\n%.*s", s->method,
			    s->path, n, careful ? ", careful" : "", why,
			    (int)on_stage.answer->len, on_stage.answer->data);
		scene_end();
	}
	assert_false(fired);
	if (n - 1 > faulty.most)
		faulty.most = n - 1;
	scene_strike();
}

static void
play_all(enum how how, bool careful)
{
	for (size_t i = 0; i < COUNT(scenes); i++)
		play(&scenes[i], how, careful);
	/* A fault that never comes would please everybody. */
	assert_in_range(faulty.most, 10, N_MAX - 1);
}

static void
a_failed_statement_is_503_and_leaves_nothing(void **state)
{
	(void)state;
	play_all(STATEMENT_FAILS, false);
	play_all(STATEMENT_FAILS, true);
}

static void
a_lost_transaction_is_503_and_leaves_nothing(void **state)
{
	(void)state;
	play_all(ALL_IS_LOST, false);
	play_all(ALL_IS_LOST, true);
}

static void
every_route_is_on_stage(void **state)
{
	const struct route *r;

	(void)state;
	for (size_t i = 0; (r = routes_at(i)) != NULL; i++) {
		size_t n = 0;

		for (size_t k = 0; k < COUNT(scenes); k++)
			n += strcmp(scenes[k].path, r->path) == 0 &&
			    strcmp(scenes[k].method, r->method) == 0;
		if (n == 0)
			fail_msg("no scene of %s %s", r->method, r->path);
	}
}

/* ---- the judge is watched: handlers that deserve a complaint ---- */

static enum found
add_notice(struct call *c)
{
	struct event ev = {.session = c->me.id,
	    .type = "notice",
	    .body = "{}",
	    .body_len = 2};

	return store_event_add(c->house->store, &ev);
}

static enum outcome
does_not_look(struct call *c)
{
	add_notice(c);
	return call_done(c);
}

static enum outcome
blames_the_caller(struct call *c)
{
	return add_notice(c) == STORE_FAILED
	    ? call_refuse(c, 400, "bad_request", "It is all your fault.")
	    : call_done(c);
}

/* The worker does not undo what it is not told about. */
static enum outcome
keeps_it_to_itself(struct call *c)
{
	if (add_notice(c) != STORE_FAILED && add_notice(c) != STORE_FAILED)
		return call_done(c);
	call_refuse(c, 503, "unavailable", "Try again.");
	c->reply.retry_after_s = 1;
	return DONE;
}

/* Does the judge complain of such a handler, and with these words? */
static bool
is_noticed(enum outcome (*instead)(struct call *), const char *complaint)
{
	static const struct scene s = {.method = "POST",
	    .path = "/api/leave",
	    .before = talking,
	    .media = JSON,
	    .status = 204};
	const char *why = NULL;
	bool noticed = false, fired = true;

	scene_raise(&s);
	on_stage.instead = instead;
	for (long n = 1; fired && n < N_MAX; n++) {
		fired = try_scene(&s, n, STATEMENT_FAILS, false, &why);
		noticed |= why != NULL && strcmp(why, complaint) == 0;
		scene_end();
	}
	scene_strike();
	return noticed;
}

static void
a_bad_handler_is_noticed(void **state)
{
	(void)state;
	assert_true(
	    is_noticed(does_not_look, "acknowledged, but nothing was stored"));
	assert_true(is_noticed(blames_the_caller,
	    "neither what was asked for nor 503"));
	assert_true(
	    is_noticed(keeps_it_to_itself, "503, but something was stored"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_route_is_on_stage),
	    cmocka_unit_test(a_failed_statement_is_503_and_leaves_nothing),
	    cmocka_unit_test(a_lost_transaction_is_503_and_leaves_nothing),
	    cmocka_unit_test(a_bad_handler_is_noticed),
	};

	return RUN(tests);
}
