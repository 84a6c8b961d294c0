/* Tickets: nobody but the service makes one, for one address, for a while. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/token.h"
#include "chat/pressure.h"
#include "chat/ticket.h"

enum { NOW = 1000000, LATER = NOW + 600000 };

static struct ticket_seal seal;
static struct ticket issued;
static char text[TICKET_TEXT_LEN + 1];

static int
issue(void **state)
{
	(void)state;
	if (token_init() != 0)
		return -1;
	seal_random(&seal, sizeof seal);
	issued = (struct ticket){.kind = TICKET_WORK,
	    .from_ms = NOW,
	    .until_ms = LATER,
	    .bits = 8};
	ticket_write(&issued, &seal, text);
	return 0;
}

static bool
reads(const char *ticket, int64_t now_ms)
{
	struct ticket t;

	return ticket_read(ticket, TICKET_WORK, &seal, now_ms, &t);
}

static void
a_ticket_is_read_as_it_was_written(void **state)
{
	struct ticket t;

	(void)state;
	assert_int_equal(strlen(text), TICKET_TEXT_LEN);
	assert_true(ticket_read(text, TICKET_WORK, &seal, NOW, &t));
	assert_memory_equal(t.nonce, issued.nonce, sizeof t.nonce);
	assert_int_equal(t.from_ms, NOW);
	assert_int_equal(t.until_ms, LATER);
	assert_int_equal(t.bits, 8);
}

static void
it_expires(void **state)
{
	(void)state;
	assert_true(reads(text, LATER));
	assert_false(reads(text, LATER + 1));
}

/* Every bit of it counts: fewer bits of work, a later end, another kind. */
static void
no_byte_of_it_can_be_changed(void **state)
{
	unsigned char bytes[TICKET_LEN];
	char forged[TICKET_TEXT_LEN + 1];

	(void)state;
	for (size_t bit = 0; bit < TICKET_LEN * 8; bit++) {
		assert_true(seal_bytes(text, bytes, sizeof bytes));
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		seal_text(bytes, sizeof bytes, forged);
		if (reads(forged, NOW))
			fail_msg("bit %zu", bit);
	}
	/* The control: unchanged it is read. */
	assert_true(seal_bytes(text, bytes, sizeof bytes));
	seal_text(bytes, sizeof bytes, forged);
	assert_true(reads(forged, NOW));
}

/* Of the last letter's bits some may be beyond the last byte: they are 0. */
static void
bytes_are_written_in_one_way(void **state)
{
	unsigned char byte = 0xff;

	(void)state;
	assert_true(seal_bytes("AA", &byte, 1));
	assert_int_equal(byte, 0);
	assert_false(seal_bytes("AB", &byte, 1));
	assert_false(seal_bytes("A=", &byte, 1));
	assert_false(seal_bytes("A", &byte, 1));
	assert_false(seal_bytes("AAA", &byte, 1));
}

static void
what_has_not_its_form_is_none(void **state)
{
	char longer[TICKET_TEXT_LEN + 2], other[TICKET_TEXT_LEN + 1];

	(void)state;
	snprintf(longer, sizeof longer, "%sA", text);
	assert_false(reads(longer, NOW));
	assert_false(reads("", NOW));
	assert_false(reads(text + 1, NOW));
	for (const char *c = "+/= \n\xff.%"; *c != '\0'; c++) {
		memcpy(other, text, sizeof other);
		other[TICKET_TEXT_LEN / 2] = *c;
		assert_false(reads(other, NOW));
	}
}

static void
it_is_for_one_address_one_service_and_one_kind(void **state)
{
	struct ticket_seal other = seal;
	struct ticket t;

	(void)state;
	other.address[0] ^= 1;
	assert_false(ticket_read(text, TICKET_WORK, &other, NOW, &t));
	other = seal;
	other.key[0] ^= 1;
	assert_false(ticket_read(text, TICKET_WORK, &other, NOW, &t));
	assert_false(ticket_read(text, TICKET_WAIT, &seal, NOW, &t));
}

static void
mac_of(const char *a, const char *b, unsigned char out[SEAL_MAC_LEN])
{
	const struct seal_part parts[] = {{a, strlen(a)}, {b, strlen(b)}};

	seal_mac(seal.key, parts, 2, out);
}

/* Where one part ends and the next begins is sealed as well. */
static void
bytes_cannot_move_from_one_part_to_the_next(void **state)
{
	unsigned char one[SEAL_MAC_LEN], other[SEAL_MAC_LEN];
	const struct seal_part joined = {"abc", 3};

	(void)state;
	mac_of("ab", "c", one);
	mac_of("a", "bc", other);
	assert_false(seal_same(one, other));
	mac_of("", "abc", other);
	assert_false(seal_same(one, other));
	seal_mac(seal.key, &joined, 1, other);
	assert_false(seal_same(one, other));
	/* The control: the same parts are the same. */
	mac_of("ab", "c", other);
	assert_true(seal_same(one, other));
}

static void
keys_for_different_purposes_differ(void **state)
{
	unsigned char secret[SEAL_KEY_LEN] = {1}, a[SEAL_KEY_LEN],
		      b[SEAL_KEY_LEN];

	(void)state;
	seal_key(secret, "tickets", a);
	seal_key(secret, "addresses", b);
	assert_memory_not_equal(a, b, sizeof a);
	seal_key(secret, "tickets", b);
	assert_memory_equal(a, b, sizeof a);
	secret[31] = 1;
	seal_key(secret, "tickets", b);
	assert_memory_not_equal(a, b, sizeof a);
}

static void
work_is_known_by_its_zero_bits(void **state)
{
	(void)state;
	/* SHA-256 of "abc" is ba78..., and that of the other 0000b5... */
	assert_int_equal(seal_zero_bits("a", "bc"), 0);
	assert_int_equal(seal_zero_bits("parley", "19011"), 16);
	for (int n = 0;; n++) {
		char answer[20];

		snprintf(answer, sizeof answer, "%d", n);
		if (seal_zero_bits(text, answer) < 8)
			continue;
		assert_true(ticket_is_paid(&issued, text, answer));
		break;
	}
}

static void
what_is_no_work_is_not_taken(void **state)
{
	static const char *const answers[] = {"", " 1", "1 ", "-1", "+1", "1e3",
	    "0x10", "12345678901234567", "one", "\xd9\xa1"};
	struct ticket t = issued;

	(void)state;
	t.bits = 0;
	assert_true(ticket_is_paid(&t, text, "1"));
	assert_true(ticket_is_paid(&t, text, "1234567890123456"));
	for (size_t i = 0; i < COUNT(answers); i++)
		assert_false(ticket_is_paid(&t, text, answers[i]));
	t.bits = 255;
	assert_false(ticket_is_paid(&t, text, "1"));
}

/* ---- pressure ---- */

static void
a_minute_slides(void **state)
{
	struct minute m = {0};

	(void)state;
	assert_true(minute_turn(&m, 100, 1000));
	assert_int_equal(minute_count(&m, 100, 1000), 0);
	assert_int_equal(minute_count(&m, 130, 31000), 30);
	assert_false(minute_turn(&m, 160, 60999));
	assert_true(minute_turn(&m, 160, 61000));
	assert_int_equal(minute_count(&m, 160, 61000), 60);
	assert_int_equal(minute_count(&m, 160, 91000), 30);
	assert_int_equal(minute_count(&m, 190, 91000), 60);
	/* Of a long time its share, and of an earlier boot nothing. */
	assert_true(minute_turn(&m, 280, 61000 + 600000));
	assert_int_equal(minute_count(&m, 280, 661000), 12);
	assert_true(minute_turn(&m, 280, 5000));
	assert_int_equal(minute_count(&m, 280, 5000), 0);
}

static int
bits(int64_t all, int64_t address, bool always)
{
	const struct pressure p = {.all = all,
	    .all_free = 100,
	    .address = address,
	    .address_free = 10,
	    .always = always,
	    .bits = 14,
	    .bits_max = 18};

	return pressure_bits(&p);
}

static void
work_doubles_with_those_who_come(void **state)
{
	(void)state;
	assert_int_equal(bits(0, 0, false), 0);
	assert_int_equal(bits(99, 9, false), 0);
	assert_int_equal(bits(100, 0, false), 14);
	assert_int_equal(bits(199, 0, false), 14);
	assert_int_equal(bits(200, 0, false), 15);
	assert_int_equal(bits(0, 10, false), 14);
	assert_int_equal(bits(0, 40, false), 16);
	assert_int_equal(bits(200, 40, false), 16);
	assert_int_equal(bits(INT64_MAX, 0, false), 18);
	assert_int_equal(bits(0, 0, true), 14);
	assert_int_equal(bits(400, 0, true), 16);
}

/* A free number of 0 is not a setting, and yet no endless loop. */
static void
where_nothing_is_free_the_first_one_works(void **state)
{
	const struct pressure p = {.all = 3, .bits = 14, .bits_max = 18};

	(void)state;
	assert_int_equal(pressure_bits(&p), 15);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_ticket_is_read_as_it_was_written),
	    cmocka_unit_test(it_expires),
	    cmocka_unit_test(no_byte_of_it_can_be_changed),
	    cmocka_unit_test(bytes_are_written_in_one_way),
	    cmocka_unit_test(what_has_not_its_form_is_none),
	    cmocka_unit_test(it_is_for_one_address_one_service_and_one_kind),
	    cmocka_unit_test(bytes_cannot_move_from_one_part_to_the_next),
	    cmocka_unit_test(keys_for_different_purposes_differ),
	    cmocka_unit_test(work_is_known_by_its_zero_bits),
	    cmocka_unit_test(what_is_no_work_is_not_taken),
	    cmocka_unit_test(a_minute_slides),
	    cmocka_unit_test(work_doubles_with_those_who_come),
	    cmocka_unit_test(where_nothing_is_free_the_first_one_works),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, issue, NULL);
}
