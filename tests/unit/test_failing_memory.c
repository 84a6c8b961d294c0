/*
 * The n-th allocation fails, for every n, in every call of the table: SQLite's
 * and cJSON's as well as Parley's own. Once alone, and once with all that
 * follow it.
 */
#include "failing_memory.h"
#include "scenes_all.h"

#include <fcntl.h>
#include <sys/wait.h>

enum { N_MAX = 20000 };

static long n_faults;    /* that have come so far */
static bool has_changed; /* the database, by the last call */

/* ---- the calls ---- */

static bool
try_scene(const struct scene *s, long n, bool lasts, const char **why)
{
	uint64_t before = scene_stored();
	bool fired;

	scene_forget();
	scene_ask(s, on_stage.ann);
	memory_arm(n, lasts);
	scene_run(false);
	fired = memory_disarm();
	n_faults += fired;
	*why = scene_complaint(s, before);
	if (*why == NULL && !fired && !scene_succeeded(s))
		*why = "it does not work afterwards";
	has_changed = scene_stored() != before;
	return fired;
}

static void
complain(const struct scene *s, long n, bool lasts, const char *why)
{
	fail_msg("%s %s, allocation %ld%s: %s\n%.*s", s->method, s->path, n,
	    lasts ? " and all further ones" : "", why, (int)on_stage.out.len,
	    on_stage.out.data);
}

static void
play(const struct scene *s, bool lasts)
{
	bool fired = true;
	long n = 0;

	scene_raise(s);
	while (fired && n++ < N_MAX) {
		const char *why;

		fired = try_scene(s, n, lasts, &why);
		if (why != NULL)
			complain(s, n, lasts, why);
		scene_end();
		/* It could do without: then it cannot be done again. */
		if (fired && has_changed) {
			scene_strike();
			scene_raise(s);
		}
	}
	assert_false(fired);
	scene_strike();
}

static void
play_all(bool lasts)
{
	n_faults = 0;
	for (size_t i = 0; i < COUNT(scenes); i++)
		play(&scenes[i], lasts);
	print_message("%ld allocations failed in %zu scenes\n", n_faults,
	    COUNT(scenes));
	assert_true(n_faults > (long)COUNT(scenes));
}

static void
one_allocation_fails(void **state)
{
	(void)state;
	play_all(false);
}

static void
all_further_allocations_fail(void **state)
{
	(void)state;
	play_all(true);
}

/* ---- the judge is watched ---- */

static enum outcome
does_not_look(struct call *c)
{
	volatile char *bytes = malloc(100);

	bytes[c->me.id % 100] = 'x';
	free((void *)bytes);
	return call_done(c);
}

static enum outcome
blames_the_caller(struct call *c)
{
	char *bytes = malloc(100);

	if (bytes == NULL)
		return call_refuse(c, 400, "bad_request", "Too much asked.");
	free(bytes);
	return call_done(c);
}

static const struct scene toy = {.method = "POST",
    .path = "/api/leave",
    .before = talking,
    .media = JSON,
    .status = 204};

/* In a process of its own, which may crash: 0, if there was a complaint 1. */
static int judge(enum outcome (*instead)(struct call *))
{
	bool fired = true;
	int complaints = 0;

	scene_raise(&toy);
	on_stage.instead = instead;
	for (long n = 1; fired && n < N_MAX; n++) {
		const char *why;

		fired = try_scene(&toy, n, false, &why);
		complaints += why != NULL;
		scene_end();
	}
	scene_strike();
	return complaints > 0;
}

static int status_of(enum outcome (*instead)(struct call *))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		/* What a sanitizer says of it is of no interest. */
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		signal(SIGSEGV, SIG_DFL);
		_exit(judge(instead));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
a_bad_handler_is_noticed(void **state)
{
	int crash, wrong, good;

	(void)state;
	crash = status_of(does_not_look);
	assert_true(WIFSIGNALED(crash) || WEXITSTATUS(crash) > 1);
	wrong = status_of(blames_the_caller);
	assert_true(WIFEXITED(wrong));
	assert_int_equal(WEXITSTATUS(wrong), 1);
	good = status_of(call_done);
	assert_true(WIFEXITED(good));
	assert_int_equal(WEXITSTATUS(good), 0);
}

/* A worker without its table would count nobody: it does not start. */
static void
without_memory_there_is_no_table_of_rates(void **state)
{
	struct rates *rs;

	(void)state;
	memory_arm(1, false);
	rs = rates_new();
	assert_true(memory_disarm());
	assert_null(rs);
	rs = rates_new();
	assert_non_null(rs);
	rates_free(rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_memory_there_is_no_table_of_rates),
	    cmocka_unit_test(one_allocation_fails),
	    cmocka_unit_test(all_further_allocations_fail),
	    cmocka_unit_test(a_bad_handler_is_noticed),
	};

	return RUN(tests);
}
