/* A process that has locked itself in: what it still can do, and what not. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/conf.h"
#include "serve/sandbox.h"

static struct conf conf;

static int
setup(void **state)
{
	memset(&conf, 0, sizeof conf);
	if (fx_open(state) != 0)
		return -1;
	snprintf(conf.db, sizeof conf.db, "%s", fx.path);
	snprintf(conf.log, sizeof conf.log, "-");
	conf.sandbox = 1;
	return 0;
}

/* What was done in a child that has locked itself in: its exit status. */
static int
locked_in(bool (*work)(void), bool (*is_there)(const struct sandbox *))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		const struct sandbox s = sandbox_enter(&conf);

		_exit(!is_there(&s) ? 77 : work() ? 0 : 1);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static bool
has_calls(const struct sandbox *s)
{
	return s->calls;
}

static bool
has_paths(const struct sandbox *s)
{
	return s->paths;
}

static bool
always(const struct sandbox *s)
{
	(void)s;
	return true;
}

static void
expect(bool (*work)(void), bool (*is_there)(const struct sandbox *))
{
	int status = locked_in(work, is_there);

	if (status == 77)
		skip(); /* this kernel, or a sanitizer, does not have it */
	assert_int_equal(status, 0);
}

static bool
runs_nothing(void)
{
	char *argv[] = {"true", NULL}, *envp[] = {NULL};

	execve("/bin/true", argv, envp);
	return errno == EPERM;
}

static void
no_program_is_run(void **state)
{
	(void)state;
	expect(runs_nothing, has_calls);
}

static bool
talks_to_nobody(void)
{
	int inet = socket(AF_INET, SOCK_STREAM, 0);
	bool refused = inet < 0 && errno == EPERM;

	return refused && socket(AF_UNIX, SOCK_DGRAM, 0) >= 0;
}

static void
no_network_is_reached(void **state)
{
	(void)state;
	expect(talks_to_nobody, has_calls);
}

static bool
makes_no_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED && errno == EPERM;
}

static void
no_code_is_made(void **state)
{
	(void)state;
	expect(makes_no_code, has_calls);
}

static bool
reads_no_other_file(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES;
}

static void
no_other_folder_is_read(void **state)
{
	(void)state;
	expect(reads_no_other_file, has_paths);
}

static bool
writes_no_other_file(void)
{
	return open("/tmp/parley-unit-outside", O_WRONLY | O_CREAT, 0600) < 0 &&
	    errno == EACCES;
}

static void
no_other_folder_is_written(void **state)
{
	(void)state;
	expect(writes_no_other_file, has_paths);
}

static bool
works_on(void)
{
	int64_t id = 0;
	unsigned char hash[TOKEN_HASH_LEN] = {7};

	return store_begin(fx.st, DB_WRITE) == 0 &&
	    store_session_add(fx.st, hash, "Cid", fx.now.ms, &id) ==
	    STORE_FOUND &&
	    store_commit(fx.st) == 0;
}

static void
the_database_is_still_served(void **state)
{
	(void)state;
	expect(works_on, always);
	store_begin(fx.st, DB_READ);
	assert_int_equal(fx_ask("SELECT count(*) FROM session"), 1);
	store_commit(fx.st);
}

/* The lock's timer is a call of its own. */
static bool
waits_no_longer_for_the_lock(void)
{
	struct lock other;

	alarm(20); /* or it would wait for ever */
	return store_begin(fx.st, DB_WRITE) == 0 &&
	    lock_open(&other, fx.path, 50) == 0 && lock_take(&other) != 0;
}

static void
a_wait_for_the_lock_still_ends(void **state)
{
	(void)state;
	expect(waits_no_longer_for_the_lock, always);
}

/* The same work outside, so that it is the lock that refuses. */
static void
without_it_all_of_this_goes(void **state)
{
	(void)state;
	conf.sandbox = 0;
	assert_int_equal(locked_in(reads_no_other_file, always), 1);
	assert_int_equal(locked_in(makes_no_code, always), 1);
	assert_int_equal(locked_in(talks_to_nobody, always), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(no_program_is_run),
	    T(no_network_is_reached),
	    T(no_code_is_made),
	    T(no_other_folder_is_read),
	    T(no_other_folder_is_written),
	    T(the_database_is_still_served),
	    T(a_wait_for_the_lock_still_ends),
	    T(without_it_all_of_this_goes),
	};

	return RUN(tests);
}
