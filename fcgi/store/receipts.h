/* Who tells whom "seen", and how far. */
#ifndef STORE_RECEIPTS_H
#define STORE_RECEIPTS_H

#include "store/store.h"

struct receipts {
	bool on;       /* neither side has switched them off */
	int64_t shown; /* the last message that was told as seen; 0: none */
};

/* Of what `session` tells its partner. */
enum found store_receipts_of(struct store *st, int64_t session, int64_t partner,
    struct receipts *out);
enum found store_receipts_set(struct store *st, int64_t session, bool on);
enum found store_receipts_shown(struct store *st, int64_t session,
    int64_t message);

#endif
