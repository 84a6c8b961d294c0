/*
 * What this service has said, so that it knows it again: MACs over several
 * parts, and hashes that only it can make (libsodium).
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include <stdbool.h>
#include <stddef.h>

enum { SEAL_KEY_LEN = 32, SEAL_MAC_LEN = 32, SEAL_HASH_LEN = 16 };

struct seal_part {
	const void *bytes;
	size_t len;
};

/* seal_secret makes a secret, of which all keys are made. */
void seal_secret(unsigned char out[SEAL_KEY_LEN]);

/* seal_key is the key for one purpose; no key tells anything of another. */
void seal_key(const unsigned char secret[SEAL_KEY_LEN], const char *purpose,
    unsigned char out[SEAL_KEY_LEN]);

/*
 * seal_mac is HMAC-SHA-256 over the parts, each behind its length (8 bytes,
 * big end first): "ab", "c" is not "a", "bc".
 */
void seal_mac(const unsigned char key[SEAL_KEY_LEN],
    const struct seal_part *parts, size_t n, unsigned char out[SEAL_MAC_LEN]);

/* seal_same compares two MACs in constant time. */
bool seal_same(const unsigned char a[SEAL_MAC_LEN],
    const unsigned char b[SEAL_MAC_LEN]);

/* seal_hash is a keyed BLAKE2b: without the key nobody can try values. */
void seal_hash(const unsigned char key[SEAL_KEY_LEN], const void *bytes,
    size_t len, unsigned char out[SEAL_HASH_LEN]);

/* seal_random fills with random bytes. */
void seal_random(void *out, size_t len);

/*
 * seal_text writes bytes as base64url without padding, NUL-terminated; out has
 * room for SEAL_TEXT_LEN(len) + 1. seal_bytes reads exactly so many of them.
 */
#define SEAL_TEXT_LEN(len) (((len)*8 + 5) / 6)
void seal_text(const void *bytes, size_t len, char *out);
bool seal_bytes(const char *text, void *out, size_t len);

/* seal_zero_bits: with how many zero bits does SHA-256 of a and b begin? */
int seal_zero_bits(const char *a, const char *b);

#endif
