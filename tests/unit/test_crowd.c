/* Ten thousand people wait with tags, and pairing is as fast as ever. */
#include "pairing.h"

#include <time.h>

#include "store/tags.h"
#include "store/waiting.h"

enum { CROWD = 10000, SEEKERS = 200, MOST_US = 2000 };

/*
 * All at once, as the database sees them: two tags each, of `tags` different
 * ones; nobody has waited enough.
 */
static void
make_crowd(int tags)
{
	char sql[400];

	fx_ask("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	       "WHERE i < 10000) INSERT INTO session (token_hash, name, "
	       "state, tags, lang, born_ms, seen_ms) SELECT "
	       "CAST('hash' || i AS BLOB), 'Crowd', 1, 2, "
	       "substr('enzhja', 1 + 2 * (i % 3), 2), 1000000000, 1000000000 "
	       "FROM n");
	fx_ask("INSERT INTO queue SELECT id, 0, 0, 0 FROM session "
	       "WHERE tags = 2");
	fx_ask("INSERT INTO waiting SELECT -(abs(random()) / 2 + 1), id, "
	       "1000000000, 1000008000 + id FROM session WHERE tags = 2");
	for (int place = 0; place < 2; place++) {
		snprintf(sql, sizeof sql,
		    "INSERT INTO tag SELECT s.id, %d, 't' || "
		    "((s.id * 7 + %d) %% %d), 'T', -w.ticket FROM session s "
		    "JOIN waiting w ON w.session = s.id",
		    place, place, tags);
		fx_ask(sql);
	}
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), CROWD);
	assert_int_equal(fx_ask("SELECT count(ticket) FROM tag"), 2 * CROWD);
}

static int64_t
newcomer(const char *tag)
{
	int64_t id = fx_person("New");

	if (tag == NULL)
		return id;
	store_tag_add(fx.st, id, 0, tag, tag);
	store_session_wish(fx.st, id, "en", 1);
	return id;
}

/* Of the processor: the machine may have other things to do. */
static int64_t
spent_us(void)
{
	return (int64_t)clock() * 1000000 / CLOCKS_PER_SEC;
}

/* Microseconds for each of so many who come. */
static int64_t
measure(const char *tag, enum found wanted)
{
	int64_t ids[SEEKERS], start;

	for (int i = 0; i < SEEKERS; i++)
		ids[i] = newcomer(tag);
	start = spent_us();
	for (int i = 0; i < SEEKERS; i++) {
		enum found f = seek(ids[i]);

		if (wanted != STORE_FAILED)
			assert_int_equal(f, wanted);
	}
	return (spent_us() - start) / SEEKERS;
}

static void
assert_fast(const char *what, int64_t us)
{
	printf("             %s: %d us\n", what, (int)us);
	assert_in_range(us, 0, MOST_US);
}

static void
pairing_is_fast(int tags)
{
	make_crowd(tags);
	assert_fast("a tag that others have", measure("t7", STORE_FAILED));
	assert_fast("a tag that nobody has", measure("x", STORE_FAILED));
	assert_fast("no tag", measure(NULL, STORE_FAILED));
	later(60000);
	fx_ask("UPDATE session SET seen_ms = 2000000000");
	store_waiting_widen(fx.st, fx.now.ms);
	assert_fast("no tag, as their time is over",
	    measure(NULL, STORE_FOUND));
}

static void
where_many_share_a_tag(void **state)
{
	(void)state;
	pairing_is_fast(20);
}

static void
where_few_share_a_tag(void **state)
{
	(void)state;
	pairing_is_fast(20000);
}

/* The time of all is over at once: steps of a few pairs, to the last. */
static void
a_crowd_is_paired_to_the_last(void **state)
{
	int64_t start, steps = 0;

	(void)state;
	make_crowd(20000);
	later(60000);
	fx_ask("UPDATE session SET seen_ms = 2000000000");
	start = spent_us();
	while (sweep() == STORE_FOUND)
		steps++;
	assert_fast("a pair of the crowd", (spent_us() - start) / (CROWD / 2));
	assert_in_range(steps, CROWD / 128, CROWD);
	assert_int_equal(fx_ask("SELECT count(*) FROM waiting"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(where_many_share_a_tag),
	    T(where_few_share_a_tag),
	    T(a_crowd_is_paired_to_the_last),
	};

	return RUN(tests);
}
