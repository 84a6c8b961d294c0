/* Descriptors, deadlines, and what runs before each sleep. */
#include "fixture.h"

#include <sys/epoll.h>

#include "serve/loop.h"

static struct loop loop;
static int turns, turns_most;
static char order[32]; /* what has happened: a letter each */

static void
happened(char what)
{
	size_t len = strlen(order);

	if (len < sizeof order - 1)
		order[len] = what;
}

static void
before_sleep(void *arg)
{
	assert_ptr_equal(arg, order);
	if (++turns >= turns_most)
		loop.stop = true;
}

static int
start(void **state)
{
	(void)state;
	memset(order, 0, sizeof order);
	turns = 0;
	turns_most = 1;
	return loop_open(&loop, before_sleep, order);
}

static int
end(void **state)
{
	(void)state;
	loop_close(&loop);
	return 0;
}

/* ---- timers ---- */

struct named {
	struct timer timer; /* comes first */
	char name;
	int again; /* so many times it sets itself anew */
};

static void
due(struct timer *t)
{
	struct named *n = (struct named *)t;

	happened(n->name);
	if (n->again-- > 0)
		loop_set(&loop, t, clock_steady_ms() + 10);
}

static struct named
named(char name)
{
	return (struct named){.timer.due = due, .name = name};
}

static void
timers_come_in_order(void **state)
{
	struct named a = named('a'), b = named('b'), c = named('c');
	int64_t now = clock_steady_ms();

	(void)state;
	loop_set(&loop, &c.timer, now - 1);
	loop_set(&loop, &a.timer, now - 3);
	loop_set(&loop, &b.timer, now - 2);
	loop_run(&loop);
	assert_string_equal(order, "abc");
	assert_int_equal(turns, 1);
}

static void
a_timer_does_not_come_early(void **state)
{
	struct named a = named('a');
	int64_t before = clock_steady_ms();

	(void)state;
	turns_most = 1;
	loop_set(&loop, &a.timer, before + 60);
	while (order[0] == '\0') {
		loop.stop = false;
		loop_run(&loop);
	}
	assert_in_range(clock_steady_ms() - before, 60, 3000);
	assert_in_range(turns, 1, 3);
}

static void
a_timer_comes_once(void **state)
{
	struct named a = named('a'), b = named('b');

	(void)state;
	turns_most = 3;
	loop_set(&loop, &a.timer, 0);
	b.again = 2;
	loop_set(&loop, &b.timer, 1);
	loop_run(&loop);
	assert_string_equal(order, "abbb");
}

static void
a_timer_can_be_moved_and_unset(void **state)
{
	struct named a = named('a'), b = named('b'), c = named('c');
	int64_t now = clock_steady_ms();

	(void)state;
	loop_set(&loop, &a.timer, now - 2);
	loop_set(&loop, &b.timer, now - 1);
	loop_set(&loop, &c.timer, now - 3);
	loop_set(&loop, &a.timer, now);
	loop_unset(&loop, &c.timer);
	loop_unset(&loop, &c.timer);
	loop_run(&loop);
	assert_string_equal(order, "ba");
}

/* ---- descriptors ---- */

struct end {
	struct watch watch; /* comes first */
	char name;
};

static void
ready(struct watch *w, uint32_t events)
{
	assert_true((events & EPOLLIN) != 0);
	happened(((struct end *)w)->name);
}

static struct end
reading_end(struct fx_pipe p, char name)
{
	return (struct end){{p.read_fd, ready}, name};
}

static void
what_is_ready_is_called(void **state)
{
	struct fx_pipe p = fx_pipe(), q = fx_pipe();
	struct end a = reading_end(p, 'a'), b = reading_end(q, 'b');

	(void)state;
	assert_int_equal(loop_watch(&loop, &a.watch, EPOLLIN), 0);
	assert_int_equal(loop_watch(&loop, &b.watch, EPOLLIN), 0);
	fx_tell(q);
	loop_run(&loop);
	assert_string_equal(order, "b");
	fx_pipe_close(p);
	fx_pipe_close(q);
}

/* Level-triggered: who leaves something is called again. */
static void
what_is_not_read_is_ready_again(void **state)
{
	struct fx_pipe p = fx_pipe();
	struct end a = reading_end(p, 'a');

	(void)state;
	loop_watch(&loop, &a.watch, EPOLLIN);
	fx_tell(p);
	turns_most = 3;
	loop_run(&loop);
	assert_string_equal(order, "aaa");
	fx_pipe_close(p);
}

static void
what_is_not_watched_any_more_is_not_called(void **state)
{
	struct fx_pipe p = fx_pipe(), q = fx_pipe();
	struct end a = reading_end(p, 'a'), b = reading_end(q, 'b');

	(void)state;
	loop_watch(&loop, &a.watch, EPOLLIN);
	loop_watch(&loop, &b.watch, EPOLLIN);
	loop_unwatch(&loop, &a.watch);
	fx_tell(p);
	fx_tell(q);
	loop_run(&loop);
	assert_string_equal(order, "b");
	fx_pipe_close(p);
	fx_pipe_close(q);
}

static void
a_bad_descriptor_cannot_be_watched(void **state)
{
	struct end a = {{-1, ready}, 'a'};

	(void)state;
	assert_int_equal(loop_watch(&loop, &a.watch, EPOLLIN), -1);
}

static void
descriptors_go_before_timers(void **state)
{
	struct fx_pipe p = fx_pipe();
	struct end a = reading_end(p, 'a');
	struct named b = named('b');

	(void)state;
	loop_watch(&loop, &a.watch, EPOLLIN);
	fx_tell(p);
	loop_set(&loop, &b.timer, 0);
	loop_run(&loop);
	assert_string_equal(order, "ab");
	fx_pipe_close(p);
}

/* ---- turns ---- */

static void
set_again(void *arg)
{
	(void)arg;
	if (++turns < 4)
		loop.again = true;
	loop.stop = turns > 4;
}

/* A further turn does not wait for the timer; then the loop sleeps. */
static void
again_is_one_more_turn_without_sleep(void **state)
{
	struct named a = named('a');
	int64_t before = clock_steady_ms();

	(void)state;
	loop.before_sleep = set_again;
	loop.again = true;
	loop_set(&loop, &a.timer, before + 80);
	loop_run(&loop);
	assert_int_equal(turns, 5);
	assert_string_equal(order, "a");
	assert_in_range(clock_steady_ms() - before, 80, 3000);
}

static void
stop_ends_the_loop_before_the_next_sleep(void **state)
{
	(void)state;
	loop.stop = true;
	loop_run(&loop);
	assert_int_equal(turns, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, start, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(timers_come_in_order),
	    T(a_timer_does_not_come_early),
	    T(a_timer_comes_once),
	    T(a_timer_can_be_moved_and_unset),
	    T(what_is_ready_is_called),
	    T(what_is_not_read_is_ready_again),
	    T(what_is_not_watched_any_more_is_not_called),
	    T(a_bad_descriptor_cannot_be_watched),
	    T(descriptors_go_before_timers),
	    T(again_is_one_more_turn_without_sleep),
	    T(stop_ends_the_loop_before_the_next_sleep),
	};

	return RUN(tests);
}
