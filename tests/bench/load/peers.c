#include <string.h>

#include "peer.h"

const struct peer *peer;

const struct peer *
peer_find(const char *name)
{
	static const struct peer *const all[] = {&peer_parley, &peer_null,
	    &peer_nchan, &peer_ws, &peer_polling};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}
