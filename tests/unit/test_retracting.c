/* Messages that are taken back, and what remains of them. */
#include "talk.h"

#include "store/messages.h"
#include "store/nonces.h"

static char id[24];

static void
send(const char *body)
{
	post("/api/send", ann, body);
	visit_assert(&v, 200, "\"id\"");
	visit_member(&v, "id", id, sizeof id);
}

static void
retract(const char *token, int status, const char *part)
{
	char body[60];

	snprintf(body, sizeof body, "{\"id\":\"%s\"}", id);
	post("/api/retract", token, body);
	visit_assert(&v, status, part);
}

static void
assert_told_twice(void)
{
	char told[120];

	snprintf(told, sizeof told,
	    "retracted {\"id\":\"%s\"} | retracted {\"id\":\"%s\"}", id, id);
	assert_string_equal(strstr(fx_told(2), "retr"), told);
}

/* Where it stood there is no gap, and its text is not read any more. */
static void
a_retracted_message_is_not_delivered(void **state)
{
	(void)state;
	send("{\"text\":\"oh no\",\"nonce\":\"n1\"}");
	retract(ann, 204, "");
	visit(&v, "GET", "/api/poll?cursor=1&wait=0", bea, "");
	visit_assert(&v, 200, "{\"events\":[{\"seq\":2,\"type\":\"retracted\"");
	visit_assert(&v, 200, "{\"seq\":3,\"type\":\"retracted\"");
	visit_assert(&v, 200, "\"cursor\":3");
	assert_null(strstr(v.text, "oh no"));
	assert_told_twice();
	/* The nonce stands for that message, as before. */
	post("/api/send", ann, "{\"text\":\"oh no\",\"nonce\":\"n1\"}");
	visit_assert(&v, 200, id);
	assert_told_twice();
}

static void
without_a_nonce_too(void **state)
{
	(void)state;
	send("{\"text\":\"oh no\"}");
	retract(ann, 204, "");
	assert_told_twice();
}

static void
to_retract_again_changes_nothing(void **state)
{
	(void)state;
	send("{\"text\":\"oh no\"}");
	retract(ann, 204, "");
	retract(ann, 204, "");
	fx.now.ms += 121000;
	retract(ann, 204, "");
	assert_told_twice();
}

static void
what_was_read_and_purged_is_taken_back_as_well(void **state)
{
	char told[60];

	(void)state;
	send("{\"text\":\"oh no\"}");
	store_begin(fx.st, DB_WRITE);
	assert_int_not_equal(store_event_purge(fx.st, 2, 2), STORE_FAILED);
	store_commit(fx.st);
	retract(ann, 204, "");
	snprintf(told, sizeof told, "retracted {\"id\":\"%s\"}", id);
	assert_string_equal(fx_told(2), told);
}

static void
two_minutes_are_the_time_for_it(void **state)
{
	(void)state;
	send("{\"text\":\"1\"}");
	fx.now.ms += 120000;
	retract(ann, 204, "");
	send("{\"text\":\"2\"}");
	fx.now.ms += 120001;
	retract(ann, 409, "\"code\":\"too_late\"");
	assert_string_equal(last_told(2), "message {\"text\":\"2\"}");
	/* What is late is not found by others either. */
	retract(bea, 404, "\"code\":\"not_found\"");
}

/* Though nonces are to be forgotten sooner. */
static void
in_that_time_it_is_known_who_sent_it(void **state)
{
	(void)state;
	setenv("PARLEY_NONCE_S", "100", 1);
	assert_int_equal(fx_close(state), 0);
	assert_int_equal(start_chat(state), 0);
	unsetenv("PARLEY_NONCE_S");
	send("{\"text\":\"hi\",\"nonce\":\"n1\"}");
	fx.now.ms += 120000;
	store_begin(fx.st, DB_WRITE);
	assert_int_equal(store_nonce_purge(fx.st, fx.now.ms), STORE_NONE);
	store_commit(fx.st);
	retract(ann, 204, "");
}

static void
foreign_and_unknown_ids_are_alike(void **state)
{
	static const char *const none[] = {"1", "0", "-1", "x", "", "1 ", "01",
	    "99999", "99999999999999999999"};
	char first[1000];

	(void)state;
	send("{\"text\":\"hi\"}");
	retract(bea, 404, "\"code\":\"not_found\"");
	snprintf(first, sizeof first, "%.999s", v.text);
	for (size_t i = 0; i < COUNT(none); i++) {
		snprintf(id, sizeof id, "%s", none[i]);
		retract(ann, 404, first);
	}
	assert_string_equal(last_told(2), "message {\"text\":\"hi\"}");
}

static void
what_belongs_to_another_chat_stays(void **state)
{
	char body[60];

	(void)state;
	send("{\"text\":\"hi\"}");
	snprintf(body, sizeof body, "{\"id\":\"%s\",\"chat\":\"77\"}", id);
	post("/api/retract", ann, body);
	visit_assert(&v, 409, "\"code\":\"chat_over\"");
	post("/api/next", ann, "");
	retract(ann, 409, "\"code\":\"not_chatting\"");
	post("/api/next", bea, "");
	retract(ann, 409, "\"code\":\"chat_over\"");
	assert_null(strstr(fx_told(2), "retracted"));
}

static void
an_id_is_a_string(void **state)
{
	static const char *const bad[] = {"{}", "{\"id\":1}", "{\"id\":null}",
	    "{\"id\":[\"1\"]}", "{\"id\":\"1\",\"chat\":1}"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		post("/api/retract", ann, bad[i]);
		visit_assert(&v, 400, "\"code\":\"bad_request\"");
	}
}

/* Also within one transaction, whose events are remembered. */
static void
what_is_remembered_is_erased(void **state)
{
	static const char erased[] = "{\"id\":\"1\"}";
	struct event ev = {.session = 2,
	    .chat = 1,
	    .type = "message",
	    .body = "{\"text\":\"oh no\"}",
	    .body_len = 16};
	struct told *told = &fx.st->told;

	(void)state;
	store_begin(fx.st, DB_WRITE);
	store_event_add(fx.st, &ev);
	assert_int_equal(store_message_retract(fx.st, ev.id, erased,
			     sizeof erased - 1),
	    STORE_FOUND);
	store_commit(fx.st);
	assert_null(memmem(told->bodies.data, told->bodies.len, "oh no", 5));
	visit(&v, "GET", "/api/poll?cursor=1&wait=0", bea, "");
	visit_assert(&v, 200,
	    "\"seq\":2,\"type\":\"retracted\",\"chat\":\"1\",\"at\":0,"
	    "\"id\":\"1\"}]");
}

/* Is this anywhere in the database's file? */
static bool
file_has(const char *text)
{
	static char bytes[1 << 20];
	FILE *f = fopen(fx.path, "r");
	size_t len;

	assert_non_null(f);
	len = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	return memmem(bytes, len, text, strlen(text)) != NULL;
}

static void
nothing_of_a_text_remains_in_the_file(void **state)
{
	static char body[8000] = "{\"text\":\"";

	(void)state;
	/* Long enough for pages of its own. */
	for (int i = 0; i < 1700; i++)
		strcat(body, i % 50 == 0 ? "oh no" : "\xe4\xbd\xa0");
	strcat(body, "\"}");
	send("{\"text\":\"short, oh no\"}");
	retract(ann, 204, "");
	send(body);
	store_checkpoint(fx.st, 0, true);
	assert_true(file_has("oh no"));
	retract(ann, 204, "");
	store_checkpoint(fx.st, 0, true);
	assert_false(file_has("oh no"));
	assert_false(file_has("\xe4\xbd\xa0"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_retracted_message_is_not_delivered),
	    T(without_a_nonce_too),
	    T(to_retract_again_changes_nothing),
	    T(what_was_read_and_purged_is_taken_back_as_well),
	    T(two_minutes_are_the_time_for_it),
	    T(in_that_time_it_is_known_who_sent_it),
	    T(foreign_and_unknown_ids_are_alike),
	    T(what_belongs_to_another_chat_stays),
	    T(an_id_is_a_string),
	    T(what_is_remembered_is_erased),
	    T(nothing_of_a_text_remains_in_the_file),
	};

	return RUN(tests);
}
