/*
 * A whole worker in a process of its own, behind its socket, whose n-th
 * allocation fails: the connection is answered or closed, and the worker goes
 * on. libfcgi is spared, since it does not look; the gate looks before it
 * (serve/gate.c).
 */
#include "failing_memory.h"
#include "failing_store.h"
#include "fcgi_peer.h"
#include "fixture.h"

#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/conf.h"
#include "serve/house.h"
#include "serve/worker.h"

enum { N_MAX = 2000, ANSWER_S = 5 };

static struct {
	pid_t pid;
	char token[TOKEN_TEXT_LEN + 1];
	long n_answered, n_refused, n_closed;
} w;

static int
spare_libfcgi(struct dl_phdr_info *info, size_t size, void *memory)
{
	struct failing_memory *f = memory;

	(void)size;
	if (strstr(info->dlpi_name, "libfcgi") == NULL)
		return 0;
	f->spared_from = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr +
		    info->dlpi_phdr[i].p_memsz;

		if (info->dlpi_phdr[i].p_type == PT_LOAD && end > f->spared_to)
			f->spared_to = end;
	}
	return 1;
}

/* ---- the worker ---- */

/*
 * How it starts: well, with a database that cannot be read or is damaged, or,
 * for what is more than that, so that an allocation fails: the one of that
 * number.
 */
enum { WELL, BLIND, DAMAGED, CANNOT_START = 10 };

static void
serve(int listen_fd, long start)
{
	static struct conf conf;
	char *argv[] = {"parley", "--sandbox", "0", NULL};
	struct watchdog wd;
	struct house house;
	char why[512];
	int status;

	/* What a sanitizer says of libfcgi's end is of no interest. */
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	if (conf_load(&conf, 3, argv, why, sizeof why) != CONF_SERVE)
		_exit(3);
	snprintf(conf.db, sizeof conf.db, "%s", fx.path);
	if (house_open(&house, &conf, false, why, sizeof why) != 0)
		_exit(4);
	if (watchdog_begin(&wd, conf.stuck_ms) != 0)
		_exit(5);
	fx.st = house.store;
	if (start == BLIND || start == DAMAGED)
		faulty_arm(1, STATEMENT_FAILS);
	fx.st->damaged = start == DAMAGED;
	failing_memory->left = start > DAMAGED ? start - DAMAGED : 0;
	status = worker_serve(house, listen_fd, wd);
	failing_memory->left = 0;
	/* 1 is what a sanitizer says that has found a leak. */
	exit(status == 1 ? CANNOT_START : status);
}

static int
open_listener(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	memset(&peer, 0, sizeof peer);
	peer.id = 1;
	snprintf(peer.path, sizeof peer.path, "%s/s", fx.dir);
	memcpy(sa.sun_path, peer.path, sizeof peer.path);
	peer.listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
	return bind(peer.listen_fd, (struct sockaddr *)&sa, sizeof sa) != 0
	    ? -1
	    : listen(peer.listen_fd, 50);
}

static int
prepare(void **state)
{
	if (access("/dev/shm", W_OK) == 0)
		fx_parent = "/dev/shm";
	if (fx_directory(state) != 0)
		return -1;
	failing_memory = mmap(NULL, sizeof *failing_memory,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	dl_iterate_phdr(spare_libfcgi, failing_memory);
	memset(&w, 0, sizeof w);
	return open_listener();
}

static int
start(void **state)
{
	if (prepare(state) != 0)
		return -1;
	w.pid = fork();
	if (w.pid == 0)
		serve(peer.listen_fd, WELL);
	close(peer.listen_fd);
	return w.pid > 0 ? 0 : -1;
}

static int
end(void **state)
{
	int status = -1;

	kill(w.pid, SIGTERM);
	waitpid(w.pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		print_error("the worker ended with %x\n", (unsigned)status);
	buf_free(&peer.out);
	fx.st = NULL;
	return fx_close(state) != 0 || status != 0 ? -1 : 0;
}

/* ---- requests ---- */

/* What the kernel of this process does for it must not fail. */
static void
dial(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	const struct timeval patience = {.tv_sec = ANSWER_S};

	memcpy(sa.sun_path, peer.path, sizeof peer.path);
	peer.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(peer.fd, (struct sockaddr *)&sa, sizeof sa),
	    0);
	setsockopt(peer.fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof patience);
}

static void
write_request(const char *method, const char *path, const char *body)
{
	char len[24];

	snprintf(len, sizeof len, "%zu", strlen(body));
	buf_clear(&peer.out);
	peer_begin(true);
	peer_param("REQUEST_METHOD", method);
	peer_param("PATH_INFO", path);
	peer_param("QUERY_STRING", "wait=0");
	peer_param("CONTENT_LENGTH", len);
	peer_param("CONTENT_TYPE",
	    strncmp(path, "/plain", 6) == 0
		? "application/x-www-form-urlencoded"
		: "application/json");
	peer_param("HTTP_X_PARLEY_TOKEN", w.token);
	peer_record(FCGI_PARAMS, "", 0, 0);
	peer_stdin(body);
}

/* The answer's status; 0: the connection was closed, -1: nothing came. */
static int
ask(const char *method, const char *path, const char *body, long n,
    struct buf *text)
{
	char byte;
	int status = 0;

	dial();
	write_request(method, path, body);
	/* This process uses the allocator, too: it is the worker's turn. */
	failing_memory->fired = false;
	if (n > 0) {
		size_t len = peer.out.len;
		ssize_t sent;

		failing_memory->lasts = false;
		failing_memory->left = n;
		sent = send(peer.fd, peer.out.data, len, MSG_NOSIGNAL);
		assert_true(sent == (ssize_t)len || sent < 0);
	} else
		send(peer.fd, peer.out.data, peer.out.len, MSG_NOSIGNAL);
	if (recv(peer.fd, &byte, 1, MSG_PEEK) < 0 && errno == EAGAIN)
		status = -1;
	failing_memory->left = 0;
	buf_clear(text);
	if (status == 0 && peer_take_answer(text))
		status = (int)strtol(text->data + strlen("Status: "), NULL, 10);
	close(peer.fd);
	return status;
}

static void
assert_serving(void)
{
	struct buf text = {0};
	int status;

	assert_int_equal(waitpid(w.pid, &status, WNOHANG), 0);
	assert_int_equal(ask("GET", "/healthz", "", 0, &text), 200);
	buf_free(&text);
}

static void
try_all(const char *method, const char *path, const char *body, int good)
{
	struct buf text = {0};
	bool fired = true;

	for (long n = 1; fired && n < N_MAX; n++) {
		int status = ask(method, path, body, n, &text);

		fired = failing_memory->fired;
		if (status != good && status != 503 && status != 0)
			fail_msg("%s, allocation %ld: %d", path, n, status);
		w.n_answered += status == good;
		w.n_refused += status == 503;
		w.n_closed += status == 0;
		if (fired)
			assert_serving();
	}
	assert_false(fired);
	buf_free(&text);
}

static void
take_token(void)
{
	struct buf text = {0};
	const char *at;

	assert_int_equal(ask("POST", "/api/session", "{\"name\":\"Ann\"}", 0,
			     &text),
	    201);
	buf_add(&text, "", 1);
	at = strstr(text.data, "\"token\":\"");
	assert_non_null(at);
	memcpy(w.token, at + 9, TOKEN_TEXT_LEN);
	buf_free(&text);
}

static void
a_worker_without_memory_goes_on(void **state)
{
	(void)state;
	assert_serving();
	take_token();
	try_all("GET", "/healthz", "", 200);
	try_all("POST", "/api/session", "{\"name\":\"Bea\",\"tags\":[\"a\"]}",
	    201);
	try_all("POST", "/api/next", "{}", 200);
	try_all("GET", "/api/poll", "", 200);
	try_all("POST", "/api/send", "{\"text\":\"a\"}", 409);
	try_all("GET", "/api/nowhere", "", 404);
	try_all("GET", "/plain/", "", 200);
	print_message("%ld answered, %ld refused, %ld closed\n", w.n_answered,
	    w.n_refused, w.n_closed);
	assert_true(w.n_refused > 10 && w.n_closed > 0);
}

/* libfcgi does not look: a worker that ends is noticed. */
static void
a_worker_that_ends_is_noticed(void **state)
{
	struct buf text = {0};
	int status = 0;
	pid_t ended = 0;

	(void)state;
	assert_serving();
	failing_memory->spared_to = 0;
	for (long n = 1; ended == 0 && n < 20; n++) {
		bool closed = ask("GET", "/healthz", "", n, &text) == 0;

		/* A sanitizer takes its time. */
		for (int i = 0; closed && ended == 0 && i < 100; i++) {
			usleep(20000);
			ended = waitpid(w.pid, &status, WNOHANG);
		}
	}
	assert_int_equal(ended, w.pid);
	buf_free(&text);
}

/* The status of one that is told to end once it serves. */
static int
status_of_start(long start)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		sigset_t set;

		sigemptyset(&set);
		sigaddset(&set, SIGTERM);
		sigprocmask(SIG_BLOCK, &set, NULL);
		raise(SIGTERM);
		serve(peer.listen_fd, start);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/*
 * Without a leak. Of damage the supervisor is told: somebody stands in until
 * there is a good database. Whatever else it is may pass: it tries again.
 */
static void
a_worker_that_cannot_read_says_so(void **state)
{
	(void)state;
	assert_int_equal(status_of_start(WELL), 0);
	assert_int_equal(status_of_start(BLIND), CANNOT_START);
	assert_int_equal(status_of_start(DAMAGED), HOUSE_LOST);
}

static void
a_worker_starts_whole_or_not_at_all(void **state)
{
	int status = -1, n_refused = 0;

	(void)state;
	for (long n = 1; n < N_MAX; n++) {
		failing_memory->fired = false;
		status = status_of_start(DAMAGED + n);
		if (!failing_memory->fired)
			break;
		if (status != CANNOT_START)
			assert_int_equal(status, 0);
		n_refused += status != 0;
	}
	assert_int_equal(status, 0);
	assert_true(n_refused > 3);
}

static int
end_of_the_dead(void **state)
{
	buf_free(&peer.out);
	return fx_close(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_worker_without_memory_goes_on,
		start, end),
	    cmocka_unit_test_setup_teardown(a_worker_that_ends_is_noticed,
		start, end_of_the_dead),
	    cmocka_unit_test_setup_teardown(a_worker_that_cannot_read_says_so,
		prepare, end_of_the_dead),
	    cmocka_unit_test_setup_teardown(a_worker_starts_whole_or_not_at_all,
		prepare, end_of_the_dead),
	};

	return RUN(tests);
}
