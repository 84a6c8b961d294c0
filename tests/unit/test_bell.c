/* The bell between processes: hints in datagrams. */
#include "fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "store/bell.h"

static struct bell own;

/* A child that listens, too; what it hears is told through a pipe. */
static struct {
	struct fx_pipe go, done;
	pid_t pid;
} other;

static struct {
	int n, n_over;
	int64_t ids[300];
} held;

static void
note_held(int64_t session, int64_t since, void *arg)
{
	assert_ptr_equal(arg, &held);
	assert_true(since >= 0 && since < clock_steady_ns());
	held.n_over += since == 0;
	if (held.n < (int)COUNT(held.ids))
		held.ids[held.n] = session;
	held.n++;
}

static bool
drain(void)
{
	held.n = held.n_over = 0;
	return bell_drain(&own, note_held, &held);
}

static int
start(void **state)
{
	if (fx_directory(state) != 0)
		return -1;
	return bell_open(&own, fx.path, true);
}

static int
end(void **state)
{
	bell_close(&own);
	return fx_close(state);
}

/* The child opens a bell of its own when it is told to, after the fork. */
static void
fork_other(void (*be)(struct bell *b))
{
	struct bell b;

	other.go = fx_pipe();
	other.done = fx_pipe();
	other.pid = fork();
	if (other.pid != 0)
		return;
	fx_await(other.go);
	if (bell_open(&b, fx.path, true) != 0)
		_exit(1);
	be(&b);
	fx_tell(other.done);
	fx_await(other.go);
	bell_close(&b);
	_exit(0);
}

static void
end_other(void)
{
	int status;

	fx_tell(other.go);
	waitpid(other.pid, &status, 0);
	assert_int_equal(status, 0);
	fx_pipe_close(other.go);
	fx_pipe_close(other.done);
}

static void
let_it(void)
{
	fx_tell(other.go);
	fx_await(other.done);
}

static int
n_sockets(void)
{
	char path[64];
	DIR *d;
	struct dirent *e;
	int n = 0;

	snprintf(path, sizeof path, "%s.bell", fx.path);
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

/* ---- ringing ---- */

static void
ring(struct bell *b)
{
	bell_ring(b, clock_steady_ms());
}

static void
a_ring_is_heard_in_another_process(void **state)
{
	(void)state;
	fork_other(ring);
	assert_false(drain());
	let_it();
	assert_true(drain());
	assert_int_equal(held.n, 0);
	assert_false(drain());
	end_other();
}

static void
nobody_hears_oneself(void **state)
{
	(void)state;
	bell_ring(&own, clock_steady_ms());
	assert_false(drain());
}

static struct bell_word
held_now(int64_t session)
{
	return (struct bell_word){session, clock_steady_ns()};
}

static void
hold_one(struct bell *b, int64_t session)
{
	const struct bell_word one = held_now(session);

	bell_held(b, FX_MS, &one, 1);
}

static void
hold_many(struct bell *b)
{
	struct bell_word words[200];

	for (int i = 0; i < 200; i++)
		words[i] = held_now(INT64_C(1000000000000) + i);
	bell_held(b, FX_MS, words, COUNT(words));
}

/* More than one datagram takes. */
static void
held_sessions_are_told_however_many(void **state)
{
	(void)state;
	fork_other(hold_many);
	let_it();
	assert_false(drain());
	assert_int_equal(held.n, 200);
	assert_int_equal(held.n_over, 0);
	for (int i = 0; i < 200; i++)
		assert_int_equal(held.ids[i], INT64_C(1000000000000) + i);
	end_other();
}

static void
say_over(struct bell *b)
{
	bell_over(b, clock_steady_ms(), 7);
}

/* It is not news, and replaces nothing. */
static void
a_session_that_is_over_is_told(void **state)
{
	(void)state;
	fork_other(say_over);
	let_it();
	assert_false(drain());
	assert_int_equal(held.n, 1);
	assert_int_equal(held.ids[0], 7);
	assert_int_equal(held.n_over, 1);
	end_other();
}

static void
ring_and_hold(struct bell *b)
{
	hold_one(b, 7);
	bell_ring(b, clock_steady_ms());
	hold_one(b, 7);
}

static void
a_ring_among_held_sessions_is_heard(void **state)
{
	(void)state;
	fork_other(ring_and_hold);
	let_it();
	assert_true(drain());
	assert_int_equal(held.n, 2);
	end_other();
}

static void
ring_too_often(struct bell *b)
{
	for (int i = 0; i < 5000; i++)
		bell_ring(b, FX_MS);
}

/* Whose socket is full has been rung already: nobody waits for it. */
static void
a_full_socket_holds_nobody_up(void **state)
{
	int64_t before = clock_steady_ms();

	(void)state;
	fork_other(ring_too_often);
	let_it();
	assert_in_range(clock_steady_ms() - before, 0, 5000);
	assert_true(drain());
	assert_int_equal(n_sockets(), 2);
	end_other();
}

/* The other waits here until its listener has taken what it could. */
static void
wait_for_room(void)
{
	fx_tell(other.done);
	fx_await(other.go);
}

static void
hold_into_a_full_socket(struct bell *b)
{
	ring_too_often(b);
	for (int64_t one = 1; one <= 70; one++)
		hold_one(b, one);
	bell_over(b, FX_MS, 71);
	wait_for_room();
	bell_repeat(b, FX_MS);
	bell_repeat(b, FX_MS); /* nothing is left to be said */
}

/* Of the other's words only those that it says again are heard. */
static void
hear_again(void (*be)(struct bell *b))
{
	fork_other(be);
	let_it();
	while (drain())
		assert_int_equal(held.n, 0);
	let_it();
	assert_false(drain());
}

/* A ring less changes nothing; that a poll is held is said only once. */
static void
what_a_full_socket_turns_away_is_said_again(void **state)
{
	(void)state;
	hear_again(hold_into_a_full_socket);
	assert_int_equal(held.n, 71);
	for (int i = 0; i < 71; i++)
		assert_int_equal(held.ids[i], i + 1);
	assert_int_equal(held.n_over, 1);
	end_other();
}

static void
miss_too_much(struct bell *b)
{
	struct bell_word words[BELL_MISSED_MAX + 44];

	for (size_t i = 0; i < COUNT(words); i++)
		words[i] = held_now((int64_t)i + 1);
	ring_too_often(b);
	bell_held(b, FX_MS, words, COUNT(words));
	wait_for_room();
	bell_repeat(b, FX_MS);
}

/* It is a hint: a process does not grow by what it could not say. */
static void
what_is_to_be_said_again_is_bounded(void **state)
{
	(void)state;
	hear_again(miss_too_much);
	assert_int_equal(held.n, BELL_MISSED_MAX);
	end_other();
}

static void
fill_without_a_ring(struct bell *b)
{
	for (int64_t one = 1; one <= 1000; one++)
		hold_one(b, one);
	ring(b);
}

/* The queue had no place for the ring, nor a ring in it. */
static void
a_ring_that_was_turned_away_is_news(void **state)
{
	(void)state;
	fork_other(fill_without_a_ring);
	let_it();
	assert_true(drain());
	assert_in_range(held.n, 1, 999);
	end_other();
}

/* ---- who listens ---- */

static void
keep_quiet(struct bell *b)
{
	(void)b;
}

static void
who_closes_takes_the_socket_along(void **state)
{
	(void)state;
	fork_other(keep_quiet);
	let_it();
	assert_int_equal(n_sockets(), 2);
	end_other();
	assert_int_equal(n_sockets(), 1);
	bell_close(&own);
	assert_int_equal(n_sockets(), 0);
}

static void
the_socket_of_a_dead_one_is_put_away(void **state)
{
	(void)state;
	fork_other(keep_quiet);
	let_it();
	kill(other.pid, SIGKILL);
	waitpid(other.pid, NULL, 0);
	assert_int_equal(n_sockets(), 2);
	bell_ring(&own, clock_steady_ms());
	assert_int_equal(n_sockets(), 1);
	fx_pipe_close(other.go);
	fx_pipe_close(other.done);
}

static void
hear(struct bell *b)
{
	fx_tell(other.done);
	bell_wait(b, 5000);
	if (!bell_drain(b, note_held, &held))
		_exit(1);
}

/* The list of listeners is read again when somebody has come. */
static void
a_newcomer_is_rung(void **state)
{
	(void)state;
	fork_other(hear);
	bell_ring(&own, FX_MS);
	let_it();
	bell_ring(&own, FX_MS);
	fx_await(other.done);
	end_other();
}

/* Even where the directory's time stands still. */
static void
the_list_is_read_again_after_a_second(void **state)
{
	(void)state;
	fork_other(hear);
	bell_ring(&own, FX_MS);
	let_it();
	own.dir_mtime_ns = -1;
	bell_ring(&own, FX_MS);
	assert_int_equal(own.n_peers, 1);
	own.n_peers = 0;
	bell_ring(&own, FX_MS + 999);
	assert_int_equal(own.n_peers, 0);
	bell_ring(&own, FX_MS + 1000);
	assert_int_equal(own.n_peers, 1);
	fx_await(other.done);
	end_other();
}

static void
who_does_not_listen_has_no_socket(void **state)
{
	struct bell b;

	(void)state;
	bell_close(&own);
	assert_int_equal(bell_open(&b, fx.path, false), 0);
	assert_int_equal(n_sockets(), 0);
	bell_ring(&b, FX_MS);
	bell_close(&b);
}

static void
an_old_socket_of_the_same_number_is_replaced(void **state)
{
	struct bell b;

	(void)state;
	assert_int_equal(bell_open(&b, fx.path, true), 0);
	assert_int_equal(n_sockets(), 1);
	b.listening = false;
	bell_close(&b);
}

/* ---- waiting ---- */

static void
a_wait_ends_in_time_or_with_the_bell(void **state)
{
	int64_t before = clock_steady_ms();

	(void)state;
	bell_wait(&own, 50);
	assert_in_range(clock_steady_ms() - before, 45, 2000);
	fork_other(ring);
	let_it();
	before = clock_steady_ms();
	bell_wait(&own, 5000);
	assert_in_range(clock_steady_ms() - before, 0, 2000);
	end_other();
}

#define T(f) cmocka_unit_test_setup_teardown(f, start, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_ring_is_heard_in_another_process),
	    T(nobody_hears_oneself),
	    T(held_sessions_are_told_however_many),
	    T(a_session_that_is_over_is_told),
	    T(a_ring_among_held_sessions_is_heard),
	    T(a_full_socket_holds_nobody_up),
	    T(what_a_full_socket_turns_away_is_said_again),
	    T(what_is_to_be_said_again_is_bounded),
	    T(a_ring_that_was_turned_away_is_news),
	    T(who_closes_takes_the_socket_along),
	    T(the_socket_of_a_dead_one_is_put_away),
	    T(a_newcomer_is_rung),
	    T(the_list_is_read_again_after_a_second),
	    T(who_does_not_listen_has_no_socket),
	    T(an_old_socket_of_the_same_number_is_replaced),
	    T(a_wait_ends_in_time_or_with_the_bell),
	};

	return RUN(tests);
}
