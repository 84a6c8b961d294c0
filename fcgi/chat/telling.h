/*
 * What a session can be told: the types of events and their members (see
 * fcgi/API.md). Each function adds one event to the queue of session `to`.
 */
#ifndef CHAT_TELLING_H
#define CHAT_TELLING_H

#include <stdbool.h>
#include <stdint.h>

#include "store/sessions.h"

enum left_reason {
	LEFT_NEXT,
	LEFT_BACK, /* by who takes back a Next: it reads like one */
	LEFT_LEFT,
	LEFT_GONE,
	LEFT_BANNED,
	LEFT__MAX
};

struct telling {
	struct store *st;
	int64_t to, chat, at;
};

/* A meeting, as one of the two is told of it. */
struct meeting {
	const struct session *with;
	bool both_have_tags; /* there may be common ones */
	bool again;          /* they have met lately */
	bool back;           /* one of them took back a Next */
};

enum found tell_matched(const struct telling *t, const struct meeting *m);
/* Also says which id the message got, for the sender's answer. */
enum found tell_message(const struct telling *t, const char *text, int64_t *id);
/* The same for a picture; see chat/pictures.h. */
struct image_row;
enum found tell_image(const struct telling *t, const struct image_row *image,
    int64_t *id);
/*
 * What a session without a script has sent itself, so that its page can show
 * it: the message's text and id.
 */
enum found tell_own(const struct telling *t, const char *text, int64_t id);
enum found tell_own_image(const struct telling *t,
    const struct image_row *image);
enum found tell_typing(const struct telling *t, bool on);
enum found tell_seen(const struct telling *t, int64_t upto);
/*
 * Where the message still is in the queue, it becomes an event `retracted`
 * itself, as if it had never been more.
 */
enum found tell_erased(const struct telling *t, int64_t message);
enum found tell_retracted(const struct telling *t, int64_t message);
enum found tell_presence(const struct telling *t, bool away);
enum found tell_left(const struct telling *t, enum left_reason reason);

#endif
