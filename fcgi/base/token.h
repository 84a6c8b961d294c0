/*
 * Secrets: 256 random bits as 43 characters of base64url, stored only as a
 * BLAKE2b-256 hash (libsodium). A token's text is never logged.
 */
#ifndef BASE_TOKEN_H
#define BASE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOKEN_TEXT_LEN = 43, TOKEN_HASH_LEN = 32 };

/* token_init readies libsodium; 0, or -1: the process must not go on. */
int token_init(void);

/* token_new writes a fresh token, NUL-terminated. */
void token_new(char out[TOKEN_TEXT_LEN + 1]);

/*
 * token_hash hashes the text of a token. False, and out untouched, where the
 * text has not the form of a token: no look-up is worth making then.
 */
bool token_hash(const char *text, unsigned char out[TOKEN_HASH_LEN]);

/* token_same compares two hashes in a time that tells nothing of them. */
bool token_same(const unsigned char a[TOKEN_HASH_LEN],
    const unsigned char b[TOKEN_HASH_LEN]);

/* token_random returns a random number from 1 to 2^62. */
int64_t token_random(void);

/* token_spread_ms returns ms with a random ±10 %. */
int64_t token_spread_ms(int64_t ms);

#endif
