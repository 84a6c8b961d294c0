#include "message.h"

#include <string.h>

enum { WORD = 8, TIME = 16, USED = 1 + 4 * WORD + TIME };

static char *
write_hex(char *at, uint64_t value, int digits)
{
	for (int i = digits - 1; i >= 0; i--, value >>= 4)
		at[i] = "0123456789abcdef"[value & 15];
	return at + digits;
}

void
message_write(const struct message *m, char text[MESSAGE_LEN])
{
	char *at = text;

	*at++ = 'm';
	at = write_hex(at, m->from, WORD);
	at = write_hex(at, m->to, WORD);
	at = write_hex(at, m->number, WORD);
	at = write_hex(at, m->floor, WORD);
	at = write_hex(at, (uint64_t)m->at_ns, TIME);
	memset(at, '.', MESSAGE_LEN - USED);
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *
read_hex(const char *at, int digits, uint64_t *value)
{
	*value = 0;
	for (int i = 0; i < digits; i++) {
		int d = digit(at[i]);

		if (d < 0)
			return NULL;
		*value = *value << 4 | (uint64_t)d;
	}
	return at + digits;
}

bool
message_read(struct message *m, const char *text, size_t len)
{
	uint64_t v[5];
	const char *at = text + 1;

	if (len != MESSAGE_LEN || text[0] != 'm')
		return false;
	for (int i = 0; i < 5; i++)
		if ((at = read_hex(at, i < 4 ? WORD : TIME, &v[i])) == NULL)
			return false;
	m->from = (uint32_t)v[0];
	m->to = (uint32_t)v[1];
	m->number = (uint32_t)v[2];
	m->floor = (uint32_t)v[3];
	m->at_ns = (int64_t)v[4];
	while (at < text + len)
		if (*at++ != '.')
			return false;
	return true;
}
