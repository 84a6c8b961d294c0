/* Who meets whom when people have tags, languages, and partners to avoid. */
#include "pairing.h"

#include "store/chats.h"
#include "store/tags.h"

static int64_t cid, dan;

/* Somebody with up to two tags and a language. */
static int64_t
person(const char *name, const char *lang, const char *tag, const char *tag2)
{
	int64_t id = fx_person(name);
	const char *const tags[] = {tag, tag2};
	int n = 0;

	while (n < 2 && tags[n] != NULL) {
		store_tag_add(fx.st, id, n, tags[n], tags[n]);
		n++;
	}
	store_session_wish(fx.st, id, lang, n);
	return id;
}

static void
assert_waits(int64_t id)
{
	assert_int_equal(seek(id), STORE_NONE);
}

static void
assert_meets(int64_t id, int64_t whom)
{
	assert_int_equal(seek(id), STORE_FOUND);
	assert_int_equal(partner_of(id), whom);
}

/* Time goes on, and everybody is there. */
static void
pass(int64_t ms)
{
	fx.now.ms += ms;
	fx_ask("UPDATE session SET seen_ms = 2000000000");
}

/* ---- tags ---- */

static void
a_common_tag_is_met_at_once(void **state)
{
	(void)state;
	cid = person("Cid", "", "tea", "go");
	dan = person("Dan", "", "rust", "go");
	assert_waits(cid);
	assert_int_equal(sought.until_ms, FX_MS + fx_rules.widen_ms);
	assert_meets(dan, cid);
	assert_string_equal(fx_told(dan),
	    "matched {\"partner\":{\"name\":\"Cid\"},\"common\":[\"go\"]}");
	assert_int_equal(fx_ask("SELECT count(ticket) FROM tag"), 0);
}

static void
without_a_common_tag_one_waits(void **state)
{
	(void)state;
	cid = person("Cid", "", "tea", NULL);
	dan = person("Dan", "", "go", NULL);
	assert_waits(fx.ann);
	assert_waits(cid);
	assert_waits(dan);
	/* Nor does somebody without tags take one who waits for a tag. */
	assert_meets(fx.bea, fx.ann);
	pass(fx_rules.widen_ms - 1);
	sweep();
	assert_int_equal(partner_of(cid), 0);
	assert_int_equal(next_ms, fx.now.ms + 1);
	pass(1);
	sweep();
	assert_int_equal(partner_of(cid), dan);
	assert_int_equal(next_ms, 0);
}

static void
who_has_waited_enough_takes_only_who_takes_it(void **state)
{
	(void)state;
	cid = person("Cid", "", "tea", NULL);
	dan = person("Dan", "", "go", NULL);
	assert_waits(cid);
	pass(fx_rules.widen_ms - 1000);
	assert_waits(dan);
	pass(1000);
	sweep();
	assert_int_equal(partner_of(cid), 0);
	assert_int_equal(next_ms, fx.now.ms + fx_rules.widen_ms - 1000);
	/* Somebody without tags takes anybody: they meet. */
	assert_meets(fx.ann, cid);
}

/* No sweep has come by, as with a single one who waits under CGI. */
static void
who_has_waited_enough_is_found_without_a_sweep(void **state)
{
	(void)state;
	cid = person("Cid", "", "tea", NULL);
	assert_waits(cid);
	pass(fx_rules.widen_ms);
	assert_meets(fx.ann, cid);
}

static void
a_common_tag_comes_before_somebody_else(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		cid = person("Cid", "", "tea", NULL);
		dan = person("Dan", "", "tea", NULL);
		fx.ann = fx_person("Ann");
		assert_waits(cid);
		store_blocked_add(fx.st, fx.ann, cid);
		assert_waits(fx.ann);
		assert_int_equal(seek_as(dan, true), STORE_FOUND);
		assert_int_equal(partner_of(dan), cid);
		leave(fx.ann);
	}
}

static void
one_may_widen_at_once(void **state)
{
	(void)state;
	cid = person("Cid", "", "tea", NULL);
	dan = person("Dan", "", "go", NULL);
	assert_waits(cid);
	assert_int_equal(seek_as(cid, true), STORE_NONE);
	assert_int_equal(sought.until_ms, 0);
	/* Asking again changes nothing. */
	assert_waits(cid);
	assert_int_equal(sought.until_ms, 0);
	assert_waits(dan);
	assert_int_equal(seek_as(dan, true), STORE_FOUND);
	assert_int_equal(partner_of(dan), cid);
}

static void
who_widens_as_it_comes_is_taken_by_anybody(void **state)
{
	(void)state;
	cid = person("Cid", "en", "tea", NULL);
	assert_int_equal(seek_as(cid, true), STORE_NONE);
	assert_meets(fx.ann, cid);
	/* The next wait is one for tags again. */
	leave(cid);
	assert_waits(cid);
	assert_int_equal(sought.until_ms, FX_MS + fx_rules.widen_ms);
}

static void
without_a_time_to_wait_anybody_is_taken_at_once(void **state)
{
	struct rules hasty = fx_rules;
	struct session who;

	(void)state;
	hasty.widen_ms = 0;
	cid = person("Cid", "", "tea", NULL);
	who = fx_session(cid);
	pairing_seek(fx.st, &hasty, &who, false, fx.now, &sought);
	assert_int_equal(sought.until_ms, 0);
	assert_meets(fx.ann, cid);
}

/* ---- languages ---- */

static void
without_tags_any_language_is_met_at_once(void **state)
{
	static const char *const pairs[][2] = {{"en", "en"}, {"en", ""},
	    {"", "zh"}, {"", ""}, {"en", "zh"}};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		cid = person("Cid", pairs[i][0], NULL, NULL);
		dan = person("Dan", pairs[i][1], NULL, NULL);
		assert_waits(cid);
		assert_int_equal(sought.until_ms, 0);
		assert_meets(dan, cid);
	}
}

static void
with_a_common_tag_the_language_may_differ(void **state)
{
	(void)state;
	cid = person("Cid", "en", "tea", NULL);
	dan = person("Dan", "zh", "tea", NULL);
	assert_waits(cid);
	assert_meets(dan, cid);
}

static void
of_several_the_same_language_comes_first(void **state)
{
	int64_t eve;

	(void)state;
	for (int i = 0; i < 20; i++) {
		cid = person("Cid", "en", "tea", NULL);
		dan = person("Dan", "zh", "tea", NULL);
		eve = person("Eve", "zh", "tea", NULL);
		store_blocked_add(fx.st, cid, dan);
		assert_waits(cid);
		assert_waits(dan);
		assert_meets(eve, dan);
		leave(cid);
	}
}

/* ---- met lately ---- */

/* Cid and Dan like tea, and have just met. */
static void
meet_and_part(void)
{
	cid = person("Cid", "", "tea", NULL);
	dan = person("Dan", "", "tea", NULL);
	assert_waits(cid);
	assert_meets(dan, cid);
	leave(dan);
}

static void
one_met_lately_is_not_taken_while_others_wait(void **state)
{
	int64_t eve = person("Eve", "", "go", NULL);

	(void)state;
	meet_and_part();
	assert_waits(eve);
	assert_waits(cid);
	assert_waits(dan);
	leave(eve);
	/* Now nobody else waits. */
	assert_meets(dan, cid);
	assert_non_null(strstr(fx_told(dan), "\"again\":true"));
	assert_non_null(strstr(fx_told(cid), "\"again\":true"));
}

static void
one_met_lately_is_taken_at_the_end_of_the_wait(void **state)
{
	int64_t eve = person("Eve", "", "go", NULL);

	(void)state;
	meet_and_part();
	assert_waits(cid);
	pass(1000);
	assert_waits(eve);
	assert_waits(dan);
	pass(fx_rules.widen_ms - 1000);
	sweep();
	assert_int_equal(partner_of(cid), dan);
	assert_int_equal(partner_of(eve), 0);
}

static void
a_stranger_comes_before_a_common_tag_met_lately(void **state)
{
	(void)state;
	meet_and_part();
	assert_waits(dan);
	assert_waits(fx.ann);
	assert_int_equal(seek_as(cid, true), STORE_FOUND);
	assert_int_equal(partner_of(cid), fx.ann);
}

/* ---- blocked ---- */

static void
who_is_blocked_is_never_met(void **state)
{
	(void)state;
	meet_and_part();
	store_blocked_add(fx.st, cid, dan);
	assert_waits(cid);
	assert_waits(dan);
	pass(fx_rules.widen_ms);
	assert_int_equal(sweep(), STORE_NONE);
	assert_int_equal(partner_of(cid), 0);
	assert_waits(dan);
	/* Somebody else takes one of them. */
	assert_int_equal(seek(fx.ann), STORE_FOUND);
}

/* 70 who have all blocked each other: a sweep does not go on for ever. */
static void
a_sweep_without_success_ends(void **state)
{
	(void)state;
	for (int i = 0; i < 70; i++)
		fx_person("Eve");
	fx_ask("INSERT INTO blocked SELECT a.id, b.id FROM session a, "
	       "session b WHERE a.name = 'Eve' AND b.name = 'Eve'");
	for (int64_t id = fx.bea + 1; id <= fx.bea + 70; id++)
		assert_waits(id);
	assert_int_equal(sweep(), STORE_NONE);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_begin, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_common_tag_is_met_at_once),
	    T(without_a_common_tag_one_waits),
	    T(who_has_waited_enough_takes_only_who_takes_it),
	    T(who_has_waited_enough_is_found_without_a_sweep),
	    T(a_common_tag_comes_before_somebody_else),
	    T(one_may_widen_at_once),
	    T(who_widens_as_it_comes_is_taken_by_anybody),
	    T(without_a_time_to_wait_anybody_is_taken_at_once),
	    T(without_tags_any_language_is_met_at_once),
	    T(with_a_common_tag_the_language_may_differ),
	    T(of_several_the_same_language_comes_first),
	    T(one_met_lately_is_not_taken_while_others_wait),
	    T(one_met_lately_is_taken_at_the_end_of_the_wait),
	    T(a_stranger_comes_before_a_common_tag_met_lately),
	    T(who_is_blocked_is_never_met),
	    T(a_sweep_without_success_ends),
	};

	return RUN(tests);
}
