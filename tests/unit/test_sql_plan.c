/* How the statements go about it: none reads through a table that grows. */
#include "fixture.h"

/* The plan of a statement, its lines one after the other. */
static const char *
plan_of(enum sql sql)
{
	static char plan[8192];
	char explain[4096];
	sqlite3_stmt *s = NULL;

	plan[0] = '\0';
	snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s",
	    sql_texts[sql].text);
	assert_int_equal(sqlite3_prepare_v2(fx.sq, explain, -1, &s, NULL),
	    SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		size_t len = strlen(plan);

		snprintf(plan + len, sizeof plan - len, "%s\n",
		    (const char *)sqlite3_column_text(s, 3));
	}
	sqlite3_finalize(s);
	return plan;
}

static bool
is_one_of(enum sql sql, const enum sql *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == sql)
			return true;
	return false;
}

/* No statement of ours begins with the engine's own words. */
static bool
has_plan(enum sql sql)
{
	return strncmp(sql_texts[sql].name, "sqlite_", 7) != 0;
}

/* These look at every row on purpose: a census, and the moves of a start. */
static const enum sql scanners[] = {SQL_SESSION_DUE, SQL_SESSION_CENSUS,
    SQL_LEASE_NEWEST, SQL_IMAGE_ALL, SQL_LEASE_SHIFT, SQL_WAITING_SHIFT,
    SQL_SENT_SHIFT, SQL_ADDRESS_REBOOT, SQL_SPENT_REBOOT, SQL_DOOR_CROWD};

/* An index may be walked along: its order is wanted, or its first row. */
static const enum sql walkers[] = {SQL_CHAT_SHIFT, SQL_WAITING_OTHER};

static bool
is_harmless(const char *scan)
{
	/* A row for each table that numbers its rows; what a LIMIT 1 found. */
	static const char *const fine[] = {"SCAN sqlite_sequence",
	    "SCAN CONSTANT ROW", "SCAN (subquery-"};

	for (size_t i = 0; i < COUNT(fine); i++)
		if (strncmp(scan, fine[i], strlen(fine[i])) == 0)
			return true;
	return false;
}

static void
assert_no_scan(enum sql sql)
{
	const char *plan = plan_of(sql), *scan = plan;

	if (is_one_of(sql, scanners, COUNT(scanners)) ||
	    is_one_of(sql, walkers, COUNT(walkers)))
		return;
	while ((scan = strstr(scan, "SCAN ")) != NULL) {
		if (!is_harmless(scan))
			fail_msg("%s: %s", sql_texts[sql].name, plan);
		scan++;
	}
}

static void
no_statement_reads_through_a_table(void **state)
{
	(void)state;
	for (int i = 0; i < SQL__MAX; i++)
		if (has_plan((enum sql)i))
			assert_no_scan((enum sql)i);
}

/* Their bytes are not read to be counted. */
static void
pictures_are_counted_by_an_index_alone(void **state)
{
	(void)state;
	assert_non_null(strstr(plan_of(SQL_IMAGE_ALL),
	    "USING COVERING INDEX image_bytes_chat"));
	assert_non_null(strstr(plan_of(SQL_IMAGE_OF_CHAT),
	    "USING COVERING INDEX image_bytes_chat (chat=?)"));
	assert_non_null(strstr(plan_of(SQL_IMAGE_ENDED),
	    "USING COVERING INDEX image_bytes_chat (chat=?)"));
}

static void
only_a_few_rows_are_sorted(void **state)
{
	(void)state;
	for (int i = 0; i < SQL__MAX; i++) {
		/* `met` has six rows for each session. */
		if (!has_plan((enum sql)i) || i == SQL_CHAT_LEFT ||
		    i == SQL_MET_PURGE)
			continue;
		if (strstr(plan_of((enum sql)i), "TEMP B-TREE") != NULL)
			fail_msg("%s: %s", sql_texts[i].name,
			    plan_of((enum sql)i));
	}
}

static void
a_queue_is_read_by_its_chain(void **state)
{
	(void)state;
	assert_non_null(strstr(plan_of(SQL_EVENT_ROW),
	    "USING INTEGER PRIMARY KEY (rowid=?)"));
	assert_non_null(
	    strstr(plan_of(SQL_EVENT_NEWS), "INTEGER PRIMARY KEY (rowid>?)"));
}

static void
a_token_is_found_by_its_index(void **state)
{
	(void)state;
	assert_non_null(
	    strstr(plan_of(SQL_SESSION_BY_TOKEN), "(token_hash=?)"));
}

static void
a_sent_message_is_found_by_its_id(void **state)
{
	(void)state;
	assert_non_null(strstr(plan_of(SQL_SENT_ROW), "(rowid=?)"));
	assert_non_null(strstr(plan_of(SQL_SENT_PURGE), "(rowid<?)"));
}

static void
ended_chats_are_found_by_their_index(void **state)
{
	(void)state;
	assert_non_null(
	    strstr(plan_of(SQL_CHAT_PURGE), "INDEX chat_ended (ended_ms<?)"));
}

/* A tag leads to those who wait with it, a time to those whose it is. */
static void
partners_are_found_by_their_indexes(void **state)
{
	const char *plan = plan_of(SQL_WAITING_PICK_COMMON);

	(void)state;
	assert_non_null(strstr(plan,
	    "t USING COVERING INDEX tag_waiting (folded=? AND ticket>?)"));
	assert_non_null(strstr(plan,
	    "t USING COVERING INDEX tag_waiting "
	    "(folded=? AND ticket>? AND ticket<?)"));
	assert_non_null(strstr(plan, "mine USING PRIMARY KEY (session=?)"));
	plan = plan_of(SQL_WAITING_PICK);
	assert_non_null(strstr(plan, "w USING INTEGER PRIMARY KEY (rowid>?)"));
	assert_non_null(
	    strstr(plan, "w USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"));
	assert_non_null(strstr(plan_of(SQL_WAITING_WIDEN),
	    "INDEX waiting_widen (widen_ms<?)"));
	assert_non_null(strstr(plan_of(SQL_WAITING_DUE),
	    "INDEX waiting_widen (widen_ms<?)"));
	assert_non_null(strstr(plan_of(SQL_WAITING_NEXT),
	    "COVERING INDEX waiting_widen (widen_ms>?)"));
}

/* Cascades follow the keys of the child tables. */
static void
a_dropped_session_is_followed_by_keys(void **state)
{
	static const char *const children[] = {"waiting", "met", "tag",
	    "blocked"};
	char sql[200];

	(void)state;
	for (size_t i = 0; i < COUNT(children); i++) {
		snprintf(sql, sizeof sql,
		    "SELECT count(*) FROM pragma_index_list('%s') l, "
		    "pragma_index_info(l.name) c "
		    "WHERE c.seqno = 0 AND c.name = 'session'",
		    children[i]);
		assert_int_equal(fx_ask(sql), 1);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_open, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(no_statement_reads_through_a_table),
	    T(pictures_are_counted_by_an_index_alone),
	    T(only_a_few_rows_are_sorted),
	    T(a_queue_is_read_by_its_chain),
	    T(a_token_is_found_by_its_index),
	    T(a_sent_message_is_found_by_its_id),
	    T(ended_chats_are_found_by_their_index),
	    T(partners_are_found_by_their_indexes),
	    T(a_dropped_session_is_followed_by_keys),
	};

	return RUN(tests);
}
