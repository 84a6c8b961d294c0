#include "chat/ticket.h"

#include <string.h>

static void
put_int(unsigned char out[8], int64_t n)
{
	for (int at = 0; at < 8; at++)
		out[at] = (unsigned char)((uint64_t)n >> (56 - 8 * at));
}

static int64_t
get_int(const unsigned char in[8])
{
	uint64_t n = 0;

	for (int at = 0; at < 8; at++)
		n = n << 8 | in[at];
	return (int64_t)n;
}

/* All of a ticket but its seal: nonce, from, until, bits, kind. */
enum {
	FROM = TICKET_NONCE_LEN,
	UNTIL = FROM + 8,
	BITS = UNTIL + 8,
	KIND = BITS + 1,
	SEAL = KIND + 1
};

static void
make_seal(const unsigned char bytes[SEAL], const struct ticket_seal *seal,
    unsigned char out[SEAL_MAC_LEN])
{
	static const char purpose[] = "parley ticket for a session, 1";
	const struct seal_part parts[] = {
	    {purpose, sizeof purpose},
	    {seal->address, sizeof seal->address},
	    {bytes, FROM},
	    {bytes + FROM, 8},
	    {bytes + UNTIL, 8},
	    {bytes + BITS, 1},
	    {bytes + KIND, 1},
	};

	seal_mac(seal->key, parts, sizeof parts / sizeof *parts, out);
}

void
ticket_write(struct ticket *t, const struct ticket_seal *seal,
    char out[TICKET_TEXT_LEN + 1])
{
	unsigned char bytes[TICKET_LEN];

	seal_random(t->nonce, sizeof t->nonce);
	memcpy(bytes, t->nonce, sizeof t->nonce);
	put_int(bytes + FROM, t->from_ms);
	put_int(bytes + UNTIL, t->until_ms);
	bytes[BITS] = (unsigned char)t->bits;
	bytes[KIND] = (unsigned char)t->kind;
	make_seal(bytes, seal, bytes + SEAL);
	seal_text(bytes, sizeof bytes, out);
}

bool
ticket_read(const char *text, enum ticket_kind kind,
    const struct ticket_seal *seal, int64_t now_ms, struct ticket *out)
{
	unsigned char bytes[TICKET_LEN], mac[SEAL_MAC_LEN];

	if (!seal_bytes(text, bytes, sizeof bytes))
		return false;
	make_seal(bytes, seal, mac);
	if (!seal_same(mac, bytes + SEAL) || bytes[KIND] != kind)
		return false;
	memcpy(out->nonce, bytes, sizeof out->nonce);
	out->from_ms = get_int(bytes + FROM);
	out->until_ms = get_int(bytes + UNTIL);
	out->bits = bytes[BITS];
	out->kind = kind;
	return now_ms <= out->until_ms;
}

bool
ticket_is_paid(const struct ticket *t, const char *text, const char *answer)
{
	size_t len = strspn(answer, "0123456789");

	return len >= 1 && len <= TICKET_ANSWER_MAX && answer[len] == '\0' &&
	    seal_zero_bits(text, answer) >= t->bits;
}
