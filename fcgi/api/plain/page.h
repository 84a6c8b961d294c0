/*
 * What all pages without JavaScript share: head and foot, words in the
 * reader's language, forms, errors. All of it is added to c->reply.body.
 */
#ifndef API_PLAIN_PAGE_H
#define API_PLAIN_PAGE_H

#include "api/call.h"
#include "words.h"

/* The reader's language: the page's, else what the request asks for. */
const struct words *plain_words(const struct call *c);

/* A 200 whose body begins: title, style sheet, kind (a class of body). */
void plain_head(struct call *c, enum word title, const char *kind);
/*
 * The same for a page that goes on by itself: after `wait_s` seconds the
 * browser asks for `target`, an address relative to this one.
 */
void plain_head_on(struct call *c, enum word title, const char *kind,
    int wait_s, const char *target);
enum outcome plain_foot(struct call *c);

void plain_html(struct call *c, const char *html); /* a constant */
void plain_text(struct call *c, const char *text); /* what somebody typed */
void plain_word(struct call *c, enum word w);
/* The word with a name in place of {name}. */
void plain_word_name(struct call *c, enum word w, const char *name);
/* The word with a number in place of {n}. */
void plain_word_number(struct call *c, enum word w, int64_t n);
/* "5 people here" */
void plain_online(struct call *c);

/* <p><a href=...>word</a></p> */
void plain_a(struct call *c, const char *href, enum word w);
/* A hidden field of a form. */
void plain_hidden(struct call *c, const char *name, const char *value);
void plain_hidden_int(struct call *c, const char *name, int64_t value);
/* A button that is a form: with the page's step, and the chat it is about. */
void plain_button(struct call *c, const char *action, enum word w);

/* Whoever reads a page that does not refresh itself is here all the same. */
void plain_stays(struct call *c);

/* The page for an error, by its code; replaces what was there. */
void plain_error(struct call *c, int status, const char *code);
/* What an error is called, for a page that goes on with it. */
enum word plain_error_word(const char *code);

#endif
