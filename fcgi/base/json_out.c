#include "base/json_out.h"

#include <string.h>

/* What a byte of a string asks for. */
enum kind { PLAIN, END, SHORT, CODED, LINE };

static const unsigned char kinds[256] = {
    [0x00] = END,
    [0x01 ... 0x08] = CODED,
    ['\t'] = SHORT,
    ['\n'] = SHORT,
    [0x0B ... 0x1F] = CODED,
    ['"'] = SHORT,
    ['\\'] = SHORT,
    ['<'] = CODED,
    ['>'] = CODED,
    ['&'] = CODED,
    [0x7F] = CODED,
    [0xE2] = LINE, /* may begin U+2028/9, which end a line in old scripts */
};

struct json_out
json_out_to(struct buf *to)
{
	return (struct json_out){.to = to};
}

/* A run of bytes that stand for themselves goes out in one piece. */
static const char *
add_plain(struct buf *to, const char *at)
{
	const char *start = at;

	while (kinds[(unsigned char)*at] == PLAIN)
		at++;
	buf_add(to, start, (size_t)(at - start));
	return at;
}

static const char *
add_coded(struct buf *to, const char *at)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char c = (unsigned char)*at;
	char code[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

	buf_add(to, code, sizeof code);
	return at + 1;
}

static const char *
add_short(struct buf *to, const char *at)
{
	char pair[] = {'\\', *at};

	if (*at == '\n')
		pair[1] = 'n';
	else if (*at == '\t')
		pair[1] = 't';
	buf_add(to, pair, sizeof pair);
	return at + 1;
}

static const char *
add_line(struct buf *to, const char *at)
{
	bool is_2028 = strncmp(at, "\xE2\x80\xA8", 3) == 0;

	if (is_2028 || strncmp(at, "\xE2\x80\xA9", 3) == 0) {
		buf_add(to, is_2028 ? "\\u2028" : "\\u2029", 6);
		return at + 3;
	}
	buf_add(to, at, 1);
	return at + 1;
}

static void
add_string(struct buf *to, const char *at)
{
	static const char *(*const add[])(struct buf *, const char *) = {
	    [PLAIN] = add_plain,
	    [SHORT] = add_short,
	    [CODED] = add_coded,
	    [LINE] = add_line,
	};

	buf_add(to, "\"", 1);
	while (*at)
		at = add[kinds[(unsigned char)*at]](to, at);
	buf_add(to, "\"", 1);
}

/*
 * The comma and the name before a value. Members have names, elements and the
 * root have none, and there is one root.
 */
static void
begin(struct json_out *j, const char *name)
{
	bool in_object = j->depth > 0 && j->close[j->depth - 1] == '}';

	if (in_object != (name != NULL) || (j->depth == 0 && j->comma))
		j->broken = true;
	if (j->comma)
		buf_add(j->to, ",", 1);
	j->comma = true;
	if (!name)
		return;
	buf_add(j->to, "\"", 1);
	buf_add_str(j->to, name); /* ours: nothing to escape */
	buf_add(j->to, "\":", 2);
}

static void
open_level(struct json_out *j, const char *name, const char *pair)
{
	begin(j, name);
	if (j->depth == sizeof j->close) {
		j->broken = true;
		return;
	}
	buf_add(j->to, pair, 1);
	j->close[j->depth++] = pair[1];
	j->comma = false;
}

void
json_out_object(struct json_out *j, const char *name)
{
	open_level(j, name, "{}");
}

void
json_out_array(struct json_out *j, const char *name)
{
	open_level(j, name, "[]");
}

void
json_out_close(struct json_out *j)
{
	if (j->depth == 0) {
		j->broken = true;
		return;
	}
	buf_add(j->to, &j->close[--j->depth], 1);
	j->comma = true;
}

void
json_out_text(struct json_out *j, const char *name, const char *text)
{
	begin(j, name);
	add_string(j->to, text);
}

void
json_out_int(struct json_out *j, const char *name, int64_t n)
{
	begin(j, name);
	buf_add_int(j->to, n);
}

void
json_out_id(struct json_out *j, const char *name, int64_t id)
{
	begin(j, name);
	buf_add(j->to, "\"", 1);
	buf_add_int(j->to, id);
	buf_add(j->to, "\"", 1);
}

void
json_out_bool(struct json_out *j, const char *name, bool b)
{
	begin(j, name);
	buf_add_str(j->to, b ? "true" : "false");
}

void
json_out_members(struct json_out *j, const char *object, size_t len)
{
	if (len < 2 || object[0] != '{' || object[len - 1] != '}' ||
	    j->depth == 0 || j->close[j->depth - 1] != '}') {
		j->broken = true;
		return;
	}
	if (len == 2)
		return;
	if (j->comma)
		buf_add(j->to, ",", 1);
	j->comma = true;
	buf_add(j->to, object + 1, len - 2);
}

bool
json_out_done(const struct json_out *j)
{
	return j->depth == 0 && j->comma && !j->broken && !j->to->failed;
}
