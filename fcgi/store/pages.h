/* The pages without JavaScript: which address belongs to which session. */
#ifndef STORE_PAGES_H
#define STORE_PAGES_H

#include "base/token.h"
#include "store/store.h"

enum { PAGE_LANG_MAX = 8 }; /* bytes of a language's code, with its NUL */

struct plain_page {
	int64_t session;
	int64_t step; /* the value of its next form */
	char lang[PAGE_LANG_MAX];
};

/* Gives a session a page; the one it had ends. form is NULL if it is carried.
 */
enum found store_page_set(struct store *st, int64_t session,
    const unsigned char key[TOKEN_HASH_LEN], const unsigned char *form,
    const char *lang);
enum found store_page_by_key(struct store *st,
    const unsigned char key[TOKEN_HASH_LEN], struct plain_page *out);
/* The page that a form began. */
enum found store_page_by_form(struct store *st,
    const unsigned char form[TOKEN_HASH_LEN], struct plain_page *out);
enum found store_page_by_session(struct store *st, int64_t session,
    struct plain_page *out);
/* Uses a form's value up. STORE_NONE: it was used before. */
enum found store_page_step(struct store *st, int64_t session, int64_t step);

#endif
