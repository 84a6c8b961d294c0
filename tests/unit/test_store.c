/* The database as a whole: opening, schema, transactions, the write lock. */
#include "fixture.h"

#include <sys/stat.h>
#include <sys/wait.h>

static int
refuse(void *arg)
{
	(void)arg;
	return 1;
}

/* ---- opening ---- */

static void
a_missing_database_is_made(void **state)
{
	(void)state;
	assert_int_equal(fx_ask("PRAGMA user_version"), SQL_VERSION);
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 0);
	assert_int_equal(fx_ask("SELECT count(*) FROM host"), 1);
}

static void
an_existing_database_is_kept(void **state)
{
	(void)state;
	store_begin(fx.st, DB_WRITE);
	fx_person("Ann");
	store_commit(fx.st);
	fx_reopen();
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 1);
}

static void
a_newer_database_is_refused_with_a_sentence(void **state)
{
	char why[512] = "";

	(void)state;
	fx_ask("PRAGMA user_version = 4711");
	store_close(fx.st);
	fx.st = fx_try_store(why, sizeof why);
	assert_null(fx.st);
	assert_non_null(strstr(why, "4711"));
	assert_non_null(strstr(why, "use a newer parley"));
}

static void
garbage_is_refused_with_a_sentence(void **state)
{
	char why[512] = "";
	FILE *f = fopen(fx.path, "w");

	(void)state;
	assert_non_null(f);
	fprintf(f, "%05000d", 0);
	fclose(f);
	assert_null(fx_try_store(why, sizeof why));
	assert_non_null(strstr(why, fx.path));
	assert_non_null(strstr(why, "not a database"));
}

static void
a_missing_directory_is_refused_with_a_sentence(void **state)
{
	char why[512] = "";

	(void)state;
	snprintf(fx.path, sizeof fx.path, "%s/no/p.db", fx.dir);
	assert_null(fx_try_store(why, sizeof why));
	assert_non_null(strstr(why, fx.path));
	assert_non_null(strstr(why, "No such file"));
}

static void
two_who_open_a_missing_database_both_have_it(void **state)
{
	struct fx_pipe go = fx_pipe();
	pid_t pids[2];
	int status;

	(void)state;
	fx.lock_ms = 60000; /* on a slow disk the first one takes a while */
	for (int i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			fx_await(go);
			fx.st = fx_store();
			_exit(fx.st != NULL &&
				    fx_ask("SELECT count(*) FROM host") == 1
				? 0
				: 1);
		}
	}
	fx_tell(go);
	fx_tell(go);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	fx_pipe_close(go);
}

/* ---- transactions ---- */

static void
tell(int64_t session)
{
	struct event ev = {.session = session,
	    .chat = 1,
	    .type = "notice",
	    .body = "{}",
	    .body_len = 2};

	assert_int_equal(store_event_add(fx.st, &ev), STORE_FOUND);
}

static void
a_rollback_undoes_everything(void **state)
{
	(void)state;
	tell(fx.ann);
	store_rollback(fx.st);
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 0);
	assert_int_equal(fx.st->told.n, 0);
	assert_false(fx.st->locked);
}

static void
a_commit_keeps_everything(void **state)
{
	(void)state;
	tell(fx.ann);
	assert_int_equal(store_commit(fx.st), 0);
	assert_false(fx.st->locked);
	fx_reopen();
	assert_string_equal(fx_told(fx.ann), "notice {}");
}

static void
a_failed_handler_undoes_its_own_rows_only(void **state)
{
	(void)state;
	assert_int_equal(store_savepoint(fx.st), 0);
	tell(fx.ann);
	assert_int_equal(store_release(fx.st), 0);
	assert_int_equal(store_savepoint(fx.st), 0);
	tell(fx.bea);
	tell(fx.bea);
	assert_int_equal(store_rollback_to(fx.st), 0);
	assert_int_equal(store_savepoint(fx.st), 0);
	tell(fx.ann);
	assert_int_equal(store_release(fx.st), 0);
	assert_int_equal(store_commit(fx.st), 0);
	assert_string_equal(fx_told(fx.ann), "notice {} | notice {}");
	assert_string_equal(fx_told(fx.bea), "");
}

static void
who_was_told_is_noted_unless_it_was_undone(void **state)
{
	const struct told *t = &fx.st->told;

	(void)state;
	tell(fx.ann);
	store_savepoint(fx.st);
	tell(fx.bea);
	store_rollback_to(fx.st);
	tell(fx.ann);
	assert_int_equal(t->n, 2);
	assert_int_equal(t->events[0].event.session, fx.ann);
	assert_int_equal(t->events[1].event.session, fx.ann);
	store_commit(fx.st);
	assert_int_equal(t->n, 2);
	store_begin(fx.st, DB_WRITE);
	assert_int_equal(t->n, 0);
}

static void
a_failed_commit_undoes_everything_and_lets_go(void **state)
{
	(void)state;
	tell(fx.ann);
	sqlite3_commit_hook(fx.sq, refuse, NULL);
	assert_int_equal(store_commit(fx.st), -1);
	sqlite3_commit_hook(fx.sq, NULL, NULL);
	assert_false(fx.st->locked);
	assert_int_equal(fx.st->fault, DB_BROKEN);
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 0);
	assert_int_equal(store_begin(fx.st, DB_WRITE), 0);
}

/* ---- two processes ---- */

/* A child that, when told, opens the database and writes until told again. */
struct writer {
	struct fx_pipe go, held;
	pid_t pid;
};

static struct writer
writer(void)
{
	struct writer w = {.go = fx_pipe(), .held = fx_pipe()};

	w.pid = fork();
	if (w.pid != 0)
		return w;
	fx_await(w.go);
	fx.st = fx_store();
	if (fx.st == NULL || store_begin(fx.st, DB_WRITE) != 0)
		_exit(1);
	fx_person("Cleo");
	fx_tell(w.held);
	fx_await(w.go);
	_exit(store_commit(fx.st) == 0 ? 0 : 1);
}

static void
let_it_write(struct writer *w)
{
	fx_tell(w->go);
	fx_await(w->held);
}

static void
let_it_commit(struct writer *w)
{
	int status;

	fx_tell(w->go);
	assert_int_equal(waitpid(w->pid, &status, 0), w->pid);
	assert_int_equal(status, 0);
	fx_pipe_close(w->go);
	fx_pipe_close(w->held);
}

static void
one_writes_and_the_other_waits_for_a_while(void **state)
{
	struct writer w = writer();
	int64_t before;

	(void)state;
	fx.st = fx_store();
	fx.st->lock.wait_ms = 100;
	let_it_write(&w);
	before = clock_steady_ms();
	assert_int_equal(store_begin(fx.st, DB_WRITE), -1);
	assert_in_range(clock_steady_ms() - before, 90, 1500);
	assert_int_equal(fx.st->fault, DB_BUSY);
	assert_false(fx.st->locked);
	let_it_commit(&w);
	assert_int_equal(store_begin(fx.st, DB_WRITE), 0);
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 1);
}

/* A reader sees what is durable, and waits for nobody. */
static void
who_reads_does_not_wait_for_who_writes(void **state)
{
	struct writer w = writer();

	(void)state;
	fx.st = fx_store();
	let_it_write(&w);
	assert_int_equal(store_begin(fx.st, DB_READ), 0);
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 0);
	let_it_commit(&w);
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 0);
	assert_int_equal(store_commit(fx.st), 0);
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 1);
}

/* ---- the log of writes ---- */

static int64_t
log_size(void)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "%s-wal", fx.path);
	return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

static void
only_a_checkpoint_makes_the_log_smaller(void **state)
{
	int64_t full, len;

	(void)state;
	store_commit(fx.st);
	full = log_size();
	len = fx.st->db->engine->log_size(fx.st->db);
	assert_true(full > 0 && len > 0);
	store_checkpoint(fx.st, len, true);
	assert_int_equal(log_size(), full);
	store_checkpoint(fx.st, len - 1, true);
	assert_int_equal(log_size(), 0);
	assert_false(fx.st->locked);
	assert_int_equal(store_begin(fx.st, DB_WRITE), 0);
}

static void
closing_is_no_checkpoint(void **state)
{
	(void)state;
	store_commit(fx.st);
	store_close(fx.st);
	assert_true(log_size() > 0);
	fx.st = fx_store();
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 2);
}

#define MISSING(f) cmocka_unit_test_setup_teardown(f, fx_directory, fx_close)
#define OPEN(f) cmocka_unit_test_setup_teardown(f, fx_open, fx_close)
#define BEGUN(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    OPEN(a_missing_database_is_made),
	    OPEN(an_existing_database_is_kept),
	    OPEN(a_newer_database_is_refused_with_a_sentence),
	    MISSING(garbage_is_refused_with_a_sentence),
	    MISSING(a_missing_directory_is_refused_with_a_sentence),
	    MISSING(two_who_open_a_missing_database_both_have_it),
	    BEGUN(a_rollback_undoes_everything),
	    BEGUN(a_commit_keeps_everything),
	    BEGUN(a_failed_handler_undoes_its_own_rows_only),
	    BEGUN(who_was_told_is_noted_unless_it_was_undone),
	    BEGUN(a_failed_commit_undoes_everything_and_lets_go),
	    MISSING(one_writes_and_the_other_waits_for_a_while),
	    MISSING(who_reads_does_not_wait_for_who_writes),
	    BEGUN(only_a_checkpoint_makes_the_log_smaller),
	    BEGUN(closing_is_no_checkpoint),
	};

	return RUN(tests);
}
