#include "serve/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A sanitizer wants more of the kernel, and of the disk, when it reports. */
#if defined(__SANITIZE_ADDRESS__)
static const bool is_sanitized = true;
#else
static const bool is_sanitized = false;
#endif

/* What a worker, SQLite, libfcgi and the C library ask the kernel for. */
static const char *const calls[] = {
    "read",
    "readv",
    "pread64",
    "write",
    "writev",
    "pwrite64",
    "recvfrom",
    "recvmsg",
    "sendto",
    "sendmsg",
    "accept4",
    "bind",
    "close",
    "shutdown",
    "getsockopt",
    "setsockopt",
    "getsockname",
    "getpeername", /* talking */
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "epoll_ctl",
    "poll",
    "ppoll",
    "select",
    "pselect6", /* waiting */
    "openat",
    "open",
    "newfstatat",
    "fstat",
    "stat",
    "lstat",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "lseek",
    "fcntl",
    "flock",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fallocate",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "fchmod",
    "fchown",
    "getdents64",
    "getcwd",
    "umask", /* files */
    "brk",
    "munmap",
    "mremap",
    "madvise",
    "sysinfo", /* memory */
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "getrandom",
    "futex",
    "sched_yield",
    "getpid",
    "gettid",
    "getppid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigtimedwait",
    "signalfd4",
    "setitimer",
    "timer_settime",
    "restart_syscall",
    "exit",
    "exit_group",
    "getrlimit",
    "getrusage",
    "uname",
    "rseq",
    "set_robust_list",
};

static bool
allow(scmp_filter_ctx filter, const char *name)
{
	int call = seccomp_syscall_resolve_name(name);

	/* Not every machine has every call. */
	return call == __NR_SCMP_ERROR ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
}

/*
 * These only with harmless arguments: no new code, no sockets to elsewhere, no
 * signals to and no limits of other processes.
 */
static bool
allow_some(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ,
	    PROT_EXEC, 0);
	const struct scmp_arg_cmp unix_only = SCMP_A0(SCMP_CMP_EQ, AF_UNIX);
	const struct scmp_arg_cmp itself = SCMP_A0(SCMP_CMP_EQ,
	    (scmp_datum_t)getpid());
	const struct scmp_arg_cmp own = SCMP_A0(SCMP_CMP_EQ, 0);

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
		   no_code) == 0 &&
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		no_code) == 0 &&
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
		unix_only) == 0 &&
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		itself) == 0 &&
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
		own) == 0;
}

/* A call that is not listed fails; it does not end the service. */
static bool
lock_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	/* The filter as a tree: a call is found in a few steps. */
	bool ok = filter != NULL &&
	    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0;

	for (size_t i = 0; ok && i < sizeof(calls) / sizeof(calls[0]); i++)
		ok = allow(filter, calls[i]);
	ok = ok && allow_some(filter) && seccomp_load(filter) == 0;
	if (filter != NULL)
		seccomp_release(filter);
	return ok;
}

/* Landlock: the C library has no functions for it. linux/landlock.h */
enum {
	EVERYTHING = LANDLOCK_ACCESS_FS_EXECUTE |
	    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
	    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
	    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
	    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
	IN_DATABASE = LANDLOCK_ACCESS_FS_WRITE_FILE |
	    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
	    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_DIR,
	IN_LOG = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG,
};

static bool
allow_folder(int ruleset, const char *file, uint64_t access)
{
	char copy[CONF_PATH_MAX];
	struct landlock_path_beneath_attr rule = {.allowed_access = access};
	bool ok;

	snprintf(copy, sizeof(copy), "%s", file);
	rule.parent_fd = open(dirname(copy), O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return false;
	ok = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
		 &rule, 0) == 0;
	close(rule.parent_fd);
	return ok;
}

static bool
lock_paths(const struct conf *conf)
{
	const struct landlock_ruleset_attr attr = {
	    .handled_access_fs = EVERYTHING};
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr,
	    sizeof(attr), 0);
	bool ok;

	if (ruleset < 0)
		return false;
	ok = allow_folder(ruleset, conf->db, IN_DATABASE) &&
	    (strcmp(conf->log, "-") == 0 ||
		allow_folder(ruleset, conf->log, IN_LOG)) &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return ok;
}

void
sandbox_prepare(void)
{
	const struct rlimit none = {0, 0};

	umask(077);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

struct sandbox
sandbox_enter(const struct conf *conf)
{
	struct sandbox s = {0};

	if (conf->sandbox == 0 || is_sanitized)
		return s;
	/* Nobody of the same user looks into its memory; nor is that written
	 * down by a program that gets dumps whatever the limit says. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	s.paths = lock_paths(conf);
	s.calls = lock_calls();
	return s;
}
