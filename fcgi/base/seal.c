#include "base/seal.h"

#include <sodium.h>
#include <string.h>

enum { SHA_LEN = crypto_hash_sha256_BYTES };

void
seal_secret(unsigned char out[SEAL_KEY_LEN])
{
	randombytes_buf(out, SEAL_KEY_LEN);
}

void
seal_key(const unsigned char secret[SEAL_KEY_LEN], const char *purpose,
    unsigned char out[SEAL_KEY_LEN])
{
	crypto_generichash(out, SEAL_KEY_LEN, (const unsigned char *)purpose,
	    strlen(purpose), secret, SEAL_KEY_LEN);
}

void
seal_mac(const unsigned char key[SEAL_KEY_LEN], const struct seal_part *parts,
    size_t n, unsigned char out[SEAL_MAC_LEN])
{
	crypto_auth_hmacsha256_state mac;

	crypto_auth_hmacsha256_init(&mac, key, SEAL_KEY_LEN);
	for (size_t i = 0; i < n; i++) {
		unsigned char len[8];

		for (int at = 0; at < 8; at++)
			len[at] = (unsigned char)((uint64_t)parts[i].len >>
			    (56 - 8 * at));
		crypto_auth_hmacsha256_update(&mac, len, sizeof len);
		crypto_auth_hmacsha256_update(&mac, parts[i].bytes,
		    parts[i].len);
	}
	crypto_auth_hmacsha256_final(&mac, out);
}

bool
seal_same(const unsigned char a[SEAL_MAC_LEN],
    const unsigned char b[SEAL_MAC_LEN])
{
	return sodium_memcmp(a, b, SEAL_MAC_LEN) == 0;
}

void
seal_hash(const unsigned char key[SEAL_KEY_LEN], const void *bytes, size_t len,
    unsigned char out[SEAL_HASH_LEN])
{
	crypto_generichash(out, SEAL_HASH_LEN, bytes, len, key, SEAL_KEY_LEN);
}

void
seal_random(void *out, size_t len)
{
	randombytes_buf(out, len);
}

void
seal_text(const void *bytes, size_t len, char *out)
{
	sodium_bin2base64(out, SEAL_TEXT_LEN(len) + 1, bytes, len,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* libsodium's decoder takes bytes beyond ASCII for some letter or other. */
bool
seal_bytes(const char *text, void *out, size_t len)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789-_";
	size_t text_len = strlen(text);

	return text_len == SEAL_TEXT_LEN(len) &&
	    strspn(text, alphabet) == text_len &&
	    sodium_base642bin(out, len, text, text_len, NULL, NULL, NULL,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
}

int
seal_zero_bits(const char *a, const char *b)
{
	crypto_hash_sha256_state sha;
	unsigned char sum[SHA_LEN];
	int bits = 0;

	crypto_hash_sha256_init(&sha);
	crypto_hash_sha256_update(&sha, (const unsigned char *)a, strlen(a));
	crypto_hash_sha256_update(&sha, (const unsigned char *)b, strlen(b));
	crypto_hash_sha256_final(&sha, sum);
	while (bits < SHA_LEN * 8 && (sum[bits / 8] >> (7 - bits % 8) & 1) == 0)
		bits++;
	return bits;
}
