/*
 * What was promised, and whether a database holds it. A message is promised
 * from the moment its sender is answered, or somebody has been shown it.
 */
#ifndef HELD_H
#define HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct said;

struct held_verdict {
	bool is_broken;     /* it cannot be opened, or its check complains */
	uint64_t checked;   /* messages that were promised */
	uint64_t lost;      /* and are not there, or not as they were */
	uint64_t forgotten; /* of all: nonces that would be stored again */
	uint64_t returned;  /* of all: taken back, and there again */
	char why[256];      /* of the first of these */
};

/*
 * Reads what was said: a line each of id, nonce, the number of its event for
 * the receiver (0: he never polled), the id of its sender's next message if he
 * took it back before that (or 0), and text ("*" for a picture), between tabs.
 * NULL: the file cannot be read.
 */
struct said *said_read(const char *path);
void said_free(struct said *s);

/* Notes what an answer promises, FastCGI records as they left. */
void said_answer(struct said *s, const char *bytes, size_t len);

/* How many messages are promised now; the numbers of all in `ids`. */
size_t said_promised(const struct said *s, const int64_t **ids);

/* Opens the database as Parley does, checks it, looks for what is promised. */
void held_check(struct said *s, const char *path, struct held_verdict *v);

#endif
