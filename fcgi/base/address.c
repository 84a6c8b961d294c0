#include "base/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 64 };

static const unsigned char mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff,
    0xff};

static bool
is_ipv4(const struct address *a)
{
	return memcmp(a->bytes, mapped, sizeof mapped) == 0;
}

static bool
read_ipv4(const char *text, struct address *out)
{
	memcpy(out->bytes, mapped, sizeof mapped);
	return inet_pton(AF_INET, text, out->bytes + sizeof mapped) == 1;
}

/* Nothing but an address, without port or zone. */
static bool
read_bare(const char *text, struct address *out)
{
	struct address found;

	if (!read_ipv4(text, &found) &&
	    inet_pton(AF_INET6, text, found.bytes) != 1)
		return false;
	*out = found;
	return true;
}

static void
trim(const char **text, size_t *len)
{
	while (*len > 0 && strchr(" \t\"", **text) != NULL && **text != '\0') {
		(*text)++;
		(*len)--;
	}
	while (*len > 0 && strchr(" \t\"", (*text)[*len - 1]) != NULL &&
	    (*text)[*len - 1] != '\0')
		(*len)--;
}

/* A port: nothing, or a colon and up to five digits. */
static bool
is_port(const char *text)
{
	size_t digits;

	if (*text == '\0')
		return true;
	digits = strspn(text + 1, "0123456789");
	return *text == ':' && digits >= 1 && digits <= 5 &&
	    text[1 + digits] == '\0';
}

/* Cuts off what may stand behind an address; false: something else does. */
static bool
cut(char **text)
{
	char *end, *colon = strchr(*text, ':');

	if (**text == '[') {
		end = strchr(++*text, ']');
		if (end == NULL || !is_port(end + 1))
			return false;
		*end = '\0';
	} else if (colon != NULL && strchr(colon + 1, ':') == NULL) {
		if (!is_port(colon))
			return false;
		*colon = '\0';
	}
	end = strchr(*text, '%');
	if (end == NULL)
		return true;
	*end = '\0';
	/* Only IPv6 has zones, and an empty one is none. */
	return end[1] != '\0' && strchr(*text, ':') != NULL;
}

bool
address_parse(const char *text, size_t len, struct address *out)
{
	char copy[TEXT_MAX], *bare = copy;

	trim(&text, &len);
	if (len == 0 || len >= sizeof copy || memchr(text, '\0', len) != NULL)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return cut(&bare) && read_bare(bare, out);
}

void
address_network(struct address *a)
{
	if (!is_ipv4(a))
		memset(a->bytes + 8, 0, 8);
}

/* One half says nothing: it is that of every IPv4 address, or was cut off. */
uint64_t
address_number(const struct address *network)
{
	uint64_t halves[2];

	memcpy(halves, network->bytes, sizeof halves);
	return halves[0] ^ halves[1];
}

bool
address_within(const struct address *a, const struct address_range *r)
{
	size_t whole = (size_t)r->bits / 8;
	int rest = r->bits % 8;

	if (memcmp(a->bytes, r->from.bytes, whole) != 0)
		return false;
	return rest == 0 ||
	    (a->bytes[whole] ^ r->from.bytes[whole]) >> (8 - rest) == 0;
}

/* "10.0.0.0/8": the bits count within the kind of address that is written. */
static bool
read_range(char *text, struct address_range *out)
{
	char *slash = strchr(text, '/'), *end;
	int most = 128;
	long bits;

	if (slash != NULL)
		*slash = '\0';
	if (!read_bare(text, &out->from))
		return false;
	/* ::ffff:10.0.0.0/104 is written as IPv6, and counts so. */
	if (strchr(text, ':') == NULL)
		most = 32;
	out->bits = 128;
	if (slash == NULL)
		return true;
	if (slash[1] < '0' || slash[1] > '9')
		return false;
	bits = strtol(slash + 1, &end, 10);
	if (*end != '\0' || bits > most)
		return false;
	out->bits = (int)bits + 128 - most;
	return true;
}

static bool
add_proxy(struct proxies *p, const char *text, size_t len)
{
	static const char local[] = "unix:";
	char copy[TEXT_MAX];

	trim(&text, &len);
	if (len == 0 || len >= sizeof copy)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (strcmp(copy, local) == 0) {
		p->local = true;
		return true;
	}
	return p->n < ADDRESS_RANGES_MAX &&
	    read_range(copy, &p->ranges[p->n++]);
}

bool
proxies_parse(const char *text, struct proxies *out)
{
	memset(out, 0, sizeof *out);
	if (text[strspn(text, " \t")] == '\0')
		return true;
	for (;;) {
		size_t len = strcspn(text, ",");

		if (!add_proxy(out, text, len))
			return false;
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

static bool
is_proxy(const struct proxies *p, const struct address *a)
{
	for (int i = 0; i < p->n; i++)
		if (address_within(a, &p->ranges[i]))
			return true;
	return false;
}

/* From the last hop, which the proxy itself has noted, to earlier ones. */
static void
walk_back(const struct proxies *p, const char *list, struct address *out)
{
	const char *end = list + strlen(list);

	while (end > list) {
		const char *at = end;

		while (at > list && at[-1] != ',')
			at--;
		if (!address_parse(at, (size_t)(end - at), out) ||
		    !is_proxy(p, out))
			return;
		end = at > list ? at - 1 : list;
	}
}

bool
address_real(const struct proxies *p, const char *remote, const char *forwarded,
    struct address *out)
{
	if (strcmp(remote, "unix:") == 0) {
		memset(out, 0, sizeof *out);
		if (p->local)
			walk_back(p, forwarded, out);
		return p->local && forwarded[0] != '\0';
	}
	if (!address_parse(remote, strlen(remote), out))
		return false;
	if (is_proxy(p, out))
		walk_back(p, forwarded, out);
	return true;
}
