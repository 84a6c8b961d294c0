/* The queues: numbered without gaps, read by cursor, purged by cursor. */
#include <string.h>

#include "fixture.h"
#include "store/queues.h"

static int64_t
add(int64_t session, const char *type, const char *body)
{
	struct event ev = {.session = session,
	    .chat = 7,
	    .at = fx.now.at,
	    .type = type,
	    .body = body,
	    .body_len = strlen(body)};

	assert_int_equal(store_event_add(fx.st, &ev), STORE_FOUND);
	assert_true(ev.id > 0);
	return ev.id;
}

/* As somebody else's commit does. */
static void
forget(void)
{
	told_clear(&fx.st->told);
	queues_clear(fx.st->queues);
}

static void
add_many(int64_t session, int n)
{
	for (int i = 0; i < n; i++)
		add(session, "notice", "{}");
}

/* What a visit has seen. */
static struct {
	int n, stop_at;
	int64_t seqs[100];
} seen;

static bool
see(const struct event *ev, void *arg)
{
	assert_ptr_equal(arg, &seen);
	seen.seqs[seen.n++] = ev->seq;
	return seen.n != seen.stop_at;
}

/* What the table says is what is remembered of this transaction. */
static enum found
look(int64_t session, int64_t cursor, int max)
{
	int64_t seqs[100];
	int n;

	seen.n = 0;
	store_event_after(fx.st, session, cursor, max, see, &seen);
	n = seen.n;
	memcpy(seqs, seen.seqs, sizeof(seqs));
	for (int i = 0; i < 2; i++) {
		told_clear(&fx.st->told);
		seen.n = 0;
		store_event_after(fx.st, session, cursor, max, see, &seen);
		assert_int_equal(seen.n, n);
		assert_memory_equal(seqs, seen.seqs, sizeof(seqs));
		queues_store(fx.st);
		forget(); /* the second time it is all read back */
	}
	return n > 0 ? STORE_FOUND : STORE_NONE;
}

static void
each_session_counts_from_one_without_gaps(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		add(fx.ann, "notice", "{}");
		add(fx.bea, "notice", "{}");
	}
	assert_int_equal(look(fx.bea, 0, 10), STORE_FOUND);
	assert_int_equal(seen.n, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(seen.seqs[i], i + 1);
	assert_int_equal(fx_session(fx.bea).seq, 3);
}

static void
an_undone_event_leaves_no_gap(void **state)
{
	(void)state;
	add(fx.ann, "notice", "{}");
	store_savepoint(fx.st);
	add(fx.ann, "notice", "{}");
	store_rollback_to(fx.st);
	add(fx.ann, "notice", "{}");
	look(fx.ann, 0, 10);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.seqs[1], 2);
}

static void
ids_rise_over_all_sessions(void **state)
{
	int64_t a = add(fx.ann, "notice", "{}");
	int64_t b = add(fx.bea, "notice", "{}");
	int64_t newest = 0;

	(void)state;
	assert_true(b > a);
	assert_int_equal(store_event_newest(fx.st, &newest), STORE_FOUND);
	assert_int_equal(newest, b);
}

static void
an_id_is_not_used_twice(void **state)
{
	int64_t a = add(fx.ann, "notice", "{}");

	(void)state;
	store_event_purge(fx.st, fx.ann, 1);
	assert_true(add(fx.bea, "notice", "{}") > a);
}

static bool
see_whole(const struct event *ev, void *arg)
{
	(void)arg;
	assert_int_equal(ev->session, fx.ann);
	assert_int_equal(ev->seq, 1);
	assert_int_equal(ev->chat, 7);
	assert_int_equal(ev->at, fx.now.at);
	assert_string_equal(ev->type, "message");
	assert_int_equal(ev->body_len, strlen("{\"text\":\"h\xc3\xa9\"}"));
	assert_memory_equal(ev->body, "{\"text\":\"h\xc3\xa9\"}", ev->body_len);
	seen.n++;
	return true;
}

static void
an_event_comes_back_as_it_was_added(void **state)
{
	(void)state;
	seen.n = 0;
	add(fx.ann, "message", "{\"text\":\"h\xc3\xa9\"}");
	store_event_after(fx.st, fx.ann, 0, 10, see_whole, NULL);
	assert_int_equal(seen.n, 1);
	told_clear(&fx.st->told);
	store_event_after(fx.st, fx.ann, 0, 10, see_whole, NULL);
	assert_int_equal(seen.n, 2);
}

static void
only_what_is_beyond_the_cursor_is_read(void **state)
{
	(void)state;
	add_many(fx.ann, 5);
	add_many(fx.bea, 1);
	assert_int_equal(look(fx.ann, 3, 10), STORE_FOUND);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.seqs[0], 4);
	assert_int_equal(look(fx.ann, 5, 10), STORE_NONE);
	assert_int_equal(seen.n, 0);
}

static void
reading_ends_at_the_most_or_when_the_visitor_wants(void **state)
{
	(void)state;
	add_many(fx.ann, 5);
	look(fx.ann, 0, 3);
	assert_int_equal(seen.n, 3);
	seen.stop_at = 2;
	look(fx.ann, 0, 5);
	seen.stop_at = 0;
	assert_int_equal(seen.n, 2);
	/* Its statement is free again. */
	look(fx.ann, 0, 5);
	assert_int_equal(seen.n, 5);
}

static void
nobody_can_be_told_nothing(void **state)
{
	struct event ev = {.session = 4711, .type = "notice", .body = "{}"};

	(void)state;
	assert_int_equal(store_event_add(fx.st, &ev), STORE_NONE);
	assert_int_equal(fx.st->told.n, 0);
}

static void
a_session_takes_its_queue_along(void **state)
{
	(void)state;
	add_many(fx.ann, 3);
	add_many(fx.bea, 1);
	store_session_drop(fx.st, fx.ann);
	assert_int_equal(fx_ask("SELECT count(*) FROM event"), 1);
}

/* ---- news ---- */

static void
note_news(int64_t session, void *arg)
{
	assert_ptr_equal(arg, &seen);
	seen.seqs[seen.n++] = session;
}

static enum found
news(int64_t *newest, int max)
{
	seen.n = 0;
	return store_event_news(fx.st, newest, max, note_news, &seen);
}

static void
news_are_told_once(void **state)
{
	int64_t newest = 0, b;

	(void)state;
	add(fx.ann, "notice", "{}");
	b = add(fx.bea, "notice", "{}");
	assert_int_equal(news(&newest, 10), STORE_NONE);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.seqs[0], fx.ann);
	assert_int_equal(seen.seqs[1], fx.bea);
	assert_int_equal(newest, b);
	assert_int_equal(news(&newest, 10), STORE_NONE);
	assert_int_equal(seen.n, 0);
	assert_int_equal(newest, b);
}

static void
many_news_come_in_pieces(void **state)
{
	int64_t newest = 0;

	(void)state;
	add_many(fx.ann, 3);
	assert_int_equal(news(&newest, 2), STORE_FOUND);
	assert_int_equal(seen.n, 2);
	assert_int_equal(news(&newest, 2), STORE_NONE);
	assert_int_equal(seen.n, 1);
}

/* ---- purging ---- */

static void
only_what_was_acknowledged_is_purged(void **state)
{
	(void)state;
	add_many(fx.ann, 5);
	add_many(fx.bea, 5);
	told_clear(&fx.st->told);
	assert_int_equal(store_event_purge(fx.st, fx.ann, 3), STORE_NONE);
	look(fx.ann, 0, 10);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.seqs[0], 4);
	look(fx.bea, 0, 10);
	assert_int_equal(seen.n, 5);
	add(fx.ann, "notice", "{}");
	assert_int_equal(fx_session(fx.ann).seq, 6);
}

static void
a_purge_takes_all_that_was_acknowledged(void **state)
{
	(void)state;
	add_many(fx.ann, 700);
	add(fx.bea, "notice", "{}");
	told_clear(&fx.st->told);
	store_event_purge(fx.st, fx.ann, 699);
	assert_int_equal(fx_ask("SELECT count(*) FROM event"), 2);
	look(fx.ann, 0, 10);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.seqs[0], 700);
	store_event_purge(fx.st, fx.ann, 700);
	assert_int_equal(fx_ask("SELECT count(*) FROM event"), 1);
}

/* The chain is walked in a ring: a reader far behind gets the oldest ones. */
static void
a_reader_far_behind_reads_page_by_page(void **state)
{
	(void)state;
	add_many(fx.ann, 300);
	for (int64_t cursor = 0; cursor < 300; cursor += 90) {
		int n = cursor == 270 ? 30 : 90;

		assert_int_equal(look(fx.ann, cursor, 90), STORE_FOUND);
		assert_int_equal(seen.n, n);
		for (int i = 0; i < n; i++)
			assert_int_equal(seen.seqs[i], cursor + 1 + i);
	}
	assert_int_equal(look(fx.ann, 300, 90), STORE_NONE);
}

/* Whatever a damaged file says, a walk ends. */
static void
a_chain_that_bites_its_tail_is_walked_once(void **state)
{
	int64_t id = add(fx.ann, "notice", "{}");

	(void)state;
	for (int i = 0; i < 3; i++)
		add(fx.bea, "notice", "{}");
	queues_store(fx.st);
	forget();
	fx_ask("UPDATE event SET prev = id");
	fx_ask("UPDATE queue SET seq = 9000000000");
	assert_true(id > 0);
	seen.n = 0;
	store_event_after(fx.st, fx.ann, 0, 10, see, &seen);
	assert_int_equal(seen.n, 1);
	store_event_purge(fx.st, fx.ann, INT64_MAX);
	assert_int_equal(fx_ask("SELECT count(*) FROM event"), 3);
}

/* Whoever polls with an old cursor is told what is left. */
static void
a_cursor_before_what_was_purged_reads_the_rest(void **state)
{
	(void)state;
	add_many(fx.ann, 40);
	store_event_purge(fx.st, fx.ann, 37);
	told_clear(&fx.st->told);
	for (int64_t cursor = 0; cursor < 38; cursor++) {
		look(fx.ann, cursor, 10);
		assert_int_equal(seen.n, 3);
		assert_int_equal(seen.seqs[0], 38);
	}
	store_event_purge(fx.st, fx.ann, 40);
	told_clear(&fx.st->told);
	assert_int_equal(look(fx.ann, 0, 10), STORE_NONE);
}

/* Also when the newest one goes, in one transaction or in the next process. */
static void
an_id_is_not_used_again_after_a_restart(void **state)
{
	int64_t a = add(fx.ann, "notice", "{}");

	(void)state;
	store_event_purge(fx.st, fx.ann, 1);
	store_commit(fx.st);
	fx_reopen();
	store_begin(fx.st, DB_WRITE);
	assert_int_equal(add(fx.bea, "notice", "{}"), a + 1);
	store_session_drop(fx.st, fx.bea);
	store_commit(fx.st);
	fx_reopen();
	store_begin(fx.st, DB_WRITE);
	assert_int_equal(add(fx.ann, "notice", "{}"), a + 2);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(each_session_counts_from_one_without_gaps),
	    T(an_undone_event_leaves_no_gap),
	    T(ids_rise_over_all_sessions),
	    T(an_id_is_not_used_twice),
	    T(an_event_comes_back_as_it_was_added),
	    T(only_what_is_beyond_the_cursor_is_read),
	    T(reading_ends_at_the_most_or_when_the_visitor_wants),
	    T(nobody_can_be_told_nothing),
	    T(a_session_takes_its_queue_along),
	    T(news_are_told_once),
	    T(many_news_come_in_pieces),
	    T(only_what_was_acknowledged_is_purged),
	    T(a_purge_takes_all_that_was_acknowledged),
	    T(a_reader_far_behind_reads_page_by_page),
	    T(a_chain_that_bites_its_tail_is_walked_once),
	    T(a_cursor_before_what_was_purged_reads_the_rest),
	    T(an_id_is_not_used_again_after_a_restart),
	};

	return RUN(tests);
}
