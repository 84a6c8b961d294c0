/* The servers that a run can talk to: one row each, one file each. */
#ifndef LOAD_PEER_H
#define LOAD_PEER_H

#include "person.h"

struct peer {
	const char *name;
	bool acks; /* it answers a message: until then it is on its way, too */
	bool is_echo; /* the answer is all there is: nobody is given anything */
	/* Arrives and looks for a partner; person_matched ends it. */
	void (*join)(struct person *p);
	/* Leaves the chat and looks for another partner; NULL: cannot. */
	void (*next)(struct person *p);
	void (*send)(struct person *p, struct lane *l, const char *text);
	/* Ends the session: person_gone. NULL: closing is enough. */
	void (*leave)(struct person *p);
};

extern const struct peer peer_parley, peer_null, peer_nchan, peer_ws,
    peer_polling;
extern const struct peer *peer; /* of this run */

const struct peer *peer_find(const char *name);

#endif
