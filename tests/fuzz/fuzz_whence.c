/*
 * Where a request comes from, as its address, a proxy and a browser say: the
 * lines of an input are the proxies that are believed, REMOTE_ADDR,
 * X-Forwarded-For, Origin, Host and Sec-Fetch-Site. And a ticket that is
 * not what it was.
 */
#include "fuzz.h"

#include <arpa/inet.h>

#include "base/address.h"
#include "chat/ticket.h"
#include "http/origin.h"

static bool
is_same(const struct address *a, const struct address *b)
{
	return memcmp(a->bytes, b->bytes, ADDRESS_LEN) == 0;
}

/* What the system reads as an address is that address. */
static void
check_parse(const char *text)
{
	static const uint8_t v4[12] = {[10] = 0xff, [11] = 0xff};
	struct address a = {0}, wanted = {0};
	bool got = address_parse(text, strlen(text), &a);

	if (inet_pton(AF_INET6, text, wanted.bytes) == 1) {
		MUST(got && is_same(&a, &wanted));
	} else if (inet_pton(AF_INET, text, wanted.bytes + 12) == 1) {
		memcpy(wanted.bytes, v4, sizeof v4);
		MUST(got && is_same(&a, &wanted));
	}
}

static bool
is_believed(const struct proxies *p, const struct address *a)
{
	for (int i = 0; i < p->n; i++)
		if (address_within(a, &p->ranges[i]))
			return true;
	return false;
}

/* Nobody but a proxy can say that somebody else is meant. */
static void
check_real(const char *list, const char *remote, const char *forwarded)
{
	struct proxies p = {0};
	struct address own = {0}, real = {0}, network;
	bool is_good = address_parse(remote, strlen(remote), &own);
	bool is_list = proxies_parse(list, &p);

	MUST(p.n >= 0 && p.n <= ADDRESS_RANGES_MAX);
	if (!is_list)
		p = (struct proxies){0};
	if (!address_real(&p, remote, forwarded, &real)) {
		MUST(!is_good);
		return;
	}
	if (is_good && !is_believed(&p, &own))
		MUST(is_same(&own, &real));
	if (!is_good)
		MUST(p.local && strncmp(remote, "unix:", 5) == 0);
	network = real;
	address_network(&network);
	real = network;
	address_network(&network);
	MUST(is_same(&network, &real));
	MUST(address_number(&network) == address_number(&real));
}

/* A page of the host that was asked names that host. */
static void
check_origin(const char *origin, const char *host, const char *site)
{
	const char *at = strstr(origin, "://");

	if (origin_of(origin, host, site) != ORIGIN_OWN)
		return;
	MUST(strcmp(site, "cross-site") != 0);
	if (origin[0] != '\0' && at != NULL && host[0] != '\0')
		MUST(strncasecmp(at + 3, host, strcspn(host, ":")) == 0);
}

/*
 * A ticket is known by its seal, whatever else is changed in it, and nothing
 * else is a ticket.
 */
static void
check_ticket(const char *text, const char *answer)
{
	static const struct ticket_seal seal = {.key = "key"};
	struct ticket got,
	    t = {.kind = TICKET_WORK, .until_ms = 1000, .bits = 60};
	char out[TICKET_TEXT_LEN + 1];
	size_t at = (unsigned char)text[0] % TICKET_TEXT_LEN;

	MUST(!ticket_read(text, TICKET_WORK, &seal, 1, &got));
	ticket_write(&t, &seal, out);
	MUST(ticket_read(out, TICKET_WORK, &seal, 1, &got));
	MUST(got.bits == 60 && got.until_ms == 1000);
	MUST(!ticket_is_paid(&got, out, answer));
	MUST(!ticket_read(out, TICKET_WAIT, &seal, 1, &got));
	MUST(!ticket_read(out, TICKET_WORK, &seal, 1001, &got));
	if (text[0] == '\0' || out[at] == text[1])
		return;
	out[at] = text[1];
	MUST(!ticket_read(out, TICKET_WORK, &seal, 1, &got));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	enum { LINES = 6 };
	char *lines[LINES];

	for (int i = 0; i < LINES; i++)
		lines[i] = fuzz_line(&data, &len);
	check_parse(lines[1]);
	check_parse(lines[2]);
	check_real(lines[0], lines[1], lines[2]);
	check_origin(lines[3], lines[4], lines[5]);
	check_ticket(lines[2], lines[1]);
	for (int i = 0; i < LINES; i++)
		free(lines[i]);
	return 0;
}
