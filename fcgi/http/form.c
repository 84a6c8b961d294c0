#include "http/form.h"

#include <stdio.h>
#include <string.h>

#include "base/json_out.h"
#include "base/utf8.h"
#include "http/percent.h"

/* A piece of the body. */
struct span {
	const char *at, *end;
};

/* The document while it grows, and the file that was met. */
struct form {
	struct json_out j;
	struct buf name, value; /* of one field, NUL-terminated */
	struct span file;
	int n;
	const char *why;
};

static bool
refuse(struct form *f, const char *why)
{
	f->why = why;
	return false;
}

/* Commas as people type them: also the Chinese, Japanese and Arabic ones. */
static size_t
comma_len(const char *at)
{
	static const char *const commas[] = {",", ";", "\xef\xbc\x8c",
	    "\xe3\x80\x81", "\xd8\x8c", "\xef\xbc\x9b"};

	for (size_t i = 0; i < sizeof commas / sizeof *commas; i++)
		if (strncmp(at, commas[i], strlen(commas[i])) == 0)
			return strlen(commas[i]);
	return 0;
}

static void
add_list(struct json_out *j, const char *name, char *value)
{
	json_out_array(j, name);
	while (*value != '\0') {
		char *at = value;
		size_t len;

		while (*at != '\0' && comma_len(at) == 0)
			at++;
		len = comma_len(at);
		*at = '\0';
		if (value[strspn(value, " \t\n")] != '\0')
			json_out_text(j, NULL, value);
		value = at + len;
	}
	json_out_close(j);
}

/* Browsers send CR LF for each line break of a text. */
static void
fold_breaks(struct buf *b)
{
	size_t len = 0;

	for (size_t i = 0; i < b->len; i++)
		if (b->data[i] != '\r')
			b->data[len++] = b->data[i];
		else if (i + 1 == b->len || b->data[i + 1] != '\n')
			b->data[len++] = '\n';
	b->len = len;
}

/* The field that stands in name and value. */
static bool
add_field(struct form *f)
{
	size_t name_len = f->name.len;

	fold_breaks(&f->value);
	if (!utf8_valid(f->name.data, name_len) ||
	    !utf8_valid(f->value.data, f->value.len))
		return refuse(f, "The form is not UTF-8.");
	if (++f->n > FORM_FIELDS_MAX)
		return refuse(f, "The form has too many fields.");
	buf_add(&f->name, "", 1);
	buf_add(&f->value, "", 1);
	if (f->name.failed || f->value.failed)
		return refuse(f, json_no_memory);
	if (name_len > 2 && strcmp(f->name.data + name_len - 2, "[]") == 0) {
		f->name.data[name_len - 2] = '\0';
		add_list(&f->j, f->name.data, f->value.data);
	} else
		json_out_text(&f->j, f->name.data, f->value.data);
	return true;
}

static bool
decode(struct form *f, struct span from, struct buf *to)
{
	buf_clear(to);
	buf_reserve(to, (size_t)(from.end - from.at) + 1);
	while (from.at < from.end) {
		int byte = percent_next(&from.at, from.end);
		const char c = (char)byte;

		if (byte < 0)
			return refuse(f, "The form is malformed.");
		buf_add(to, &c, 1);
	}
	return true;
}

static bool
read_pairs(struct form *f, struct span body)
{
	while (body.at < body.end) {
		const char *end = memchr(body.at, '&',
		    (size_t)(body.end - body.at));
		const char *equals;

		if (end == NULL)
			end = body.end;
		equals = memchr(body.at, '=', (size_t)(end - body.at));
		if (equals == NULL)
			return refuse(f, "The form is malformed.");
		if (!decode(f, (struct span){body.at, equals}, &f->name) ||
		    !decode(f, (struct span){equals + 1, end}, &f->value) ||
		    !add_field(f))
			return false;
		body.at = end + (end < body.end);
	}
	return true;
}

static const char *
find(struct span in, const char *text, size_t len)
{
	return memmem(in.at, (size_t)(in.end - in.at), text, len);
}

/* A parameter of Content-Disposition, like name="text"; false: not there. */
static bool
disposition(const char *head, const char *parameter, struct span *out)
{
	for (const char *at = head; (at = strstr(at, parameter)) != NULL;
	     at++) {
		if (at == head || (at[-1] != ' ' && at[-1] != ';'))
			continue;
		out->at = at + strlen(parameter);
		out->end = strchr(out->at, '"');
		return out->end != NULL;
	}
	return false;
}

static void
copy(struct buf *to, struct span from)
{
	buf_clear(to);
	buf_reserve(to, (size_t)(from.end - from.at) + 1);
	buf_add(to, from.at, (size_t)(from.end - from.at));
}

/* One part: its header lines, an empty line, its bytes. */
static bool
read_part(struct form *f, struct span part)
{
	static const char start[] = "Content-Disposition: form-data;";
	const char *gap = find(part, "\r\n\r\n", 4), *at;
	struct span name, file;
	char head[512];

	if (gap == NULL || (size_t)(gap - part.at) >= sizeof head)
		return refuse(f, "A part of the form is malformed.");
	memcpy(head, part.at, (size_t)(gap - part.at));
	head[gap - part.at] = '\0';
	at = strcasestr(head, start);
	if (at == NULL || !disposition(at, "name=\"", &name))
		return refuse(f, "A part of the form has no name.");
	part.at = gap + 4;
	if (disposition(at, "filename=\"", &file)) {
		if (f->file.at != NULL)
			return refuse(f, "The form has more than one file.");
		f->file = part;
		return true;
	}
	if (memchr(part.at, '\0', (size_t)(part.end - part.at)) != NULL)
		return refuse(f, "A part of the form is malformed.");
	copy(&f->name, name);
	copy(&f->value, part);
	return add_field(f);
}

/* Parts between lines "--boundary"; the last of these ends with "--". */
static bool
read_parts(struct form *f, struct span body, const char *boundary)
{
	char line[REQUEST_BOUNDARY_MAX + 5];
	size_t len;

	if (boundary[0] == '\0')
		return refuse(f, "The form has no boundary.");
	len = (size_t)snprintf(line, sizeof line, "\r\n--%s", boundary);
	/* The first one may stand at the very beginning. */
	if ((size_t)(body.end - body.at) < len - 2 ||
	    memcmp(body.at, line + 2, len - 2) != 0)
		return refuse(f, "The form does not begin with its boundary.");
	body.at += len - 2;
	for (;;) {
		const char *end;

		if (body.end - body.at >= 2 && memcmp(body.at, "--", 2) == 0)
			return true;
		if (body.end - body.at < 2 || memcmp(body.at, "\r\n", 2) != 0)
			return refuse(f, "The form is malformed.");
		body.at += 2;
		end = find(body, line, len);
		if (end == NULL)
			return refuse(f, "The form has no end.");
		if (!read_part(f, (struct span){body.at, end}))
			return false;
		body.at = end + len;
	}
}

static bool
read_body(struct form *f, const struct request *rq)
{
	const struct span body = {rq->body.data, rq->body.data + rq->body.len};

	return rq->media == MEDIA_MULTIPART ? read_parts(f, body, rq->boundary)
					    : read_pairs(f, body);
}

/* What is left of the body is the file. */
static void
keep_file(struct request *rq, struct span file)
{
	size_t len = file.at == NULL ? 0 : (size_t)(file.end - file.at);

	if (len > 0)
		memmove(rq->body.data, file.at, len);
	rq->body.len = len;
}

struct json_in *
form_parse(struct request *rq, const char **why)
{
	struct buf text = {0};
	struct form f = {.j = json_out_to(&text)};
	struct json_in *doc = NULL;
	bool ok = true;

	json_out_object(&f.j, NULL);
	if (rq->body.len > 0)
		ok = read_body(&f, rq);
	json_out_close(&f.j);
	if (ok && !json_out_done(&f.j))
		ok = refuse(&f, json_no_memory);
	*why = f.why;
	if (ok)
		doc = json_in_parse(text.data, text.len, why);
	if (doc != NULL)
		keep_file(rq, f.file);
	buf_free(&f.name);
	buf_free(&f.value);
	buf_free(&text);
	return doc;
}
