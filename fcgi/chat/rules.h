/* The times (in ms) and numbers that the rules go by: the settings as the rules
 * see them. */
#ifndef CHAT_RULES_H
#define CHAT_RULES_H

#include <stdint.h>

struct rules {
	int64_t away_ms;        /* unseen for so long: away */
	int64_t gone_ms;        /* unseen for so long: gone */
	int64_t unload_ms;      /* gone, so long after the page was closed */
	int64_t fresh_ms;       /* a waiter seen within it may be paired */
	int64_t widen_ms;       /* a common tag is waited for */
	int64_t idle_ms;        /* a session unseen for so long expires */
	int64_t age_ms;         /* a session this old expires */
	int64_t typing_ms;      /* typing that is not renewed ends */
	int64_t retract_ms;     /* a message can be taken back */
	int64_t backlog;        /* unread events that a session may have */
	int64_t pictures;       /* that a chat may have ... */
	int64_t pictures_bytes; /* ... and their bytes */
	int64_t pictures_all_bytes; /* and those of all chats */
};

#endif
