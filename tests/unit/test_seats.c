/* What a worker remembers of a session. */
#include "fixture.h"

#include "serve/seats.h"

static struct seats seats;
static struct seat *one;
static char conn_bytes; /* nobody looks into a seat's connection */

static struct conn *
a_conn(void)
{
	return (struct conn *)(void *)&conn_bytes;
}

static int
start(void **state)
{
	(void)state;
	seats_init(&seats);
	one = seats_take(&seats, 1);
	return one == NULL ? -1 : 0;
}

static int
end(void **state)
{
	(void)state;
	seats_free(&seats);
	return 0;
}

/* ---- finding ---- */

static void
a_session_has_one_seat(void **state)
{
	(void)state;
	assert_ptr_equal(seats_find(&seats, 1), one);
	assert_ptr_equal(seats_take(&seats, 1), one);
	assert_null(seats_find(&seats, 2));
	assert_ptr_not_equal(seats_take(&seats, 2), one);
	assert_int_equal(one->glimpse.session, 1);
}

static void
an_empty_seat_is_forgotten(void **state)
{
	(void)state;
	seats_tidy(&seats, one);
	assert_null(seats_find(&seats, 1));
}

static void
a_seat_that_is_needed_is_kept(void **state)
{
	(void)state;
	one->conn = a_conn();
	seats_tidy(&seats, one);
	seats_wake(&seats, one, WOKEN_NEWS);
	one->conn = NULL;
	seats_tidy(&seats, one);
	assert_ptr_equal(seats_find(&seats, 1), one);
	assert_ptr_equal(seats_next_woken(&seats), one);
	one->woken = WOKEN_NOT;
	seats_note(&seats, one, 5, 0);
	seats_tidy(&seats, one);
	assert_ptr_equal(seats_find(&seats, 1), one);
	seats_next_dirty(&seats);
	seats_tidy(&seats, one);
	assert_ptr_equal(seats_find(&seats, 1), one);
	seats_flushed(&seats, true);
	assert_null(seats_find(&seats, 1));
}

/* ---- waking ---- */

static void
who_holds_nothing_is_not_woken(void **state)
{
	(void)state;
	seats_wake(&seats, one, WOKEN_NEWS);
	assert_null(seats_next_woken(&seats));
	assert_int_equal(one->woken, WOKEN_NOT);
}

static void
to_be_woken_twice_is_to_be_woken_once(void **state)
{
	(void)state;
	one->conn = a_conn();
	seats_wake(&seats, one, WOKEN_NEWS);
	seats_wake(&seats, one, WOKEN_NEWS);
	assert_ptr_equal(seats_next_woken(&seats), one);
	assert_null(seats_next_woken(&seats));
}

static void
the_weightiest_reason_wins(void **state)
{
	(void)state;
	one->conn = a_conn();
	seats_wake(&seats, one, WOKEN_NEWS);
	seats_wake(&seats, one, WOKEN_REPLACED);
	seats_wake(&seats, one, WOKEN_LATE);
	seats_wake(&seats, one, WOKEN_NEWS);
	assert_int_equal(one->woken, WOKEN_REPLACED);
	assert_ptr_equal(seats_next_woken(&seats), one);
	assert_null(seats_next_woken(&seats));
}

static void
the_first_woken_comes_first(void **state)
{
	struct seat *s[3];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 3; i++) {
			s[i] = seats_take(&seats, i + 1);
			s[i]->conn = a_conn();
			seats_wake(&seats, s[i], WOKEN_NEWS);
		}
		for (int i = 0; i < 3; i++) {
			assert_ptr_equal(seats_next_woken(&seats), s[i]);
			s[i]->woken = WOKEN_NOT;
		}
		assert_null(seats_next_woken(&seats));
	}
}

static void
one_can_be_woken_while_the_queue_is_run(void **state)
{
	struct seat *two = seats_take(&seats, 2);

	(void)state;
	one->conn = two->conn = a_conn();
	seats_wake(&seats, one, WOKEN_NEWS);
	assert_ptr_equal(seats_next_woken(&seats), one);
	one->woken = WOKEN_NOT;
	seats_wake(&seats, two, WOKEN_NEWS);
	seats_wake(&seats, one, WOKEN_NEWS);
	assert_ptr_equal(seats_next_woken(&seats), two);
	assert_ptr_equal(seats_next_woken(&seats), one);
	assert_null(seats_next_woken(&seats));
}

/* ---- what is to be stored ---- */

static void
a_note_is_stored_once_as_it_was_last(void **state)
{
	(void)state;
	seats_note(&seats, one, 500, 3);
	seats_note(&seats, one, 400, 0);
	assert_ptr_equal(seats_next_dirty(&seats), one);
	assert_true(one->is_dirty);
	assert_int_equal(one->glimpse.seen_ms, 400);
	assert_int_equal(one->glimpse.acked, 3);
	assert_null(seats_next_dirty(&seats));
}

static void
every_noted_seat_is_stored(void **state)
{
	int64_t sum = 0;
	struct seat *s;

	(void)state;
	for (int64_t i = 1; i <= 100; i++)
		seats_note(&seats, seats_take(&seats, i), i, 0);
	while ((s = seats_next_dirty(&seats)) != NULL)
		sum += s->glimpse.session;
	assert_int_equal(sum, 5050);
}

static void
a_note_after_the_storing_is_stored_again(void **state)
{
	(void)state;
	one->conn = a_conn();
	seats_note(&seats, one, 500, 0);
	seats_next_dirty(&seats);
	seats_flushed(&seats, true);
	assert_int_equal(one->glimpse.lease_ms, 500);
	assert_null(seats_next_dirty(&seats));
	seats_note(&seats, one, 600, 0);
	assert_ptr_equal(seats_next_dirty(&seats), one);
}

static void
a_note_that_was_undone_is_stored_later(void **state)
{
	(void)state;
	seats_note(&seats, one, 500, 7);
	seats_next_dirty(&seats);
	seats_flushed(&seats, false);
	assert_int_equal(one->glimpse.lease_ms, 0);
	assert_ptr_equal(seats_next_dirty(&seats), one);
	assert_int_equal(one->glimpse.seen_ms, 500);
	assert_int_equal(one->glimpse.acked, 7);
}

static bool
see(enum presence presence, bool urgent)
{
	struct call c = {.presence = presence, .urgent = urgent};

	c.me.id = 1;
	c.now.ms = 800;
	c.wait.acked = 9;
	return seats_see(&seats, &c);
}

static void
who_calls_is_noted(void **state)
{
	(void)state;
	assert_false(see(PRESENCE_SEEN, false));
	assert_int_equal(one->glimpse.seen_ms, 800);
	assert_int_equal(one->glimpse.acked, 9);
	assert_true(see(PRESENCE_SEEN, true));
	assert_ptr_equal(seats_next_dirty(&seats), one);
}

static void
a_call_of_nobody_is_not_noted(void **state)
{
	(void)state;
	assert_false(see(PRESENCE_NONE, false));
	assert_null(seats_next_dirty(&seats));
}

/* The session has ended: nothing to store, and its poll is to be told. */
static void
who_is_to_be_forgotten_is_woken_and_not_stored(void **state)
{
	(void)state;
	one->conn = a_conn();
	seats_note(&seats, one, 500, 0);
	assert_false(see(PRESENCE_FORGET, false));
	assert_null(seats_next_dirty(&seats));
	assert_ptr_equal(seats_next_woken(&seats), one);
}

#define T(f) cmocka_unit_test_setup_teardown(f, start, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_session_has_one_seat),
	    T(an_empty_seat_is_forgotten),
	    T(a_seat_that_is_needed_is_kept),
	    T(who_holds_nothing_is_not_woken),
	    T(to_be_woken_twice_is_to_be_woken_once),
	    T(the_weightiest_reason_wins),
	    T(the_first_woken_comes_first),
	    T(one_can_be_woken_while_the_queue_is_run),
	    T(a_note_is_stored_once_as_it_was_last),
	    T(every_noted_seat_is_stored),
	    T(a_note_after_the_storing_is_stored_again),
	    T(a_note_that_was_undone_is_stored_later),
	    T(who_calls_is_noted),
	    T(a_call_of_nobody_is_not_noted),
	    T(who_is_to_be_forgotten_is_woken_and_not_stored),
	};

	return RUN(tests);
}
