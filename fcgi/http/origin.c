#include "http/origin.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* A page's port is left out where it is the usual one. */
static const struct scheme {
	const char *prefix, *port;
} schemes[] = {{"https://", ":443"}, {"http://", ":80"}};

static bool
is_host(const char *name, const char *host, const char *port)
{
	size_t len = strlen(name);

	if (len == 0 || strncasecmp(name, host, len) != 0)
		return false;
	return host[len] == '\0' || strcmp(host + len, port) == 0;
}

static bool
is_own(const char *origin, const char *host)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t len = strlen(schemes[i].prefix);

		if (strncasecmp(origin, schemes[i].prefix, len) == 0)
			return is_host(origin + len, host, schemes[i].port);
	}
	return false;
}

enum origin
origin_of(const char *origin, const char *host, const char *site)
{
	if (site != NULL && *site != '\0' && strcmp(site, "same-origin") != 0 &&
	    strcmp(site, "none") != 0)
		return ORIGIN_FOREIGN;
	if (origin == NULL || *origin == '\0')
		return ORIGIN_UNTOLD;
	if (strcmp(origin, "null") == 0)
		return ORIGIN_NULL;
	return host != NULL && is_own(origin, host) ? ORIGIN_OWN
						    : ORIGIN_FOREIGN;
}
