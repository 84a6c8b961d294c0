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

static bool
has_token_form(const char *text)
{
	unsigned char secret[32];
	size_t len = 0;
	int rc;

	if (strnlen(text, TOKEN_TEXT_LEN + 1) != TOKEN_TEXT_LEN)
		return false;
	rc = sodium_base642bin(secret, sizeof secret, text, TOKEN_TEXT_LEN,
	    NULL, &len, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(secret, sizeof secret);
	return rc == 0 && len == sizeof secret;
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

int64_t
token_random(void)
{
	uint64_t bits;

	randombytes_buf(&bits, sizeof bits);
	return (int64_t)(bits >> 2) + 1;
}

int64_t
token_spread_ms(int64_t ms)
{
	int64_t tenth = ms / 10;

	if (tenth <= 0)
		return ms;
	return ms - tenth + token_random() % (2 * tenth + 1);
}
