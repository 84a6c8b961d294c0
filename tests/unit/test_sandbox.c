/* A process that has locked itself in: what it still can do, and what not. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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

/*
 * What somebody would try who runs in here; with arguments that do no harm
 * where they are let through.
 */
static const struct {
	long call, a, b, c;
} others[] = {
    {SYS_execve, 0, 0, 0},
    {SYS_execveat, -1, 0, 0},
    {SYS_clone, 0x10000, 0, 0}, /* a thread that shares nothing */
    {SYS_clone3, 0, 0, 0},
    {SYS_connect, -1, 0, 0},
    {SYS_listen, -1, 0, 0},
    {SYS_socket, AF_INET, SOCK_DGRAM, 0},
    {SYS_socket, AF_INET6, SOCK_STREAM, 0},
    {SYS_socket, AF_NETLINK, SOCK_RAW, 0},
    {SYS_mprotect, 0, 0, PROT_READ | PROT_EXEC},
    {SYS_pkey_mprotect, 0, 0, PROT_EXEC},
    {SYS_memfd_create, 0, 0, 0},
    {SYS_ptrace, 0, -1, 0},
    {SYS_process_vm_readv, -1, 0, 0},
    {SYS_process_vm_writev, -1, 0, 0},
    {SYS_prctl, -1, 0, 0},
    {SYS_personality, 0xffffffff, 0, 0},
    {SYS_setuid, -1, 0, 0},
    {SYS_setresuid, -1, -1, -1},
    {SYS_capset, 0, 0, 0},
    {SYS_unshare, -1, 0, 0},
    {SYS_setns, -1, 0, 0},
    {SYS_mount, 0, 0, 0},
    {SYS_renameat2, -1, 0, -1},
    {SYS_linkat, -1, 0, -1},
    {SYS_symlinkat, 0, -1, 0},
    {SYS_fchmodat, -1, 0, 0},
    {SYS_fchownat, -1, 0, 0},
    {SYS_mknodat, -1, 0, 0},
    {SYS_truncate, 0, 0, 0},
    {SYS_io_uring_setup, 0, 0, 0},
    {SYS_bpf, -1, 0, 0},
    {SYS_keyctl, -1, 0, 0},
    {SYS_userfaultfd, -1, 0, 0},
    {SYS_shmget, 0, 0, 0},
    {SYS_prlimit64, 1, 0, 0}, /* of another process */
    {SYS_kill, 1, 0, 0},
    {SYS_tgkill, 1, 1, 0},
};

static int
how_many_are_refused(void)
{
	int n = 0;

	for (size_t i = 0; i < COUNT(others); i++)
		if (syscall(others[i].call, others[i].a, others[i].b,
			others[i].c, 0, 0) < 0 &&
		    errno == EPERM)
			n++;
		else
			fprintf(stderr, "call %ld is let through\n",
			    others[i].call);
	return n;
}

static bool
does_nothing_else(void)
{
	return how_many_are_refused() == COUNT(others);
}

static void
nothing_else_is_asked_of_the_kernel(void **state)
{
	(void)state;
	expect(does_nothing_else, has_calls);
}

static bool
does_most_of_it(void)
{
	/* Some want rights, and some a container has forbidden already. */
	return how_many_are_refused() < (int)COUNT(others) / 2;
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
	assert_int_equal(locked_in(does_most_of_it, always), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(no_program_is_run),
	    T(no_network_is_reached),
	    T(no_code_is_made),
	    T(nothing_else_is_asked_of_the_kernel),
	    T(no_other_folder_is_read),
	    T(no_other_folder_is_written),
	    T(the_database_is_still_served),
	    T(a_wait_for_the_lock_still_ends),
	    T(without_it_all_of_this_goes),
	};

	return RUN(tests);
}
