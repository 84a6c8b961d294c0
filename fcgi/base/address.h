/*
 * Whose address a request comes from. Addresses are read, compared and cut to
 * their network here; none is ever printed, logged or stored.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADDRESS_LEN = 16, ADDRESS_RANGES_MAX = 32 };

/* IPv6; an IPv4 address stands as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). */
struct address {
	unsigned char bytes[ADDRESS_LEN];
};

/* A network: the first `bits` bits of an address. */
struct address_range {
	struct address from;
	int bits;
};

/* Those whose word is taken for where a request comes from. */
struct proxies {
	struct address_range ranges[ADDRESS_RANGES_MAX];
	int n;
	bool local; /* `unix:` is one: a front server on a unix socket */
};

/*
 * address_parse reads an address as REMOTE_ADDR and X-Forwarded-For have it:
 * white space around it, a port behind it (`1.2.3.4:80`, `[::1]:80`), a zone
 * (`fe80::1%eth0`) and quotes are left out. False: it is none.
 */
bool address_parse(const char *text, size_t len, struct address *out);

/*
 * address_network leaves of an address what one subscriber has at least: all of
 * an IPv4 address, the /64 of an IPv6 one.
 */
void address_network(struct address *a);

/* A number for the network: another one for each. */
uint64_t address_number(const struct address *network);

/* address_within: is it in that network? */
bool address_within(const struct address *a, const struct address_range *r);

/*
 * proxies_parse reads a list with commas: addresses, networks (`10.0.0.0/8`,
 * `fd00::/8`), the word `unix:`. False: something else stands there, or too
 * much. The empty list is one, too.
 */
bool proxies_parse(const char *text, struct proxies *out);

/*
 * address_real is where a request really comes from: REMOTE_ADDR, or, if that
 * is a proxy's, the last one in X-Forwarded-For that is no proxy's (if all are,
 * the first). What is malformed there is believed no more than a stranger:
 * then it is the last address that could be read. False: not even REMOTE_ADDR
 * could be.
 */
bool address_real(const struct proxies *p, const char *remote,
    const char *forwarded, struct address *out);

#endif
