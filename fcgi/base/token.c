#include "base/token.h"

#include <sodium.h>
#include <string.h>

int
token_init(void)
{
	return sodium_init() < 0 ? -1 : 0;
}

void
token_new(char out[TOKEN_TEXT_LEN + 1])
{
	unsigned char secret[32];

	randombytes_buf(secret, sizeof secret);
	sodium_bin2base64(out, TOKEN_TEXT_LEN + 1, secret, sizeof secret,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(secret, sizeof secret);
}

/* libsodium's decoder takes bytes beyond ASCII for some letter or other. */
static bool
has_token_form(const char *text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789-_";
	/* Of the last letter's six bits, 256 bits leave two as zero. */
	static const char last[] = "AEIMQUYcgkosw048";

	return strspn(text, alphabet) == TOKEN_TEXT_LEN &&
	    text[TOKEN_TEXT_LEN] == '\0' &&
	    strchr(last, text[TOKEN_TEXT_LEN - 1]);
}

bool
token_hash(const char *text, unsigned char out[TOKEN_HASH_LEN])
{
	if (!has_token_form(text))
		return false;
	crypto_generichash(out, TOKEN_HASH_LEN, (const unsigned char *)text,
	    TOKEN_TEXT_LEN, NULL, 0);
	return true;
}

bool
token_same(const unsigned char a[TOKEN_HASH_LEN],
    const unsigned char b[TOKEN_HASH_LEN])
{
	return sodium_memcmp(a, b, TOKEN_HASH_LEN) == 0;
}

int64_t
token_random(void)
{
	uint64_t bits;

	randombytes_buf(&bits, sizeof bits);
	return (int64_t)(bits >> 2) + 1;
}

/* A system call for 64 of them: no secret hangs on these. */
static uint32_t
cheap_random(void)
{
	static struct {
		uint32_t numbers[64];
		size_t left;
	} pool;

	if (pool.left == 0) {
		randombytes_buf(pool.numbers, sizeof pool.numbers);
		pool.left = sizeof pool.numbers / sizeof pool.numbers[0];
	}
	return pool.numbers[--pool.left];
}

int64_t
token_spread_ms(int64_t ms)
{
	int64_t tenth = ms / 10;

	if (tenth <= 0)
		return ms;
	return ms - tenth + cheap_random() % (2 * tenth + 1);
}
