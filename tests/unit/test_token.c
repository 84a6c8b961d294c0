#include "unit.h"

#include <string.h>

#include "base/token.h"

#define GOOD "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void
a_new_token_has_the_form_of_one(void **state)
{
	char a[TOKEN_TEXT_LEN + 1], b[TOKEN_TEXT_LEN + 1];
	unsigned char hash[TOKEN_HASH_LEN];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		token_new(a);
		token_new(b);
		assert_int_equal(strlen(a), TOKEN_TEXT_LEN);
		assert_string_not_equal(a, b);
		assert_true(token_hash(a, hash));
	}
}

static void
the_hash_is_blake2b_256_of_the_text(void **state)
{
	/* From `printf %s ... | b2sum -l 256`. */
	static const unsigned char want[TOKEN_HASH_LEN] = {
	    0x63,
	    0x42,
	    0xb3,
	    0x84,
	    0xe5,
	    0xd6,
	    0x29,
	    0x4c,
	    0x5d,
	    0xf1,
	    0x11,
	    0x01,
	    0x32,
	    0xb9,
	    0x3b,
	    0x97,
	    0xb3,
	    0x95,
	    0xa2,
	    0xff,
	    0x4c,
	    0xca,
	    0x49,
	    0x8a,
	    0xf6,
	    0x37,
	    0xb3,
	    0xe0,
	    0x6b,
	    0x30,
	    0x95,
	    0xdd,
	};
	unsigned char hash[TOKEN_HASH_LEN];

	(void)state;
	assert_true(token_hash(GOOD "A", hash));
	assert_memory_equal(hash, want, sizeof want);
}

static void
other_text_is_no_token_and_leaves_out_alone(void **state)
{
	static const char *const bad[] = {
	    "",
	    "A",
	    GOOD,      /* one short */
	    GOOD "AA", /* one long */
	    GOOD "A ", /* and something */
	    GOOD "A=",
	    GOOD "=", /* padding */
	    GOOD "+", /* the other base64 */
	    GOOD "/",
	    GOOD " ",
	    GOOD "B", /* bits that no 32 bytes leave */
	    "\xC3\xA4"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	};
	unsigned char hash[TOKEN_HASH_LEN];
	unsigned char before[TOKEN_HASH_LEN];

	(void)state;
	memset(hash, 0x5A, sizeof hash);
	memset(before, 0x5A, sizeof before);
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_false(token_hash(bad[i], hash));
		assert_memory_equal(hash, before, sizeof hash);
	}
}

static void
random_numbers_are_positive_and_fill_their_range(void **state)
{
	int64_t all = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		int64_t n = token_random();

		assert_true(n >= 1 && n <= INT64_C(1) << 62);
		all |= n;
	}
	/* 2^62 itself is too rare to be met. */
	assert_int_equal(all | INT64_C(1) << 62, INT64_MAX);
}

static void
a_spread_is_ten_percent_each_way(void **state)
{
	int64_t min = INT64_MAX, max = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t ms = token_spread_ms(100);

		min = ms < min ? ms : min;
		max = ms > max ? ms : max;
	}
	assert_int_equal(min, 90);
	assert_int_equal(max, 110);
	assert_int_equal(token_spread_ms(0), 0);
	assert_int_equal(token_spread_ms(9), 9);
}

static void
hashes_are_the_same_in_all_bytes_or_not(void **state)
{
	unsigned char a[TOKEN_HASH_LEN], b[TOKEN_HASH_LEN];

	(void)state;
	memset(a, 7, sizeof a);
	memcpy(b, a, sizeof b);
	assert_true(token_same(a, b));
	for (size_t i = 0; i < sizeof b; i++) {
		b[i] ^= 0x80;
		assert_false(token_same(a, b));
		b[i] ^= 0x80;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hashes_are_the_same_in_all_bytes_or_not),
	    cmocka_unit_test(a_new_token_has_the_form_of_one),
	    cmocka_unit_test(the_hash_is_blake2b_256_of_the_text),
	    cmocka_unit_test(other_text_is_no_token_and_leaves_out_alone),
	    cmocka_unit_test(random_numbers_are_positive_and_fill_their_range),
	    cmocka_unit_test(a_spread_is_ten_percent_each_way),
	};

	return token_init() == 0 ? RUN(tests) : 1;
}
